"""What people do on a training day, with the shares and the targets of docs/performance.md."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bench import reference
from bench.browsers import Browser
from bench.cast import Part
from bench.records import PASSWORD

SEARCHES = ["refunds promise", "warranty documents", "who decides complaints", "deliveries", "repairs cost"]


class NothingLeft(Exception):
    """The people of this connection have nothing left to do of this kind."""


def reference_page(browser: Browser, part: Part) -> None:
    browser.act_as(part.anybody().session)
    browser.get(reference.ADDRESS, "<dt>Team</dt>")


def learner_home(browser: Browser, part: Part) -> None:
    visitor = part.anybody()
    browser.act_as(visitor.session)
    browser.get("/", re.escape(visitor.path[1]))


def path(browser: Browser, part: Part) -> None:
    visitor = part.anybody()
    browser.act_as(visitor.session)
    browser.get(f"/paths/{visitor.path[0]}/", re.escape(visitor.path[1]))


def lesson(browser: Browser, part: Part) -> None:
    visitor = part.anybody()
    course, activity, title = part.rng.choice(visitor.to_read)
    browser.act_as(visitor.session)
    browser.get(f"/courses/{course}/{activity}/", f"(?s){re.escape(title)}.*Remember")


def complete_a_lesson(browser: Browser, part: Part) -> None:
    visitor, (course, activity, _title) = _next(part.to_complete)
    browser.act_as(visitor.session)
    browser.post(f"/courses/{course}/{activity}/complete/", {"opened": ""}, "#finish$")


def search(browser: Browser, part: Part) -> None:
    browser.act_as(part.anybody().session)
    words = part.rng.choice(SEARCHES)
    browser.get(f"/search/?q={words.replace(' ', '+')}", f"(?i){words.split()[0][:7]}[^”]*</a>")


def article(browser: Browser, part: Part) -> None:
    browser.act_as(part.anybody().session)
    key, title = part.rng.choice(part.articles)
    browser.get(f"/knowledge/{key}/", f"(?s){re.escape(title)}.*At a glance")


def start_a_quiz(browser: Browser, part: Part) -> None:
    """Starting it, and the page of its first question."""
    visitor, ((course, activity, _title), _registration) = _next(part.to_start)
    browser.act_as(visitor.session)
    address = browser.post(f"/courses/{course}/{activity}/start/", {}, r"^/attempts/\d+/$")
    page = browser.get(address, "Question 1 of 20")
    part.running.append((visitor.session, int(address.split("/")[2]), page))


def answer_a_question(browser: Browser, part: Part) -> None:
    """Saving one answer, and the page of the next question."""
    session, attempt, page = _next(part.running)
    browser.act_as(session)
    position = _field(page, "position")
    fields = {
        "position": position,
        "revision": _field(page, "revision"),
        "answer": re.search(r'name="answer" value="([^"]+)"', page)[1],
        "go": "next",
    }
    address = browser.post(f"/attempts/{attempt}/answer/", fields, rf"^/attempts/{attempt}/\?q=\d+$")
    page = browser.get(address, f"Question {int(position) + 1} of 20")
    if int(position) < 19:
        part.running.append((session, attempt, page))
    else:
        part.answered.append((session, attempt))


def prepare_to_answer(browser: Browser, part: Part) -> None:
    """Opens attempts that nobody has looked at yet; this is not measured."""
    for _turn in range(len(part.running)):
        session, attempt, page = part.running.popleft()
        if page is None:
            browser.act_as(session)
            page = browser.get(f"/attempts/{attempt}/?q=1", "Question 1 of 20")
        part.running.append((session, attempt, page))


def submit(browser: Browser, part: Part) -> None:
    session, attempt = _next(part.answered)
    browser.act_as(session)
    browser.post(f"/attempts/{attempt}/submit/", {}, rf"^/attempts/{attempt}/review/$")


def review(browser: Browser, part: Part) -> None:
    visitor = part.anybody()
    browser.act_as(visitor.session)
    browser.get(f"/attempts/{part.rng.choice(visitor.finished)}/review/", r"Case \d+")


def certificate(browser: Browser, part: Part) -> None:
    visitor = part.anybody()
    browser.act_as(visitor.session)
    browser.get(f"/certificates/{part.rng.choice(visitor.certificates)}/", r"Certified in \d")


def team_board(browser: Browser, part: Part) -> None:
    session, name = part.rng.choice(part.leads)
    browser.act_as(session)
    browser.get("/team/", rf"(?s)Certified in 5.*{re.escape(name)}")


def team_csv(browser: Browser, part: Part) -> None:
    session, name = part.rng.choice(part.leads)
    browser.act_as(session)
    browser.get("/team/export.csv", rf"(?s)Certified in 5.*{re.escape(name)},")


def sign_in(browser: Browser, part: Part) -> None:
    browser.act_as(None)
    browser.post("/accounts/login/", {"login": part.anybody().email, "password": PASSWORD}, "^/$")


def _next(things):
    if not things:
        raise NothingLeft
    return things.popleft()


def _field(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="(\d+)"', page)[1]


@dataclass(frozen=True)
class Action:
    """share: percent of the day; the targets: times F, queries, and KB of HTML where the action shows a page."""

    name: str
    act: Callable[[Browser, Part], None]
    share: float = 0
    target: float | None = None
    queries: int | None = None
    kilobytes: int | None = None
    growth: float | None = 1.15


REFERENCE = Action("reference page (F)", reference_page)
SIGN_IN = Action("sign-in", sign_in, 1, 2.0, 6)
ACTIONS = [
    Action("learner home", learner_home, 14, 2.5, 6, 40),
    Action("path", path, 6, 2.5, 6, 40),
    Action("lesson", lesson, 18, 2.0, 6, 40),
    Action("complete a lesson", complete_a_lesson, 12, 2.0, 6),
    Action("search", search, 8, 3.0, 6, 40, growth=1.5),
    Action("article", article, 14, 2.5, 6, 40),
    Action("quiz start", start_a_quiz, 1.5, 4.0, 10, 40),
    Action("answer, next question", answer_a_question, 15, 2.5, 6, 20),
    Action("submit", submit, 1.5, 4.0, 10),
    Action("review", review, 2, 3.0, 6, 60),
    Action("certificate", certificate, 2, 2.0, 5, 40),
    Action("team board", team_board, 4, 5.0, 8, 120),
    Action("team CSV", team_csv, 1, 5.0, 6),
    SIGN_IN,
]
