"""A text of the learner's own, which a person marks. The response is what was written, with its lines.

A response of any length that its form takes is saved, also under the lower limit or over the upper one: nothing that
was written is lost, and whoever marks it sees how long it is.
"""

import re
from random import Random
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import blocks

from quizzes.question_types.question_block import QuestionBlock, frozen
from quizzes.question_types.texts import are_distinct
from quizzes.question_types.texts import typed_lines as parse

NAME, PLACE = "essay", 90
NEEDS_MARKER = True
LONGEST_ESSAY = 20_000  # characters
DEFAULT_ROWS = 12
BETWEEN_WORDS = re.compile(r"[\s\u2013\u2014]+")  # spaces, line ends and dashes, but not hyphens

__all__ = ["BLOCK", "NAME", "accepts", "answer_in_words", "feedback", "freeze", "parse", "response_in_words", "score"]


class CriterionBlock(blocks.StructBlock):
    name = blocks.CharBlock(max_length=120, label=gettext_lazy("Criterion"))
    points = blocks.DecimalBlock(
        min_value=0, max_digits=6, decimal_places=2, default=1, label=gettext_lazy("Highest points")
    )
    description = blocks.TextBlock(
        required=False,
        default="",
        rows=2,
        label=gettext_lazy("Description"),
        help_text=gettext_lazy("What earns how many points."),
    )

    class Meta:
        icon = "list-ul"
        label = gettext_lazy("Criterion")


class EssayBlock(QuestionBlock):
    minimum_words = blocks.IntegerBlock(
        required=False, min_value=1, max_value=5000, label=gettext_lazy("At least so many words")
    )
    maximum_words = blocks.IntegerBlock(
        required=False, min_value=1, max_value=5000, label=gettext_lazy("At most so many words")
    )
    rows = blocks.IntegerBlock(default=DEFAULT_ROWS, min_value=2, max_value=40, label=gettext_lazy("Height, in lines"))
    template = blocks.TextBlock(
        required=False,
        default="",
        rows=3,
        max_length=LONGEST_ESSAY // 2,
        label=gettext_lazy("Text to begin with"),
        help_text=gettext_lazy("Stands in the field already, for learners to go on from."),
    )
    marker_note = blocks.TextBlock(
        required=False,
        default="",
        rows=3,
        label=gettext_lazy("Note for those who mark"),
        help_text=gettext_lazy("Learners never see it."),
    )
    rubric = blocks.ListBlock(
        CriterionBlock(),
        default=[],
        label=gettext_lazy("Rubric"),
        help_text=gettext_lazy(
            "The mark is the share of all points that are given. Without it, a mark is given as a whole."
        ),
    )

    def problems_of(self, value: Any) -> dict[str, str]:
        problems = {}
        if value["minimum_words"] and value["maximum_words"] and value["minimum_words"] > value["maximum_words"]:
            problems["maximum_words"] = _("The upper limit is less than the lower one.")
        if any(criterion["points"] <= 0 for criterion in value["rubric"]):
            problems["rubric"] = _("A criterion has more than 0 points.")
        elif not are_distinct(criterion["name"] for criterion in value["rubric"]):
            problems["rubric"] = _("Two criteria have the same name.")
        return problems

    class Meta:
        icon = "edit"
        label = gettext_lazy("Essay")


BLOCK = EssayBlock()


def freeze(value: Any, rng: Random, shuffle: bool) -> dict:
    """Note and rubric are in the key: {"note", "rubric": [{"id", "name", "points", "description"}]}."""
    key = {
        "note": value.get("marker_note") or "",
        "rubric": [
            {
                "id": child.id,
                "name": child.value["name"],
                "points": str(child.value["points"]),
                "description": child.value.get("description") or "",
            }
            for child in value["rubric"].bound_blocks
        ],
    }
    limits = {name: value.get(name) for name in ("minimum_words", "maximum_words")}
    return frozen(value, key, rows=value.get("rows") or DEFAULT_ROWS, template=value.get("template") or "", **limits)


def accepts(content: dict, response: Any) -> bool:
    return isinstance(response, str) and 0 < len(response) <= LONGEST_ESSAY


def score(content: dict, response: str) -> None:
    """A person marks it."""
    return None


def answer_in_words(content: dict) -> list[str]:
    return []


def response_in_words(content: dict, response: str) -> list[str]:
    """Its paragraphs."""
    return [line for line in response.split("\n") if line.strip()]


def feedback(content: dict, response: str) -> list[str]:
    return []


def count_words(text: str) -> int:
    """How many words a text in any language has: what stands between spaces and has a letter or a digit.

    "well-known" and "3.5" are one word each, a lone dash is none. static/js/words.js counts in the same way.
    """
    return sum(any(char.isalnum() for char in word) for word in BETWEEN_WORDS.split(text))


def length_in_words(content: dict, response: str) -> str:
    """How long a response is, and which limit it does not keep, for those who mark it."""
    count, least, most = count_words(response), content["minimum_words"], content["maximum_words"]
    words = ngettext("%(count)d word", "%(count)d words", count) % {"count": count}
    if least and count < least:
        return _("%(words)s, fewer than the %(limit)d that were asked for") % {"words": words, "limit": least}
    if most and count > most:
        return _("%(words)s, more than the %(limit)d that were allowed") % {"words": words, "limit": most}
    return words
