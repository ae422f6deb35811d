"""Reading the answers that statistics are made of: a million of them in flat memory.

Each answer is kept as three numbers in arrays, by question, version and language; of the responses only how often each
was given. The answers are read in batches of attempts: a cursor held open would write all of them to the server's disk.
"""

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.db.models import CharField, FloatField, QuerySet, TextField, Value, Window
from django.db.models.functions import Cast, Coalesce, RowNumber, Substr

from quizzes.models import Attempt, AttemptQuestion, StatisticsReport

Which = StatisticsReport.Which

BATCH = 2_000  # attempts whose answers are read at once
LONGEST_RESPONSE = 1_000  # characters: nobody reads a table of essays
MOST_RESPONSES = 4_000  # different ones that are kept a question; of more the rarest are forgotten
LONG_TEXT = '"…"'

Progress = Callable[[float], None]


class CellKey(NamedTuple):
    """What answers are counted together: a version of a question, asked in attempts of one language."""

    question: UUID
    revision: int | None
    language: str


@dataclass
class Cell:
    """The answers of one CellKey, in columns: the number of the attempt, the mark, and the highest possible mark.

    responses: of each response, as JSON text (None for no answer), how often it was given and the sum of its marks,
    in parts of the highest. sample: the primary key of one of the answers.
    """

    sample: int
    attempts: array = field(default_factory=lambda: array("l"))
    marks: array = field(default_factory=lambda: array("d"))
    maxima: array = field(default_factory=lambda: array("d"))
    responses: dict[str | None, list[float]] = field(default_factory=dict)

    def forget_rare_responses(self) -> None:
        if len(self.responses) > MOST_RESPONSES:
            common = sorted(self.responses.items(), key=lambda entry: -entry[1][0])
            self.responses = dict(common[: MOST_RESPONSES // 2])


@dataclass
class Answers:
    """attempts: how many count. cells: their answers; an attempt's number in them is from 0 to attempts - 1."""

    attempts: int
    cells: dict[CellKey, Cell]

    def __len__(self) -> int:
        return sum(len(cell.marks) for cell in self.cells.values())


def chosen_attempts(quiz_key: UUID, which: str = Which.FIRST, language: str = "") -> QuerySet[Attempt]:
    """The finished, graded attempts at a quiz that count.

    which: FIRST is each person's earliest attempt of all her registrations, and nothing of her while that is not
    finished (Moodle: later ones "probably do not satisfy the assumptions that underlie item analysis"). LAST and
    HIGHEST are of her finished ones; of equal marks the earlier attempt counts. ALL treats them as if each were by
    another person. language: of the attempt; empty for every language.
    """
    graded = Attempt.objects.graded().filter(quiz_key=quiz_key).order_by()
    finished = graded.filter(state=Attempt.State.FINISHED)
    chosen = finished
    if which != Which.ALL:
        ranked, order = {
            Which.FIRST: (graded, ("started_at", "pk")),
            Which.LAST: (finished, ("-started_at", "-pk")),
            Which.HIGHEST: (finished, ("-mark", "started_at", "pk")),
        }[which]
        turn = Window(RowNumber(), partition_by="person", order_by=order)
        chosen = finished.filter(pk__in=ranked.annotate(turn=turn).filter(turn=1).values("pk"))
    return chosen.filter(language=language) if language else chosen


def collect(attempts: QuerySet[Attempt], progress: Progress = lambda part: None) -> Answers:
    """The answers of these attempts. Neutralised questions, and those that are worth nothing, are left out.

    progress: is told which part is read, from 0 to 1. An answer without a mark counts as 0, as in Moodle. It takes one
    query, and one more for each BATCH of attempts.
    """
    rows = list(attempts.values_list("pk", "language").order_by("pk"))
    cells: dict[tuple, Cell] = {}
    for start in range(0, len(rows), BATCH):
        batch = {pk: (number, language) for number, (pk, language) in enumerate(rows[start : start + BATCH], start)}
        for row in _answers_of(list(batch)):
            _add(row, batch, cells)
        for cell in cells.values():
            cell.forget_rare_responses()
        progress(min(1.0, (start + BATCH) / len(rows)))
    named = {CellKey(UUID(key), *rest): cell for (key, *rest), cell in cells.items()}
    return Answers(len(rows), named)


def _add(row: tuple, batch: dict[int, tuple[int, str]], cells: dict[tuple, Cell]) -> None:
    pk, attempt, question, revision, mark, max_mark, response = row
    number, language = batch[attempt]
    key = (question, revision, language)
    cell = cells.get(key)
    if cell is None:
        cell = cells[key] = Cell(pk)
    cell.attempts.append(number)
    cell.marks.append(mark)
    cell.maxima.append(max_mark)
    if response is not None and len(response) > LONGEST_RESPONSE:
        response = LONG_TEXT
    given = cell.responses.get(response)
    if given is None:
        given = cell.responses[response] = [0, 0.0]
    given[0] += 1
    given[1] += mark / max_mark


def _answers_of(attempts: list[int]) -> QuerySet[AttemptQuestion]:
    answers = AttemptQuestion.objects.filter(attempt__in=attempts, is_neutralised=False, max_mark__gt=0)
    return answers.order_by().values_list(
        "pk",
        "attempt_id",
        Cast("question_key", CharField()),
        "revision_id",
        Coalesce(Cast("mark", FloatField()), Value(0.0)),
        Cast("max_mark", FloatField()),
        Substr(Cast("response", TextField()), 1, LONGEST_RESPONSE + 1),
    )
