"""What is measured of the quizzes, each with its targets. `bench/quizzes.py` runs them."""

import re
from collections import deque

from bench.actions import Action, NothingLeft
from bench.browsers import Browser
from bench.quiz_content import SIZES, Sitter, Sitting, answer_everything, start
from bench.reference import ADDRESS
from quizzes.attempts import submit_attempt
from quizzes.models import Attempt

ANSWER = r'name="answer" value="([^"]+)"'


def reference_page(browser: Browser, sitting: Sitting) -> None:
    browser.act_as(sitting.anybody().session)
    browser.get(ADDRESS, "<dt>Team</dt>")


def starting(name: str, with_page: bool):
    """Starting it; and the page of its first question. Whoever comes to her turn again has submitted meanwhile."""

    def act(browser: Browser, sitting: Sitting) -> None:
        sitter = _next(sitting.to_start[name])
        browser.act_as(sitter.session)
        address = browser.post(sitting.places[name], {}, r"^/attempts/\d+/$")
        if with_page:
            browser.get(address, f"Question 1 of {SIZES[name][0]}")

    return act


def first_page(browser: Browser, sitting: Sitting) -> None:
    session, attempt, _page = sitting.running[0]
    sitting.running.rotate()
    browser.act_as(session)
    browser.get(f"/attempts/{attempt}/?q=1", "Question 1 of 20")


def save_and_go_on(browser: Browser, sitting: Sitting) -> None:
    """One answer, and the page of the next question."""
    session, attempt, page = _next(sitting.running)
    browser.act_as(session)
    position = _field(page, "position")
    answer = sitting.rng.choice(re.findall(ANSWER, page))
    fields = {"position": position, "revision": _field(page, "revision"), "answer": answer, "go": "next"}
    browser.post(f"/attempts/{attempt}/answer/", fields, rf"^/attempts/{attempt}/\?q=\d+$")
    following = int(position) % 19 + 1
    page = browser.get(f"/attempts/{attempt}/?q={following}", f"Question {following} of 20")
    sitting.running.append((session, attempt, page))


def submit(browser: Browser, sitting: Sitting) -> None:
    sitter, attempt = _next(sitting.answered)
    browser.act_as(sitter.session)
    browser.post(f"/attempts/{attempt}/submit/", {}, rf"^/attempts/{attempt}/review/$")


def review(browser: Browser, sitting: Sitting) -> None:
    sitter = sitting.anybody()
    browser.act_as(sitter.session)
    browser.get(f"/attempts/{sitter.finished[0]}/review/", r"Case \d+")


def _next(things: deque):
    if not things:
        raise NothingLeft
    return things.popleft()


def _field(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="(\d+)"', page)[1]


def prepare(action: Action, sitting: Sitting, browser: Browser) -> None:
    """Submits whatever is in progress; then everybody can start, or has an attempt to answer or to submit."""
    people = {sitter.person.pk: sitter.person for sitter in sitting.sitters}
    for attempt, person in Attempt.objects.in_progress().filter(person__in=people).values_list("pk", "person"):
        submit_attempt(attempt, people[person])
    sitting.to_start = {name: deque(sitting.sitters) for name in SIZES}
    sitting.running.clear()
    sitting.answered.clear()
    if action.act is submit:
        sitting.answered.extend((sitter, _answered(sitter)) for sitter in sitting.sitters)
    elif action.act in (first_page, save_and_go_on):
        sitting.running.extend(_opened(sitter, browser) for sitter in sitting.sitters[:10])


def _opened(sitter: Sitter, browser: Browser) -> tuple[str, int, str]:
    attempt = start(sitter, "20 of 500").pk
    browser.act_as(sitter.session)
    return sitter.session, attempt, browser.get(f"/attempts/{attempt}/?q=1", "Question 1 of 20")


def _answered(sitter: Sitter) -> int:
    attempt = start(sitter, "20 of 500")
    answer_everything(attempt)
    return attempt.pk


REFERENCE = Action("reference page (F)", reference_page)
STARTS = [
    Action(f"start, {name}{words}", starting(name, with_page), target=4.0 if with_page else None, queries=queries)
    for name in SIZES
    for words, with_page, queries in ((": POST", False, 10), (", and first page", True, None))
]
ACTIONS = [
    Action("page of a question", first_page, queries=6, kilobytes=20),
    Action("save and next page", save_and_go_on, target=2.5),
    Action("submit", submit, target=4.0, queries=10),
    Action("review of 20", review, target=3.0, queries=6, kilobytes=60),
]
