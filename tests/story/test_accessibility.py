"""Every page of the demo on a phone, as axe, the window and the console see it: in English and Arabic, light and dark.

axe runs whole in the light; in the dark only colours differ, so only their rule runs there. Nothing switches the
content security policy off: what Playwright evaluates comes from outside of the page.
"""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page

from lms.demo.tour import Stop, stops
from people.models import User

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demo_database")]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERY_RULE = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
PHONE = {"width": 390, "height": 844}
# The narrowest window that WCAG asks for: a page of 1280 pixels at 400% zoom.
NARROWEST = {"width": 320, "height": 844}


def seen_by_people() -> list[Stop]:
    """The pages of the demo but for the CMS and the file, and the pages around them that nobody plans to see."""
    around = [
        Stop("forgotten-password", reverse("account_reset_password"), ""),
        Stop("new-password", reverse("account_change_password"), "maya@marjani.example"),
        Stop("sign-out", reverse("account_logout"), "maya@marjani.example"),
        Stop("search-nothing", reverse("search") + "?q=xyzzy", "maya@marjani.example"),
        Stop("board-nothing", reverse("board") + "?state=revoked&team=nobody", "daniel@marjani.example"),
        Stop("home-finished", reverse("home"), "priya@marjani.example"),
    ]
    return [stop for stop in stops() if not stop.name.startswith("cms") and stop.name != "certificate-pdf"] + around


def sign_in_as(context: BrowserContext, email: str, address: str, sessions: dict[str, str]) -> None:
    """Signs in without the form, once for each person."""
    context.clear_cookies()
    if not email:
        return
    if email not in sessions:
        visitor = Client()
        visitor.force_login(User.objects.get(email=email), backend=settings.AUTHENTICATION_BACKENDS[0])
        sessions[email] = visitor.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": sessions[email], "url": address}])


def violations(page: Page, options: dict) -> Iterator[str]:
    for violation in page.evaluate("options => axe.run(options)", options)["violations"]:
        for node in violation["nodes"]:
            yield f"{violation['id']}: {node['target']} {node['failureSummary']}"


def width_faults(page: Page) -> Iterator[str]:
    for size in (NARROWEST, PHONE):
        page.set_viewport_size(size)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > size["width"]:
            yield f"is {width} pixels wide in a window of {size['width']}"


def console_of(page: Page) -> list[str]:
    """What goes wrong in the browser from now on: a broken script, a file not found, a breach of the policy."""
    said: list[str] = []
    page.on("console", lambda message: said.append(f"console: {message.text}") if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(f"script: {error}"))
    return said


def faults(page: Page, stop: Stop, language: str) -> Iterator[str]:
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    response = page.goto(stop.address)
    if response.status != 200:
        yield f"answered {response.status}"
    root = page.evaluate("[document.documentElement.lang, document.documentElement.dir]")
    if root != [language, "rtl" if language == "ar" else "ltr"]:
        yield f"is in {root}"
    yield from width_faults(page)
    page.evaluate(AXE_SCRIPT)
    yield from violations(page, EVERY_RULE)
    page.emulate_media(color_scheme="dark")
    yield from (f"in the dark, {violation}" for violation in violations(page, COLOURS))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_the_window_and_the_console_find_nothing(new_page, live_server, language):
    User.objects.update(language=language)
    page = new_page(viewport=PHONE, locale=language)
    found = console_of(page)
    sessions: dict[str, str] = {}
    for stop in seen_by_people():
        sign_in_as(page.context, stop.email, live_server.url, sessions)
        found += [f"{stop.name} {stop.address}: {fault}" for fault in faults(page, stop, language)]
    assert not found, "\n".join(found)


def test_they_would_find_it(new_page):
    """A page made worse on its way to the browser: pale words, a wide body, a script in the page, no language."""
    page = new_page(viewport=PHONE, locale="en")
    worse = {
        "--soft: light-dark(#4d5a5f, #a8b8bc)": "--soft: light-dark(#bbb, #444)",
        "body { min-block-size": "body { min-inline-size: 400px; min-block-size",
        ' lang="en" dir="ltr"': "",
        "</body>": "<script>1</script></body>",
    }

    def spoil(route):
        response = route.fetch()
        text = response.text()
        for good, bad in worse.items():
            text = text.replace(good, bad)
        route.fulfill(response=response, body=text)

    page.route(re.compile(r"/accounts/login/$|\.css$"), spoil)
    found = console_of(page)
    found += faults(page, Stop("sign-in", reverse("account_login"), ""), "en")
    for fault in (
        "color-contrast:",
        "in the dark, color-contrast:",
        "html-has-lang:",
        "is in ['', '']",
        "is 400 pixels",
    ):
        assert any(one.startswith(fault) for one in found), fault
    assert any("Content Security Policy" in one for one in found)
