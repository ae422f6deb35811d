"""From a response to a mark, and from the marks to passed or not. Marks are exact decimals and are never rounded up."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from math import floor

from quizzes.models import AttemptQuestion

DECIMALS = 2


def part_of(question: AttemptQuestion) -> Fraction | None:
    """The part of its mark, from 0 to 1, that the saved response earns by itself; no response earns 0.

    None where a person has to mark it.
    """
    if question.response is None:
        return Fraction(0)
    timing = (question.seconds,) if question.type.is_timed else ()
    part = question.type.score(question.content, question.response, *timing)
    return None if part is None else Fraction(part)


def mark_of(question: AttemptQuestion) -> Decimal | None:
    """The mark that the saved response of a frozen question earns, from 0 to its highest mark.

    With several tries, each wrong one before takes its penalty off, never below 0 (Moodle, "interactive with multiple
    tries"). None where a person has to mark it.
    """
    part = part_of(question)
    if part is None:
        return None
    penalty = Fraction(question.content["key"].get("penalty", 0)) / 100
    part = max(Fraction(0), part - penalty * wrong_tries(question))
    return rounded_down(part * Fraction(question.max_mark))


def wrong_tries(question: AttemptQuestion) -> int:
    """How many checked tries came before the saved response."""
    is_checked = bool(question.tries) and question.tries[-1] == question.response
    return len(question.tries) - is_checked


def rounded_down(mark: Fraction) -> Decimal:
    return Decimal(floor(mark * 10**DECIMALS)).scaleb(-DECIMALS)


def is_passed(mark: Decimal, max_mark: Decimal, pass_mark: Decimal) -> bool:
    """Whether `mark` of `max_mark` is at least `pass_mark` percent, compared without a division and so exactly."""
    return mark * 100 >= pass_mark * max_mark


def fails_critically(question: AttemptQuestion, pass_mark: Decimal) -> bool:
    """Whether a marked critical question was failed.

    It has to earn its whole mark; where a person marks it, at least `pass_mark` percent of it. One that was
    neutralised is nobody's failure.
    """
    if not question.is_critical or question.is_neutralised:
        return False
    if question.type.needs_marker:
        return not is_passed(question.mark, question.max_mark, pass_mark)
    return question.mark < question.max_mark


def verdict(questions: Iterable[AttemptQuestion], pass_mark: Decimal) -> tuple[Decimal, Decimal, bool]:
    """The mark, the highest possible mark and whether it is passed, of an attempt whose questions are all marked.

    Where nothing is left that counts, because every question was dropped, nothing was shown and it is not passed.
    """
    questions = list(questions)
    mark = sum((question.mark for question in questions), Decimal(0))
    max_mark = sum((question.max_mark for question in questions), Decimal(0))
    failed = any(fails_critically(question, pass_mark) for question in questions)
    return mark, max_mark, max_mark > 0 and is_passed(mark, max_mark, pass_mark) and not failed
