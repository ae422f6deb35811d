"""Typing speed: what counts as a mistake, how speed and accuracy are measured, and what they earn."""

import time
from fractions import Fraction
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from quizzes.question_types import QUESTION_TYPES, QuestionBodyBlock, asked
from quizzes.question_types.typing_speed import LONGEST, LONGEST_TYPED, as_typed, distance, measure
from tests.quizzes.bank import BODIES, answer_of

TYPING = QUESTION_TYPES["typing_speed"]
BODY = QuestionBodyBlock()
HUNDRED = "abcdefghi " * 9 + "abcdefghij"  # 100 characters, 20 words


def value_of(**changes):
    return BODY.to_python([{"type": "typing_speed", "value": BODIES["typing_speed"] | changes}])[0].value


def freeze(passage=HUNDRED, target=40, minimum_accuracy="90", **changes) -> dict:
    changes |= {"passage": passage, "target": target, "minimum_accuracy": minimum_accuracy}
    return TYPING.freeze(value_of(**changes), Random(0), True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"passage": "Too short."}, "passage"),
        ({"passage": "a" + " " * 60}, "passage"),
        ({"passage": "a" * (LONGEST + 1)}, "passage"),
        ({"target": 0}, "target"),
        ({"target": 251}, "target"),
        ({"minimum_accuracy": "101"}, "minimum_accuracy"),
    ],
)
def test_a_passage_that_measures_nothing_is_refused(changes, field):
    with pytest.raises(ValidationError) as refused:
        TYPING.block.clean(value_of(**changes))
    assert list(refused.value.block_errors) == [field]


@pytest.mark.parametrize(
    ("typed", "seconds", "earned"),
    [
        (HUNDRED, 30, 1),  # 20 words in half a minute: 40 a minute
        (HUNDRED, 20, 1),
        (HUNDRED, 60, Fraction(1, 2)),
        (HUNDRED, 600, Fraction(1, 20)),
        (HUNDRED[:-9], 30, Fraction(364, 400) * Fraction(91, 100)),  # 9 characters missing
        (HUNDRED[:-12], 30, 0),  # 88 percent
        (HUNDRED.replace("a", "x"), 30, Fraction(9, 10)),
        (HUNDRED.replace("a", "x").replace("bc", "bx"), 30, 0),
        (HUNDRED.upper(), 30, 0),
        (HUNDRED[:10], 1, 0),  # the first word alone, very fast
        (HUNDRED * 2, 30, 0),
        (HUNDRED, 5, 1),  # 240 words a minute
        (HUNDRED, 4.79, 0),  # more than 250: nobody types so fast
        (HUNDRED, 0, 0),
        (HUNDRED, -5, 0),
        (HUNDRED, None, 0),
    ],
)
def test_the_mark_is_the_net_speed_over_the_target(typed, seconds, earned):
    assert TYPING.score(freeze(), typed, seconds) == earned


@pytest.mark.parametrize(
    ("typed", "passage", "steps"),
    [
        ("", "", 0),
        ("", "abc", 3),
        ("abc", "", 3),
        ("kitten", "sitting", 3),
        ("flaw", "lawn", 2),
        ("abc", "abc", 0),
        ("გამარჯობა", "გამარჯვება", 2),
        ("السلام", "السلم", 1),
    ],
)
def test_the_distance_is_the_least_number_of_changes(typed, passage, steps):
    assert distance(typed, passage) == steps


@pytest.mark.parametrize(
    ("typed", "passage"),
    [
        ("one two", "one\r\n  two "),
        ('don\'t - "so"', "don’t — “so”"),
        ("السلام عليكم", "السَّلامُ علـيكم"),
        ("a b", "a\u00a0b\u200f"),
        ("fine", "ﬁne"),
    ],
)
def test_what_a_keyboard_does_not_have_does_not_matter(typed, passage):
    assert as_typed(typed) == as_typed(passage)


@pytest.mark.parametrize(("typed", "passage"), [("One", "one"), ("احمد", "أحمد"), ("a.b", "a,b"), ("ab", "a b")])
def test_what_can_be_typed_matters(typed, passage):
    assert as_typed(typed) != as_typed(passage)


def plain_distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, start=1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]


class Typing(SimpleTestCase):
    def test_only_it_is_timed(self):
        self.assertEqual([name for name, each in QUESTION_TYPES.items() if each.is_timed], ["typing_speed"])
        self.assertEqual([name for name, each in QUESTION_TYPES.items() if each.result_in_words], ["typing_speed"])

    @given(st.text(alphabet="abc", max_size=12), st.text(alphabet="abcd", max_size=12))
    def test_the_fast_distance_is_that_of_the_table(self, one, other):
        self.assertEqual(distance(one, other), plain_distance(one, other))

    def test_the_longest_texts_take_no_time(self):
        rng = Random(0)
        typed, passage = ("".join(rng.choices("abcdefgh ", k=n)) for n in (LONGEST_TYPED, LONGEST))
        begun = time.perf_counter()
        distance(typed, passage)
        self.assertLess(time.perf_counter() - begun, 0.5)

    def test_only_what_its_form_can_send_is_accepted(self):
        content = freeze()
        self.assertTrue(TYPING.accepts(content, "a" * LONGEST_TYPED))
        for foreign in ("", "a" * (LONGEST_TYPED + 1), None, [], {}, 1, True):
            self.assertFalse(TYPING.accepts(content, foreign))
        self.assertEqual(TYPING.parse(answer_of("one\r\ntwo ")), "one\ntwo")

    def test_the_result_is_told_and_why_it_earns_nothing(self):
        for typed, seconds, said in (
            (HUNDRED, 25, ["48 words a minute, 100.0% accurate"]),
            (HUNDRED[:-1], 30, ["39 words a minute, 99.0% accurate"]),
            (HUNDRED[:51], 30, ["20 words a minute, 51.0% accurate", "Less than 90% accuracy earns nothing."]),
            (HUNDRED, 1, ["1200 words a minute, 100.0% accurate", "Nobody types so fast: it does not count."]),
            (HUNDRED, None, ["The time was not measured."]),
        ):
            with self.subTest(seconds=seconds):
                self.assertEqual(TYPING.result_in_words(freeze(), typed, seconds), said)
        self.assertEqual(TYPING.answer_in_words(freeze()), ["40 words a minute, at least 90% accurate"])

    def test_the_passage_is_shown_only_from_when_it_began(self):
        content = asked(freeze(passage="First line of a passage,\nsecond line of that passage.", target=30))
        page = render_to_string(TYPING.template_name, {"content": content, "response": None, "began": False})
        self.assertNotIn("First line", page)
        self.assertNotIn("<textarea", page)
        self.assertInHTML('<button class="button" name="go" value="begin">Begin typing</button>', page)
        page = render_to_string(TYPING.template_name, {"content": content, "response": "First", "began": True})
        self.assertIn("First line of a passage,<br>second line", page)
        self.assertIn(">\nFirst</textarea>", page)
        self.assertNotIn('value="begin"', page)
        for attribute in ('spellcheck="false"', 'autocorrect="off"', 'autocomplete="off"', 'autocapitalize="off"'):
            self.assertIn(attribute, page)

    def test_accuracy_is_never_less_than_nothing(self):
        self.assertEqual(measure(freeze(), "x" * 400, 60).accuracy, 0)
        self.assertEqual(measure(freeze(), HUNDRED * 2, 60).accuracy, Fraction(100, 200))

    @given(
        st.text(max_size=60),
        st.one_of(st.none(), st.floats(-10, 1000, allow_nan=False)),
        st.integers(1, 250),
        st.integers(0, 100),
    )
    def test_whatever_is_typed_earns_between_nothing_and_all(self, typed, seconds, target, least):
        content = freeze(target=target, minimum_accuracy=str(least))
        earned = TYPING.score(content, typed, seconds)
        self.assertTrue(0 <= earned <= 1)
        self.assertEqual(TYPING.score(content, typed, seconds), earned)
        self.assertTrue(0 <= measure(content, typed, seconds).accuracy <= 1)
        self.assertTrue(TYPING.result_in_words(content, typed, seconds))

    @given(st.floats(5, 100), st.floats(0, 100))
    def test_slower_never_earns_more(self, seconds, more):
        faster, slower = (TYPING.score(freeze(), HUNDRED, each) for each in (seconds, seconds + more))
        self.assertGreaterEqual(faster, slower)
