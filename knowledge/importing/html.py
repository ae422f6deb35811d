"""HTML to blocks."""

import re

from bs4 import BeautifulSoup, Tag

from knowledge.importing import building
from knowledge.importing.lines import is_question
from knowledge.importing.markup import (
    HEADINGS,
    cell_rich_text,
    code_as_rich_text,
    list_items,
    plain_text,
    read_markup,
    rich_text,
    segments,
    table_cells,
    take_out_pictures,
    text_of,
)
from knowledge.importing.richtext import clean_inline, paragraph

ALERT_TONES = {"note": "note", "important": "note", "tip": "tip", "warning": "warning", "caution": "warning"}
_ALERT = re.compile(r"\s*\[!(\w+)\]")
_TITLE = re.compile(r"<title[^>]*>([^<]*)</title", re.IGNORECASE)
_STEP = re.compile(r"<p><b>(?P<title>(?:(?!</?b>).)+)</b>(?P<rest>(?:(?!</p>).)*)</p>(?P<more>.*)", re.DOTALL)


def blocks_from_html(markup: str) -> tuple[str, list[building.Block], int]:
    """Title, blocks and the number of pictures that were left out (their alternative text is in the blocks).

    The title is the first `h1` (which then leaves the blocks), else the document's `title`.
    """
    tree = read_markup(markup)
    picture_count = take_out_pictures(tree)
    first_heading = tree.find("h1")
    title = text_of(first_heading.extract()) if first_heading else _document_title(markup)
    return title, blocks_in(tree), picture_count


def _document_title(markup: str) -> str:
    match = _TITLE.search(markup)
    return plain_text(clean_inline(match[1])) if match else ""


def blocks_in(node: Tag) -> list[building.Block]:
    blocks: list[building.Block] = []
    for part in segments(node):
        new = [building.paragraph(f"<p>{part}</p>")] if isinstance(part, str) else _block(part)
        if new and blocks and new[0]["type"] == blocks[-1]["type"] == "faq":
            blocks[-1]["value"].extend(new.pop(0)["value"])
        blocks.extend(new)
    return blocks


def _block(tag: Tag) -> list[building.Block]:
    if tag.name in HEADINGS:
        text = text_of(tag)
        return [building.heading(text, int(tag.name[1]))] if text else []
    return _BUILDERS[tag.name](tag)


def _list(tag: Tag) -> list[building.Block]:
    items = [text for item in list_items(tag) if (text := rich_text(item))]
    if not items:
        return []
    if tag.name == "ul":
        return [building.item_list(items, numbered=False)]
    start = int(tag.get("start", "")) if str(tag.get("start", "")).isdecimal() else 1
    if start != 1:
        marked = [item.replace("<p>", f"<p>{number}. ", 1) for number, item in enumerate(items, start)]
        return [building.item_list(marked, numbered=False)]
    return [_steps(items) or building.item_list(items, numbered=True)]


def _steps(items: list[str]) -> building.Block | None:
    """Numbered items that all begin with a bold title, with text after it, are steps."""
    matches = [_STEP.fullmatch(item) for item in items]
    if len(items) < 2 or not all(matches):
        return None
    pairs = []
    for match in matches:
        rest = match["rest"].lstrip(" :–—-")
        title = plain_text(match["title"])
        pairs.append((title, (f"<p>{rest}</p>" if rest else "") + match["more"]))
    has_text = any(text for _, text in pairs)
    return building.steps(pairs) if has_text and all(0 < len(t) <= building.TEXT_LIMIT for t, _ in pairs) else None


def _definitions(tag: Tag) -> list[building.Block]:
    """Questions with answers are an FAQ; other terms become bold, above their text."""
    pairs: list[tuple[str, str]] = []
    for child in list_items(tag):
        if child.name == "dt" or not pairs:
            pairs.append((text_of(child), ""))
        else:
            pairs[-1] = (pairs[-1][0], pairs[-1][1] + rich_text(child))
    if pairs and all(is_question(term) and text for term, text in pairs):
        return [building.faq(pairs)]
    return [part for term, text in pairs for part in _term(term, text)]


def _term(term: str, text: str) -> list[building.Block]:
    bold = paragraph(term).replace("<p>", "<p><b>").replace("</p>", "</b></p>") if term else ""
    return [building.paragraph(bold + text)] if bold or text else []


def _details(tag: Tag) -> list[building.Block]:
    summary = tag.find("summary")
    question = text_of(summary.extract()) if summary else ""
    answer = rich_text(tag)
    if question and answer and len(question) <= building.TEXT_LIMIT:
        return [building.faq([(question, answer)])]
    return _term(question, answer)


def _quotation(tag: Tag) -> list[building.Block]:
    """A callout if it begins as GitHub's alerts do: `[!NOTE] Title`, then the text on the next lines."""
    first = tag.find("p")
    marker = _ALERT.match(first.get_text()) if first else None
    tone = ALERT_TONES.get(marker[1].lower()) if marker else None
    if not tone:
        return blocks_in(tag)
    head, _, rest = first.decode_contents().partition("\n")
    title = plain_text(_ALERT.sub("", head, count=1))
    first.clear()
    first.append(BeautifulSoup(rest, "html.parser"))
    text = rich_text(tag)
    return [building.callout(tone, title, text) if text else building.callout(tone, "", paragraph(title))]


def _table(tag: Tag) -> list[building.Block]:
    if tag.find("table"):
        return blocks_in(tag)
    cells = [row for row in table_cells(tag) if row]
    caption = tag.find("caption")
    blocks = [building.paragraph(paragraph(text_of(caption)))] if caption and text_of(caption) else []
    if cells:
        has_header = bool(tag.find("thead")) or all(cell.name == "th" for cell in cells[0])
        blocks.append(building.table([[cell_rich_text(cell) for cell in row] for row in cells], has_header))
    return blocks


def _code(tag: Tag) -> list[building.Block]:
    return [building.paragraph(code_as_rich_text(tag))] if tag.get_text().strip() else []


_BUILDERS = {
    "ul": _list,
    "ol": _list,
    "dl": _definitions,
    "table": _table,
    "blockquote": _quotation,
    "pre": _code,
    "details": _details,
    "hr": lambda tag: [],
}
