"""What stands in the braces of a GIFT question: its type, its answers and its general feedback."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quizzes.formats import numbers
from quizzes.formats.gift_blocks import bare, unescaped
from quizzes.formats.parsed import FRACTIONS, Answer, AnswersRead, Place, Refused
from quizzes.formats.reading import refuse_unsound
from quizzes.formats.texts import STYLES, lines, words

MOST_ANSWERS = 200
NO_FEEDBACK_TO_OTHERS = (gettext_lazy("Its feedback to all other numbers was not imported."),)
STYLE = re.compile(rf"\s*\[({'|'.join(STYLES)})\]")
_FRACTION = re.compile(r"\s*%([^%\s]*)%")
_TRUTHS = {"t": True, "true": True, "f": False, "false": False}
_GRADINGS = {
    "ALL_OR_NOTHING": "all_or_nothing",
    "ABSOLUTE_POSITION": "places",
    "ABSOLUTE": "places",
    "ABS": "places",
    "RELATIVE_NEXT_EXCLUDE_LAST": "neighbours",
    "RELATIVE": "neighbours",
    "REL": "neighbours",
}
_ORDERING_WORDS = {"ALL", "EXACT", "HORIZONTAL", "HORI", "H", "VERTICAL", "VERT", "V", "SHOW", "HIDE", "TRUE", "FALSE"}
_ORDERING_WORDS |= {"YES", "NO"}


@dataclass(frozen=True)
class Piece:
    """A part of the text in the braces, before its escapes are undone. `mark` is the = or ~ before it."""

    raw: str
    offset: int
    place_of: Callable[[int], Place]
    style: str
    mark: str = ""

    @property
    def place(self) -> Place:
        lead = len(self.raw) - len(self.raw.lstrip())
        return self.place_of(self.offset + (-len(self.mark) if self.mark else lead))

    def part(self, start: int, end: int | None = None, mark: str = "") -> "Piece":
        return Piece(self.raw[start:end], self.offset + start, self.place_of, self.style, mark)

    def split(self, pattern: str, most: int = -1) -> list["Piece"]:
        """The parts between the bare matches of `pattern`, each with what stood before it as its mark."""
        parts, start, mark = [], 0, ""
        for match in bare(self.raw, pattern):
            if len(parts) == most:
                break
            if len(parts) == MOST_ANSWERS:
                raise Refused(self.place_of(self.offset + match.start()), _("The question has too many answers."))
            parts.append(self.part(start, match.start(), mark))
            start, mark = match.end(), match[0]
        return [*parts, self.part(start, None, mark)]

    def said(self, kind: Callable[[str, str, Place], str]) -> str:
        style = STYLE.match(self.raw)
        text = self.raw[style.end() :] if style else self.raw
        return kind(unescaped(text).strip(), style[1] if style else self.style, self.place)

    def typed(self) -> str:
        text = " ".join(unescaped(self.raw).split())
        refuse_unsound(text, self.place)
        return text


def answers_in(body: Piece, is_short_text: bool = False) -> AnswersRead:
    """Raises Refused, with its place, for what is no question of a type that we have.

    `is_short_text` is for accepted answers with an arrow: GIFT itself would take them for pairs.
    """
    text = body.raw.strip()
    if not text:
        return AnswersRead("essay", [])
    if is_short_text:
        return _short_text(body)
    if text.startswith(">"):
        return _ordering(body)
    if text.startswith("#"):
        return _numeric(body)
    if any(bare(body.raw, "~")):
        return _choice(body)
    if any(bare(body.raw, "=")) and any(bare(body.raw, "->")):
        return _matching(body)
    return _true_false(body) or _short_text(body)


def _weighed(piece: Piece) -> tuple[Decimal | None, Piece, str]:
    """An answer's fraction (None where it says none), its text, and its feedback."""
    fraction = None
    if match := _FRACTION.match(piece.raw):
        fraction = numbers.fraction(match[1], piece.place)
        piece = piece.part(match.end(), None, piece.mark)
    text, *feedback = piece.split("#", 1)
    return fraction, text, feedback[0].said(lines) if feedback else ""


def _marked(body: Piece, pattern: str) -> list[Piece]:
    """The pieces of `body`, each of which must begin with a mark."""
    first, *pieces = body.split(pattern)
    if first.raw.strip():
        raise Refused(first.place, _("This answer begins with neither = nor ~."))
    return pieces


def _choice(body: Piece) -> AnswersRead:
    answers = []
    pieces = _marked(body, "[=~]")
    for piece in pieces:
        fraction, text, feedback = _weighed(piece)
        if fraction is None:
            fraction = Decimal(100 if piece.mark == "=" else 0)
        answers.append(Answer(text.said(words), fraction, feedback, place=piece.place))
    if any(piece.mark == "=" for piece in pieces):
        return AnswersRead("single_choice", answers)
    return AnswersRead("multiple_choice", answers, FRACTIONS)


def _true_false(body: Piece) -> AnswersRead | None:
    word, *feedback = body.split("#", 2)
    truth = _TRUTHS.get(word.raw.strip().casefold())
    if truth is None:
        return None
    to_wrong, to_right = [piece.said(lines) for piece in feedback] + [""] * (2 - len(feedback))
    answers = [
        Answer(name, Decimal(100 * (truth is is_true)), to_right if truth is is_true else to_wrong, place=word.place)
        for name, is_true in (("true", True), ("false", False))
    ]
    return AnswersRead("true_false", answers)


def _short_text(body: Piece) -> AnswersRead:
    first, *pieces = body.split("=")
    if first.raw.strip():
        pieces = [first, *pieces]
    answers = []
    for piece in pieces:
        fraction, text, feedback = _weighed(piece)
        fraction = Decimal(100) if fraction is None else fraction
        answers.append(Answer(text.typed(), fraction, feedback, place=piece.place))
    return AnswersRead("short_text", answers)


def _numeric(body: Piece) -> AnswersRead:
    rest = body.part(body.raw.index("#") + 1)
    first, *pieces = rest.split("[=~]")
    if first.raw.strip():
        pieces = [first, *pieces]
    if not pieces:
        raise Refused(body.place, _("The number is missing."))
    answers = [_number(piece) for piece in pieces if not _is_any_other(piece)]
    return AnswersRead("numeric", answers, notes=NO_FEEDBACK_TO_OTHERS if len(answers) < len(pieces) else ())


def _is_any_other(piece: Piece) -> bool:
    """`~` without a number stands for all that are wrong, and has nothing but feedback."""
    fraction, text, _feedback = _weighed(piece)
    return not fraction and piece.mark == "~" and text.raw.strip() in ("", "*")


def _number(piece: Piece) -> Answer:
    fraction, text, feedback = _weighed(piece)
    fraction = Decimal(100 if piece.mark != "~" else 0) if fraction is None else fraction
    said = unescaped(text.raw).strip()
    if ".." in said:
        low, high = (numbers.number(part, text.place) for part in said.split("..", 1))
        if low > high:
            raise Refused(text.place, _("The range ends before it begins."))
        value, tolerance = (low + high) / 2, (high - low) / 2
    else:
        value, _colon, tolerance = said.partition(":")
        value = numbers.number(value, text.place)
        tolerance = numbers.number(tolerance, text.place) if tolerance.strip() else Decimal(0)
    return Answer(numbers.written(value), fraction, feedback, tolerance=tolerance, place=piece.place)


def _matching(body: Piece) -> AnswersRead:
    answers = []
    for piece in _marked(body, "="):
        prompt, *match = piece.split("->", 1)
        if not match:
            raise Refused(piece.place, _("This pair has no -> between its prompt and its answer."))
        text = prompt.said(words)
        answers.append(Answer(text, Decimal(100 if text else 0), match=match[0].typed(), place=piece.place))
    return AnswersRead("matching", answers)


def _ordering(body: Piece) -> AnswersRead:
    rest = body.part(body.raw.index(">") + 1)
    header, *entries = rest.split("\n")
    entries = [entry for entry in entries if entry.raw.strip()]
    grading = "neighbours"
    for word in header.raw.upper().split():
        if word in _GRADINGS:
            grading = _GRADINGS[word]
        elif not (word in _ORDERING_WORDS or (word.isdecimal() and int(word) in (0, 1, len(entries)))):
            reason = _("An ordering question with “%(word)s” cannot be imported.")
            raise Refused(header.place, reason % {"word": word[:40]})
    return AnswersRead("ordering", [Answer(entry.said(words), place=entry.place) for entry in entries], grading)
