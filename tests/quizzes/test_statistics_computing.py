"""The arithmetic over collected answers, where questions are drawn too: computed a second way by numpy."""

import random
from array import array
from uuid import UUID

import numpy
import pytest

from quizzes.statistics.collecting import Answers, Cell, CellKey
from quizzes.statistics.computing import Computation, is_language_gap

ATTEMPTS, POOL, DRAWN, FIXED = 150, 12, 4, 3


def drawn_marks(seed: int) -> numpy.ndarray:
    """Attempts x questions: FIXED ones that everybody is asked, and DRAWN of a POOL; nan where it was not asked."""
    rng = random.Random(seed)
    marks = numpy.full((ATTEMPTS, FIXED + POOL), numpy.nan)
    for attempt in range(ATTEMPTS):
        skill = rng.gauss(0, 1)
        asked = [*range(FIXED), *(FIXED + place for place in rng.sample(range(POOL), DRAWN))]
        for question in asked:
            marks[attempt, question] = rng.choice([0.5, 1]) * float(skill + rng.gauss(0, 1) + question / 10 > 0.5)
    return marks


def answers_of(marks: numpy.ndarray, order: list[int]) -> Answers:
    """As they would be collected, the attempts in this order, each question worth 1."""
    cells = {}
    for question in range(marks.shape[1]):
        cell = cells[CellKey(UUID(int=question), 1, "en")] = Cell(sample=1)
        for number, attempt in enumerate(order):
            if not numpy.isnan(marks[attempt, question]):
                cell.attempts.append(number)
                cell.marks.append(marks[attempt, question])
                cell.maxima.append(1.0)
    return Answers(len(order), cells)


def places_of(marks: numpy.ndarray) -> numpy.ndarray:
    """Attempts x places: the fixed questions, then the first, second ... drawn one in the order of their keys."""
    rows = []
    for row in marks:
        drawn = [mark for mark in row[FIXED:] if not numpy.isnan(mark)]
        rows.append([*row[:FIXED], *drawn])
    return numpy.array(rows)


@pytest.mark.parametrize("seed", range(4))
class TestDrawnQuestions:
    def told(self, seed):
        marks = drawn_marks(seed)
        return marks, Computation(answers_of(marks, list(range(ATTEMPTS)))).told()

    def test_a_question_is_told_from_the_attempts_that_had_it(self, seed):
        marks, told = self.told(seed)
        totals = numpy.nansum(marks, axis=1)
        compared = 0
        for question, statistics in told["questions"].items():
            column = marks[:, question.int]
            asked = ~numpy.isnan(column)
            assert statistics["n"] == asked.sum()
            assert statistics["facility"] == pytest.approx(column[asked].mean())
            assert statistics["deviation"] == pytest.approx(column[asked].std(ddof=1))
            rest = totals[asked] - column[asked]
            correlation = numpy.corrcoef(column[asked], rest)[0, 1]
            assert statistics["discrimination"] == pytest.approx(100 * correlation)
            assert statistics["intended"] == pytest.approx(100 / (FIXED + DRAWN))
            compared += 1
        assert compared == FIXED + POOL

    def test_the_places_of_the_quiz_make_up_alpha_and_the_effective_weights(self, seed):
        marks, told = self.told(seed)
        places = places_of(marks)
        count = places.shape[1]
        matrix = numpy.cov(places.T, ddof=1)
        alpha = 100 * count / (count - 1) * (1 - numpy.trace(matrix) / matrix.sum())
        assert told["test"]["consistency"] == pytest.approx(alpha)
        roots = numpy.sqrt(numpy.clip(matrix.sum(axis=1), 0, None))
        weights = 100 * roots / roots.sum()
        for question, statistics in told["questions"].items():
            if question.int < FIXED:
                assert statistics["effective"] == pytest.approx(weights[question.int])
                assert not statistics["is_drawn"]
            else:
                assert statistics["effective"] is None
                assert statistics["is_drawn"]

    def test_the_order_of_the_attempts_does_not_matter(self, seed):
        marks, told = self.told(seed)
        order = random.Random(seed).sample(range(ATTEMPTS), ATTEMPTS)
        again = Computation(answers_of(marks, order)).told()
        assert again["test"] == pytest.approx(told["test"])
        for question, statistics in told["questions"].items():
            for name in ("facility", "deviation", "discrimination", "efficiency"):
                assert again["questions"][question][name] == pytest.approx(statistics[name])


class TestMarksThatChanged:
    def test_attempts_that_were_worth_different_marks_are_compared_by_their_parts(self):
        """Twelve attempts, half of which were worth 2 a question and half 1: all of them earned the same part."""
        cells = {}
        for question in range(2):
            cell = cells[CellKey(UUID(int=question), None, "en")] = Cell(sample=1)
            cell.attempts = array("l", range(12))
            cell.maxima = array("d", [2, 1] * 6)
            cell.marks = array("d", [2 - 2 * question, 1 - question] * 6)
        told = Computation(Answers(12, cells)).told()
        assert told["test"]["mean"] == 50
        assert told["test"]["deviation"] == 0
        assert [statistics["facility"] for statistics in told["questions"].values()] == [1, 0]


@pytest.mark.parametrize(
    ("facilities", "is_gap"),
    [
        ([0.5, 0.7], True),
        ([0.5, 0.69], False),
        ([0.9, None], False),
        ([0.9, None, 0.6], True),
        ([0.1], False),
        ([], False),
    ],
)
def test_a_gap_between_languages_is_two_tenths_of_known_facilities(facilities, is_gap):
    assert is_language_gap(facilities) == is_gap
