"""Options that earn or take away a part of the mark: what trainers may write, and what a choice earns."""

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from quizzes.models import AttemptQuestion
from quizzes.question_types import QUESTION_TYPES, QuestionBodyBlock
from quizzes.scoring import mark_of
from tests.quizzes.bank import BODIES

BODY = QuestionBodyBlock()


def value_of(kind: str, *options: tuple[bool, str | None], grading="fractions"):
    """options: whether it is right, and its fraction as it is typed."""
    values = [
        {"type": "item", "id": f"o{n}", "value": {"text": f"Option {n}", "is_correct": right, "fraction": fraction}}
        for n, (right, fraction) in enumerate(options)
    ]
    return BODY.to_python([{"type": kind, "value": BODIES[kind] | {"options": values, "grading": grading}}])[0].value


def freeze(kind: str, *options, grading="fractions", seed=0) -> dict:
    return QUESTION_TYPES[kind].freeze(value_of(kind, *options, grading=grading), Random(seed), True)


def share(content: dict, *chosen: int, kind="multiple_choice") -> Fraction:
    ids = [f"o{n}" for n in chosen]
    return QUESTION_TYPES[kind].score(content, ids if kind == "multiple_choice" else ids[0])


@pytest.mark.parametrize(
    ("kind", "grading", "options", "said"),
    [
        ("multiple_choice", "fractions", [(True, "50"), (True, "40"), (False, "0")], "90 percent together"),
        ("multiple_choice", "fractions", [(True, "60"), (True, "60"), (False, "0")], "120 percent together"),
        ("multiple_choice", "fractions", [(True, "50"), (True, None), (False, "0")], "every right option"),
        ("multiple_choice", "fractions", [(True, "100"), (True, "0"), (False, "0")], "more than 0"),
        ("multiple_choice", "fractions", [(True, "100"), (False, "10")], "at most 0"),
        ("multiple_choice", "fractions", [(False, "0"), (False, "-50")], "at least one option as right"),
        ("multiple_choice", "all_or_nothing", [(True, "100"), (False, None)], "only by fractions"),
        ("multiple_choice", "fractions", [(True, "101"), (False, None)], ""),
        ("multiple_choice", "luck", [(True, None), (False, None)], ""),
        ("single_choice", "", [(True, "50"), (False, None)], "The right option earns 100 percent"),
        ("single_choice", "", [(True, None), (False, "100")], "The right option earns 100 percent"),
        ("single_choice", "", [(True, None), (False, "-101")], ""),
    ],
)
def test_fractions_that_make_no_sense_are_refused_in_words(kind, grading, options, said):
    with pytest.raises(ValidationError) as refused:
        QUESTION_TYPES[kind].block.clean(value_of(kind, *options, grading=grading))
    words = [m for e in refused.value.block_errors.values() if isinstance(e, ValidationError) for m in e.messages]
    assert said in "".join(words if said else [])


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("multiple_choice", [(True, "33.33333"), (True, "33.33333"), (True, "33.33333"), (False, "-100")]),
        ("multiple_choice", [(True, None), (True, None), (False, None)]),
        ("multiple_choice", [(True, None), (True, None), (False, "-25")]),
        ("multiple_choice", [(True, "100"), (False, "0")]),
        ("single_choice", [(True, "100"), (False, "50"), (False, "-20"), (False, None)]),
    ],
)
def test_fractions_that_add_up_are_accepted(kind, options):
    QUESTION_TYPES[kind].block.clean(value_of(kind, *options))


class MultipleChoice(SimpleTestCase):
    def test_each_choice_earns_or_takes_away_its_part(self):
        content = freeze("multiple_choice", (True, "70"), (True, "30"), (False, "-50"), (False, "0"))
        for chosen, expected in (
            ((0, 1), 1),
            ((0,), Fraction(7, 10)),
            ((1,), Fraction(3, 10)),
            ((0, 2), Fraction(1, 5)),
            ((1, 2), 0),  # never less than nothing
            ((2,), 0),
            ((0, 1, 3), 1),
            ((0, 1, 2, 3), Fraction(1, 2)),
        ):
            with self.subTest(chosen):
                self.assertEqual(share(content, *chosen), expected)

    def test_thirds_earn_the_whole_mark_together(self):
        content = freeze("multiple_choice", *[(True, "33.33333")] * 3, (False, "0"))
        self.assertEqual([share(content, 0), share(content, 0, 1, 2)], [Fraction(1, 3), 1])

    def test_options_that_say_nothing_share_evenly_and_choosing_everything_earns_nothing(self):
        content = freeze("multiple_choice", *[(True, None)] * 3, (False, None), (False, None))
        self.assertEqual(share(content, 0, 1), Fraction(2, 3))
        self.assertEqual(share(content, 0, 1, 2, 3), Fraction(1, 2))
        self.assertEqual(share(content, 0, 1, 2, 3, 4), 0)
        self.assertEqual(share(freeze("multiple_choice", (True, None), (False, "-10"), (False, None)), 0, 2), 1)

    def test_all_or_nothing_is_the_default_also_of_what_was_frozen_before(self):
        content = freeze("multiple_choice", (True, None), (True, None), (False, None), grading="all_or_nothing")
        self.assertNotIn("fractions", content["key"])
        self.assertEqual([share(content, 0), share(content, 0, 1)], [0, 1])

    @given(st.lists(st.tuples(st.booleans(), st.integers(1, 100)), min_size=2, max_size=8), st.data())
    def test_whatever_is_chosen_earns_between_nothing_and_all(self, options, data):
        options = [(True, 1), *options]
        whole = sum(weight for right, weight in options if right)
        percents = [Decimal(weight * 100) / whole if right else Decimal(-weight) for right, weight in options]
        contents = [
            freeze("multiple_choice", *zip((right for right, _ in options), map(str, percents), strict=True), seed=seed)
            for seed in data.draw(st.tuples(st.integers(), st.integers()))
        ]
        chosen = data.draw(st.sets(st.integers(0, len(options) - 1), min_size=1))
        shares = {share(content, *chosen) for content in contents}
        self.assertEqual(len(shares), 1)
        self.assertTrue(0 <= shares.pop() <= 1)
        self.assertEqual(share(contents[0], *(n for n, (right, _) in enumerate(options) if right)), 1)


class SingleChoice(SimpleTestCase):
    def test_a_wrong_option_may_earn_a_part(self):
        content = freeze("single_choice", (True, None), (False, "50"), (False, "-20"), (False, None))
        shares = [share(content, n, kind="single_choice") for n in range(4)]
        self.assertEqual(shares, [1, Fraction(1, 2), 0, 0])
        self.assertIn("fractions", content["key"])
        plain = freeze("single_choice", (True, None), (False, None))
        self.assertNotIn("fractions", plain["key"])


@pytest.mark.parametrize(
    ("chosen", "max_mark", "mark"),
    [((0,), "3", "1.00"), ((0, 1), "3", "2.00"), ((0,), "1", "0.33"), ((0, 1), "1", "0.66"), ((0, 1, 2), "1", "1.00")],
)
def test_a_mark_is_exact_and_never_rounded_up(chosen, max_mark, mark):
    content = freeze("multiple_choice", *[(True, None)] * 3, (False, None))
    question = AttemptQuestion(kind="multiple_choice", content=content, max_mark=Decimal(max_mark))
    question.response = [f"o{n}" for n in chosen]
    assert str(mark_of(question)) == mark
