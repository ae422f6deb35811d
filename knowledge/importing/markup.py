"""HTML taken apart: a clean tree, its running text and its blocks in order, and rich text made of any of it."""

import html
import re
from collections.abc import Iterator

import nh3
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from knowledge.importing.richtext import (
    INLINE_TAGS,
    REMOVED_WITH_CONTENT,
    SAME_AS,
    URL_SCHEMES,
    clean,
    clean_inline,
    collapse,
)

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
BLOCKS = HEADINGS | {"ul", "ol", "dl", "table", "blockquote", "pre", "details", "hr"}
PARTS = {"li", "dt", "dd", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "summary"}
CONTAINERS = PARTS | {
    *("p", "div", "section", "article", "main", "header", "footer", "nav", "aside", "figure", "figcaption"),
    *("address", "form", "fieldset", "legend", "label", "button", "option", "select", "center", "hgroup"),
}
MAX_DEPTH = 100
MAX_UNCLOSED_TAGS = 5000  # the cleaner takes time by the square of the depth
_TAG = re.compile(r"<[^>]*>")
_NESTING_TAG = re.compile(
    r"<(/?)(?!(?:p|li|dt|dd|tr|td|th|option|br|img|hr|meta|link|input|source|col|wbr|area|base|param|track)\b)[a-z]",
    re.IGNORECASE,
)
_TWO_BREAKS = re.compile(r"(?:\s*<br\s*/?>\s*){2,}")


def read_markup(markup: str) -> BeautifulSoup:
    """The tree of `markup` without scripts, styles, form fields, comments and unknown tags (their text stays).

    Raises RecursionError for HTML that is nested more than MAX_DEPTH deep.
    """
    _refuse_deep_nesting(markup, MAX_UNCLOSED_TAGS)
    cleaned = nh3.clean(
        markup,
        tags=BLOCKS | CONTAINERS | INLINE_TAGS | SAME_AS.keys() | {"img"},
        clean_content_tags=REMOVED_WITH_CONTENT | {"title"},
        attributes={"a": {"href"}, "img": {"alt"}, "ol": {"start"}},
        url_schemes=URL_SCHEMES,
        url_relative="deny",
        link_rel=None,
    )
    _refuse_deep_nesting(cleaned, MAX_DEPTH)
    tree = BeautifulSoup(cleaned, "html.parser")
    for tag in tree.find_all(SAME_AS.keys()):
        tag.name = SAME_AS[tag.name]
    return tree


def _refuse_deep_nesting(markup: str, limit: int) -> None:
    depth = 0
    for tag in _NESTING_TAG.finditer(markup):
        depth += -1 if tag[1] else 1
        if depth > limit:
            raise RecursionError("HTML nested too deeply")


def take_out_pictures(tree: BeautifulSoup) -> int:
    """Put each picture's alternative text in its place; how many there were."""
    pictures = tree.find_all("img")
    for picture in pictures:
        picture.replace_with(f" {picture.get('alt', '')} ")
    return len(pictures)


def text_of(tag: Tag) -> str:
    """The words of `tag` on one line; those of neighbouring paragraphs, cells or lines stay apart."""
    parts = (plain_text(part) if isinstance(part, str) else text_of(part) for part in segments(tag))
    return collapse(" ".join(parts))


def plain_text(inline_markup: str) -> str:
    return collapse(html.unescape(_TAG.sub("", inline_markup.replace("<br>", " "))))


def segments(node: Tag) -> Iterator[str | Tag]:
    """What `node` holds, in order: running text as clean inline markup, and block tags."""
    run: list[str] = []
    for child in node.children:
        if isinstance(child, NavigableString):
            run.append(html.escape(child, quote=False))
        elif child.name in INLINE_TAGS and not child.find(BLOCKS | CONTAINERS):
            run.append(str(child))
        else:
            yield from _paragraphs(run)
            run = []
            if child.name in BLOCKS:
                yield child
            else:
                yield from segments(child)
    yield from _paragraphs(run)


def _paragraphs(run: list[str]) -> Iterator[str]:
    for part in _TWO_BREAKS.split("".join(run)):
        if text := clean_inline(part):
            yield text


def rich_text(node: Tag) -> str:
    """All that `node` holds as rich text; what rich text does not know becomes paragraphs."""
    return "".join(f"<p>{part}</p>" if isinstance(part, str) else _block_as_rich_text(part) for part in segments(node))


def _block_as_rich_text(tag: Tag) -> str:
    if tag.name in ("ul", "ol"):
        return _list_as_rich_text(tag)
    if tag.name in HEADINGS:
        return f"<p><b>{clean_inline(tag.decode_contents())}</b></p>"
    if tag.name == "pre":
        return code_as_rich_text(tag)
    if tag.name == "table":
        rows = [" | ".join(text_of(cell) for cell in cells) for cells in table_cells(tag)]
        return "".join(f"<p>{html.escape(row, quote=False)}</p>" for row in rows)
    return rich_text(tag)


def _list_as_rich_text(tag: Tag) -> str:
    items = []
    for item in list_items(tag):
        parts = list(segments(item))
        texts = [part for part in parts if isinstance(part, str)]
        nested = [_block_as_rich_text(part) for part in parts if isinstance(part, Tag)]
        items.append(f"<li>{'<br>'.join(texts)}{''.join(nested)}</li>")
    return clean(f"<{tag.name}>{''.join(items)}</{tag.name}>")


def code_as_rich_text(tag: Tag) -> str:
    lines = html.escape(tag.get_text().strip("\n"), quote=False).split("\n")
    return f"<p><code>{'<br>'.join(lines)}</code></p>"


def list_items(tag: Tag) -> list[Tag]:
    """The list's items; a stray tag between them counts as one."""
    return [child for child in tag.children if isinstance(child, Tag)]


def table_cells(tag: Tag) -> list[list[Tag]]:
    return [row.find_all(["th", "td"], recursive=False) for row in tag.find_all("tr")]


def cell_rich_text(cell: Tag) -> str:
    """A cell's rich text: paragraphs only, a list in it becomes one paragraph an item."""
    markup = re.sub(r"<(/?)li>", r"<\1p>", rich_text(cell))
    return clean(markup, INLINE_TAGS | {"p"})
