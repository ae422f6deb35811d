"""Plain text to blocks: what was a heading, a list or a paragraph before somebody copied it out of a page.

Nothing is thrown away: the words of each line are in the title or in the blocks, in order.
"""

from knowledge.importing import building
from knowledge.importing.lines import Line, could_be_title, number_marker, read_lines
from knowledge.importing.outline import Outline
from knowledge.importing.richtext import paragraph

WRAPPED_WIDTHS = range(50, 101)
TITLE_WITHIN_LINES = 3


def blocks_from_text(text: str) -> tuple[str, list[building.Block]]:
    """The title (empty if none of the first lines can be one) and the blocks of plain text.

    A title that is not the very first line stays in the blocks as well, so that the order of the text is kept.
    """
    lines = _join_wrapped(_join_continued(read_lines(text)))
    title, start = _find_title(lines)
    return title, _blocks(Outline(lines, start))


def _find_title(lines: list[Line]) -> tuple[str, int]:
    for index, line in enumerate(lines[:TITLE_WITHIN_LINES]):
        if not line.is_item and could_be_title(line.text):
            return line.text, 1 if index == 0 and len(lines) > 1 else 0
    return "", 0


def _blocks(outline: Outline) -> list[building.Block]:
    blocks: list[building.Block] = []
    index = outline.start
    while index < len(outline.lines):
        line, end = outline.lines[index], outline.runs.get(index, index + 1)
        if outline.is_numbered_heading(index):
            blocks.append(building.heading(line.source if outline.has_numbers else line.text, outline.level(index)))
        elif outline.is_heading(index):
            blocks.append(building.heading(line.text, outline.level(index)))
        elif line.style == "bulleted" or end > index + 1:
            blocks.append(_list_block(outline.lines[index:end]))
        else:
            blocks.append(building.paragraph(paragraph(line.marked_text)))
        index = end
    return blocks


def _list_block(lines: list[Line]) -> building.Block:
    """One list. Bullets that all carry numbers (“- #1. ...”) make a numbered one; numbers that a numbered
    list would not give (3, 4, 7) stay in the text."""
    if lines[0].style == "numbered":
        numbers, texts, marked = zip(*((line.number, line.text, line.marked_text) for line in lines), strict=True)
    else:
        markers = [number_marker(line.text) for line in lines]
        texts = marked = [line.text for line in lines]
        numbers = []
        if all(markers):
            _, numbers, texts = zip(*markers, strict=True)
    is_count = list(numbers) == list(range(1, len(lines) + 1)) or set(numbers) == {1}
    return building.item_list([paragraph(text) for text in (texts if is_count else marked)], numbered=is_count)


def _join_continued(lines: list[Line]) -> list[Line]:
    """A line without a marker that is indented below a list item belongs to that item."""
    joined: list[Line] = []
    for line in lines:
        above = joined[-1] if joined else None
        below_item = above and above.is_item and not line.is_item and not line.blank_before
        if below_item and line.indent > above.indent:
            above.join(line)
        else:
            joined.append(line)
    return joined


def _join_wrapped(lines: list[Line]) -> list[Line]:
    """Put hard-wrapped paragraphs together: where all lines are short, a nearly full one runs on in the next."""
    widest = max((len(line.source) for line in lines), default=0)
    if widest not in WRAPPED_WIDTHS or not any(line.blank_before for line in lines[1:]):
        return lines
    joined: list[Line] = []
    width_above = 0
    for line in lines:
        may_run_on = joined and not (line.blank_before or line.is_item or joined[-1].is_item)
        if may_run_on and width_above >= 0.75 * widest:
            joined[-1].join(line)
        else:
            joined.append(line)
        width_above = len(line.source)
    return joined
