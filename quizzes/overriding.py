"""Other limits for one person or one team, and more time for an attempt that is open. Each act names who and why.

An override holds for attempts that start later. An attempt that is open keeps what it started with, until somebody
gives it more time, which is an act of its own.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from people.models import Team, User
from people.reasons import require_reason
from quizzes.models import Attempt, Quiz, QuizOverride
from quizzes.refusals import AttemptClosed
from quizzes.starting import expiry_of

LIMITS = ("opens_at", "closes_at", "time_limit", "attempt_limit", "extra_time")
GRANTED, CHANGED, WITHDRAWN = "quizzes.grant_override", "quizzes.change_override", "quizzes.withdraw_override"
EXTENDED = "quizzes.extend_attempt"


class NothingOverridden(ValueError):
    """An override that says nothing else than the quiz is refused."""


class OverrideExists(Exception):
    """`override` holds for this person or team already, or did until it ended: change that one."""

    def __init__(self, override: QuizOverride):
        self.override = override
        super().__init__(
            _("%(whom)s has an override of this quiz already.") % {"whom": override.person or override.team}
        )


class NoDeadline(Exception):
    """The attempt has no deadline that could be moved."""


@transaction.atomic
def grant_override(
    quiz: Quiz,
    by: User,
    reason: str,
    person: User | None = None,
    team: Team | None = None,
    expires_at: datetime | None = None,
    **limits: Any,
) -> QuizOverride:
    """Gives a person, or a team with its sub-teams, other limits of `quiz`, until `expires_at` where it is given.

    limits: of LIMITS, as QuizOverride has them; what is None or left out stays as the quiz says. Raises
    ReasonRequired, NothingOverridden, OverrideExists, and ValidationError where the limits contradict each other.
    """
    _require(reason, limits)
    Quiz.objects.select_for_update(no_key=True).get(pk=quiz.pk)  # two that grant at once: the second one is told
    of_the_same = Q(person=person) if person else Q(team=team)
    if existing := QuizOverride.objects.filter(of_the_same, quiz=quiz).select_related("person", "team").first():
        raise OverrideExists(existing)
    override = QuizOverride(quiz=quiz, person=person, team=team, reason=reason, expires_at=expires_at, created_by=by)
    _set(override, limits)
    override.save(force_insert=True)
    log(instance=quiz, action=GRANTED, user=by, data=_described(override))
    return override


@transaction.atomic
def change_override(
    override: QuizOverride, by: User, reason: str, expires_at: datetime | None = None, **limits: Any
) -> QuizOverride:
    """Replaces all limits, the reason and the end of an override; what it was stays in the log.

    Raises as `grant_override` does, and QuizOverride.DoesNotExist where it was withdrawn in the meantime.
    """
    _require(reason, limits)
    held = QuizOverride.objects.select_for_update(no_key=True, of=("self",)).select_related("quiz").get(pk=override.pk)
    before = _described(held)
    held.reason, held.expires_at = reason, expires_at
    _set(held, dict.fromkeys(LIMITS) | limits)
    held.save(update_fields=[*LIMITS, "reason", "expires_at"])
    log(instance=held.quiz, action=CHANGED, user=by, data=_described(held) | {"before": before})
    return held


@transaction.atomic
def withdraw_override(override: QuizOverride, by: User, reason: str) -> bool:
    """Takes an override away for what starts from now on; returns whether it was there. Raises ReasonRequired."""
    require_reason(reason)
    deleted, _rows = QuizOverride.objects.filter(pk=override.pk).delete()
    if deleted:
        data = _described(override) | {"reason": reason, "before": _described(override)}
        log(instance=override.quiz, action=WITHDRAWN, user=by, data=data)
    return bool(deleted)


@transaction.atomic
def extend_attempt(attempt_pk: int, by: User, reason: str, extra: timedelta, at: datetime | None = None) -> Attempt:
    """Moves the deadline of an attempt that is open by `extra`, counted from now where it has passed already.

    The time to submit, where the quiz gives some, moves with it. Raises Attempt.DoesNotExist where no graded attempt
    is meant, AttemptClosed where it is over, NoDeadline, ReasonRequired, and ValueError where `extra` is not more.
    """
    at = at or timezone.now()
    require_reason(reason)
    if extra <= timedelta(0):
        raise ValueError("An extension gives more time.")
    attempt = Attempt.objects.graded().select_for_update(no_key=True).get(pk=attempt_pk)
    if attempt.state != Attempt.State.IN_PROGRESS or attempt.is_over(at):
        raise AttemptClosed
    if attempt.deadline_at is None:
        raise NoDeadline
    before = attempt.deadline_at
    attempt.deadline_at = max(before, at) + extra
    attempt.expires_at = expiry_of(attempt)
    attempt.save(update_fields=["deadline_at", "expires_at"])
    data = {"from": before.isoformat(), "to": attempt.deadline_at.isoformat(), "reason": reason}
    log(instance=attempt, action=EXTENDED, user=by, data=data | {"person": attempt.person_id})
    return attempt


def _require(reason: str, limits: dict[str, Any]) -> None:
    require_reason(reason)
    if all(value is None for value in limits.values()):
        raise NothingOverridden


def _set(override: QuizOverride, limits: dict[str, Any]) -> None:
    """Raises ValidationError where they contradict each other, and TypeError for what is not a limit."""
    if foreign := set(limits) - set(LIMITS):
        raise TypeError(f"These are no limits of a quiz: {', '.join(sorted(foreign))}.")
    for name, value in limits.items():
        setattr(override, name, value)
    override.full_clean(exclude=["quiz", "person", "team", "created_by"], validate_unique=False)


def _described(override: QuizOverride) -> dict[str, Any]:
    """What the log keeps: for whom, what and until when, as JSON."""
    given = {name: value for name in LIMITS if (value := getattr(override, name)) is not None}
    return {
        "person": override.person_id,
        "team": override.team_id,
        "reason": override.reason,
        "expires_at": override.expires_at and override.expires_at.isoformat(),
        **{name: value if isinstance(value, int) else str(value) for name, value in given.items()},
    }
