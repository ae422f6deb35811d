"""Numbers in files: fractions of a mark, marks, right answers."""

from decimal import Decimal

from django.utils.translation import gettext as _

from quizzes.formats.parsed import Place, Refused
from quizzes.question_types.numeric import number_from

LONGEST = 40  # characters
STEP = Decimal("0.00001")  # what the bank keeps of a fraction, and Moodle too


def number(text: str, place: Place) -> Decimal:
    found = number_from(text) if len(text) <= LONGEST else None
    if found is None:
        raise Refused(place, _("“%(text)s” is not a number.") % {"text": text.strip()[:LONGEST]})
    return found


def fraction(text: str, place: Place) -> Decimal:
    """Percent of the mark. Raises Refused for more than the whole of it, or less than its negative."""
    found = number_from(text) if len(text) <= LONGEST else None
    if found is None or not -100 <= found <= 100:
        reason = _("“%(text)s” is not a fraction: it goes from -100 to 100 percent.")
        raise Refused(place, reason % {"text": text.strip()[:LONGEST]})
    return found.quantize(STEP)


def mark(text: str, place: Place) -> Decimal:
    """In points, with the two decimals that the bank keeps."""
    return number(text, place).quantize(Decimal("0.01"))


def percent(text: str, place: Place) -> Decimal:
    """Of a mark, from 0 to 100, with the two decimals that the bank keeps."""
    return number(text, place).quantize(Decimal("0.01"))


def share(count: int) -> Decimal:
    """What each of `count` equal parts earns, in percent."""
    return (Decimal(100) / count).quantize(STEP) if count else Decimal(0)


def written(value: Decimal) -> str:
    """Without an exponent and without zeros at the end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
