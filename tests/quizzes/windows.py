"""Maya in front of one of her attempts, in a real browser, with a script and without."""

from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from quizzes.models import Attempt


class Sitting:
    """Maya in front of one of her attempts."""

    def __init__(self, new_page, base_url: str, attempt: Attempt):
        self.attempt, self.problems = attempt, []
        client = Client()
        client.force_login(attempt.person)
        self.page = new_page()
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": base_url}])
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", lambda said: "Security Policy" in said.text and self.problems.append(said.text))

    def open(self, position: int):
        self.page.goto(reverse("quizzes:attempt", args=[self.attempt.pk]) + f"?q={position}")

    def question(self, position: int):
        return self.page.locator(f"[data-question='{position}']")

    def expect_status(self, text: str, timeout: int = 10_000, position: int | None = None):
        place = self.page if position is None else self.question(position)
        expect(place.locator("[data-save-status]")).to_contain_text(text, timeout=timeout)

    def type(self, position: int, text: str):
        """Into the field of a question on a page with all of them."""
        field = self.page.locator(f"#q{position}-answer")
        field.fill(text)
        field.blur()

    def kept(self) -> list[str]:
        """What the device keeps because it is not sent yet."""
        return self.page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('answer:'))")

    def stored(self, position: int):
        return self.attempt.questions.get(position=position)


def without_script(sitting: Sitting, live_server):
    """A window of the same person in which no script runs; close its context."""
    context = sitting.page.context.browser.new_context(java_script_enabled=False, base_url=live_server.url)
    context.add_cookies(sitting.page.context.cookies())
    return context.new_page()
