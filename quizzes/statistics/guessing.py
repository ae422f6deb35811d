"""What blind guessing would earn, from a frozen question."""

from fractions import Fraction
from math import factorial

from quizzes.question_types import QUESTION_TYPES, cloze, ordering


def random_guess_score(kind: str, content: dict) -> float | None:
    """The mean part of the mark, from 0 to 1, that random answers would earn; None where nobody can say.

    As Moodle's question types have it ("Random guess score" of "Quiz report statistics"): the mean of what the options
    of a single choice earn, a half for true or false, 1 / answers for matching, nothing for what is typed, and for a
    cloze text the mean of its gaps by their weights. For ordering, which Moodle leaves open, it is the mean over all
    orders: one thing of n stands at its right place and n - 1 pairs of neighbours in n (n - 1) follow each other, which
    makes 1 / n both times; 1 / n! for all or nothing. It is None for multiple choice, because it depends on how many
    options somebody dares to choose.
    """
    guess = GUESSES.get(kind)
    return None if guess is None else float(guess(content))


def _single_choice(content: dict) -> Fraction:
    score, options = QUESTION_TYPES["single_choice"].score, content["options"]
    return Fraction(sum(Fraction(score(content, option["id"])) for option in options), len(options))


def _cloze(content: dict) -> Fraction:
    gaps = content["key"]["gaps"].values()
    return sum(gap["weight"] * _gap(gap) for gap in gaps) / Fraction(sum(gap["weight"] for gap in gaps))


def _gap(gap: dict) -> Fraction:
    if gap["kind"] != cloze.CHOICE:
        return Fraction(0)
    return sum(max(Fraction(0), Fraction(answer["fraction"]) / 100) for answer in gap["answers"]) / len(gap["answers"])


def _matching(content: dict) -> Fraction:
    return Fraction(1, len(content["answers"]))


def _ordering(content: dict) -> Fraction:
    n = len(content["entries"])
    return Fraction(1, factorial(n) if content["key"].get("grading") == ordering.ALL_OR_NOTHING else n)


GUESSES = {
    "single_choice": _single_choice,
    "true_false": lambda content: Fraction(1, 2),
    "matching": _matching,
    "ordering": _ordering,
    "short_text": lambda content: Fraction(0),
    "numeric": lambda content: Fraction(0),
    "cloze": _cloze,
    "essay": lambda content: Fraction(0),
    "typing_speed": lambda content: Fraction(0),
}
