"""The texts of a StreamField in its stored form: unlike the values of its blocks, that loads no pictures."""

import html
import re
from collections.abc import Iterable, Iterator

from wagtail import blocks

INLINE_TAG = re.compile(r"</?(?:a|b|strong|i|em|u|s|code|sub|sup|span)\b[^>]*>", re.IGNORECASE)
TAG = re.compile(r"<[^>]*>")
SPACE = re.compile(r"\s+")


def plain_text(block: blocks.BaseStreamBlock, stored: Iterable[dict]) -> str:
    """All texts in order, a line each, without markup; what is not for searching is left out.

    `stored` is what the database holds of a value of `block`: {"type", "value", "id"} of each child.
    """
    return "\n".join(text for text in _texts(block, list(stored)) if text)


def _texts(block: blocks.Block, value) -> Iterator[str]:
    if not value or not getattr(block, "search_index", True):
        return
    if isinstance(block, blocks.BaseStreamBlock):
        for child in value:
            if child["type"] in block.child_blocks:
                yield from _texts(block.child_blocks[child["type"]], child["value"])
    elif isinstance(block, blocks.BaseStructBlock) and isinstance(value, str):
        yield SPACE.sub(" ", value).strip()  # as it was stored when the block had one text and no fields
    elif isinstance(block, blocks.BaseStructBlock):
        for name, child_block in block.child_blocks.items():
            yield from _texts(child_block, value.get(name))
    elif isinstance(block, blocks.ListBlock):
        for item in value:
            is_wrapped = isinstance(item, dict) and item.get("type") == "item"
            yield from _texts(block.child_block, item["value"] if is_wrapped else item)
    elif isinstance(block, blocks.RichTextBlock):
        yield _without_markup(str(value))
    elif isinstance(block, blocks.CharBlock | blocks.TextBlock):
        yield SPACE.sub(" ", str(value)).strip()


def _without_markup(source: str) -> str:
    text = TAG.sub(" ", INLINE_TAG.sub("", source))
    return SPACE.sub(" ", html.unescape(text)).strip()
