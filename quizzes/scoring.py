"""From a response to a mark, and from the marks to passed or not. Marks are exact decimals and are never rounded up."""

from decimal import Decimal
from fractions import Fraction
from math import floor

from quizzes.models import AttemptQuestion

DECIMALS = 2


def mark_of(question: AttemptQuestion) -> Decimal:
    """The mark that the saved response of a frozen question earns, from 0 to its highest mark. No response earns 0."""
    if question.response is None:
        return Decimal(0)
    part = Fraction(question.type.score(question.content, question.response))
    return Decimal(floor(part * Fraction(question.max_mark) * 10**DECIMALS)).scaleb(-DECIMALS)


def is_passed(mark: Decimal, max_mark: Decimal, pass_mark: Decimal) -> bool:
    """Whether `mark` of `max_mark` is at least `pass_mark` percent, compared without a division and so exactly."""
    return mark * 100 >= pass_mark * max_mark
