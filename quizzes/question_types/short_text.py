"""A few words, compared with the accepted answers. The response is what was typed.

The first accepted answer that fits earns its fraction (Moodle's rule). See `wording.py` for what fits.
"""

from fractions import Fraction
from random import Random
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from quizzes.question_types.question_block import QuestionBlock, frozen
from quizzes.question_types.texts import accepts_typed, typed
from quizzes.question_types.wording import (
    AcceptedBlock,
    first_that_fits,
    frozen_answers,
    in_words,
    literal,
    normalise,
    part_of,
)

NAME, PLACE = "short_text", 50


class ShortTextBlock(QuestionBlock):
    accepted = blocks.ListBlock(
        AcceptedBlock(),
        min_num=1,
        label=gettext_lazy("Accepted answers"),
        help_text=gettext_lazy(
            "The first that fits counts. * stands for any words, \\* for an asterisk. Capitals, spaces, Arabic vowel "
            "marks and the forms of alef and hamza do not matter."
        ),
    )
    accents_matter = blocks.BooleanBlock(
        required=False,
        label=gettext_lazy("Accents on Latin letters matter"),
        help_text=gettext_lazy("Otherwise “resume” is right where “résumé” is."),
    )

    def problems_of(self, value: Any) -> dict[str, str]:
        problem = problem_of(value["accepted"])
        return {"accepted": problem} if problem else {}

    class Meta:
        icon = "pilcrow"
        label = gettext_lazy("Short text")


BLOCK = ShortTextBlock()
parse, accepts = typed, accepts_typed


def problem_of(accepted: Any) -> str:
    """What is wrong with a list of accepted answers, in words; empty where nothing is."""
    answers = [answer for answer in accepted if normalise(answer["text"])]
    if not answers:
        return _("Give at least one accepted answer.")
    return "" if any(answer["fraction"] == 100 for answer in answers) else _("At least one answer earns 100 percent.")


def freeze(value, rng: Random, shuffle: bool) -> dict:
    key = {"accepted": frozen_answers(value["accepted"]), "accents_matter": bool(value.get("accents_matter"))}
    return frozen(value, key)


def _fitting(content: dict, response: str) -> dict | None:
    return first_that_fits(response, _accepted(content), content["key"].get("accents_matter", True))


def _accepted(content: dict) -> list[dict]:
    """Those of a key that was frozen before there were fractions are mere texts."""
    return [
        {"text": literal(answer), "fraction": "100", "feedback": ""} if isinstance(answer, str) else answer
        for answer in content["key"]["accepted"]
    ]


def score(content: dict, response: str) -> Fraction:
    return part_of(_fitting(content, response))


def answer_in_words(content: dict) -> list[str]:
    return [in_words(answer["text"]) for answer in _accepted(content) if Fraction(answer["fraction"]) == 100][:1]


def response_in_words(content: dict, response: str) -> list[str]:
    return [response]


def feedback(content: dict, response: str) -> list[str]:
    answer = _fitting(content, response)
    return [answer["feedback"]] if answer and answer["feedback"] else []
