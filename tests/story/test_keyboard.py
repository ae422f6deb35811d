"""Everything is at hand without a mouse: skip link, search, menus, the keys of a lesson, and a focus to see."""

import pytest
from playwright.sync_api import Page, expect

from lms.demo.tour import stops
from tests.story.learner import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demo_database")]
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}

# What has the focus: its words, whether a ring shows it (its own, or that of the card around it), and whether
# something lies over it. The card's link has the whole card for its ring.
FOCUSED = """() => {
  const it = document.activeElement;
  const ringed = [it, it.closest(".card, .list > li, .choice, .search")].filter(Boolean);
  const hasRing = ({ outlineStyle, outlineWidth }) => outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  const { left, top, width, height } = it.getBoundingClientRect();
  const above = document.elementFromPoint(left + width / 2, top + height / 2);
  return {
    words: `${it.tagName} ${it.textContent.trim().slice(0, 40)}`,
    isBody: it === document.body,
    hasRing: ringed.some((element) => hasRing(getComputedStyle(element))),
    isCovered: !above || !(it.contains(above) || above.contains(it)),
  };
}"""


def tab_through(page: Page, most: int = 80) -> list[dict]:
    """Presses Tab from the start of the page to its end."""
    seen: list[dict] = []
    for _key in range(most):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUSED))
        if seen[-1]["isBody"]:
            return seen[:-1]
    return seen


@pytest.fixture
def address() -> dict[str, str]:
    return {stop.name: stop.address for stop in stops()}


def test_the_focus_is_seen_at_every_step(new_page, address):
    for window in (DESK, PHONE):
        page = new_page(viewport=window, reduced_motion="reduce")
        sign_in(page, "maya@marjani.example")
        for name in ("home", "path", "course", "lesson", "search"):
            page.goto(address[name])
            steps = tab_through(page)
            assert len(steps) > 5, name
            assert [step for step in steps if not step["hasRing"]] == [], name
            assert [step for step in steps if step["isCovered"]] == [], name


def test_keys_lead_to_the_content_the_search_and_another_language(new_page, address):
    page = new_page(viewport=DESK)
    sign_in(page, "maya@marjani.example")

    page.goto(address["catalogue"])
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()

    page.keyboard.press("/")
    expect(page.locator("#site-search")).to_be_focused()
    page.keyboard.type("a/b")
    expect(page.locator("#site-search")).to_have_value("a/b")

    menu = page.locator("details:has([name=language])")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(menu.locator("[value=en]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu.locator("[value=en]")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(menu.locator("[value=ar]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.url.endswith(address["catalogue"])


def test_the_keys_of_a_lesson(new_page, address):
    page = new_page(viewport=DESK, reduced_motion="reduce")
    sign_in(page, "maya@marjani.example")
    page.goto(address["lesson"])
    keys = page.locator("[data-lesson-keys]")

    page.keyboard.press("?")
    expect(keys).to_be_visible()
    expect(keys.locator("button")).to_be_focused()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()

    page.keyboard.press("j")
    expect(page.locator("article :is(h2, h3, h4)[id]").first).to_be_focused()
    page.keyboard.press("f")
    expect(page.locator(".masthead")).to_be_hidden()
    page.keyboard.press("f")
    expect(page.locator(".masthead")).to_be_visible()
    page.keyboard.press("n")
    page.wait_for_url(lambda url: not url.endswith(address["lesson"]))
