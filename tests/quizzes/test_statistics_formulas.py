"""Moodle's formulas: an example computed by hand, random data computed a second way, and the bounds."""

import random

import numpy
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quizzes.statistics import formulas

# Five attempts at three questions that are worth 1, 1 and 2.
FIRST, SECOND, THIRD = [1, 1, 1, 1, 0], [1, 1, 0, 0, 0], [2, 1, 1, 0, 0]
TOTALS = [4, 3, 2, 1, 0]


def close(value):
    return pytest.approx(value, abs=1e-4)


def rest_of(marks):
    return [total - mark for total, mark in zip(TOTALS, marks, strict=True)]


class TestTheExampleByHand:
    def test_facility_is_the_mean_part_of_the_mark(self):
        assert formulas.facility_index(FIRST) == close(4 / 5)
        assert formulas.facility_index([mark / 2 for mark in THIRD]) == close(4 / 2 / 5)

    def test_the_variance_divides_by_one_less_than_the_attempts(self):
        # The mean is 0.8: 4 x 0.2² + 0.8² = 0.8, / 4
        assert formulas.variance(FIRST) == close(0.2)
        # The mean is 0.4: 2 x 0.6² + 3 x 0.4² = 1.2, / 4
        assert formulas.variance(SECOND) == close(0.3)
        # The mean is 0.8: 1.2² + 2 x 0.2² + 2 x 0.8² = 2.8, / 4
        assert formulas.variance(THIRD) == close(0.7)
        assert formulas.standard_deviation(FIRST) == close(0.2**0.5)

    def test_the_covariances_with_the_whole_add_up_to_its_variance(self):
        # T - mean is 2, 1, 0, -1, -2
        assert formulas.covariance(FIRST, TOTALS) == close((0.4 + 0.2 + 0 - 0.2 + 1.6) / 4)
        assert formulas.covariance(SECOND, TOTALS) == close((1.2 + 0.6 + 0 + 0.4 + 0.8) / 4)
        assert formulas.covariance(THIRD, TOTALS) == close((2.4 + 0.2 + 0 + 0.8 + 1.6) / 4)
        assert formulas.variance(TOTALS) == close(0.5 + 0.75 + 1.25)

    def test_weights_are_shares_of_the_highest_marks_and_of_the_roots_of_the_covariances(self):
        assert [formulas.intended_weight([mark / 4] * 5) for mark in (1, 1, 2)] == [close(25), close(25), close(50)]
        # √0.5 = 0.70711, √0.75 = 0.86603, √1.25 = 1.11803, together 2.69117
        assert formulas.effective_weights([0.5, 0.75, 1.25]) == [close(26.2752), close(32.1803), close(41.5446)]

    def test_discrimination_is_the_correlation_with_the_rest(self):
        # The rest is 3, 2, 1, 0, 0, with a variance of 1.7; the covariance is 0.5 - 0.2 = 0.3
        assert formulas.discrimination_index(FIRST, rest_of(FIRST)) == close(100 * 0.3 / (0.2 * 1.7) ** 0.5)
        # The rest is 3, 2, 2, 1, 0, with a variance of 1.3; the covariance is 0.75 - 0.3 = 0.45
        assert formulas.discrimination_index(SECOND, rest_of(SECOND)) == close(100 * 0.45 / (0.3 * 1.3) ** 0.5)

    def test_efficiency_compares_the_covariance_with_that_of_the_sorted_marks(self):
        # The best order of these is the one that they have
        assert formulas.discriminative_efficiency(FIRST, rest_of(FIRST)) == close(100)
        # 0.75 - 0.25 - 0.25 + 0.75 = 1, and sorted 0.75 + 0.25 + 0.25 + 0.75 = 2
        assert formulas.discriminative_efficiency([0, 1, 0, 1], [0, 1, 2, 3]) == close(50)

    def test_mean_median_and_deviation_of_the_whole(self):
        assert (formulas.mean(TOTALS), formulas.median(TOTALS)) == (2, 2)
        assert formulas.median([1, 4, 2, 9]) == 3
        assert formulas.standard_deviation(TOTALS) == close(2.5**0.5)

    def test_skewness_and_kurtosis(self):
        # m2 = 2, m3 = 0, m4 = (16 + 1 + 0 + 1 + 16) / 5 = 6.8; k2 = 2.5, k4 = 25 (6 x 6.8 - 12 x 4) / 24 = -7.5
        assert formulas.skewness(TOTALS) == close(0)
        assert formulas.kurtosis(TOTALS) == close(-7.5 / 2.5**2)
        # 0, 0, 0, 4: m2 = 3, m3 = (3³ - 3) / 4 = 6; k2 = 4, k3 = 16 x 6 / 6 = 16; 16 / 4^1.5 = 2
        assert formulas.skewness([0, 0, 0, 4]) == close(2)

    def test_alpha_error_ratio_and_standard_error(self):
        alpha = formulas.internal_consistency([0.2, 0.3, 0.7], 2.5)
        assert alpha == close(100 * 3 / 2 * (1 - 1.2 / 2.5))
        assert alpha == close(78)
        ratio = formulas.error_ratio(alpha)
        assert ratio == close(100 * 0.22**0.5)
        assert formulas.standard_error(ratio, 2.5**0.5) == close(0.55**0.5)


class TestWhereThereIsNoNumber:
    def test_of_no_attempts_there_is_nothing(self):
        for formula in (formulas.facility_index, formulas.intended_weight, formulas.mean, formulas.median):
            assert formula([]) is None

    def test_one_attempt_has_no_spread(self):
        for formula in (formulas.variance, formulas.standard_deviation, formulas.skewness, formulas.kurtosis):
            assert formula([0.5]) is None
        assert formulas.covariance([1], [1]) is None

    @pytest.mark.parametrize("formula", [formulas.discrimination_index, formulas.discriminative_efficiency])
    def test_equal_marks_discriminate_nothing_and_floats_do_not_hide_that(self, formula):
        assert formula([0.1 + 0.2, 0.3, 0.3], [1, 2, 3]) is None
        assert formula([1, 2, 3], [0.3, 0.1 + 0.2, 0.3]) is None

    def test_marks_that_go_against_the_whole_have_no_effective_weight_and_take_none_away(self):
        assert formulas.effective_weights([1, -1, 1]) == [50, None, 50]
        assert formulas.effective_weights([None, 0]) == [None, None]

    def test_alpha_needs_two_places_and_a_spread(self):
        assert formulas.internal_consistency([0.2], 0.2) is None
        assert formulas.internal_consistency([0, 0], 0) is None
        assert formulas.internal_consistency([0, 0], None) is None
        assert formulas.error_ratio(None) is None
        assert formulas.standard_error(None, 1) is None


def random_marks(seed, attempts=200, questions=8):
    """Marks of learners who are good or not at questions that are easy or not, in an array of attempts x questions."""
    rng = random.Random(seed)
    ability = [rng.gauss(0, 1) for _ in range(attempts)]
    ease = [rng.gauss(0, 1) for _ in range(questions)]
    steps = [rng.choice([1, 2, 4]) for _ in range(questions)]
    return numpy.array(
        [
            [
                rng.randint(0, step) * (skill + easy + rng.gauss(0, 1) > 0)
                for step, easy in zip(steps, ease, strict=True)
            ]
            for skill in ability
        ],
        dtype=float,
    )


@pytest.mark.parametrize("seed", range(5))
class TestASecondWay:
    """The same by numpy, from the definitions in matrix form."""

    def test_questions(self, seed):
        marks = random_marks(seed)
        totals = marks.sum(axis=1)
        for column in marks.T:
            rest = totals - column
            ours, others = column.tolist(), rest.tolist()
            matrix = numpy.cov(column, rest, ddof=1)
            best = numpy.cov(numpy.sort(column), numpy.sort(rest), ddof=1)
            assert formulas.facility_index(ours) == pytest.approx(column.mean())
            assert formulas.standard_deviation(ours) == pytest.approx(column.std(ddof=1))
            correlation = numpy.corrcoef(column, rest)[0, 1]
            assert formulas.discrimination_index(ours, others) == pytest.approx(100 * correlation)
            efficiency = 100 * matrix[0, 1] / best[0, 1]
            assert formulas.discriminative_efficiency(ours, others) == pytest.approx(efficiency)

    def test_the_whole(self, seed):
        marks = random_marks(seed)
        totals = marks.sum(axis=1)
        n, places = marks.shape
        standard = (totals - totals.mean()) / totals.std(ddof=1)
        # The sample skewness and excess kurtosis G1 and G2 of Joanes and Gill (1998)
        third = n / ((n - 1) * (n - 2)) * (standard**3).sum()
        fourth = n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * (standard**4).sum()
        fourth -= 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))
        matrix = numpy.cov(marks.T, ddof=1)
        # Alpha from the covariances between the places alone: k² c̄ / Σ of the whole matrix
        between = matrix.sum() - numpy.trace(matrix)
        alpha = 100 * places**2 * (between / (places * (places - 1))) / matrix.sum()
        values = totals.tolist()
        assert formulas.mean(values) == pytest.approx(totals.mean())
        assert formulas.median(values) == pytest.approx(numpy.median(totals))
        assert formulas.skewness(values) == pytest.approx(third)
        assert formulas.kurtosis(values) == pytest.approx(fourth)
        variances = [formulas.variance(column.tolist()) for column in marks.T]
        assert formulas.internal_consistency(variances, formulas.variance(values)) == pytest.approx(alpha)
        roots = numpy.sqrt(numpy.clip(matrix.sum(axis=1), 0, None))
        covariances = [formulas.covariance(column.tolist(), values) for column in marks.T]
        weights = [weight or 0 for weight in formulas.effective_weights(covariances)]
        assert weights == pytest.approx((100 * roots / roots.sum()).tolist())


part = st.sampled_from([0, 0.1, 0.25, 1 / 3, 0.5, 2 / 3, 1])
tables = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(part, min_size=width, max_size=width), min_size=2, max_size=30)
)


class TestBounds:
    @given(st.lists(part, min_size=1))
    def test_facility_is_from_0_to_1(self, parts):
        assert 0 <= formulas.facility_index(parts) <= 1

    @given(st.lists(part, min_size=2))
    def test_the_deviation_of_parts_is_at_most_that_of_halves(self, parts):
        n = len(parts)
        assert 0 <= formulas.standard_deviation(parts) <= (n / (n - 1)) ** 0.5 / 2 + 1e-9

    @given(tables)
    def test_discrimination_is_from_minus_100_to_100_and_efficiency_at_most_100(self, table):
        for column in zip(*table, strict=True):
            rest = [sum(row) - mark for row, mark in zip(table, column, strict=True)]
            discrimination = formulas.discrimination_index(column, rest)
            efficiency = formulas.discriminative_efficiency(column, rest)
            assert discrimination is None or -100 <= discrimination <= 100
            assert (discrimination is None) == (efficiency is None)
            assert efficiency is None or (efficiency <= 100 and efficiency * discrimination >= 0)

    @given(tables)
    def test_alpha_is_at_most_100_and_the_effective_weights_make_up_100(self, table):
        totals = [sum(row) for row in table]
        assume(formulas.has_spread(totals))
        columns = list(zip(*table, strict=True))
        alpha = formulas.internal_consistency(list(map(formulas.variance, columns)), formulas.variance(totals))
        assert alpha <= 100 + 1e-6
        assert formulas.error_ratio(alpha) >= 0
        weights = formulas.effective_weights([formulas.covariance(column, totals) for column in columns])
        assert sum(weight for weight in weights if weight is not None) == pytest.approx(100)

    @given(st.lists(st.tuples(part, part), min_size=4), st.randoms(use_true_random=False))
    def test_the_order_of_the_attempts_does_not_matter(self, pairs, rng):
        shuffled = rng.sample(pairs, len(pairs))
        for formula in (formulas.discrimination_index, formulas.discriminative_efficiency, formulas.covariance):
            one, other = (formula(*zip(*some, strict=True)) for some in (pairs, shuffled))
            assert other == (None if one is None else pytest.approx(one))
        for formula in (formulas.variance, formulas.median, formulas.skewness, formulas.kurtosis):
            one, other = (formula([first for first, _second in some]) for some in (pairs, shuffled))
            assert other == (None if one is None else pytest.approx(one))
