"""static/js/quiz.js under a quiz's rules: all questions on one page, checks, no way back, and what follows the time."""

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


def test_on_one_page_each_question_saves_itself(sitting):
    maya = sitting(layout="one_page")
    maya.open(1)
    maya.type(4, "14")
    maya.expect_status("Saved", position=4)
    maya.question(1).get_by_label("You waited all day.").check()
    maya.expect_status("Saved", position=1)
    maya.type(4, "15")
    expect(maya.page.locator("[name='q4-revision']")).to_have_value("2")
    assert (maya.stored(4).response, maya.stored(4).revision) == ("15", 2)
    assert maya.stored(1).response == bank.right_response(maya.stored(1))
    assert maya.stored(5).revision == 0
    expect(maya.page.locator("[data-strip='4']")).to_have_class("is-answered")
    maya.question(5).get_by_label("Mark for later").check()
    maya.page.get_by_role("button", name="Save and look over").click()
    expect(maya.page.get_by_text(f"{bank.COUNT - 2} questions have no answer yet.")).to_be_visible()
    assert maya.stored(5).is_flagged


def test_on_one_page_a_conflict_is_about_one_question(sitting):
    maya = sitting(layout="one_page")
    maya.open(1)
    save_answer(maya.attempt.pk, maya.attempt.person, 5, "theirs", 0)
    maya.type(5, "mine")
    maya.expect_status("another window", position=5)
    maya.type(4, "14")
    maya.expect_status("Saved", position=4)
    expect(maya.page.locator("[data-conflict-choice]:visible")).to_have_count(1)
    expect(maya.question(5).locator("[data-theirs]")).to_have_text("theirs")
    maya.question(5).get_by_role("button", name="Save my answer instead").click()
    maya.expect_status("Saved", position=5)
    assert (maya.stored(4).response, maya.stored(5).response) == ("14", "mine")


def test_on_one_page_without_a_connection_every_question_is_kept(sitting):
    maya = sitting(layout="one_page")
    maya.open(1)
    maya.page.context.set_offline(True)
    for position, text in ((4, "15"), (5, "CSAT")):
        maya.type(position, text)
        maya.expect_status("kept on this device", position=position)
    assert len(maya.kept()) == 2
    maya.page.context.set_offline(False)
    for position in (4, 5):
        maya.expect_status("Saved", position=position)
    assert [maya.stored(position).response for position in (4, 5)] == ["15", "CSAT"]
    assert maya.kept() == []


def test_one_page_works_without_a_script_and_loses_nothing(sitting, live_server):
    maya = sitting(layout="one_page")
    page = without_script(maya, live_server)
    page.goto(reverse("quizzes:attempt", args=[maya.attempt.pk]))
    save_answer(maya.attempt.pk, maya.attempt.person, 5, "theirs", 0)
    page.locator("#q4-answer").fill("14141414")
    page.locator("#q5-answer").fill("mine")
    page.locator("[name='q3-answer'][value=true]").check()
    page.get_by_role("button", name="Save and look over").click()
    assert [maya.stored(position).response for position in (3, 4, 5)] == [True, "14141414", "theirs"]
    expect(page.locator("#q5-answer")).to_have_value("mine")
    page.get_by_role("button", name="Save my answer instead").click()
    expect(page.get_by_text("Your answers are saved.")).to_be_visible()
    assert maya.stored(5).response == "mine"
    page.context.close()


@pytest.mark.parametrize("has_script", [True, False])
def test_a_check_tells_at_once_and_the_answer_stands(sitting, live_server, has_script):
    maya = sitting(behaviour="immediate")
    page = maya.page if has_script else without_script(maya, live_server)
    page.goto(reverse("quizzes:attempt", args=[maya.attempt.pk]) + "?q=4")
    page.locator("#answer").fill("7")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("Not right")).to_be_visible()
    expect(page.locator("#feedback")).to_be_focused()
    expect(page.locator("#answer")).to_be_disabled()
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator("[name=position]")).to_have_value("5")
    assert maya.stored(4).settled_at
    page.context.close()


def test_forwards_only_with_the_keyboard_alone(sitting):
    maya = sitting(navigation="sequential")
    maya.open(1)
    maya.page.locator("[name=answer]").first.focus()
    maya.page.keyboard.press("ArrowDown")
    maya.expect_status("Saved")
    while maya.page.evaluate("document.activeElement.value") != "next":
        maya.page.keyboard.press("Tab")
    maya.page.keyboard.press("Enter")
    expect(maya.page.locator("[name=position]")).to_have_value("2")
    maya.page.go_back()
    maya.page.reload()
    expect(maya.page.locator("[name=position]")).to_have_value("2")
    assert maya.stored(1).response == maya.stored(1).content["options"][1]["id"]


def test_enter_in_a_field_saves_and_stays(sitting):
    maya = sitting()
    maya.open(4)
    maya.page.locator("#answer").fill("14")
    maya.page.locator("#answer").press("Enter")
    expect(maya.page.locator(".save")).to_have_text("Saved")
    expect(maya.page.locator("[name=position]")).to_have_value("4")
    assert maya.stored(4).response == "14"


@pytest.mark.parametrize(("on_expiry", "words"), [("grace", "submit the saved ones"), ("abandon", "It does not count")])
def test_where_nothing_submits_by_itself_the_page_says_that_the_time_is_over(sitting, on_expiry, words):
    maya = sitting(time_limit=10, on_expiry=on_expiry, grace_period=5)
    end = timezone.now() + timedelta(seconds=3)
    Attempt.objects.update(deadline_at=end, expires_at=end + timedelta(minutes=5 if on_expiry == "grace" else 0))
    maya.open(4)
    maya.page.locator("#answer").fill("14")
    expect(maya.page.locator("[data-time-over]")).to_contain_text(words)
    expect(maya.page.locator("[data-time-over]")).to_be_focused()
    maya.expect_status("Saved")
    assert maya.stored(4).response == "14"
    expect(maya.page.locator("[data-answer-form]")).to_have_js_property("inert", True)
    if on_expiry == "grace":
        maya.page.get_by_role("button", name="Submit my answers").click()
        expect(maya.page.get_by_text("0% right")).to_be_visible()
