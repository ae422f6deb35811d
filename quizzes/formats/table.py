"""CSV with a header. Each row is a question; the columns may stand in any order, and those not needed may be missing.

name: what trainers find it by; without one it is the question's text.
type: single_choice, multiple_choice, true_false, short_text, numeric, matching, ordering, cloze, essay or typing_speed.
category: its place in the bank, from the top down: Returns/Damaged (a slash in a name is doubled).
text, general feedback: plain text, or HTML.
answer 1, fraction 1, feedback 1, match 1, tolerance 1, then the same with 2 and so on: an option and the percent of the
    mark that it earns (empty: 0 for an option, 100 for an accepted answer); `true` and `false`; an accepted answer, in
    which * stands for any words and \\* for an asterisk; a number with its tolerance; a prompt with its match (without
    a prompt: an answer that belongs to none); an item.
tags: divided by commas. mark: the question's mark. penalty: percent of it. hints: one a line. unit: of a number.
grading: all_or_nothing or fractions for multiple choice; places, neighbours or all_or_nothing for ordering.
What only one type has stands in a column of its own, such as maximum words, passage or keep last (details.py). The
columns gaps, rubric and other units hold lists in JSON. A picture stands in HTML as `<img src="data:…">`.

A cell that a spreadsheet would take for a formula has an apostrophe before it, in and out.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _

from people.spreadsheets import csv_lines, restored
from quizzes.formats import details, numbers
from quizzes.formats.categories import TOP, names_in, path_of
from quizzes.formats.parsed import Answer, ParsedFile, ParsedQuestion, Place, Refusal, Refused
from quizzes.formats.pictures import Album, Finder, data_uri, joined, with_sources
from quizzes.formats.reading import MAX_BYTES
from quizzes.formats.texts import lines, name_from, one_line, rich, simple_text

_PARTS = ("answer", "fraction", "feedback", "match", "tolerance")
_FIELDS = (
    "name",
    "type",
    "category",
    "text",
    "general feedback",
    "tags",
    "mark",
    "penalty",
    "hints",
    "unit",
    "grading",
)
_DETAILS = {name.replace("_", " "): name for name in details.NAMES}
csv.field_size_limit(MAX_BYTES)  # a cell may hold a picture
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
    file, album = ParsedFile(), Album()
    for line, cells in rows:
        try:
            file.questions.append(_question(_row(columns, cells, line), Finder(album)))
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
        if name not in _FIELDS and name not in _DETAILS and not _NUMBERED.fullmatch(name):
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


def _question(row: _Row, finder: Finder) -> ParsedQuestion:
    type_name = row["type"].casefold().replace(" ", "_").replace("-", "_")
    grading = row["grading"].casefold() or _GRADINGS.get(type_name, ("",))[0]
    if grading not in _GRADINGS.get(type_name, ("",)):
        reason = _("“%(grading)s” is no way to mark questions of this type.")
        raise Refused(row.place("grading"), reason % {"grading": grading[:40]})
    markup = rich(row["text"], "moodle", row.place("text"), finder)
    return ParsedQuestion(
        name=one_line(row["name"]) or name_from(markup),
        is_named=bool(row["name"]),
        type=type_name,
        category=names_in(row["category"]) or None,
        text=markup,
        answers=tuple(_answers(row, type_name)),
        general_feedback=rich(row["general feedback"], "moodle", row.place("general feedback"), finder),
        tags=tuple(dict.fromkeys(tag for part in row["tags"].split(",") if (tag := " ".join(part.split())))),
        mark=numbers.mark(row["mark"], row.place("mark")) if row["mark"] else None,
        penalty=numbers.percent(row["penalty"], row.place("penalty")) if row["penalty"] else None,
        hints=tuple(hint for line in row["hints"].split("\n") if (hint := " ".join(line.split()))),
        unit=" ".join(row["unit"].split()),
        grading=grading,
        details=_details(row, type_name),
        pictures=finder.pictures,
        line=row.line,
        column=row.place("type").column,
    )


def _details(row: _Row, type_name: str) -> dict[str, Any]:
    return {
        name: details.said(type_name, name, row[column], row.place(column))
        for column, name in _DETAILS.items()
        if row[column]
    }


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
    own = [details.worth_saying(question.type, question.details) for question in questions]
    used = [(column, name) for column, name in _DETAILS.items() if any(name in said for said in own)]
    count = max((len(question.answers) for question in questions), default=1) or 1
    numbered = [f"{part} {number}" for number in range(1, count + 1) for part in _PARTS]
    columns = [*_FIELDS, *(column for column, _name in used), *numbered]
    rows = (
        [*_cells(question), *(said.get(name, "") for _column, name in used), *_answer_cells(question, count)]
        for question, said in zip(questions, own, strict=True)
    )
    return csv_lines(chain([columns], rows))


def _cells(question: ParsedQuestion) -> list[str]:
    sources = {picture.digest: data_uri(picture) for picture in question.pictures}
    text = joined(question.text, question.image, question.image_alt)
    return [
        question.name,
        question.type,
        path_of(question.category or ()).removeprefix(TOP),
        _either(with_sources(text, sources.__getitem__)),
        _either(with_sources(question.general_feedback, sources.__getitem__)),
        ", ".join(question.tags),
        numbers.written(question.mark) if question.mark is not None else "",
        numbers.written(question.penalty) if question.penalty is not None else "",
        "\n".join(question.hints),
        question.unit,
        question.grading,
    ]


def _answer_cells(question: ParsedQuestion, count: int) -> list[str]:
    cells = []
    for answer in question.answers:
        tolerance = numbers.written(answer.tolerance) if answer.tolerance else ""
        cells += [answer.text, numbers.written(answer.fraction), answer.feedback, answer.match, tolerance]
    return cells + [""] * len(_PARTS) * (count - len(question.answers))


def _either(markup: str) -> str:
    text = simple_text(markup)
    return markup if text is None else text
