"""What single choice and multiple choice share: a list of options with stable ids."""

from random import Random
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from quizzes.question_types.question_block import QuestionBlock, frozen


class OptionBlock(blocks.StructBlock):
    text = blocks.CharBlock(max_length=500, label=_("Text"))
    is_correct = blocks.BooleanBlock(required=False, label=_("Right"))
    feedback = blocks.TextBlock(
        required=False, default="", rows=2, label=_("Feedback"), help_text=_("Shown in the review to who chose it.")
    )
    fraction = blocks.DecimalBlock(
        required=False,
        min_value=-100,
        max_value=100,
        decimal_places=5,
        label=_("Part of the mark, in percent"),
        help_text=_("What choosing it earns, where only a part is earned. Less than 0 takes away."),
    )

    class Meta:
        icon = "list-ul"
        label = _("Option")


class OptionsBlock(QuestionBlock):
    options = blocks.ListBlock(OptionBlock(), min_num=2, label=_("Options"))
    keep_last = blocks.BooleanBlock(
        required=False,
        label=_("The last option stays last"),
        help_text=_("Where options are shuffled: for “all of the above” and its like."),
    )

    def problems_of(self, value: Any) -> dict[str, str]:
        problem = self.problem_of(value)
        return {"options": problem} if problem else {}

    def problem_of(self, value: Any) -> str:
        """What is wrong with the options of a value, in words; empty where nothing is."""
        return ""


def freeze(value: Any, rng: Random, shuffle: bool) -> dict:
    # An option has the id that its block got when it was saved. The ids are random, so they do not tell the trainer's
    # order, in which the right answer often stands first.
    options = [(child.id, child.value) for child in value["options"].bound_blocks]
    if shuffle:
        last = [options.pop()] if value.get("keep_last") else []
        rng.shuffle(options)
        options += last
    key = {
        "correct": [pk for pk, option in options if option["is_correct"]],
        "feedback": {pk: option["feedback"] for pk, option in options if option.get("feedback")},
    }
    return frozen(value, key, options=[{"id": pk, "text": option["text"]} for pk, option in options])


def texts_of(content: dict, ids: list[str]) -> list[str]:
    """The texts of the options with these ids, in the order in which they were shown."""
    return [option["text"] for option in content["options"] if option["id"] in ids]


def are_options(content: dict, ids: list) -> bool:
    return all(isinstance(pk, str) for pk in ids) and set(ids) <= {option["id"] for option in content["options"]}


def answer_in_words(content: dict) -> list[str]:
    return texts_of(content, content["key"]["correct"])


def feedback_on(content: dict, ids: list[str]) -> list[str]:
    feedback = content["key"]["feedback"]
    return [feedback[option["id"]] for option in content["options"] if option["id"] in ids and option["id"] in feedback]
