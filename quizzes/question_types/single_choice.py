"""One right answer among several. The response is the id of an option."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quizzes.question_types.options import (
    OptionsBlock,
    answer_in_words,
    are_options,
    feedback_on,
    freeze,
    texts_of,
)

NAME = "single_choice"

__all__ = ["BLOCK", "NAME", "accepts", "answer_in_words", "feedback", "freeze", "parse", "response_in_words", "score"]


class SingleChoiceBlock(OptionsBlock):
    def problem_of(self, right: list[bool]) -> str:
        if len(right) < 2:
            return _("Give at least two options.")
        return "" if sum(right) == 1 else _("Mark exactly one option as right.")

    class Meta:
        icon = "radio-full"
        label = gettext_lazy("Single choice")


BLOCK = SingleChoiceBlock()


def parse(post) -> str | None:
    return post.get("answer") or None


def accepts(content: dict, response) -> bool:
    return are_options(content, [response])


def score(content: dict, response: str) -> Decimal:
    return Decimal(response in content["key"]["correct"])


def response_in_words(content: dict, response: str) -> list[str]:
    return texts_of(content, [response])


def feedback(content: dict, response: str) -> list[str]:
    return feedback_on(content, [response])
