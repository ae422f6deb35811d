"""Regrades that somebody asked for in the CMS: done in the background, found again by their name in the history."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone
from django_tasks import task
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from people.models import User
from quizzes.models import MarkChange, Quiz
from quizzes.neutralising import How, Neutralising
from quizzes.regrade_plans import Selection
from quizzes.regrading import carry_out
from quizzes.rescoring import Rescoring, Treatment

logger = logging.getLogger("quizzes")

REGRADE, FROZEN = "regrade", "frozen"
BEGAN = "quizzes.regrade_began"
ENDED = tuple(f"quizzes.{cause}" for cause in (MarkChange.Cause.REGRADE, MarkChange.Cause.NEUTRALISED))
GIVEN_UP_AFTER = timedelta(minutes=30)  # a regrade that has not ended by then has lost its worker


@dataclass(frozen=True)
class Run:
    """A regrade by its name. found: what it changed, as `carry_out` logged it; None while it has not ended."""

    batch: UUID
    began: ModelLogEntry
    found: dict[str, Any] | None

    @property
    def quiz_pk(self) -> int:
        return int(self.began.object_id)

    def is_given_up(self, at: datetime | None = None) -> bool:
        return self.found is None and self.began.timestamp < (at or timezone.now()) - GIVEN_UP_AFTER


def selection_of(quiz: Quiz, choices: dict[str, Any]) -> Selection:
    """choices: {"questions": [key, ...], "act", "only_failed", "with_by_hand"}, as JSON."""
    return Selection(quiz.key, frozenset(map(UUID, choices["questions"])), only_failed=choices["only_failed"])


def treatment_of(choices: dict[str, Any]) -> Treatment:
    if choices["act"] in How.values:
        return Neutralising(choices["act"])
    return Rescoring(is_frozen=choices["act"] == FROZEN, with_by_hand=choices["with_by_hand"])


def start_regrade(quiz: Quiz, choices: dict[str, Any], by: User, reason: str) -> UUID:
    """Writes down that it was asked for, and has it done; returns its name in the history."""
    batch = uuid4()
    log(instance=quiz, action=BEGAN, user=by, uuid=batch, data={"reason": reason, **choices})
    regrade_in_background.enqueue(quiz.pk, choices, by.pk, reason, str(batch))
    return batch


@task()
def regrade_in_background(quiz_pk: int, choices: dict[str, Any], by: int, reason: str, batch: str) -> None:
    """Safe to run twice: what is right already does not change again."""
    quiz, person = Quiz.objects.get(pk=quiz_pk), User.objects.get(pk=by)
    try:
        carry_out(selection_of(quiz, choices), treatment_of(choices), person, reason, batch=UUID(batch))
    except Exception:
        logger.exception("regrade %s: broke off", batch)
        raise


def run_of(batch: UUID) -> Run | None:
    """The regrade of this name, if there is one."""
    entries = {entry.action: entry for entry in ModelLogEntry.objects.filter(uuid=batch, action__in=(BEGAN, *ENDED))}
    if BEGAN not in entries:
        return None
    ended = next((entries[action] for action in ENDED if action in entries), None)
    return Run(batch, entries[BEGAN], ended and ended.data)
