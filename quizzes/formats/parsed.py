"""A question as every format and the bank understand it, and what is said of one that cannot be read."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

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

    text: plain, on one line. Of a number its digits; of a pair the prompt, or nothing where `match` belongs to none.
    fraction: percent of the mark, from -100 to 100.
    """

    text: str
    fraction: Decimal = Decimal(100)
    feedback: str = ""
    match: str = ""
    tolerance: Decimal = Decimal(0)
    place: Place = field(default=Place(1, 1), compare=False)


@dataclass(frozen=True)
class ParsedQuestion:
    """One question of a file.

    type: a name of the registry of question types. text, general_feedback: clean HTML.
    category: from the top of the bank down; None where the file does not say. mark: None where the file does not say.
    grading: how answers share the mark, where the type knows several ways.
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
    is_named: bool = field(default=True, compare=False)
    line: int = field(default=1, compare=False)
    column: int = field(default=1, compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)

    @property
    def place(self) -> Place:
        return Place(self.line, self.column)


@dataclass
class ParsedFile:
    questions: list[ParsedQuestion] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
