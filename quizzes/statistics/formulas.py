"""The formulas of Moodle's quiz statistics, each in one pure function.

Sources: "Quiz statistics calculations" (docs.moodle.org/dev/Quiz_statistics_calculations) for the formulas and "Quiz
report statistics" (docs.moodle.org/dev/Quiz_report_statistics) for what they mean. Its notation:

- S: the attempts that count; s one of them; |S| how many.
- x_i(s): the mark of attempt s for question i; x̄_i its mean over the attempts that were asked i, and only over those:
  where questions are drawn, every sum over S is a sum over the attempts that had the question.
- T(s): the whole mark of attempt s, the sum of its x_i(s). X_i(s) = T(s) - x_i(s): the rest of its marks.
- V(x) = Σ (x(s) - x̄)² / (|S| - 1): the variance. C(x, y) = Σ (x(s) - x̄) (y(s) - ȳ) / (|S| - 1): the covariance.

All of them take sequences of floats that belong together by their place, and the order of the attempts changes nothing.
None means that there is no such number: too few attempts, or all of them the same.
"""

from collections.abc import Sequence
from math import fsum, sqrt
from operator import mul
from statistics import fmean

SAME = 1e-9  # parts of a mark that differ by no more are equal: floats are not exact

Floats = Sequence[float]


def has_spread(values: Floats) -> bool:
    """Whether there are at least two values and not all of them are the same."""
    return len(values) > 1 and max(values) - min(values) > SAME


def deviations(values: Floats) -> list[float]:
    mean = fmean(values)
    return [value - mean for value in values]


def variance(values: Floats) -> float | None:
    """V(x) = Σ (x - x̄)² / (n - 1), 0 or more. None for fewer than two values."""
    if len(values) < 2:
        return None
    differences = deviations(values)
    return fsum(map(mul, differences, differences)) / (len(values) - 1)


def covariance(first: Floats, second: Floats) -> float | None:
    """C(x, y) = Σ (x - x̄) (y - ȳ) / (n - 1), of any sign. None for fewer than two pairs."""
    if len(first) < 2:
        return None
    return fsum(map(mul, deviations(first), deviations(second))) / (len(first) - 1)


# Questions


def facility_index(parts: Floats) -> float | None:
    """How easy a question is: F = x̄ / x_max, the mean part of the mark that was earned. From 0 (nobody) to 1 (all).

    parts: x / x_max of each attempt, from 0 to 1.
    """
    return fmean(parts) if parts else None


def standard_deviation(parts: Floats) -> float | None:
    """How far the marks lie apart: √V(x), of parts of the mark (x / x_max). 0 or more; at most √(n / (n - 1)) / 2."""
    spread = variance(parts)
    return None if spread is None else sqrt(spread)


def intended_weight(shares: Floats) -> float | None:
    """How much a question should decide: 100 x_max / T_max, in percent; those of one attempt make up 100.

    shares: x_max / T_max of each attempt, from 0 to 1. Their mean is taken: they are all the same, as in Moodle, unless
    the quiz was changed in the meantime.
    """
    return 100 * fmean(shares) if shares else None


def effective_weights(covariances: Sequence[float | None]) -> list[float | None]:
    """How much each question really decides: 100 √C(x_p, T) / Σ √C(x_p, T), in percent, together 100.

    covariances: C(x_p, T) of each place p of the quiz with the whole mark T. A place whose marks go against the whole
    (a negative covariance) has no effective weight and adds nothing to the sum, as in Moodle.
    """
    roots = [sqrt(value) if value is not None and value >= 0 else None for value in covariances]
    total = fsum(root for root in roots if root is not None)
    return [None if root is None or total <= 0 else 100 * root / total for root in roots]


def discrimination_index(marks: Floats, rest: Floats) -> float | None:
    """Whether those who did well in the rest did well here: D = 100 C(x_i, X_i) / √(V(x_i) V(X_i)).

    It is the correlation of the marks x_i with the rest X_i = T - x_i, in percent: from -100 to 100. Below 0 the better
    learners did worse. None where all marks, or all rests, are the same.
    """
    if not (has_spread(marks) and has_spread(rest)):
        return None
    ours, others = deviations(marks), deviations(rest)
    product = fsum(map(mul, ours, others))
    scale = sqrt(fsum(map(mul, ours, ours))) * sqrt(fsum(map(mul, others, others)))
    return max(-100.0, min(100.0, 100 * product / scale))


def discrimination_from_sums(n: int, x: float, y: float, xx: float, yy: float, xy: float) -> float | None:
    """`discrimination_index` where only Σ x, Σ y, Σ x², Σ y² and Σ x y of n attempts are known. From -100 to 100.

    C(x, y) (n - 1) = Σ x y - Σ x Σ y / n. For marks in parts of the highest, from 0 to 1: then floats are exact enough.
    """
    if n < 2:
        return None
    ours, others = xx - x * x / n, yy - y * y / n
    if min(ours, others) <= SAME:
        return None
    return max(-100.0, min(100.0, 100 * (xy - x * y / n) / sqrt(ours * others)))


def discriminative_efficiency(marks: Floats, rest: Floats) -> float | None:
    """How well a question discriminates for one of its facility: 100 C(x_i, X_i) / C_max(x_i, X_i).

    C_max is the covariance of the same marks in the order that gives the highest: both sorted. A very easy question
    cannot have a high discrimination index, but it can have a high efficiency. At most 100; it may fall below -100,
    because C_max is a bound upwards only. None where all marks, or all rests, are the same.
    """
    if not (has_spread(marks) and has_spread(rest)):
        return None
    ours, others = deviations(marks), deviations(rest)
    highest = fsum(map(mul, sorted(ours), sorted(others)))
    return min(100.0, 100 * fsum(map(mul, ours, others)) / highest)


# The whole quiz


def mean(totals: Floats) -> float | None:
    """T̄ = Σ T / n."""
    return fmean(totals) if totals else None


def median(totals: Floats) -> float | None:
    """The middle mark of the sorted ones; of an even number of them, the mean of the middle two."""
    if not totals:
        return None
    ordered, middle = sorted(totals), len(totals) // 2
    return ordered[middle] if len(totals) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _moments(totals: Floats) -> list[float]:
    """m2, m3 and m4: the means of (T - T̄)², (T - T̄)³ and (T - T̄)⁴."""
    differences = deviations(totals)
    return [fmean(difference**power for difference in differences) for power in (2, 3, 4)]


def skewness(totals: Floats) -> float | None:
    """Where the tail of the marks lies: k3 / k2^(3/2), of any sign. Below 0 a few did much worse than most.

    k2 = n m2 / (n - 1), k3 = n² m3 / ((n - 1) (n - 2)). None for fewer than three marks, or where all are the same.
    """
    n = len(totals)
    if n < 3 or not has_spread(totals):
        return None
    m2, m3, _m4 = _moments(totals)
    k2, k3 = n * m2 / (n - 1), n**2 * m3 / ((n - 1) * (n - 2))
    return k3 / k2**1.5


def kurtosis(totals: Floats) -> float | None:
    """How heavy the tails of the marks are: k4 / k2², of any sign, 0 for a normal distribution.

    k4 = n² ((n + 1) m4 - 3 (n - 1) m2²) / ((n - 1) (n - 2) (n - 3)); k2 as for the skewness. None for fewer than four
    marks, or where all are the same.
    """
    n = len(totals)
    if n < 4 or not has_spread(totals):
        return None
    m2, _m3, m4 = _moments(totals)
    k2 = n * m2 / (n - 1)
    k4 = n**2 * ((n + 1) * m4 - 3 * (n - 1) * m2**2) / ((n - 1) * (n - 2) * (n - 3))
    return k4 / k2**2


def internal_consistency(variances: Floats, total: float | None) -> float | None:
    """Cronbach's alpha: how far the questions measure the same thing. 100 P / (P - 1) (1 - Σ V(x_p) / V(T)).

    In percent: at most 100 where T is the sum of the x_p, below 0 where the places go against each other. None for
    fewer than two places, or where all attempts got the same. variances: V(x_p) of each of the P places of the quiz;
    total: V(T).
    """
    places = len(variances)
    if places < 2 or not total or total <= SAME**2:
        return None
    return 100 * places / (places - 1) * (1 - fsum(variances) / total)


def error_ratio(consistency: float | None) -> float | None:
    """How much of the spread of the marks is chance: 100 √(1 - alpha), in percent. 0 or more; 100 where alpha is 0.

    consistency: the coefficient of internal consistency, in percent.
    """
    return None if consistency is None else 100 * sqrt(max(0.0, 1 - consistency / 100))


def standard_error(ratio: float | None, deviation: float | None) -> float | None:
    """How far a mark may be from what the learner is really worth: SE = ER √V(T), in the unit of the deviation.

    ratio: the error ratio, in percent; deviation: the standard deviation √V(T) of the whole marks.
    """
    return None if ratio is None or deviation is None else ratio / 100 * deviation
