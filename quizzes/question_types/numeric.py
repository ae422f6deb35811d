"""A number, within a tolerance. The response is what was typed; what is no number is a wrong answer.

Several answers may earn a part of the mark; the first that fits decides, the right one before all others. With units,
the number is converted to the first one. A wrong unit, or a missing one where one is required, costs its penalty.
"""

import re
import unicodedata
from decimal import Context, Decimal
from fractions import Fraction
from random import Random
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail import blocks
from wagtail.blocks import BlockGroup

from quizzes.question_types.question_block import QuestionBlock, frozen
from quizzes.question_types.texts import accepts_typed, typed

NAME, PLACE = "numeric", 40
MINUS_SIGNS = "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"
ARABIC_DECIMAL_SEPARATOR, ARABIC_THOUSANDS_SEPARATOR = "\u066b", "\u066c"
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
BEGINS_WITH_NUMBER = re.compile(r"[+-]?[\d.,]+", re.ASCII)
# Exact for all that fits into a response, and an overflow is no error but a wrong answer.
EXACTLY = Context(prec=500, traps=[])


def tolerance_block() -> blocks.DecimalBlock:
    return blocks.DecimalBlock(
        default=0,
        label=gettext_lazy("Tolerance"),
        help_text=gettext_lazy("How far off an answer may be: with 0.5, both 9.5 and 10.5 are right where 10 is."),
    )


def feedback_block() -> blocks.TextBlock:
    return blocks.TextBlock(
        required=False,
        default="",
        rows=2,
        label=gettext_lazy("Feedback"),
        help_text=gettext_lazy("Shown in the review to who gave this answer."),
    )


class OtherAnswerBlock(blocks.StructBlock):
    answer = blocks.DecimalBlock(label=gettext_lazy("Answer"))
    tolerance = tolerance_block()
    fraction = blocks.DecimalBlock(
        min_value=0, max_value=100, decimal_places=5, label=gettext_lazy("Part of the mark, in percent")
    )
    feedback = feedback_block()

    class Meta:
        icon = "decimal"
        label = gettext_lazy("Answer")


class UnitBlock(blocks.StructBlock):
    unit = blocks.CharBlock(max_length=40, label=gettext_lazy("Unit"))
    factor = blocks.DecimalBlock(
        default=1,
        label=gettext_lazy("Factor"),
        help_text=gettext_lazy("How many of the first unit it is: 7 for weeks where that is days."),
    )

    class Meta:
        icon = "decimal"
        label = gettext_lazy("Unit")


class NumericBlock(QuestionBlock):
    answer = blocks.DecimalBlock(label=gettext_lazy("Right answer"))
    tolerance = tolerance_block()
    feedback = feedback_block()
    other_answers = blocks.ListBlock(
        OtherAnswerBlock(),
        default=[],
        label=gettext_lazy("Other answers"),
        help_text=gettext_lazy("Answers that earn a part of the mark, or that have feedback of their own."),
    )
    unit = blocks.CharBlock(required=False, default="", max_length=40, label=gettext_lazy("Unit"))
    other_units = blocks.ListBlock(
        UnitBlock(),
        default=[],
        label=gettext_lazy("Other units"),
        help_text=gettext_lazy("In which an answer may be given too. Another name of the unit has the factor 1."),
    )
    unit_is_required = blocks.BooleanBlock(
        required=False,
        label=gettext_lazy("The unit must be given"),
        help_text=gettext_lazy("Then learners are not told the unit. Otherwise a number alone is in the unit."),
    )
    unit_penalty = blocks.DecimalBlock(
        default=100,
        min_value=0,
        max_value=100,
        decimal_places=5,
        label=gettext_lazy("What a wrong unit costs, in percent"),
        help_text=gettext_lazy("Of the mark that the number earns; also a missing one, where it must be given."),
    )

    def own_layout(self, own: list[str]) -> list[str | BlockGroup]:
        first = own.index("unit") + 1
        units = BlockGroup(
            own[first:], heading=gettext_lazy("More units"), icon="decimal", classname="collapsed", label_format=""
        )
        return [*own[:first], units]

    def problems_of(self, value: Any) -> dict[str, str]:
        problems = {}
        if value["tolerance"] < 0:
            problems["tolerance"] = _("The tolerance cannot be less than 0.")
        if any(other["tolerance"] < 0 for other in value["other_answers"]):
            problems["other_answers"] = _("The tolerance cannot be less than 0.")
        return problems | problems_of_units(value)

    class Meta:
        icon = "decimal"
        label = pgettext_lazy("a question whose answer is a number", "Number")


BLOCK = NumericBlock()
parse, accepts = typed, accepts_typed


def problems_of_units(value: Any) -> dict[str, str]:
    others = [other["unit"] for other in value["other_units"]]
    units = [_in_ascii(unit) for unit in [value["unit"], *others] if unit]
    problems = {}
    if others and not value["unit"]:
        problems["other_units"] = _("Give the unit of the right answer, to which the others are converted.")
    elif any(other["factor"] <= 0 for other in value["other_units"]):
        problems["other_units"] = _("A factor is more than 0.")
    elif len(set(units)) < len(units):
        problems["other_units"] = _("Two units are the same; capitals and spaces do not tell them apart.")
    if value["unit_is_required"] and not value["unit"]:
        problems["unit"] = _("Give the unit that must be given.")
    elif (others or value["unit_is_required"]) and any(map(_begins_like_number, units)):
        problems["unit"] = _("A unit begins with neither a digit nor a sign.")
    return problems


def _begins_like_number(unit: str) -> bool:
    return unit[:1].isnumeric() or unit[:1] in ("+", "-", ".", ",", "")


def freeze(value, rng: Random, shuffle: bool) -> dict:
    """The unit is shown, unless learners must give it."""
    unit, is_required = value.get("unit") or "", bool(value.get("unit_is_required"))
    key = {
        "answer": str(value["answer"]),
        "tolerance": str(value.get("tolerance") or 0),
        "feedback": value.get("feedback") or "",
        "others": [_frozen_answer(other) for other in value.get("other_answers") or []],
        "units": {other["unit"]: str(other["factor"]) for other in value.get("other_units") or []},
        "unit_penalty": str(100 if value.get("unit_penalty") is None else value["unit_penalty"]),
    }
    if is_required:
        key["unit"] = unit
    return frozen(value, key, unit="" if is_required else unit, unit_is_required=is_required)


def _frozen_answer(other: Any) -> dict:
    numbers = {name: str(other.get(name) or 0) for name in ("answer", "tolerance", "fraction")}
    return numbers | {"feedback": other.get("feedback") or ""}


def _fitting(content: dict, response: str) -> tuple[dict | None, Fraction]:
    """The first answer that a response fits, or None; and the part of its mark that the unit leaves."""
    key = content["key"]
    unit = key.get("unit", content["unit"])
    factors = {unit: "1"} | key.get("units", {}) if unit else {}
    number, factor = quantity_from(response, factors)
    if number is None:
        return None, Fraction(0)
    is_missing = factor is None and number_from(response) is not None
    is_fine = factor is not None or (is_missing and not content.get("unit_is_required"))
    left = Fraction(1) if is_fine else 1 - Fraction(key.get("unit_penalty", 100)) / 100
    converted = EXACTLY.multiply(number, Decimal(factor or 1))
    answers = [{"fraction": "100", "feedback": "", **key}, *key.get("others", [])]
    return next((answer for answer in answers if is_within(converted, answer)), None), left


def is_within(number: Decimal, answer: dict) -> bool:
    """Whether a number is `answer["answer"]`, give or take `answer["tolerance"]`."""
    right, tolerance = Decimal(answer["answer"]), Decimal(answer.get("tolerance") or 0)
    return EXACTLY.subtract(right, tolerance) <= number <= EXACTLY.add(right, tolerance)


def score(content: dict, response: str) -> Fraction:
    answer, left = _fitting(content, response)
    return Fraction(answer["fraction"]) / 100 * left if answer else Fraction(0)


def answer_in_words(content: dict) -> list[str]:
    key = content["key"]
    return [f"{key['answer']} {key.get('unit', content['unit'])}".strip()]


def response_in_words(content: dict, response: str) -> list[str]:
    return [response]


def feedback(content: dict, response: str) -> list[str]:
    answer, _left = _fitting(content, response)
    return [answer["feedback"]] if answer and answer["feedback"] else []


def quantity_from(text: str, factors: dict[str, str]) -> tuple[Decimal | None, str | None]:
    """The number that a person typed and the factor of its unit, which stands after it or before it.

    factors: those of the known units. The factor is None without a unit and with one that is not known; an unknown one
    is what follows the number and has no digit, as in "14 apples".
    """
    given = _in_ascii(text)
    for unit, factor in factors.items():
        name = _in_ascii(unit)
        for rest in (given.removesuffix(name), given.removeprefix(name)):
            if rest != given and (number := number_from(rest)) is not None:
                return number, factor
    found = BEGINS_WITH_NUMBER.match(given)
    if not found or any(char.isnumeric() for char in given[found.end() :]):
        return None, None
    return number_from(found[0]), None


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
