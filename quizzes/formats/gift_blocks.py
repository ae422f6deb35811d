"""GIFT, taken apart: from the text of a file to one block of text a question, each with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from quizzes.formats.parsed import Place, Refused
from quizzes.formats.reading import place_in

ESCAPE = re.compile(r"\\([\\~=#{}:n])")
_BRACE = r"[{}]"
_CATEGORY = "$CATEGORY:"


def bare(text: str, pattern: str) -> Iterator[re.Match]:
    """The matches of `pattern` that no backslash escapes."""
    return (match for match in re.finditer(rf"\\[\\~=#{{}}:n]|{pattern}", text) if not match[0].startswith("\\"))


def unescaped(text: str) -> str:
    return ESCAPE.sub(lambda match: "\n" if match[1] == "n" else match[1], text)


@dataclass
class Block:
    """The lines of one question, comments emptied and kept beside; or of a category, without its keyword."""

    first_line: int
    lines: list[str] = field(default_factory=list)
    comments: list[tuple[int, str]] = field(default_factory=list)  # with the line, counted in the block from 0
    is_category: bool = False
    closed_on: int | None = None  # the line of the closing brace, counted in the block from 0

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def has_text(self) -> bool:
        return any(map(str.strip, self.lines))

    def place(self, offset: int) -> Place:
        return place_in(self.text, offset, self.first_line)

    def cut_behind_braces(self) -> "Block":
        """The lines below its braces as a block of their own: the beginning of the next question."""
        cut = self.closed_on + 1
        below = Block(self.first_line + cut, self.lines[cut:])
        below.comments = [(line - cut, comment) for line, comment in self.comments if line >= cut]
        goes_on = not self.lines[self.closed_on].rstrip().endswith("}")
        if goes_on and below.has_text:
            reason = _("A blank line is missing: does this line belong to the question above or below it?")
            raise Refused(Place(below.first_line, 1), reason)
        self.lines = self.lines[:cut]
        self.comments = [(line, comment) for line, comment in self.comments if line < cut]
        return below


class GiftScanner:
    """Finds the blocks: a blank line ends one; so do a category, a name, and a second pair of braces further down."""

    def __init__(self, text: str):
        self.lines = text.split("\n")
        self.block = Block(1)
        self.opened: Place | None = None

    def blocks(self) -> Iterator[Block | Refused]:
        at = 0
        while at < len(self.lines):
            try:
                yield from self._take(at)
            except Refused as refused:
                yield refused
                at = self._resumed_at(at)
                continue
            at += 1
            if at == len(self.lines) and self.opened:
                yield Refused(self.opened, _("This brace is never closed."))
                at = self._resumed_at(at - 1)
        yield from self._ended(at)

    def _take(self, at: int) -> Iterator[Block]:
        line = self.lines[at]
        stripped = line.strip()
        if stripped.startswith("//"):
            self._append("", at)
            self.block.comments.append((len(self.block.lines) - 1, stripped))
            return
        if self.opened is None and (not stripped or self._begins_a_block(stripped)):
            yield from self._ended(at)
        elif self.opened is None and self.block.closed_on is not None and any(bare(line, r"\{")):
            above, self.block = self.block, self.block.cut_behind_braces()
            yield above
        if self.opened is None and stripped.startswith(_CATEGORY):
            name = stripped.removeprefix(_CATEGORY).strip()
            yield Block(at + 1, [name], is_category=True)
            self.block = Block(at + 2)
            return
        if stripped or self.opened:
            self._append(line, at)
            self._follow_braces(line, at)

    def _append(self, line: str, at: int) -> None:
        if not self.block.lines:
            self.block.first_line = at + 1
        self.block.lines.append(line)

    def _begins_a_block(self, stripped: str) -> bool:
        return stripped.startswith((_CATEGORY, "::")) and self.block.has_text

    def _follow_braces(self, line: str, at: int) -> None:
        for brace in bare(line, _BRACE):
            place = Place(at + 1, brace.start() + 1)
            if brace[0] == "{":
                self._open(place)
            elif self.opened is None:
                raise Refused(place, _("This brace closes nothing. Write \\} for a brace that is text."))
            else:
                self.opened = None
                self.block.closed_on = len(self.block.lines) - 1

    def _open(self, place: Place) -> None:
        if self.opened and self._end_of_unclosed() < place.line:
            raise Refused(self.opened, _("This brace is never closed."))
        if self.opened:
            raise Refused(place, _("A brace stands within braces. Write \\{ for a brace that is text."))
        if self.block.closed_on is not None:
            raise Refused(place, _("The question has two pairs of braces. Leave a blank line between questions."))
        self.opened = place

    def _end_of_unclosed(self) -> int:
        """The number of the last line of the block whose brace stays open."""
        return self._end_after(self.opened.line - 1)

    def _end_after(self, at: int) -> int:
        for number in range(at + 1, len(self.lines)):
            stripped = self.lines[number].strip()
            if not stripped or stripped.startswith((_CATEGORY, "::")):
                return number
        return len(self.lines)

    def _resumed_at(self, at: int) -> int:
        """Where to go on after a refusal: the index of the first line that can begin a block."""
        resumed = self._end_after(self.opened.line - 1 if self.opened else at)
        self.block, self.opened = Block(resumed + 1), None
        return resumed

    def _ended(self, at: int) -> Iterator[Block]:
        if self.block.has_text:
            yield self.block
        self.block = Block(at + 1)
