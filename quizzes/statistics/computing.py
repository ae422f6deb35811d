"""From the collected answers to the numbers of a report. Pure: nothing here asks the database.

Marks are in parts of the highest possible mark of their attempt, so T is from 0 to 1 and attempts that were worth
different marks, because a question was replaced or neutralised in the meantime, can be compared. Where all attempts are
worth the same this is Moodle's arithmetic, divided by a constant.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import sqrt
from uuid import UUID

from quizzes.statistics import formulas
from quizzes.statistics.collecting import Answers, Cell, CellKey

MINIMUM = 10  # attempts: of fewer nothing is told, because it would say more about persons than about questions
LANGUAGE_GAP = 0.2  # in facility, from which two languages are probably not asked the same thing


@dataclass
class Scores:
    """The answers to one question. parts: x / x_max. marks: x, and rest: T - x, in parts of the whole. worth: x_max."""

    parts: list[float] = field(default_factory=list)
    marks: list[float] = field(default_factory=list)
    rest: list[float] = field(default_factory=list)
    worth: list[float] = field(default_factory=list)

    def extend(self, others: "Scores") -> None:
        self.parts += others.parts
        self.marks += others.marks
        self.rest += others.rest
        self.worth += others.worth

    @property
    def totals(self) -> list[float]:
        return [mark + rest for mark, rest in zip(self.marks, self.rest, strict=True)]


def statistics_of(scores: Scores) -> dict:
    """What one question's scores tell. Under MINIMUM answers only their number, as "n", and the rest None."""
    enough = len(scores.parts) >= MINIMUM
    return {
        "n": len(scores.parts),
        "facility": formulas.facility_index(scores.parts) if enough else None,
        "deviation": formulas.standard_deviation(scores.parts) if enough else None,
        "discrimination": formulas.discrimination_index(scores.marks, scores.rest) if enough else None,
        "efficiency": formulas.discriminative_efficiency(scores.marks, scores.rest) if enough else None,
    }


def is_language_gap(facilities: Iterable[float | None]) -> bool:
    """Whether the facilities of one question in several languages (None: too few answers) are far apart."""
    known = [facility for facility in facilities if facility is not None]
    return len(known) > 1 and max(known) - min(known) >= LANGUAGE_GAP - formulas.SAME


class Computation:
    """One report. It takes the questions one after the other, so that only one question's lists exist at a time."""

    def __init__(self, answers: Answers, language_of: Callable[[CellKey], str] = lambda key: key.language):
        """language_of: in which language a version was asked."""
        self.answers, self.language_of = answers, language_of
        self.enough = answers.attempts >= MINIMUM
        self.worth = self._sums(lambda cell: cell.maxima)
        marks = self._sums(lambda cell: cell.marks)
        self.totals = [mark / worth if worth else 0.0 for mark, worth in zip(marks, self.worth, strict=True)]
        self.questions: dict[UUID, list[CellKey]] = defaultdict(list)
        for key in sorted(answers.cells, key=lambda key: (key.question, key.revision or 0, key.language)):
            self.questions[key.question].append(key)
        self.places = _Places(answers.attempts)

    def _sums(self, column: Callable[[Cell], array]) -> list[float]:
        sums = [0.0] * self.answers.attempts
        for cell in self.answers.cells.values():
            for number, value in zip(cell.attempts, column(cell), strict=True):
                sums[number] += value
        return sums

    def told(self, progress: Callable[[float], None] = lambda part: None) -> dict:
        """The statistics of the "questions", by their keys, and of the whole "test"."""
        questions = self._questions(progress)
        return {"questions": questions, "test": self._test()}

    def _questions(self, progress: Callable[[float], None]) -> dict[UUID, dict]:
        """Of each question, by its key, what `statistics_of` says, as a whole and for its versions and languages."""
        told = {}
        for done, (question, keys) in enumerate(self.questions.items(), start=1):
            told[question] = self._question(keys)
            progress(done / len(self.questions))
        weights = formulas.effective_weights(self.places.covariances(self.totals) if self.enough else [])
        for question, place in self.places.fixed.items():
            told[question]["effective"] = weights[place] if self.enough else None
        return told

    def _question(self, keys: list[CellKey]) -> dict:
        whole, versions, languages = Scores(), defaultdict(Scores), defaultdict(Scores)
        for key in keys:
            scores = self._scores(self.answers.cells[key])
            for group in (whole, versions[key.revision], languages[self.language_of(key)]):
                group.extend(scores)
        self._take_places(keys, whole)
        told = statistics_of(whole)
        return {
            **told,
            "intended": formulas.intended_weight(whole.worth),
            "effective": None,
            "is_drawn": len(whole.parts) < self.answers.attempts,
            "versions": _split(versions, told),
            "languages": _split(languages, told),
        }

    def _scores(self, cell: Cell) -> Scores:
        worths = [self.worth[number] for number in cell.attempts]
        marks = [mark / worth for mark, worth in zip(cell.marks, worths, strict=True)]
        return Scores(
            [mark / maximum for mark, maximum in zip(cell.marks, cell.maxima, strict=True)],
            marks,
            [self.totals[number] - mark for number, mark in zip(cell.attempts, marks, strict=True)],
            [maximum / worth for maximum, worth in zip(cell.maxima, worths, strict=True)],
        )

    def _take_places(self, keys: list[CellKey], whole: Scores) -> None:
        if len(whole.parts) == self.answers.attempts:
            self.places.fix(keys[0].question, whole)
            return
        done = 0
        for key in keys:
            numbers = self.answers.cells[key].attempts
            self.places.draw(numbers, whole.marks[done : done + len(numbers)])
            done += len(numbers)

    def _test(self) -> dict:
        """What the whole marks tell, in percent but for the skewness and the kurtosis. The places are filled before."""
        percents = [100 * total for total in self.totals] if self.enough else []
        spread = formulas.variance(self.totals) if self.enough else None
        deviation = None if spread is None else 100 * sqrt(spread)
        consistency = formulas.internal_consistency(self.places.variances(), spread)
        ratio = formulas.error_ratio(consistency)
        return {
            "n": self.answers.attempts,
            "mean": formulas.mean(percents),
            "median": formulas.median(percents),
            "deviation": deviation,
            "skewness": formulas.skewness(percents),
            "kurtosis": formulas.kurtosis(percents),
            "consistency": consistency,
            "error_ratio": ratio,
            "standard_error": formulas.standard_error(ratio, deviation),
        }


def _split(groups: dict, whole: dict) -> dict:
    """The statistics of each group; of the only one they are those of the whole."""
    if len(groups) == 1:
        return {name: dict(whole) for name in groups}
    return {name: statistics_of(scores) for name, scores in groups.items()}


class _Places:
    """The marks by place of the quiz, Moodle's position p, for the statistics that add up over the places.

    A question that every attempt was asked is a place of its own. Drawn ones share places: the first, second ... of the
    drawn questions of an attempt, in the order of their keys, because the order in which they were asked is shuffled.
    An attempt that has nothing at a place has 0 marks there, so that the marks of the places always make up the whole.
    """

    def __init__(self, attempts: int):
        self.attempts = attempts
        self.fixed: dict[UUID, int] = {}  # the number of its place, by the question's key
        self.told: list[tuple[float, float]] = []  # variance and covariance of each place that is complete
        self.drawn: list[array] = []
        self.taken = array("H", bytes(2 * attempts))  # how many drawn ones each attempt has so far

    def fix(self, question: UUID, scores: Scores) -> None:
        self.fixed[question] = len(self.told)
        self.told.append((formulas.variance(scores.marks), formulas.covariance(scores.marks, scores.totals)))

    def draw(self, numbers: array, marks: list[float]) -> None:
        for number, mark in zip(numbers, marks, strict=True):
            place = self.taken[number]
            self.taken[number] += 1
            if place == len(self.drawn):
                self.drawn.append(array("d", bytes(8 * self.attempts)))
            self.drawn[place][number] = mark

    def variances(self) -> list[float]:
        drawn = [formulas.variance(marks) for marks in self.drawn]
        return [value for value in [*(variance for variance, _covariance in self.told), *drawn] if value is not None]

    def covariances(self, totals: list[float]) -> list[float | None]:
        drawn = [formulas.covariance(marks, totals) for marks in self.drawn]
        return [*(covariance for _variance, covariance in self.told), *drawn]
