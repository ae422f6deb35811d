"""What of a finished attempt may be shown when: Moodle's review options, seven aspects in four phases."""

from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

IMMEDIATELY_AFTER = timedelta(minutes=2)


class Aspect(TextChoices):
    ATTEMPT = "attempt", _("The attempt: questions and own answers")
    CORRECTNESS = "correctness", _("Whether correct")
    MARKS = "marks", _("Marks")
    SPECIFIC_FEEDBACK = "specific_feedback", _("Specific feedback")
    GENERAL_FEEDBACK = "general_feedback", _("General feedback")
    RIGHT_ANSWER = "right_answer", _("Right answer")
    OVERALL_FEEDBACK = "overall_feedback", _("Overall feedback")


class Phase(TextChoices):
    DURING = "during", _("During the attempt")
    IMMEDIATELY = "immediately", _("Immediately after the attempt")
    LATER = "later", _("Later, while the quiz is still open")
    CLOSED = "closed", _("After the quiz is closed")


def everything() -> dict[str, list[str]]:
    """The default: all aspects in all phases. During an attempt it matters only where feedback comes at once, and the
    overall feedback never comes before the end."""
    during = [aspect for aspect in Aspect.values if aspect != Aspect.OVERALL_FEEDBACK]
    return {phase: during if phase == Phase.DURING else list(Aspect.values) for phase in Phase.values}


def phase_of(finished_at: datetime | None, closes_at: datetime | None, at: datetime) -> Phase:
    """The phase in which somebody looks at an attempt at `at`.

    finished_at: when it was submitted, None while it is in progress. closes_at: when its quiz closes, None for never.
    Immediately after means the first two minutes, also where the quiz closes in them (Moodle).
    """
    if finished_at is None:
        return Phase.DURING
    if at < finished_at + IMMEDIATELY_AFTER:
        return Phase.IMMEDIATELY
    return Phase.CLOSED if closes_at is not None and at >= closes_at else Phase.LATER


def shown(review: dict[str, list[str]], phase: Phase) -> frozenset[Aspect]:
    """The aspects that `review` shows in `phase`. What belongs to single questions needs the attempt itself."""
    aspects = frozenset(Aspect(name) for name in review.get(phase, []))
    if phase == Phase.DURING:
        aspects |= {Aspect.ATTEMPT}
        aspects -= {Aspect.OVERALL_FEEDBACK}
    if Aspect.ATTEMPT in aspects:
        return aspects
    return aspects & {Aspect.MARKS, Aspect.OVERALL_FEEDBACK}
