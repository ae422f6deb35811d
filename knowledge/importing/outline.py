"""Which lines of a plain-text article head a section: a line's looks, and what stands around it."""

from knowledge.importing.lines import (
    PLAIN_LIMIT,
    Line,
    is_label,
    is_numbered_heading,
    is_plain_heading,
    is_question,
)


class Outline:
    """Answers about `lines`, whose first `start` lines (the title) are taken already.

    `runs` says where each list begins and ends: neighbouring items of one style.
    """

    def __init__(self, lines: list[Line], start: int):
        self.lines = lines
        self.start = start
        self.is_spaced = has_blank_lines(lines)
        self.runs = _item_runs(lines)
        self.has_numbers = self._heading_numbers_differ()
        self._short_runs = self._find_short_runs()
        headings = (index for index in range(start, len(lines)) if self.is_heading(index))
        self._first_heading = next(headings, len(lines))

    def is_numbered_heading(self, index: int) -> bool:
        """“1. Speed” with text or bullets below it, and no second item beside it."""
        line, end = self.lines[index], self.runs.get(index)
        if line.style != "numbered" or end != index + 1 or end == len(self.lines):
            return False
        return is_numbered_heading(line.text)

    def is_heading(self, index: int) -> bool:
        """A question, “Contents:”, or a short line without a full stop, above text of its own."""
        line = self.lines[index]
        if line.is_item or index + 1 == len(self.lines) or not self._stands_alone(index):
            return False
        if is_question(line.text):
            return True
        if is_label(line.text):
            return not self.lines[index + 1].is_item or self.is_numbered_heading(index + 1)
        return is_plain_heading(line.text) and self._leads_to_text(index)

    def level(self, index: int) -> int:
        """3 for a numbered heading below a heading without number, and for a short line right below a question."""
        if self.is_numbered_heading(index):
            return 3 if self._first_heading < index else 2
        if index > self.start and self.is_heading(index - 1):
            above, line = self.lines[index - 1].text, self.lines[index].text
            return 3 if is_question(above) and is_plain_heading(line) else 2
        return 2

    def _stands_alone(self, index: int) -> bool:
        """In a text with blank lines between its paragraphs, a heading has one above, and no short line below."""
        if not self.is_spaced:
            return True
        line, below = self.lines[index], self.lines[index + 1]
        starts = line.blank_before or index == 0 or self.lines[index - 1].is_item
        return starts and (line.blank_after or below.is_item or len(below.text) > PLAIN_LIMIT)

    def _leads_to_text(self, index: int) -> bool:
        """Of neighbouring short lines only two, or the last of more, are headings: the rest is an address or a menu.

        Two right below the title are its subtitle and a heading.
        """
        first, last = self._short_runs[index]
        if last + 1 == len(self.lines):
            return False
        is_subtitle = index == first == self.start == 1 and last > first
        return index == last or (last - first < 2 and not is_subtitle)

    def _find_short_runs(self) -> dict[int, tuple[int, int]]:
        """For each line that is short, the first and the last of its short neighbours."""
        runs: dict[int, tuple[int, int]] = {}
        first = None
        for index in range(self.start, len(self.lines) + 1):
            line = self.lines[index] if index < len(self.lines) else None
            is_short = line and not line.is_item and is_plain_heading(line.text)
            if is_short and first is None:
                first = index
            elif not is_short and first is not None:
                runs |= dict.fromkeys(range(first, index), (first, index - 1))
                first = None
        return runs

    def _heading_numbers_differ(self) -> bool:
        """Headings that are all numbered “1.” lost their numbers when they were copied."""
        numbers = [self.lines[index].number for index in self.runs if self.is_numbered_heading(index)]
        return len(numbers) < 2 or len(set(numbers)) > 1


def has_blank_lines(lines: list[Line]) -> bool:
    """Whether blank lines part the paragraphs (else each line is one)."""
    texts = [line for line in lines if not line.is_item]
    return sum(line.blank_before for line in texts) > len(texts) / 2


def _item_runs(lines: list[Line]) -> dict[int, int]:
    runs: dict[int, int] = {}
    start = None
    for index, line in enumerate(lines):
        if start is None or line.style != lines[start].style:
            start = index if line.is_item else None
        if start is not None:
            runs[start] = index + 1
    return runs
