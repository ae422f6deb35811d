"""A given text to type against the clock. The response is what was typed; the server's clock measures the time.

With n characters typed in s seconds, and d the least number of characters to insert, delete or replace to make the
passage of it (Levenshtein):

    gross speed = n / 5 characters a word x 60 / s          words a minute
    accuracy    = 1 - d / max(n, length of the passage)     0 to 1
    net speed   = gross speed x accuracy                    words a minute
    part        = min(1, net speed / target), and 0 where the accuracy is less than the least that is asked for

They are Wobbrock's "WPM", "MSD error rate" and "AdjWPM" with the exponent 1 (Measures of Text Entry Performance, 2007;
the error rate is of Soukoreff and MacKenzie, 2003), but counting the first character too, because the clock runs before
it. What was left out of the passage counts as errors: to type one word fast earns nothing.

Compared are the texts without what a keyboard may not have or a wrapped line may change: see `as_typed`.
"""

import unicodedata
from decimal import Decimal
from fractions import Fraction
from math import floor
from random import Random
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from quizzes.question_types.question_block import QuestionBlock, frozen
from quizzes.question_types.texts import typed_lines as parse

NAME, PLACE = "typing_speed", 100
IS_TIMED = True
SHORTEST, LONGEST = 50, 2000  # characters of a passage
LONGEST_TYPED = 2 * LONGEST
CHARACTERS_A_WORD = 5
# Words a minute. The fastest on record stay under 220: what is faster was pasted, and earns nothing.
FASTEST = 250
PLAIN = str.maketrans("‘’‚‛“”„‟–—−‐‑", "''''\"\"\"\"-----")
TATWEEL = "\u0640"

__all__ = ["BLOCK", "NAME", "accepts", "answer_in_words", "feedback", "freeze", "parse", "response_in_words", "score"]


class TypingSpeedBlock(QuestionBlock):
    passage = blocks.TextBlock(
        rows=6,
        min_length=SHORTEST,
        max_length=LONGEST,
        label=gettext_lazy("Text to type"),
        help_text=gettext_lazy("Shown from when they begin. Line ends, curly quotes and long dashes do not matter."),
    )
    target = blocks.IntegerBlock(
        default=40,
        min_value=1,
        max_value=FASTEST,
        label=gettext_lazy("Words a minute for the whole mark"),
        help_text=gettext_lazy("A word is five characters. Slower typing earns its part."),
    )
    minimum_accuracy = blocks.DecimalBlock(
        default=90,
        min_value=0,
        max_value=100,
        decimal_places=2,
        label=gettext_lazy("Least accuracy, in percent"),
        help_text=gettext_lazy("With less than that, nothing is earned."),
    )

    def problems_of(self, value: Any) -> dict[str, str]:
        if len(as_typed(value["passage"])) < SHORTEST:
            return {"passage": _("Give a text of at least %(least)d characters.") % {"least": SHORTEST}}
        return {}

    class Meta:
        icon = "keyboard"
        label = gettext_lazy("Typing speed")


BLOCK = TypingSpeedBlock()


class Measured(NamedTuple):
    """speed: gross, in words a minute, or None where no time was measured. accuracy: from 0 to 1."""

    speed: Fraction | None
    accuracy: Fraction

    @property
    def is_plausible(self) -> bool:
        return self.speed is not None and self.speed <= FASTEST


def freeze(value: Any, rng: Random, shuffle: bool) -> dict:
    """The passage is shown only from when the learner begins: its template sees to that."""
    return frozen(
        value,
        {},
        passage=value["passage"].replace("\r\n", "\n").strip(),
        target=value["target"],
        minimum_accuracy=str(value["minimum_accuracy"]),
    )


def accepts(content: dict, response: Any) -> bool:
    return isinstance(response, str) and 0 < len(response) <= LONGEST_TYPED


def score(content: dict, response: str, seconds: float | None) -> Fraction:
    """seconds: from the beginning of the question to its last answer. What was not measured earns nothing."""
    measured = measure(content, response, seconds)
    if not measured.is_plausible or measured.accuracy * 100 < Fraction(content["minimum_accuracy"]):
        return Fraction(0)
    return min(Fraction(1), measured.speed * measured.accuracy / content["target"])


def measure(content: dict, response: str, seconds: float | None) -> Measured:
    typed, passage = as_typed(response), as_typed(content["passage"])
    accuracy = 1 - Fraction(distance(typed, passage), max(len(typed), len(passage), 1))
    if seconds is None or seconds <= 0:
        return Measured(None, accuracy)
    return Measured(Fraction(len(typed), CHARACTERS_A_WORD) * 60 / Fraction(seconds), accuracy)


def as_typed(text: str) -> str:
    """A text as everybody can type it.

    One space for any run of spaces and line ends, straight quotes, plain hyphens, no tatweel, Arabic vowel marks or
    invisible marks. Capitals and letters stay as they are.
    """
    text = unicodedata.normalize("NFKC", text).translate(PLAIN)
    kept = (char for char in text if char != TATWEEL and unicodedata.category(char) != "Cf" and not _is_vowel(char))
    return " ".join("".join(kept).split())


def _is_vowel(char: str) -> bool:
    return "\u0600" <= char <= "\u08ff" and unicodedata.category(char) == "Mn"


def distance(one: str, other: str) -> int:
    """The Levenshtein distance: the least number of characters to insert, delete or replace to make `other` of `one`.

    Myers's bit vectors (1999) in Hyyrö's form (2003): a column of the table is two numbers with a bit for each
    character of `one`, so that it takes len(other) steps, a few milliseconds for the longest passage.
    """
    if not one:
        return len(other)
    places: dict[str, int] = {}
    for place, char in enumerate(one):
        places[char] = places.get(char, 0) | 1 << place
    mask, last, steps = (1 << len(one)) - 1, 1 << len(one) - 1, len(one)
    rises, falls = mask, 0
    for char in other:
        same = places.get(char, 0)
        diagonal = (((same & rises) + rises) ^ rises) | same | falls
        grows, shrinks = (falls | ~(diagonal | rises)) & mask, diagonal & rises
        steps += bool(grows & last) - bool(shrinks & last)
        grows, shrinks = grows << 1 | 1, shrinks << 1
        rises, falls = (shrinks | ~(diagonal | grows)) & mask, grows & diagonal & mask
    return steps


def result_in_words(content: dict, response: str, seconds: float | None) -> list[str]:
    """The speed and the accuracy, and why they earn nothing where they do not."""
    measured = measure(content, response, seconds)
    if measured.speed is None:
        return [_("The time was not measured.")]
    least = content["minimum_accuracy"]
    words = [
        _("%(speed)d words a minute, %(accuracy)s%% accurate")
        % {"speed": floor(measured.speed), "accuracy": floor(measured.accuracy * 1000) / 10}
    ]
    if not measured.is_plausible:
        words.append(_("Nobody types so fast: it does not count."))
    elif measured.accuracy * 100 < Fraction(least):
        words.append(_("Less than %(least)s%% accuracy earns nothing.") % {"least": _plain(least)})
    return words


def answer_in_words(content: dict) -> list[str]:
    return [
        _("%(speed)d words a minute, at least %(accuracy)s%% accurate")
        % {"speed": content["target"], "accuracy": _plain(content["minimum_accuracy"])}
    ]


def _plain(percent: str) -> str:
    return f"{Decimal(percent).normalize():f}"


def response_in_words(content: dict, response: str) -> list[str]:
    return [response]


def feedback(content: dict, response: str) -> list[str]:
    return []
