"""static/js/words.js in a real browser: an essay is counted while it is written, and saves itself with its lines."""

from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from quizzes.question_types.essay import LONGEST_ESSAY, count_words
from quizzes.starting import start_attempt
from tests.cast import person
from tests.quizzes import bank

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = "Dear Ms Novak — we are sorry.\n\nშენი შეკვეთა 3.5 — well-known…\n  السلامُ عليكم"


@pytest.fixture
def opened(new_page, live_server):
    """Maya's attempt of one essay, and its page."""
    attempt = start_attempt(bank.quiz_of(bank.question("essay")), person("Maya Osei"), uuid4())
    client = Client()
    client.force_login(attempt.person)
    page = new_page()
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
    page.goto(reverse("quizzes:attempt", args=[attempt.pk]))
    return attempt, page


def test_words_are_counted_and_lines_are_kept(opened):
    attempt, page = opened
    expect(page.locator("[data-word-count]")).to_have_text("Words so far: 0")
    page.get_by_label("Your text").fill(TEXT)
    expect(page.locator("[data-word-count]")).to_have_text(f"Words so far: {count_words(TEXT)}")
    expect(page.locator("[data-save-status]")).to_contain_text("Saved", timeout=10_000)
    assert attempt.questions.get().response == TEXT
    page.reload()
    expect(page.get_by_label("Your text")).to_have_value(TEXT)


def test_the_longest_essay_in_arabic_saves_itself(opened):
    attempt, page = opened
    text = ("كلمة " * LONGEST_ESSAY)[: LONGEST_ESSAY - 1]  # some 100 KB as a form sends it
    page.get_by_label("Your text").fill(text)
    expect(page.locator("[data-save-status]")).to_contain_text("Saved", timeout=10_000)
    assert attempt.questions.get().response == text.rstrip()
