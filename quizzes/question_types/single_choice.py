"""One right answer among several. The response is the id of an option.

A wrong option may earn a part of the mark: its fraction in percent. Less than 0 earns nothing.
"""

from fractions import Fraction
from random import Random
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quizzes.question_types.options import (
    OptionsBlock,
    answer_in_words,
    are_options,
    feedback_on,
    texts_of,
)
from quizzes.question_types.options import freeze as freeze_options

NAME, PLACE = "single_choice", 10

__all__ = ["BLOCK", "NAME", "accepts", "answer_in_words", "feedback", "freeze", "parse", "response_in_words", "score"]


class SingleChoiceBlock(OptionsBlock):
    def problem_of(self, value: Any) -> str:
        options = value["options"]
        if len(options) < 2:
            return _("Give at least two options.")
        if sum(option["is_correct"] for option in options) != 1:
            return _("Mark exactly one option as right.")
        if any((option["fraction"] == 100) != option["is_correct"] for option in options if _has_fraction(option)):
            return _("The right option earns 100 percent: leave its part empty. A wrong one earns less.")
        return ""

    class Meta:
        icon = "radio-full"
        label = gettext_lazy("Single choice")


BLOCK = SingleChoiceBlock()


def _has_fraction(option: Any) -> bool:
    return option.get("fraction") is not None


def freeze(value: Any, rng: Random, shuffle: bool) -> dict:
    content = freeze_options(value, rng, shuffle)
    wrong = [child for child in value["options"].bound_blocks if not child.value["is_correct"]]
    if fractions := {child.id: str(child.value["fraction"]) for child in wrong if _has_fraction(child.value)}:
        content["key"]["fractions"] = fractions
    return content


def parse(post) -> str | None:
    return post.get("answer") or None


def accepts(content: dict, response) -> bool:
    return are_options(content, [response])


def score(content: dict, response: str) -> Fraction:
    if response in content["key"]["correct"]:
        return Fraction(1)
    return max(Fraction(0), Fraction(content["key"].get("fractions", {}).get(response, 0)) / 100)


def response_in_words(content: dict, response: str) -> list[str]:
    return texts_of(content, [response])


def feedback(content: dict, response: str) -> list[str]:
    return feedback_on(content, [response])
