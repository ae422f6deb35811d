"""What would keep a quiz from being started, in words for the trainer."""

from random import Random

from django.utils.translation import gettext as _

from quizzes.drawing import candidates_for, draw, slots_of
from quizzes.models import Quiz
from quizzes.refusals import PoolTooSmall


def problems_of(quiz: Quiz) -> list[str]:
    """The problems of a saved quiz, each a sentence; none where learners can start it."""
    slots = slots_of(quiz)
    if not slots:
        return [_("This quiz has no questions yet.")]
    candidates = candidates_for(slots)
    ready = {candidate.key for candidate in candidates if candidate.is_ready}
    problems = [
        _("The question “%(question)s” is not ready.") % {"question": slot.question_name}
        for slot in slots
        if slot.question_key and slot.question_key not in ready
    ]
    try:
        draw(slots, candidates, {}, Random())
    except PoolTooSmall as problem:
        problems.append(str(problem))
    return problems
