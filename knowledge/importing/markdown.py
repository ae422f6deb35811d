"""Markdown to blocks: CommonMark with tables and GitHub's alerts, by way of HTML."""

import re

from markdown_it import MarkdownIt

from knowledge.importing import building
from knowledge.importing.html import blocks_from_html, blocks_in
from knowledge.importing.markup import read_markup, take_out_pictures

_FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<fields>(?:[\w-]+:.*\n|[ \t]+.*\n|\n)*)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_MARKDOWN = MarkdownIt("commonmark", {"html": True, "maxNesting": 1000}).enable("table")


def blocks_from_markdown(text: str) -> list[building.Block]:
    """All of `text` as raw blocks for a StreamField of ArticleBodyBlock: `{"type": ..., "value": ...}`.

    `# Title` becomes a heading of the first level like `##`; use `parse_article` where it should be the page's
    title. A numbered list whose items all begin in bold becomes steps, `<details>` an FAQ, `> [!TIP] Title` a
    callout. A picture leaves its alternative text.
    """
    tree = read_markup(_MARKDOWN.render(text))
    take_out_pictures(tree)
    return blocks_in(tree)


def read_markdown(text: str) -> tuple[str, list[building.Block], int, dict[str, str]]:
    """Title, blocks, number of pictures left out, and the front matter's plain `key: value` lines."""
    metadata: dict[str, str] = {}
    if front_matter := _FRONT_MATTER.match(text):
        text = text[front_matter.end() :]
        pairs = (line.split(":", 1) for line in front_matter["fields"].splitlines() if line[:1].strip())
        metadata = {key.strip().lower(): value.strip().strip("\"'") for key, value in pairs}
    title, blocks, picture_count = blocks_from_html(_MARKDOWN.render(text))
    if title and metadata.get("title", title) != title:
        blocks.insert(0, building.heading(title))
    return metadata.get("title") or title, blocks, picture_count, metadata
