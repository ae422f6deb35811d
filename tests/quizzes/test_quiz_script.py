"""static/js/quiz.js in a real browser: saved, offline, conflict, and the clock."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from quizzes.attempts import save_answer
from quizzes.models import Attempt
from tests.quizzes import bank
from tests.quizzes.windows import without_script

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_answer_saves_itself_and_says_so(sitting):
    maya = sitting(time_limit=10)
    maya.open(1)
    expect(maya.page.locator("[data-clock]")).to_contain_text("9:5")
    maya.page.get_by_label("You waited all day.").check()
    maya.expect_status("Saved")
    assert maya.stored(1).response == bank.right_response(maya.stored(1))
    expect(maya.page.locator("[data-strip='1']")).to_have_class("is-answered")
    maya.page.get_by_label("Calm down.").check()
    maya.page.get_by_label("Mark for later").check()
    maya.page.get_by_role("button", name="Save and go on").click()
    expect(maya.page.get_by_text("What belongs in an apology?")).to_be_visible()
    assert maya.stored(1).response == bank.wrong_response(maya.stored(1))
    assert maya.stored(1).is_flagged


def test_what_is_typed_saves_itself_after_a_pause(sitting):
    maya = sitting()
    maya.open(4)
    maya.page.locator("#answer").press_sequentially("14", delay=20)
    maya.expect_status("Saved")
    assert (maya.stored(4).response, maya.stored(4).revision) == ("14", 1)


def test_without_a_connection_an_answer_is_kept_and_sent_later(sitting):
    maya = sitting()
    maya.open(4)
    maya.page.context.set_offline(True)
    maya.page.locator("#answer").fill("15")
    maya.page.locator("#answer").blur()
    maya.expect_status("kept on this device")
    assert maya.stored(4).response is None
    maya.page.context.set_offline(False)
    maya.expect_status("Saved")
    assert maya.stored(4).response == "15"
    assert maya.kept() == []


def test_while_the_server_does_not_answer_it_is_tried_again(sitting):
    maya = sitting()
    maya.open(4)
    maya.page.route("**/answer/", lambda route: route.fulfill(status=503))
    maya.page.locator("#answer").fill("15")
    maya.page.locator("#answer").blur()
    maya.expect_status("kept on this device")
    maya.page.unroute("**/answer/")
    maya.expect_status("Saved", timeout=20_000)
    assert maya.stored(4).response == "15"


def test_going_on_while_a_save_is_under_way_is_no_conflict(sitting):
    maya = sitting()
    maya.open(2)
    held = []

    def hold_the_first_reply(route):
        if held:
            return route.continue_()
        held.append((route, route.fetch()))

    maya.page.route("**/answer/", hold_the_first_reply)
    key = bank.right_response(maya.stored(2))
    for value in key:
        maya.page.locator(f"[name=answer][value='{value}']").check()
    maya.page.get_by_role("button", name="Save and go on").click()
    route, reply = held[0]
    route.fulfill(response=reply)
    expect(maya.page.locator("[name=position]").first).to_have_value("3")
    assert sorted(maya.stored(2).response) == sorted(key)


def test_going_on_without_a_connection_stays_and_says_so(sitting):
    maya = sitting()
    maya.open(4)
    maya.page.context.set_offline(True)
    maya.page.locator("#answer").fill("15")
    maya.page.locator("#answer").blur()
    maya.expect_status("kept on this device")
    maya.page.get_by_role("button", name="Save and go on").click()
    expect(maya.page.locator("#answer")).to_have_value("15")
    maya.page.context.set_offline(False)
    maya.page.get_by_role("button", name="Save and go on").click()
    expect(maya.page.locator("[name=position]").first).to_have_value("5")
    assert maya.stored(4).response == "15"


def test_what_another_page_of_the_attempt_kept_is_sent_and_shown(sitting):
    maya = sitting()
    maya.open(4)
    kept = '[["position", "%s"], ["revision", "0"], ["answer", "%s"]]'
    for position, answer in ((4, "16"), (5, "CSAT")):
        key, value = f"answer:{maya.attempt.pk}:{position}", kept % (position, answer)
        maya.page.evaluate("([key, value]) => localStorage.setItem(key, value)", [key, value])
    maya.open(4)
    maya.expect_status("Saved")
    expect(maya.page.locator("#answer")).to_have_value("16")
    for _moment in range(100):  # a waiting function would be a string to run, which the page's policy refuses
        if not maya.kept():
            break
        maya.page.wait_for_timeout(100)
    assert maya.kept() == []
    assert [maya.stored(4).response, maya.stored(5).response] == ["16", "CSAT"]


@pytest.mark.parametrize(("button", "kept"), [("Save my answer instead", "mine"), ("Keep the saved answer", "theirs")])
def test_two_windows_show_both_answers_and_the_person_chooses(sitting, button, kept):
    maya = sitting()
    maya.open(5)
    save_answer(maya.attempt.pk, maya.attempt.person, 5, "theirs", 0)
    maya.page.locator("#answer").fill("mine")
    maya.page.locator("#answer").blur()
    maya.expect_status("another window")
    expect(maya.page.locator("[data-mine]")).to_have_text("mine")
    expect(maya.page.locator("[data-theirs]")).to_have_text("theirs")
    maya.page.get_by_role("button", name=button).click()
    maya.expect_status("Saved")
    expect(maya.page.locator("#answer")).to_have_value(kept)
    assert maya.stored(5).response == kept
    maya.page.locator("#answer").fill("at last")
    maya.page.locator("#answer").blur()
    maya.expect_status("Saved")
    maya.page.wait_for_timeout(300)
    assert maya.stored(5).response == "at last"


def test_when_the_time_is_over_the_answers_are_submitted(sitting):
    maya = sitting(time_limit=10)
    Attempt.objects.update(deadline_at=timezone.now() + timedelta(seconds=5))
    maya.open(4)
    maya.page.locator("#answer").focus()
    maya.page.keyboard.type("1" * 30, delay=250)  # never a pause in which it would have been saved before the end
    expect(maya.page.get_by_text("0% right")).to_be_visible(timeout=20_000)
    assert set(maya.stored(4).response) == {"1"}
    maya.attempt.refresh_from_db()
    assert maya.attempt.finished_at <= maya.attempt.deadline_at


def test_a_late_answer_says_that_the_time_is_over(sitting):
    maya = sitting()
    maya.open(4)
    Attempt.objects.update(deadline_at=timezone.now() - timedelta(minutes=1))
    maya.page.locator("#answer").fill("14")
    maya.page.locator("#answer").blur()
    maya.expect_status("takes no more answers")


def test_it_works_without_a_script(sitting, live_server):
    maya = sitting()
    page = without_script(maya, live_server)
    page.goto(reverse("quizzes:attempt", args=[maya.attempt.pk]) + "?q=4")
    page.locator("#answer").fill("14141414")
    for _ in range(4, bank.COUNT):
        page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("button", name="Save and look over").click()
    expect(page.get_by_text(f"{bank.COUNT - 1} questions have no answer yet.")).to_be_visible()
    page.get_by_role("button", name="Submit my answers").click()
    expect(page.get_by_text(f"{100 // bank.COUNT}% right")).to_be_visible()
    page.context.close()


def place(page, texts_and_places: dict[str, str]):
    for text, number in texts_and_places.items():
        page.get_by_label(text).select_option(number)


def test_each_part_of_a_question_saves_itself(sitting):
    maya = sitting()
    maya.open(7)
    place(maya.page, {"Listen": "1", "Solve": "4"})
    maya.expect_status("Saved")
    maya.page.wait_for_timeout(300)
    answer = {entry["id"]: entry["text"] for entry in maya.stored(7).content["entries"]}
    assert {answer[pk]: number for pk, number in maya.stored(7).response.items()} == {"Listen": "1", "Solve": "4"}
    maya.open(7)
    expect(maya.page.get_by_label("Solve")).to_have_value("4")
    expect(maya.page.get_by_label("Name it")).to_have_value("")


def test_without_a_connection_every_part_is_kept(sitting):
    maya = sitting()
    maya.open(6)
    maya.page.context.set_offline(True)
    key = bank.right_response(maya.stored(6))
    for part, value in key.items():
        maya.page.locator(f"[name='answer-{part}']").select_option(value)
    maya.expect_status("kept on this device")
    maya.page.context.set_offline(False)
    maya.expect_status("Saved")
    assert maya.stored(6).response == key


@pytest.mark.parametrize(("button", "kept"), [("Save my answer instead", "2"), ("Keep the saved answer", "3")])
def test_two_windows_show_every_part_in_words(sitting, button, kept):
    maya = sitting()
    maya.open(7)
    ids = {entry["text"]: entry["id"] for entry in maya.stored(7).content["entries"]}
    save_answer(maya.attempt.pk, maya.attempt.person, 7, {ids["Listen"]: "3", ids["Solve"]: "4"}, 0)
    place(maya.page, {"Listen": "2"})
    maya.expect_status("another window")
    place(maya.page, {"Name it": "1"})
    for words in ("Listen: 2", "Name it: 1"):
        expect(maya.page.locator("[data-mine]").get_by_text(words)).to_be_visible()
    expect(maya.page.locator("[data-theirs] li")).to_have_count(2)
    maya.page.get_by_role("button", name=button).click()
    maya.expect_status("Saved")
    expect(maya.page.get_by_label("Listen")).to_have_value(kept)
    assert maya.stored(7).response[ids["Listen"]] == kept


def test_parts_work_with_the_keyboard_and_without_a_script(sitting, live_server):
    maya = sitting()
    page = without_script(maya, live_server)
    page.goto(reverse("quizzes:attempt", args=[maya.attempt.pk]) + "?q=7")
    page.locator("[name^=answer-]").first.focus()
    for number in "3142":
        page.keyboard.press(number)
        page.keyboard.press("Tab")
    page.get_by_role("button", name="Save and go on").click()
    page.goto(reverse("quizzes:overview", args=[maya.attempt.pk]))
    expect(page.get_by_text(f"{bank.COUNT - 1} questions have no answer yet.")).to_be_visible()
    shown = [entry["id"] for entry in maya.stored(7).content["entries"]]
    assert maya.stored(7).response == dict(zip(shown, "3142", strict=True))
    page.context.close()
