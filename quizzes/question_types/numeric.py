"""A number, within a tolerance. The response is what was typed; what is no number is a wrong answer."""

import re
import unicodedata
from decimal import Decimal
from random import Random

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from quizzes.question_types.texts import accepts_typed, frozen, general_feedback, question_text, typed

NAME = "numeric"
MINUS_SIGNS = "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"
ARABIC_DECIMAL_SEPARATOR, ARABIC_THOUSANDS_SEPARATOR = "\u066b", "\u066c"
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)


class NumericBlock(blocks.StructBlock):
    text = question_text()
    answer = blocks.DecimalBlock(label=gettext_lazy("Right answer"))
    tolerance = blocks.DecimalBlock(
        default=0,
        label=gettext_lazy("Tolerance"),
        help_text=gettext_lazy("How far off an answer may be: with 0.5, both 9.5 and 10.5 are right where 10 is."),
    )
    unit = blocks.CharBlock(required=False, max_length=40, label=gettext_lazy("Unit"))
    general_feedback = general_feedback()

    def clean(self, value):
        value = super().clean(value)
        if value["tolerance"] < 0:
            error = ValidationError(_("The tolerance cannot be less than 0."))
            raise StructBlockValidationError(block_errors={"tolerance": error})
        return value

    class Meta:
        icon = "decimal"
        label = pgettext_lazy("a question whose answer is a number", "Number")


BLOCK = NumericBlock()
parse, accepts = typed, accepts_typed


def freeze(value, rng: Random, shuffle: bool) -> dict:
    key = {"answer": str(value["answer"]), "tolerance": str(value.get("tolerance") or 0)}
    return frozen(value, key, unit=value.get("unit") or "")


def score(content: dict, response: str) -> Decimal:
    number = number_from(response, content["unit"])
    if number is None:
        return Decimal(0)
    answer, tolerance = Decimal(content["key"]["answer"]), Decimal(content["key"]["tolerance"])
    return Decimal(answer - tolerance <= number <= answer + tolerance)


def answer_in_words(content: dict) -> list[str]:
    return [f"{content['key']['answer']} {content['unit']}".strip()]


def response_in_words(content: dict, response: str) -> list[str]:
    return [response]


def feedback(content: dict, response: str) -> list[str]:
    return []


def number_from(text: str, unit: str = "") -> Decimal | None:
    """The number that a person typed, as people of our three languages type it; None where it is none.

    Digits of any script; comma, point or the Arabic separator before the decimals; spaces; any dash as a minus; the
    unit after it. Separators of thousands are taken out where they cannot be anything else (1.234,5 or 1,234,567),
    so 1,234 is a little more than one. No exponents, no NaN, no infinity.
    """
    text = _in_ascii(text).removesuffix(_in_ascii(unit))
    kinds = sorted(set(text) & set(",."), key=text.rfind)
    for kind in kinds:
        is_decimal = kind == kinds[-1] and text.count(kind) == 1
        if not is_decimal and not _groups_thousands(text, kind):
            return None
        text = text.replace(kind, ";" if is_decimal else "")
    text = text.replace(";", ".")
    return Decimal(text) if NUMBER.fullmatch(text) else None


def _in_ascii(text: str) -> str:
    """Without spaces and invisible marks, with European digits, separators and minus."""
    signs = dict.fromkeys(MINUS_SIGNS, "-") | {ARABIC_DECIMAL_SEPARATOR: ".", ARABIC_THOUSANDS_SEPARATOR: "", "٪": "%"}
    shown = (c for c in text.casefold() if not c.isspace() and unicodedata.category(c) != "Cf")
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else signs.get(c, c) for c in shown)


def _groups_thousands(text: str, separator: str) -> bool:
    whole = re.split(r"[,.]", text.replace(separator, " "))[0]
    return bool(re.fullmatch(r"[+-]?\d{1,3}( \d{3})+", whole))
