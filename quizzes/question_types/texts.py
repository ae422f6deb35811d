"""The texts of a question, and the one shape of a frozen one."""

from collections.abc import Iterable
from typing import Any

import nh3
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.rich_text import RichText, expand_db_html

# No links: a question does not lead away, and what a link leads to could change after the start.
FEATURES = ["bold", "italic", "code", "ol", "ul"]
TAGS = {"p", "br", "b", "strong", "i", "em", "code", "ol", "ul", "li"}
LONGEST_RESPONSE = 200  # characters


def question_text() -> blocks.RichTextBlock:
    return blocks.RichTextBlock(features=FEATURES, label=_("Question"))


def general_feedback() -> blocks.RichTextBlock:
    return blocks.RichTextBlock(
        required=False,
        features=FEATURES,
        label=_("General feedback"),
        help_text=_("Why the right answer is right. Shown to everybody in the review."),
    )


def safe_html(text: RichText | str | None) -> str:
    """A rich text as HTML that can be shown as it is, whatever wrote it."""
    return nh3.clean(expand_db_html(text.source if isinstance(text, RichText) else text or ""), tags=TAGS)


def are_distinct(texts: Iterable[str]) -> bool:
    """Whether a reader could tell any two of these texts apart; spaces and capitals do not count."""
    seen = [" ".join(text.casefold().split()) for text in texts]
    return len(set(seen)) == len(seen)


def frozen(value: Any, key: dict, **shown: Any) -> dict:
    """The frozen question of a block's value: its text, what else is `shown`, and the key, which is not."""
    key = {**key, "general_feedback": safe_html(value.get("general_feedback"))}
    return {"text": safe_html(value["text"]), **shown, "key": key}


def typed(post: Any) -> str | None:
    """What was typed into the one field of a form, without the spaces around it."""
    return post.get("answer", "").strip() or None


def accepts_typed(content: dict, response: Any) -> bool:
    return isinstance(response, str) and 0 < len(response) <= LONGEST_RESPONSE
