"""Each question type: what trainers may write, how it is frozen, and which responses are right."""

from decimal import Decimal
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from quizzes.question_types import QUESTION_TYPES, QuestionBodyBlock, asked
from quizzes.question_types.numeric import number_from
from quizzes.question_types.short_text import normalise
from tests.quizzes.bank import BODIES, CANARY, RIGHT, answer_of, form_of

KINDS = list(BODIES)
BODY = QuestionBodyBlock()


def value_of(kind: str, **changes):
    return BODY.to_python([{"type": kind, "value": BODIES[kind] | changes}])[0].value


def freeze(kind: str, seed: int = 0, shuffle: bool = True, **changes) -> dict:
    return QUESTION_TYPES[kind].freeze(value_of(kind, **changes), Random(seed), shuffle)


def score(kind: str, response, **changes) -> Decimal:
    return QUESTION_TYPES[kind].score(freeze(kind, **changes), response)


def id_of(content: dict, text: str) -> str:
    return next(option["id"] for option in content["options"] if option["text"] == text)


def options(*are_correct: bool) -> list[dict]:
    return [{"text": f"Option {n}", "is_correct": is_correct} for n, is_correct in enumerate(are_correct)]


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("single_choice", {"options": options(True)}, "options"),
        ("single_choice", {"options": options(False, False)}, "options"),
        ("single_choice", {"options": options(True, True, False)}, "options"),
        ("multiple_choice", {"options": options(False, False)}, "options"),
        ("multiple_choice", {"options": options(True)}, "options"),
        ("numeric", {"tolerance": "-0.1"}, "tolerance"),
        ("numeric", {"answer": None}, "answer"),
        ("short_text", {"accepted": []}, "accepted"),
        ("short_text", {"accepted": ["\u200f \u0640"]}, "accepted"),
        ("true_false", {"text": ""}, "text"),
    ],
)
def test_a_question_that_nobody_could_answer_is_refused(kind, changes, field):
    with pytest.raises(ValidationError) as refused:
        QUESTION_TYPES[kind].block.clean(value_of(kind, **changes))
    assert list(refused.value.block_errors) == [field]


@pytest.mark.parametrize("kind", KINDS)
def test_the_questions_of_the_tests_are_accepted(kind):
    QUESTION_TYPES[kind].block.clean(value_of(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_but_the_key_tells_the_answer(kind):
    content = freeze(kind)
    assert CANARY in str(content["key"])
    assert CANARY not in str(asked(content))
    assert "correct" not in str(asked(content)) and RIGHT["numeric"] not in str(asked(content))


@pytest.mark.parametrize("kind", KINDS)
def test_freezing_with_the_same_lot_gives_the_same_question(kind):
    value = value_of(kind)
    first, second = (QUESTION_TYPES[kind].freeze(value, Random(7), True) for _ in range(2))
    assert first == second


def test_options_keep_their_ids_and_order_only_where_they_are_not_shuffled():
    block = value_of("single_choice")
    ids = [child.id for child in block["options"].bound_blocks]
    frozen = [QUESTION_TYPES["single_choice"].freeze(block, Random(seed), seed > 0) for seed in range(9)]
    assert [option["id"] for option in frozen[0]["options"]] == ids
    assert len({tuple(option["id"] for option in content["options"]) for content in frozen}) > 1
    assert all({option["id"] for option in content["options"]} == set(ids) for content in frozen)


def test_rich_text_is_made_safe_when_it_is_frozen():
    content = freeze("true_false", text='<p onclick="x()">A <script>x()</script><b>case</b><img src="x"></p>')
    assert content["text"] == "<p>A <b>case</b></p>"


class Choices(SimpleTestCase):
    def test_single_choice(self):
        content, scored = freeze("single_choice"), QUESTION_TYPES["single_choice"].score
        self.assertEqual(scored(content, id_of(content, "You waited all day.")), 1)
        self.assertEqual(scored(content, id_of(content, "Calm down.")), 0)

    def test_multiple_choice_is_all_or_nothing(self):
        content, scored = freeze("multiple_choice"), QUESTION_TYPES["multiple_choice"].score
        what, step, culprit = (id_of(content, t) for t in ("What happened", "An exact next step", "The culprit"))
        self.assertEqual(scored(content, [what, step]), 1)
        self.assertEqual(scored(content, [step, what]), 1)
        for wrong in ([what], [step], [culprit], [what, step, culprit], [what, culprit]):
            self.assertEqual(scored(content, wrong), 0)

    def test_only_options_of_the_question_are_accepted(self):
        for kind in ("single_choice", "multiple_choice"):
            accepts, content = QUESTION_TYPES[kind].accepts, freeze(kind)
            own = content["options"][0]["id"]
            self.assertTrue(accepts(content, own if kind == "single_choice" else [own]))
            for foreign in ("0", ["0"], [own, "0"], [[]], [None], {}, 1, True, ""):
                self.assertFalse(accepts(content, foreign), foreign)

    def test_true_or_false(self):
        self.assertEqual([score("true_false", True), score("true_false", False)], [1, 0])
        self.assertEqual(score("true_false", False, is_true=False), 1)
        accepts = QUESTION_TYPES["true_false"].accepts
        self.assertFalse(any(accepts({}, foreign) for foreign in ("true", "maybe", 1, [], None)))

    def test_a_form_without_an_answer_is_no_answer(self):
        for question_type in QUESTION_TYPES.values():
            self.assertIsNone(question_type.parse(form_of()))
            self.assertIsNone(question_type.parse(form_of(("answer", ""), ("answer-x", " "))))

    def test_what_a_form_posts_becomes_the_response(self):
        in_parts = ("matching", "ordering", "cloze")
        whole = [name for name in QUESTION_TYPES if name not in in_parts]
        parsed = {name: QUESTION_TYPES[name].parse(answer_of("true")) for name in whole}
        as_typed = dict.fromkeys(("single_choice", "numeric", "short_text", "essay", "typing_speed"), "true")
        self.assertEqual(parsed, as_typed | {"multiple_choice": ["true"], "true_false": True})
        self.assertEqual(QUESTION_TYPES["multiple_choice"].parse(answer_of("b", "a", "b")), ["a", "b"])
        for name in in_parts:
            posted = form_of(("answer-a", "1"), ("answer-b", ""), ("answer-c", " 2 "), ("position", "4"))
            self.assertEqual(QUESTION_TYPES[name].parse(posted), {"a": "1", "c": "2"})
        self.assertEqual(QUESTION_TYPES["numeric"].parse(answer_of(" 12 kg ")), "12 kg")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12.5", "12.5"),
        ("12,5", "12.5"),
        ("١٢٫٥", "12.5"),
        ("١٢,٥", "12.5"),
        ("۱۲٫۵", "12.5"),
        ("１２.５", "12.5"),
        ("-3", "-3"),
        ("−3", "-3"),
        ("– 3", "-3"),
        ("\u200f-٣", "-3"),
        ("+3", "3"),
        ("1 000", "1000"),
        ("1\u202f000,50", "1000.50"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1٬234٫5", "1234.5"),
        ("1,234,567", "1234567"),
        ("1,234", "1.234"),
        (".5", "0.5"),
        ("5.", "5"),
        ("14 days", "14"),
        ("14DAYS", "14"),
        ("1,23,4", None),
        ("12,34.5", None),
        ("1.2.3,4,5", None),
        ("NaN", None),
        ("sNaN", None),
        ("Infinity", None),
        ("-inf", None),
        ("1e9", None),
        ("1_000", None),
        ("0x10", None),
        ("two", None),
        ("", None),
        ("-", None),
        (".", None),
        ("--1", None),
        ("½", None),
        ("²", None),
    ],
)
def test_numbers_are_read_as_people_type_them(typed, number):
    assert number_from(typed, "days") == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("typed", "tolerance", "is_right"),
    [
        ("10", "0", True),
        ("10.0", "0", True),
        ("10.0000000000000000000000000000001", "0", False),
        ("9.5", "0.5", True),
        ("10,5", "0.5", True),
        ("10.50000000000000000000000000000001", "0.5", False),
        ("9.49", "0.5", False),
        ("NaN", "1000", False),
        ("ten", "1000", False),
    ],
)
def test_a_number_is_right_within_its_tolerance(typed, tolerance, is_right):
    assert score("numeric", typed, answer="10", tolerance=tolerance) == is_right


def test_what_is_no_number_is_an_answer_that_is_kept_as_it_was_typed():
    question_type = QUESTION_TYPES["numeric"]
    content, response = freeze("numeric"), question_type.parse(answer_of("about ten"))
    assert question_type.accepts(content, response)
    assert question_type.score(content, response) == 0
    assert question_type.response_in_words(content, response) == ["about ten"]
    assert question_type.answer_in_words(content) == ["14141414 days"]


@pytest.mark.parametrize(
    ("typed", "accepted"),
    [
        ("  first   response TIME ", "First response time"),
        ("ﬁrst", "first"),
        ("Straße", "STRASSE"),
        ("رقم الطلبِ", "رقم الطلب"),
        ("الـــطلب", "الطلب"),
        ("إسترداد", "استرداد"),
        ("أحمد", "احمد"),
        ("شكوي", "شكوى"),
        ("خدمه", "خدمة"),
        ("مسؤول", "مسوول"),
        ("ﺧﺪﻣﺔ", "خدمة"),
        ("١٤ يوما", "14 يوما"),
        ("کریم", "كريم"),
        ("ᲛᲐᲠᲯᲐᲜᲘ", "მარჯანი"),
        ("\u200fCSAT\u200e", "csat"),
        ("14\u00a0days", "14 days"),
    ],
)
def test_the_same_words_in_another_hand_are_right(typed, accepted):
    assert score("short_text", typed, accepted=["something else", accepted]) == 1


@pytest.mark.parametrize("typed", ["", "\u200f", "ـ", "CSA", "C S A T", "csat%"])
def test_other_words_are_wrong(typed):
    assert score("short_text", typed, accepted=["CSAT"]) == 0


texts = st.text(max_size=200)


class Bounds(SimpleTestCase):
    @given(texts, st.decimals(-1000, 1000, places=3), st.decimals(0, 10, places=2))
    def test_a_number_earns_all_or_nothing_whatever_is_typed(self, typed, answer, tolerance):
        content = {"unit": "", "key": {"answer": str(answer), "tolerance": str(tolerance)}}
        self.assertIn(QUESTION_TYPES["numeric"].score(content, typed), (0, 1))
        self.assertEqual(QUESTION_TYPES["numeric"].score(content, str(answer)), 1)

    @given(texts, texts)
    def test_a_text_earns_all_or_nothing_and_its_own_words_earn_all(self, typed, accepted):
        content = {"key": {"accepted": [accepted]}}
        self.assertIn(QUESTION_TYPES["short_text"].score(content, typed), (0, 1))
        if normalise(accepted):
            self.assertEqual(QUESTION_TYPES["short_text"].score(content, accepted), 1)

    @given(texts)
    def test_normalising_again_changes_nothing(self, text):
        self.assertEqual(normalise(normalise(text)), normalise(text))

    @given(st.lists(st.booleans(), min_size=2, max_size=8).filter(any), st.data(), st.integers(), st.integers())
    def test_shuffling_changes_no_score(self, right, data, seed, other_seed):
        question_type = QUESTION_TYPES["multiple_choice"]
        changes = {"options": [{"type": "item", "id": f"o{n}", "value": o} for n, o in enumerate(options(*right))]}
        first, second = (freeze("multiple_choice", s, **changes) for s in (seed, other_seed))
        ids = [option["id"] for option in first["options"]]
        response = sorted(data.draw(st.sets(st.sampled_from(ids), min_size=1)))
        self.assertEqual(question_type.score(first, response), question_type.score(second, response))
        self.assertTrue(0 <= question_type.score(first, response) <= 1)
        self.assertEqual(
            question_type.score(first, response), response == sorted(f"o{n}" for n, r in enumerate(right) if r)
        )
