"""Is a statement true? The response is a boolean."""

from decimal import Decimal
from random import Random

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from quizzes.question_types.question_block import QuestionBlock, frozen

NAME, PLACE = "true_false", 30


class TrueFalseBlock(QuestionBlock):
    is_true = blocks.BooleanBlock(required=False, label=gettext_lazy("It is true"))
    true_feedback = blocks.TextBlock(required=False, default="", rows=2, label=gettext_lazy("Feedback to “true”"))
    false_feedback = blocks.TextBlock(required=False, default="", rows=2, label=gettext_lazy("Feedback to “false”"))

    class Meta:
        icon = "success"
        label = gettext_lazy("True or false")


BLOCK = TrueFalseBlock()
FIELD_VALUES = {"true": True, "false": False}


def freeze(value, rng: Random, shuffle: bool) -> dict:
    feedback = {"true": value.get("true_feedback") or "", "false": value.get("false_feedback") or ""}
    return frozen(value, {"is_true": bool(value["is_true"]), "feedback": feedback})


def parse(post) -> bool | str | None:
    posted = post.get("answer") or None
    return FIELD_VALUES.get(posted, posted)


def accepts(content: dict, response) -> bool:
    return isinstance(response, bool)


def score(content: dict, response: bool) -> Decimal:
    return Decimal(response is content["key"]["is_true"])


def answer_in_words(content: dict) -> list[str]:
    return response_in_words(content, content["key"]["is_true"])


def response_in_words(content: dict, response: bool) -> list[str]:
    return [_("True") if response else _("False")]


def feedback(content: dict, response: bool) -> list[str]:
    text = content["key"]["feedback"]["true" if response else "false"]
    return [text] if text else []
