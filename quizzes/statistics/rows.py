"""The tables of a report: filtered, sorted, and as cells of an export."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quizzes.question_types import QUESTION_TYPES
from quizzes.statistics.wording import TEST, Warning, part, percent, warnings_of

TOGETHER, EACH, LATEST = "together", "each", "latest"
VERSIONS = [
    (TOGETHER, gettext_lazy("all versions together")),
    (EACH, gettext_lazy("each version by itself")),
    (LATEST, gettext_lazy("only the latest version")),
]
COLUMNS = {
    "name": (str, gettext_lazy("Question")),
    "n": (str, gettext_lazy("Answers")),
    "facility": (part, gettext_lazy("Facility index")),
    "deviation": (part, gettext_lazy("Standard deviation")),
    "guess": (part, gettext_lazy("Random guess score")),
    "intended": (percent, gettext_lazy("Intended weight")),
    "effective": (percent, gettext_lazy("Effective weight")),
    "discrimination": (percent, gettext_lazy("Discrimination index")),
    "efficiency": (percent, gettext_lazy("Discriminative efficiency")),
}
NUMBERS = [name for name in COLUMNS if name != "name"]


@dataclass
class Row:
    """A question, or one version of it. values: by the names of COLUMNS; None where there is no such number.

    version: when it was saved and its language, or None for all versions together. tables: the responses to each of its
    versions, as `report_data` has them. languages: its statistics by language, where there is more than one.
    """

    question: dict
    values: dict
    version: dict | None
    tables: list[dict]
    languages: dict[str, dict]
    warnings: list[Warning]
    url: str = ""

    @property
    def name(self) -> str:
        return self.question["name"]

    @property
    def type(self) -> str:
        kind = self.question["kind"]
        return str(QUESTION_TYPES[kind].block.label) if kind in QUESTION_TYPES else kind

    @property
    def saved_at(self) -> datetime | None:
        return saved_at(self.version) if self.version else None

    @property
    def cells(self) -> list[str]:
        """The numbers in words, in the order of COLUMNS, without the name."""
        return [COLUMNS[name][0](self.values[name]) for name in NUMBERS]


def saved_at(version: dict) -> datetime | None:
    return datetime.fromisoformat(version["saved_at"]) if version["saved_at"] else None


def rows_of(data: dict, versions: str = TOGETHER, order: str = "name") -> list[Row]:
    """The questions of a report.

    versions: TOGETHER, EACH or LATEST, which is the latest of each language. order: a name of COLUMNS, with "-" before
    it for the highest first; where there is no number the row comes last.
    """
    rows = [row for question in data["questions"] for row in _rows_of_question(question, versions)]
    column, is_falling = order.removeprefix("-"), order.startswith("-")
    rows.sort(key=lambda row: row.name.casefold())
    rows.sort(key=lambda row: _sortable(row, column), reverse=is_falling)
    rows.sort(key=lambda row: row.values[column] is None)
    return rows


def _sortable(row: Row, column: str):
    value = row.values[column]
    return value.casefold() if isinstance(value, str) else value or 0


def _rows_of_question(question: dict, versions: str) -> Iterator[Row]:
    if versions == TOGETHER:
        languages = question["languages"] if len(question["languages"]) > 1 else {}
        values = {name: question[name] for name in COLUMNS}
        yield Row(question, values, None, question["versions"], languages, warnings_of(question))
        return
    chosen = question["versions"]
    if versions == LATEST:
        chosen = list({version["language"]: version for version in chosen}.values())
    for version in chosen:
        values = {name: version.get(name) for name in COLUMNS} | {"name": question["name"]}
        yield Row(question, values, version, [version], {}, warnings_of(version))


def _cell(value: float | int | str | None) -> str:
    """As a spreadsheet takes it: with a point, whatever the language, and empty where there is none."""
    return "" if value is None else f"{value:.4f}" if isinstance(value, float) else str(value)


def question_cells(rows: Iterable[Row]) -> Iterator[list[str]]:
    """The table of questions for an export; the facility, deviation and guess score are parts of 1."""
    labels = [str(label) for _words, label in COLUMNS.values()]
    yield [labels[0], _("Type"), _("Version"), _("Language"), *labels[1:], _("To look into")]
    for row in rows:
        version = row.version or {"saved_at": "", "language": ""}
        numbers = [_cell(row.values[name]) for name in NUMBERS]
        warnings = " ".join(warning.words for warning in row.warnings)
        yield [row.name, row.type, version["saved_at"], version["language"], *numbers, warnings]


def response_cells(rows: Iterable[Row]) -> Iterator[list[str]]:
    """The responses to each version for an export; shares and marks are parts of 1."""
    columns = [
        _("Question"),
        _("Version"),
        _("Language"),
        _("Response"),
        _("Answers"),
        _("Share"),
        _("Mark"),
        _("Right"),
    ]
    yield columns
    for row in rows:
        for version in row.tables:
            for given in (version["responses"] or {"rows": []})["rows"]:
                yield [
                    row.name,
                    version["saved_at"],
                    version["language"],
                    given["text"],
                    *(_cell(given[name]) for name in ("n", "share", "mark")),
                    _("yes") if given["is_right"] else _("no"),
                ]


def quiz_cells(test: dict) -> Iterator[list[str]]:
    """The numbers of the whole quiz for an export, in percent but for the skewness and the kurtosis."""
    yield [_("Statistic"), _("Value"), _("What it means")]
    yield [_("Attempts"), _cell(test["n"]), ""]
    for name, (_words, label, meaning) in TEST.items():
        yield [str(label), _cell(test[name]), str(meaning)]
