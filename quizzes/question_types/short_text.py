"""A few words, compared with the accepted answers. The response is what was typed."""

import unicodedata
from decimal import Decimal
from random import Random

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from quizzes.question_types.texts import LONGEST_RESPONSE, accepts_typed, frozen, general_feedback, question_text, typed

NAME = "short_text"
TATWEEL = "\u0640"
# What the same word is written with in one hand or another: hamza and its seats, alef maqsura, ta marbuta, and the
# Persian forms of ya and kaf.
ARABIC_FOLDS = str.maketrans("أإآٱىئیؤةک", "اااايييوهك", "ء")


class ShortTextBlock(blocks.StructBlock):
    text = question_text()
    accepted = blocks.ListBlock(
        blocks.CharBlock(max_length=LONGEST_RESPONSE, label=gettext_lazy("Answer")),
        min_num=1,
        label=gettext_lazy("Accepted answers"),
        help_text=gettext_lazy("Capitals, spaces, Arabic vowel marks and the forms of alef and hamza do not matter."),
    )
    general_feedback = general_feedback()

    def clean(self, value):
        value = super().clean(value)
        if not any(normalise(answer) for answer in value["accepted"]):
            error = ValidationError(_("Give at least one accepted answer."))
            raise StructBlockValidationError(block_errors={"accepted": error})
        return value

    class Meta:
        icon = "pilcrow"
        label = gettext_lazy("Short text")


BLOCK = ShortTextBlock()
parse, accepts = typed, accepts_typed


def freeze(value, rng: Random, shuffle: bool) -> dict:
    return frozen(value, {"accepted": [answer for answer in value["accepted"] if normalise(answer)]})


def score(content: dict, response: str) -> Decimal:
    given = normalise(response)
    return Decimal(bool(given) and given in map(normalise, content["key"]["accepted"]))


def answer_in_words(content: dict) -> list[str]:
    return content["key"]["accepted"][:1]


def response_in_words(content: dict, response: str) -> list[str]:
    return [response]


def feedback(content: dict, response: str) -> list[str]:
    return []


def normalise(text: str) -> str:
    """`text` without what does not make it another answer.

    That is: compatibility forms, case (Georgian Mtavruli becomes Mkhedruli), Arabic vowel marks, tatweel and letter
    variants, the script of digits, invisible marks, and the number of spaces.
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    kept = (c for c in text if unicodedata.category(c) != "Cf" and c != TATWEEL and not _is_arabic_mark(c))
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in kept)
    return " ".join(digits.translate(ARABIC_FOLDS).split())


def _is_arabic_mark(char: str) -> bool:
    return unicodedata.category(char) == "Mn" and "\u0600" <= char <= "\u08ff"
