"""A question as every format and the bank understand it, and what is said of one that cannot be read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

FRACTIONS, ALL_OR_NOTHING = "fractions", "all_or_nothing"


class Place(NamedTuple):
    """Where something stands in a file, both counted from 1. In a table the column is the cell's."""

    line: int
    column: int


class Refused(ValueError):
    """Something that cannot be imported: where it stands, and the reason in a sentence."""

    def __init__(self, place: Place, reason: str):
        super().__init__(reason)
        self.place = place
        self.reason = reason


@dataclass(frozen=True)
class Refusal:
    line: int
    column: int
    reason: str
    name: str = ""

    @classmethod
    def of(cls, refused: Refused, name: str = "") -> "Refusal":
        return cls(*refused.place, refused.reason, name)


@dataclass(frozen=True)
class Answer:
    """An option, an accepted answer, a number, a pair or an item.

    text: plain, on one line. Of a number its digits; of a pair the prompt, or nothing where `match` belongs to none. In
        an accepted answer `*` stands for any words, and `\\*` for an asterisk.
    fraction: percent of the mark, from -100 to 100.
    """

    text: str
    fraction: Decimal = Decimal(100)
    feedback: str = ""
    match: str = ""
    tolerance: Decimal = Decimal(0)
    place: Place = field(default=Place(1, 1), compare=False)


@dataclass(frozen=True)
class Picture:
    """A picture of a question: the name of its file, the SHA-1 of its bytes in hexadecimal, and how to get them."""

    name: str
    digest: str
    read: Callable[[], bytes] = field(compare=False, repr=False)


@dataclass(frozen=True)
class ParsedQuestion:
    """One question of a file.

    type: a name of the registry of question types. text, general_feedback: clean HTML, pictures as in pictures.py.
    category: from the top of the bank down. mark: in points. penalty: percent of the mark. Each None where the file
        does not say; so are tags and hints (plain text) where it says none.
    grading: how answers share the mark, where the type knows several ways.
    image: the SHA-1 of the picture that stands beside the text; image_alt: its words.
    pictures: all of them, also those in the texts.
    details: what only its type has, as its block holds it in JSON (details.py); only what the file says.
    notes: sentences about what was read in another way than it stood there.
    """

    name: str
    type: str
    text: str
    answers: tuple[Answer, ...]
    category: tuple[str, ...] | None = None
    general_feedback: str = ""
    tags: tuple[str, ...] = ()
    mark: Decimal | None = None
    unit: str = ""
    grading: str = ""
    hints: tuple[str, ...] = ()
    penalty: Decimal | None = None
    details: dict[str, Any] = field(default_factory=dict)
    image: str = ""
    image_alt: str = ""
    pictures: tuple[Picture, ...] = field(default=(), compare=False)
    is_named: bool = field(default=True, compare=False)
    line: int = field(default=1, compare=False)
    column: int = field(default=1, compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)

    @property
    def place(self) -> Place:
        return Place(self.line, self.column)


class AnswersRead(NamedTuple):
    """What a format says about answers: the type that they make, themselves, and how they share the mark."""

    type: str
    answers: list[Answer]
    grading: str = ""
    notes: tuple[str, ...] = ()


@dataclass
class ParsedFile:
    questions: list[ParsedQuestion] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
