"""CSV with a header. Each row is a question; the columns may stand in any order, and those not needed may be missing.

name: what trainers find it by; without one it is the question's text.
type: single_choice, multiple_choice, true_false, short_text, numeric, matching or ordering.
category: its place in the bank, from the top down: Returns/Damaged (a slash in a name is doubled).
text, general feedback: plain text, or HTML.
answer 1, fraction 1, feedback 1, match 1, tolerance 1, then the same with 2 and so on: an option and the percent of the
    mark that it earns (empty: 0 for an option, 100 for an accepted answer); `true` and `false`; an accepted answer; a
    number with its tolerance; a prompt with its match (without a prompt: an answer that belongs to none); an item.
tags: divided by commas. mark: the question's mark. unit: of a number.
grading: all_or_nothing or fractions for multiple choice; places, neighbours or all_or_nothing for ordering.

A cell that a spreadsheet would take for a formula has an apostrophe before it, in and out.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain

from django.utils.translation import gettext as _

from people.spreadsheets import csv_lines, restored
from quizzes.formats import numbers
from quizzes.formats.categories import TOP, names_in, path_of
from quizzes.formats.parsed import Answer, ParsedFile, ParsedQuestion, Place, Refusal, Refused
from quizzes.formats.texts import lines, one_line, rich, simple_text, words

_PARTS = ("answer", "fraction", "feedback", "match", "tolerance")
_FIELDS = ("name", "type", "category", "text", "general feedback", "tags", "mark", "unit", "grading")
_NUMBERED = re.compile(rf"({'|'.join(_PARTS)}) ([1-9]\d?)")
_GRADINGS = {
    "multiple_choice": ("all_or_nothing", "fractions"),
    "ordering": ("places", "neighbours", "all_or_nothing"),
}
_EARN_ALL = ("short_text", "numeric", "matching", "ordering")


class _Row:
    """The cells of a row by their column's name, each with its place."""

    def __init__(self, columns: list[str], cells: list[str], line: int):
        self.columns, self.line = columns, line
        self.cells = {name: restored(cell).strip() for name, cell in zip(columns, cells, strict=True)}

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    def place(self, name: str) -> Place:
        return Place(self.line, self.columns.index(name) + 1 if name in self.columns else 1)


def parse(text: str) -> ParsedFile:
    """Raises Refused where the header, or the file as a table, cannot be read."""
    rows = _rows(text)
    header_line, header = next(rows, (1, []))
    columns = [" ".join(name.casefold().replace("_", " ").split()) for name in header]
    _check_header(columns, header_line)
    file = ParsedFile()
    for line, cells in rows:
        try:
            file.questions.append(_question(_row(columns, cells, line)))
        except Refused as refused:
            file.refusals.append(Refusal.of(refused, cells[columns.index("name")][:200] if "name" in columns else ""))
    return file


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the line on which it begins."""
    first = next(line for line in text.split("\n") if line.strip())
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise Refused(Place(line, 1), _("From here on it is not a table: a quotation mark is not closed.")) from error


def _check_header(columns: list[str], line: int) -> None:
    for position, name in enumerate(columns, start=1):
        if name not in _FIELDS and not _NUMBERED.fullmatch(name):
            raise Refused(Place(line, position), _("No column is called “%(name)s”.") % {"name": name[:40]})
        if name in columns[: position - 1]:
            raise Refused(Place(line, position), _("Two columns are called “%(name)s”.") % {"name": name})
    for name in ("type", "text", "answer 1"):
        if name not in columns:
            raise Refused(Place(line, 1), _("The column “%(name)s” is missing.") % {"name": name})


def _row(columns: list[str], cells: list[str], line: int) -> _Row:
    if len(cells) != len(columns):
        reason = _("The row has %(count)d cells where the header has %(columns)d.")
        place = Place(line, min(len(cells), len(columns)) + 1)
        raise Refused(place, reason % {"count": len(cells), "columns": len(columns)})
    return _Row(columns, cells, line)


def _question(row: _Row) -> ParsedQuestion:
    type_name = row["type"].casefold().replace(" ", "_").replace("-", "_")
    grading = row["grading"].casefold() or _GRADINGS.get(type_name, ("",))[0]
    if grading not in _GRADINGS.get(type_name, ("",)):
        reason = _("“%(grading)s” is no way to mark questions of this type.")
        raise Refused(row.place("grading"), reason % {"grading": grading[:40]})
    return ParsedQuestion(
        name=one_line(row["name"]) or words(row["text"], "moodle", row.place("text")),
        is_named=bool(row["name"]),
        type=type_name,
        category=names_in(row["category"]) or None,
        text=rich(row["text"], "moodle", row.place("text")),
        answers=tuple(_answers(row, type_name)),
        general_feedback=rich(row["general feedback"], "moodle", row.place("general feedback")),
        tags=tuple(dict.fromkeys(tag for part in row["tags"].split(",") if (tag := " ".join(part.split())))),
        mark=numbers.mark(row["mark"], row.place("mark")) if row["mark"] else None,
        unit=" ".join(row["unit"].split()),
        grading=grading,
        line=row.line,
        column=row.place("type").column,
    )


def _answers(row: _Row, type_name: str) -> Iterator[Answer]:
    used = [int(found[2]) for name in row.columns if row[name] and (found := _NUMBERED.fullmatch(name))]
    for number in range(1, max(used, default=0) + 1):
        text, fraction, feedback, match, tolerance = (row[f"{part} {number}"] for part in _PARTS)
        places = {part: row.place(f"{part} {number}") for part in _PARTS}
        if not any((text, fraction, feedback, match, tolerance)):
            raise Refused(places["answer"], _("An answer is missing before the last one."))
        if type_name == "numeric":
            text = numbers.written(numbers.number(text, places["answer"]))
        earns = 100 if type_name in _EARN_ALL and (text or type_name != "matching") else 0
        yield Answer(
            text=" ".join(text.casefold().split()) if type_name == "true_false" else " ".join(text.split()),
            fraction=numbers.fraction(fraction, places["fraction"]) if fraction else Decimal(earns),
            feedback=lines(feedback, "plain", places["feedback"]),
            match=" ".join(match.split()),
            tolerance=numbers.number(tolerance, places["tolerance"]) if tolerance else Decimal(0),
            place=places["answer"],
        )


def write(questions: Iterable[ParsedQuestion]) -> Iterator[str]:
    questions = list(questions)
    count = max((len(question.answers) for question in questions), default=1)
    columns = [*_FIELDS, *(f"{part} {number}" for number in range(1, count + 1) for part in _PARTS)]
    rows = (_cells(question, count) for question in questions)
    return csv_lines(chain([columns], rows))


def _cells(question: ParsedQuestion, count: int) -> list[str]:
    cells = [
        question.name,
        question.type,
        path_of(question.category or ()).removeprefix(TOP),
        _either(question.text),
        _either(question.general_feedback),
        ", ".join(question.tags),
        numbers.written(question.mark) if question.mark is not None else "",
        question.unit,
        question.grading,
    ]
    for answer in question.answers:
        tolerance = numbers.written(answer.tolerance) if answer.tolerance else ""
        cells += [answer.text, numbers.written(answer.fraction), answer.feedback, answer.match, tolerance]
    return cells + [""] * len(_PARTS) * (count - len(question.answers))


def _either(markup: str) -> str:
    text = simple_text(markup)
    return markup if text is None else text
