"""What a learner does with the pages, told once for every language: by forms and addresses, never by words."""

from playwright.sync_api import Page, expect

from lms.demo.answering import right_response, wrong_response
from people.models import User
from quizzes.models import Attempt, AttemptQuestion

PASSWORD = "lodestar-demo"


def sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form[method=post] button").first.click()
    expect(page.locator("main h1")).to_be_visible()


def finish_activity(page: Page) -> None:
    """Completes the lesson, or acknowledges the reading, that the page shows."""
    page.locator("#finish form button").click()
    expect(page.locator("#finish.is-done")).to_be_visible()


def take_quiz(page: Page, person: User, *, wrongly: bool = False) -> Attempt:
    """Starts the quiz whose introduction the page shows, answers every question, looks over and submits."""
    page.locator("main form[action$='/start/'] button").click()
    page.wait_for_url("**/attempts/**")
    attempt = Attempt.objects.of(person).in_progress().get()
    for question in attempt.questions.order_by("position"):
        _answer(page, question, wrong_response(question) if wrongly else right_response(question))
        page.locator("form[data-answer-form] button[name=go]:last-of-type").click()
    page.wait_for_url("**/overview/")
    page.locator("main form[action$='/submit/'] button").click()
    page.wait_for_url("**/review/")
    attempt.refresh_from_db()
    return attempt


def _answer(page: Page, question: AttemptQuestion, response) -> None:
    form = page.locator("form[data-answer-form]")
    expect(form.locator("[name=position]")).to_have_value(str(question.position))
    match question.kind:
        case "matching" | "ordering":
            for part, value in response.items():
                form.locator(f"[name='answer-{part}']").select_option(value)
        case "numeric" | "short_text":
            form.locator("[name=answer]").fill(str(response))
        case "true_false":
            form.locator(f"[name=answer][value={str(response).lower()}]").check()
        case _:
            for value in response if isinstance(response, list) else [response]:
                form.locator(f"[name=answer][value='{value}']").check()
