"""With JavaScript switched off, a new hire still signs in, learns, is tested and changes her language."""

import pytest
from playwright.sync_api import expect

from people.models import User
from tests.story.learner import finish_activity, sign_in, take_quiz

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demo_database")]
LONGEST_COURSE = 10  # activities


def test_from_sign_in_to_the_review_of_a_quiz_by_forms_alone(new_page):
    maya = User.objects.get(email="maya@marjani.example")
    page = new_page(viewport={"width": 390, "height": 844}, locale="en", java_script_enabled=False)
    sign_in(page, maya.email)

    quiz = page.locator("main form[action$='/start/'] button")
    page.locator(".hero a.button").click()
    for _activity in range(LONGEST_COURSE):
        if quiz.count():
            break
        finish_activity(page)
        page.locator("#finish a.button").click()
    assert maya.enrolments.get().completions.exists()

    assert take_quiz(page, maya).passed is True
    expect(page.locator(".verdict")).to_be_visible()
    expect(page.locator(".answer")).not_to_have_count(0)

    review = page.url
    page.locator("details:has([name=language]) > summary").click()
    page.locator("button[name=language][value=ar]").click()
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page).to_have_url(review)
    maya.refresh_from_db()
    assert maya.language == "ar"
