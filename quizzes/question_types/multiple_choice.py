"""Several right answers: all of them and no other earn the mark. The response is the sorted list of chosen ids."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quizzes.question_types.options import OptionsBlock, answer_in_words, are_options, freeze
from quizzes.question_types.options import feedback_on as feedback
from quizzes.question_types.options import texts_of as response_in_words

NAME = "multiple_choice"

__all__ = ["BLOCK", "NAME", "accepts", "answer_in_words", "feedback", "freeze", "parse", "response_in_words", "score"]


class MultipleChoiceBlock(OptionsBlock):
    def problem_of(self, right: list[bool]) -> str:
        if len(right) < 2:
            return _("Give at least two options.")
        return "" if any(right) else _("Mark at least one option as right.")

    class Meta:
        icon = "check"
        label = gettext_lazy("Multiple choice")


BLOCK = MultipleChoiceBlock()


def parse(post) -> list[str] | None:
    return sorted(set(post.getlist("answer")) - {""}) or None


def accepts(content: dict, response) -> bool:
    return isinstance(response, list) and bool(response) and are_options(content, response)


def score(content: dict, response: list[str]) -> Decimal:
    return Decimal(set(response) == set(content["key"]["correct"]))
