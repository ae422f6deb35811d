"""A new hire goes from her first sign-in to a certificate, in a real browser, in English and in Arabic."""

import unicodedata
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from certifications.models import Award
from courses.models import PathAssignment
from people.models import User
from tests.story.learner import finish_activity, sign_in, take_quiz

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demo_database")]
PHONE = {"width": 390, "height": 844}


def letters(text: str) -> list[str]:
    """The letters of a text in no order: a PDF gives Arabic words in the order in which they are drawn."""
    plain = unicodedata.normalize("NFKC", text)
    return sorted(c for c in plain if c.isalpha() and not unicodedata.combining(c))


def walk_the_path(page: Page, person: User) -> None:
    """Home says what is next, until nothing is: fails the first quiz, sees why, and passes from then on."""
    failed_once = False
    for _step in range(30):
        page.goto("/")
        if PathAssignment.objects.of(person).active().count() == 0:
            return
        page.locator(".hero a.button").click()
        page.wait_for_load_state()
        if page.locator("main form[action$='/start/']").count():
            if not failed_once:
                failed_once = True
                attempt = take_quiz(page, person, wrongly=True)
                assert attempt.passed is False
                expect(page.locator(".answer .answer__line.is-done").first).to_be_visible()
                page.locator(".verdict a.button").click()
                page.wait_for_load_state()
            assert take_quiz(page, person).passed is True
        else:
            finish_activity(page)
    raise AssertionError("Thirty activities and no end of the path.")


@pytest.mark.parametrize(("email", "language"), [("maya@marjani.example", "en"), ("layla@marjani.example", "ar")])
def test_from_first_sign_in_to_a_certificate(new_page, email, language):
    person = User.objects.get(email=email)
    page = new_page(viewport=PHONE, locale=language)
    console: list[str] = []
    page.on("console", lambda message: console.append(message.text) if message.type == "error" else None)

    sign_in(page, email)
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    expect(page.locator(".hero a.button")).to_be_visible()
    walk_the_path(page, person)

    award = Award.objects.get(holder=person)
    page.locator(".medal a").first.click()
    expect(page.locator(".diploma__name")).to_contain_text(person.name)

    document = page.request.get(page.locator("a[href$='/pdf/']").get_attribute("href"))
    assert document.headers["content-type"] == "application/pdf"
    text = PdfReader(BytesIO(document.body())).pages[0].extract_text()
    if language == "en":
        assert person.name in text
    else:
        assert not set(letters(person.name)) - set(letters(text))

    address = page.locator("#verify-link").input_value()
    assert address.endswith(f"/verify/{award.public_id}/")
    stranger = new_page(locale=language)
    stranger.goto(f"/verify/{award.public_id}/")
    expect(stranger.locator(".verdict.is-done")).to_be_visible()
    expect(stranger.locator("main")).to_contain_text(person.name)

    lead = new_page()
    sign_in(lead, "daniel@marjani.example")
    lead.goto("/team/")
    row = lead.locator("table tbody tr", has_text=person.name)
    expect(row.locator(".state.is-done").first).to_be_visible()

    for outsider in ("sam@marjani.example", "hala@marjani.example"):
        other = new_page()
        sign_in(other, outsider)
        attempt = person.attempts.first()
        for hidden in (
            award.get_absolute_url(),
            f"{award.get_absolute_url()}pdf/",
            f"/attempts/{attempt.pk}/",
            f"/attempts/{attempt.pk}/review/",
            f"/courses/resume/{attempt.registration}/",
        ):
            assert other.request.get(hidden).status == 404, hidden

    assert console == []
