"""What the page of a running attempt shows: one question or all of them, with the feedback that was earned so far."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any

from django.db.models.fields.json import KT
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.text import Truncator

from people.compiled import CompiledQuery
from quizzes.forms import prefix_of
from quizzes.models import Attempt, AttemptQuestion, Quiz
from quizzes.practising import aspects_for
from quizzes.question_types import asked
from quizzes.refusals import AnswerStands, StaleAnswer
from quizzes.reviews import ReviewedQuestion, checked_answer

Refused = StaleAnswer | AnswerStands
NOTHING_REFUSED: Mapping[int, tuple[Refused, QueryDict]] = {}


@dataclass
class Conflict:
    """Why an answer was not saved, with hers in words (`mine`) and the saved one (`theirs`); `revision` is of the
    saved one, and None where the answer stands, so that there is nothing to choose."""

    message: str
    mine: list[str]
    theirs: list[str]
    revision: int | None


@dataclass
class AskedQuestion:
    """A question without its key. `checked` is what its check told, as far as the attempt's rules show that."""

    position: int
    prefix: str
    section: str
    template_name: str
    content: dict
    response: Any
    revision: int
    is_answered: bool
    is_flagged: bool
    is_critical: bool
    is_settled: bool
    has_begun: bool
    can_check: bool
    checked: ReviewedQuestion | None = None
    hints: list[str] = field(default_factory=list)
    tries_left: int | None = None
    penalty: str = ""
    conflict: Conflict | None = None


def question_page(attempt: Attempt, at: datetime, position: int | None = None, refused=NOTHING_REFUSED) -> dict:
    """The context of the page of `attempt`, or of its question at `position`. Raises Http404 where there is none.

    refused: by position why an answer was not saved, with the form that held it: the page offers it again.
    """
    if attempt.rule("layout") == Quiz.Layout.ONE_PAGE:
        rows = list(attempt.questions.all())
        shown = rows
        progress = [
            {"position": row.position, "is_answered": row.response is not None, "is_flagged": row.is_flagged}
            for row in rows
        ]
    else:
        progress = _progress(attempt=attempt.pk)
        shown = [_question_at(attempt, position or _first_open(attempt, progress))]
    aspects = aspects_for(attempt, at)
    return frame(attempt, at) | {
        "is_one_page": attempt.rule("layout") == Quiz.Layout.ONE_PAGE,
        "questions": [_asked(row, attempt, aspects, refused) for row in shown],
        "position": shown[0].position,
        "total": len(progress),
        "answered": progress,
    }


def frame(attempt: Attempt, at: datetime) -> dict:
    """What all pages of an attempt show."""
    on_expiry = attempt.rule("on_expiry")
    return {
        "attempt": attempt,
        "is_practice": attempt.purpose == Attempt.Purpose.PRACTICE,
        "is_preview": attempt.purpose == Attempt.Purpose.PREVIEW,
        "is_sequential": attempt.is_sequential,
        "milliseconds_left": attempt.milliseconds_left(at),
        "is_autosubmitted": on_expiry == Quiz.OnExpiry.AUTOSUBMIT,
        "has_grace": on_expiry == Quiz.OnExpiry.GRACE,
    }


def _first_open(attempt: Attempt, progress: Iterable[dict]) -> int:
    if attempt.is_sequential:
        return attempt.reached
    return next((entry["position"] for entry in progress if not entry["is_answered"]), 1)


def _question_at(attempt: Attempt, position: int) -> AttemptQuestion:
    question = _questions_at.first(attempt=attempt.pk, position=position)
    if question is None:
        raise Http404
    question.attempt = attempt
    return question


@CompiledQuery
def _questions_at(attempt, position):
    return AttemptQuestion.objects.filter(attempt=attempt, position=position)


@CompiledQuery
def _progress(attempt):
    return AttemptQuestion.objects.filter(attempt=attempt).progress()


def _asked(row: AttemptQuestion, attempt: Attempt, aspects, refused) -> AskedQuestion:
    behaviour = attempt.rule("behaviour")
    is_one_page = attempt.rule("layout") == Quiz.Layout.ONE_PAGE
    question = AskedQuestion(
        position=row.position,
        prefix=prefix_of(row.position) if is_one_page else "",
        section=row.section,
        template_name=row.type.template_name,
        content=asked(row.content),
        response=row.response,
        revision=row.revision,
        is_answered=row.response is not None,
        is_flagged=row.is_flagged,
        is_critical=row.is_critical,
        is_settled=row.settled_at is not None,
        has_begun=row.began_at is not None or not row.type.is_timed,
        can_check=behaviour != Quiz.Behaviour.DEFERRED and row.settled_at is None,
    )
    question.checked = checked_answer(row, aspects)
    if behaviour == Quiz.Behaviour.SEVERAL_TRIES and not question.is_settled:
        question.tries_left, question.hints = row.tries_left, row.hints_seen
        question.penalty = row.content["key"].get("penalty", "0")
    if row.position in refused:
        _offer_again(question, row, *refused[row.position])
    return question


def _offer_again(question: AskedQuestion, row: AttemptQuestion, refusal: Refused, post: QueryDict) -> None:
    """Shows an answer that was not saved in the question's form again, with the revision that it was given to."""
    mine = row.type.parse(post)
    stands = isinstance(refusal, AnswerStands)
    question.conflict = Conflict(
        message=str(refusal),
        mine=_in_words(row, mine),
        theirs=_in_words(row, row.response),
        revision=None if stands else row.revision,
    )
    if not stands:
        question.response, question.revision = mine, int(post["revision"])


def _in_words(row: AttemptQuestion, response: Any) -> list[str]:
    return [] if response is None else row.type.response_in_words(row.content, response)


def overview_page(attempt: Attempt, at: datetime) -> dict:
    """What is answered and what is not, before submitting. Where there is no way back it only counts."""
    takes_answers = attempt.is_running(at)
    answered = list(attempt.questions.progress(text=KT("content__text")))
    for entry in answered:
        entry["text"] = _in_short(entry["text"])
        if takes_answers and not attempt.is_sequential:
            entry["address"] = address_of(attempt, entry["position"])
    context = frame(attempt, at) | {
        "answered": answered,
        "unanswered_count": sum(not entry["is_answered"] for entry in answered),
        "takes_answers": takes_answers,
    }
    if not takes_answers:
        context["milliseconds_left"] = None
    return context


def address_of(attempt: Attempt, position: int) -> str:
    """Where the question at `position` is asked."""
    address = reverse("quizzes:attempt", args=[attempt.pk])
    if attempt.rule("layout") == Quiz.Layout.ONE_PAGE:
        return f"{address}#{prefix_of(position)}question"
    return f"{address}?q={position}"


def _in_short(rich_text: str) -> str:
    words = unescape(strip_tags(re.sub("</(p|li)>|<br>", " ", rich_text))).split()
    return Truncator(" ".join(words)).chars(90)
