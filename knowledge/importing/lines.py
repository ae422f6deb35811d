"""The lines of a plain-text article, and what one line looks like on its own."""

import re
from dataclasses import dataclass

from knowledge.importing.richtext import collapse

TITLE_LIMIT = 150
QUESTION_LIMIT = 120
NUMBERED_HEADING_LIMIT = 120
PLAIN_LIMIT = 90
LABEL_LIMIT = 50

_BULLET = re.compile(r"(?:[•‣▪●◦■·]\s*|[-*–]\s+)(?P<text>\S.*)")
_NUMBER = re.compile(
    r"(?P<mark>#?(?P<number>\d{1,3})(?:[.)]|-(?=\s))|\((?P<inner>\d{1,3})\)|#(?P<hash>\d{1,3}))"
    r"(?:\s+|(?=[^\W\d_a-zA-Z]))(?P<text>\S.*)"
)
_RULE = re.compile(r"[-=_*~#•·\s]{3,}")
_QUESTION_MARKS = "?؟？"
_SENTENCE_BREAK = re.compile(r"[.!?؟？。](?:\s|$)")
_CLOSING = "\"'”’»“)]"


@dataclass
class Line:
    """One non-blank line. `source` is all of it, `text` what follows its list marker."""

    source: str
    indent: int = 0
    blank_before: bool = False
    blank_after: bool = False
    style: str = ""  # "bulleted", "numbered", or "" for running text
    mark: str = ""
    number: int | None = None
    text: str = ""

    @property
    def is_item(self) -> bool:
        return bool(self.style)

    @property
    def marked_text(self) -> str:
        return f"{self.mark} {self.text}" if self.mark else self.text

    def join(self, below: "Line") -> None:
        """Take in the next line, which goes on with this one's sentence."""
        self.text = f"{self.text} {below.marked_text}"
        self.source = f"{self.source} {below.source}"
        self.blank_after = below.blank_after


def number_marker(text: str) -> tuple[str, int, str] | None:
    """The marker, number and rest of “1) text”, “1. text”, “#1. text”, “(1) text”, with any digits (“١.”)."""
    match = _NUMBER.fullmatch(text)
    if not match:
        return None
    number = match["number"] or match["inner"] or match["hash"]
    return match["mark"], int(number), match["text"]


def read_line(raw: str, blank_before: bool) -> Line:
    text = collapse(raw)
    line = Line(text, len(raw) - len(raw.lstrip()), blank_before, text=text)
    if bullet := _BULLET.fullmatch(text):
        line.style, line.mark, line.text = "bulleted", text[0], bullet["text"]
    elif marker := number_marker(text):
        line.style = "numbered"
        line.mark, line.number, line.text = marker
    return line


def read_lines(text: str) -> list[Line]:
    """The non-blank lines; a line of dashes or the like counts as a blank one."""
    lines: list[Line] = []
    blank = True
    for raw in text.split("\n"):
        if not raw.strip() or _RULE.fullmatch(raw.strip()):
            blank = True
            if lines:
                lines[-1].blank_after = True
            continue
        lines.append(read_line(raw, blank))
        blank = False
    if lines:
        lines[-1].blank_after = True
    return lines


def is_question(text: str) -> bool:
    """One short question, and nothing else."""
    bare = text.rstrip(_CLOSING)
    return len(text) <= QUESTION_LIMIT and bare[-1:] in _QUESTION_MARKS and not _SENTENCE_BREAK.search(bare[:-1])


def is_label(text: str) -> bool:
    """A few words and a colon."""
    return len(text) <= LABEL_LIMIT and text[-1] in ":：" and not re.search(r"[,،;؛|.!?؟]", text)


def is_plain_heading(text: str) -> bool:
    """A short line that is no sentence: it ends in a letter, a digit or a closing bracket."""
    last = text.rstrip(_CLOSING)[-1:]
    return (
        len(text) <= PLAIN_LIMIT
        and (last.isalnum() or last in "%+")
        and not _SENTENCE_BREAK.search(text)
        and not any(mark in text for mark in ("|", "@", "://"))
    )


def is_numbered_heading(text: str) -> bool:
    return len(text) <= NUMBERED_HEADING_LIMIT and text[-1] not in ".;؛,،。"


def could_be_title(text: str) -> bool:
    if is_label(text) and " " not in text:
        return False
    return (
        len(text) <= TITLE_LIMIT and text[-1] not in ".;؛,،。" and not any(mark in text for mark in ("|", "@", "://"))
    )
