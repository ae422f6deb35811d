"""What every question has, whatever its type: text, feedback, hints, a picture, an article; and its frozen form."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks import BlockGroup
from wagtail.blocks.struct_block import StructBlockValidationError

from quizzes.question_types.chosen import alternative_text, article_to_read, image_to_show, picture, reading
from quizzes.question_types.texts import FEATURES, safe_html

AFTER = ["general_feedback", "hints", "image", "image_alt", "article"]


class QuestionBlock(blocks.StructBlock):
    """The block of a question type adds the fields of its own, which stand after the text, and says its problems."""

    text = blocks.RichTextBlock(features=FEATURES, label=_("Question"))
    general_feedback = blocks.RichTextBlock(
        required=False,
        default="",
        features=FEATURES,
        label=_("General feedback"),
        help_text=_("Why the right answer is right. Shown to everybody in the review."),
    )
    hints = blocks.ListBlock(
        blocks.CharBlock(max_length=500, label=_("Hint")),
        default=[],
        label=_("Hints"),
        help_text=_("Where a quiz allows several tries, one after the other is shown after a wrong answer."),
    )
    image = image_to_show()
    image_alt = alternative_text()
    article = article_to_read()

    def get_form_layout(self) -> BlockGroup:
        own = [name for name in self.child_blocks if name != "text" and name not in AFTER]
        aids = BlockGroup(AFTER[2:], heading=_("Picture and article"), icon="image", classname="collapsed")
        return BlockGroup(["text", *self.own_layout(own), *AFTER[:2], aids])

    def own_layout(self, own: list[str]) -> list[str | BlockGroup]:
        """How the form lays out the fields that the type adds."""
        return own

    def clean(self, value):
        value = super().clean(value)
        if problems := self.problems_of(value):
            errors = {name: ValidationError(problem) for name, problem in problems.items()}
            raise StructBlockValidationError(block_errors=errors)
        return value

    def problems_of(self, value: Any) -> dict[str, str]:
        """What is wrong with each field of a value, in words."""
        return {}


def frozen(value: Any, key: dict, text: str | None = None, **shown: Any) -> dict:
    """The frozen question of a block's value: its text, what else is `shown`, and the key, which is not.

    text: safe HTML, where it is not the block's own.
    """
    hints = [hint for hint in value.get("hints") or [] if hint.strip()]
    key = {**key, "general_feedback": safe_html(value.get("general_feedback"))} | ({"hints": hints} if hints else {})
    aids = {
        "image": picture(value.get("image"), value.get("image_alt") or ""),
        "reading": reading(value.get("article")),
    }
    shown |= {name: aid for name, aid in aids.items() if aid}
    return {"text": safe_html(value["text"]) if text is None else text, **shown, "key": key}
