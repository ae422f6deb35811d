"""Whether typed words are the accepted ones: normalisation by language, and wildcards.

An accepted answer is compared as a whole. `*` in it is any run of characters, also none; `\\*` is an asterisk.
"""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from quizzes.question_types.texts import LONGEST_RESPONSE

TATWEEL = "\u0640"
# What the same word is written with in one hand or another: hamza and its seats, alef maqsura, ta marbuta, and the
# Persian forms of ya and kaf.
ARABIC_FOLDS = str.maketrans("أإآٱىئیؤةک", "اااايييوهك", "ء")
WILDCARD = "\ue000"  # of the private use area: in no language's text
UNESCAPED_ASTERISK = re.compile(r"(\\\*)|\*")


class AcceptedBlock(blocks.StructBlock):
    """An accepted answer, its part of the mark and its feedback. One that was stored as a mere text earns all of it."""

    text = blocks.CharBlock(max_length=LONGEST_RESPONSE, label=_("Answer"))
    fraction = blocks.DecimalBlock(
        default=Decimal(100),
        min_value=0,
        max_value=100,
        decimal_places=5,
        label=_("Part of the mark, in percent"),
    )
    feedback = blocks.TextBlock(
        required=False,
        default="",
        rows=2,
        label=_("Feedback"),
        help_text=_("Shown in the review to who gave this answer."),
    )

    def to_python(self, value):
        return super().to_python(_as_struct(value))

    def bulk_to_python(self, values):
        return super().bulk_to_python([_as_struct(value) for value in values])

    def normalize(self, value):
        return super().normalize(_as_struct(value))

    class Meta:
        icon = "pilcrow"
        label = _("Answer")


def _as_struct(value: Any) -> Any:
    """A mere text is from before there were wildcards: what it says is meant literally."""
    return {"text": literal(value)} if isinstance(value, str) else value


def literal(text: str) -> str:
    """The accepted answer that only `text` fits."""
    return text.replace("*", "\\*")


def in_words(pattern: str) -> str:
    """An accepted answer to be read: an ellipsis for each wildcard. The answer fits it."""
    return UNESCAPED_ASTERISK.sub(lambda found: "*" if found[1] else "…", pattern)


def normalise(text: str, accents_matter: bool = True) -> str:
    """`text` without what does not make it another answer.

    That is: compatibility forms, case (Georgian Mtavruli becomes Mkhedruli), Arabic vowel marks, tatweel and letter
    variants, the script of digits, invisible marks, and the number of spaces; and, unless accents_matter, the marks on
    Latin letters.
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    if not accents_matter:
        text = _without_accents(text)
    kept = (c for c in text if unicodedata.category(c) != "Cf" and c != TATWEEL and not _is_arabic_mark(c))
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in kept)
    return " ".join(digits.translate(ARABIC_FOLDS).split())


def _is_arabic_mark(char: str) -> bool:
    return unicodedata.category(char) == "Mn" and "\u0600" <= char <= "\u08ff"


def _without_accents(text: str) -> str:
    """Of other scripts the marks are kept: there they tell letters apart."""
    kept, base = [], ""
    for char in unicodedata.normalize("NFD", text):
        if not unicodedata.combining(char):
            base = char
        elif base.isascii() and base.isalpha():
            continue
        kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


def fits(response: str, pattern: str, accents_matter: bool) -> bool:
    """Whether a response is what `pattern` accepts. In linear time: each piece is looked for once, leftmost first."""
    pieces = pieces_of(pattern, accents_matter)
    given = normalise(response, accents_matter)
    if not given or len(pieces) == 1:
        return bool(given) and given == pieces[0]
    first, *middle, last = pieces
    if len(given) < len(first) + len(last) or not given.startswith(first) or not given.endswith(last):
        return False
    place, end = len(first), len(given) - len(last)
    for piece in middle:
        place = given.find(piece, place, end)
        if place < 0:
            return False
        place += len(piece)
    return True


def pieces_of(pattern: str, accents_matter: bool) -> list[str]:
    """What stands between the wildcards of an accepted answer, normalised."""
    marked = UNESCAPED_ASTERISK.sub(lambda found: "*" if found[1] else WILDCARD, pattern.replace(WILDCARD, ""))
    return normalise(marked, accents_matter).split(WILDCARD)


def first_that_fits(response: str, accepted: Iterable[dict], accents_matter: bool) -> dict | None:
    """The first accepted answer that a response fits (Moodle's rule), or None."""
    return next((answer for answer in accepted if fits(response, answer["text"], accents_matter)), None)


def part_of(answer: dict | None) -> Fraction:
    """The part of the mark that an accepted answer earns, from 0 to 1."""
    return Fraction(answer["fraction"]) / 100 if answer else Fraction(0)


def frozen_answers(accepted: Iterable[Any]) -> list[dict]:
    return [
        {"text": answer["text"], "fraction": str(answer["fraction"]), "feedback": answer.get("feedback") or ""}
        for answer in accepted
        if normalise(answer["text"])
    ]
