"""Short texts and numbers: which words and numbers fit, what a part of an answer earns, and what units cost."""

import time
from fractions import Fraction
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from quizzes.question_types import QUESTION_TYPES, QuestionBodyBlock, asked
from quizzes.question_types.numeric import quantity_from
from quizzes.question_types.wording import WILDCARD, fits, in_words, literal, normalise, pieces_of
from tests.quizzes.bank import BODIES

BODY = QuestionBodyBlock()
SHORT_TEXT, NUMERIC = QUESTION_TYPES["short_text"], QUESTION_TYPES["numeric"]


def value_of(kind: str, **changes):
    return BODY.to_python([{"type": kind, "value": BODIES[kind] | changes}])[0].value


def freeze(kind: str, **changes) -> dict:
    return QUESTION_TYPES[kind].freeze(value_of(kind, **changes), Random(0), True)


def problems(kind: str, **changes) -> dict[str, str]:
    try:
        QUESTION_TYPES[kind].block.clean(value_of(kind, **changes))
    except ValidationError as error:
        return {name: " ".join(getattr(said, "messages", [""])) for name, said in error.block_errors.items()}
    return {}


def accepted(text: str, fraction="100", feedback="") -> dict:
    return {"text": text, "fraction": fraction, "feedback": feedback}


@pytest.mark.parametrize(
    ("pattern", "typed", "is_right"),
    [
        ("*refund*", "I want a refund now", True),
        ("*refund*", "refund", True),
        ("*refund*", "re fund", False),
        ("refund *", "refund the fee", True),
        ("refund *", "a refund the fee", False),
        ("* refund", "full refund", True),
        ("* refund", "full refunds", False),
        ("first*last", "first and then last", True),
        ("first*last", "firstlast", True),
        ("ab*ba", "aba", False),  # the two ends do not share a letter
        ("a*b*c", "a c b c", True),
        ("a*b*c", "a c b", False),
        ("a*b*c*d", "a b x c x d", True),
        ("*", "anything", True),
        ("*", " ", False),
        (r"5 \* 3", "5 * 3", True),
        (r"5 \* 3", "5 x 3", False),
        (r"\**", "*note", True),
        (r"\**", "note", False),
        (r"C:\temp", r"c:\TEMP", True),
        ("ممنون*", "ممنونٌ لك", True),
        ("*استرداد*", "طلب إسترداد المبلغ", True),
        ("მარ*", "ᲛᲐᲠᲯᲐᲜᲘ", True),
        ("a*", WILDCARD, False),
        (f"a{WILDCARD}c", "abc", False),
    ],
)
def test_an_asterisk_is_any_run_of_characters(pattern, typed, is_right):
    assert SHORT_TEXT.score(freeze("short_text", accepted=[accepted(pattern)]), typed) == is_right


@pytest.mark.parametrize(
    ("typed", "right", "without_accents", "with_accents"),
    [
        ("resume", "résumé", 1, 0),
        ("RÉSUMÉ", "re\u0301sume\u0301", 1, 1),
        ("Zurich", "Zürich", 1, 0),
        ("елка", "ёлка", 0, 0),
        ("мои", "мой", 0, 0),
        ("رقم الطلب", "رقمُ الطلبِ", 1, 1),
        ("الاسترداد", "الإستردادُ", 1, 1),
    ],
)
def test_accents_on_latin_letters_matter_only_where_the_question_says_so(typed, right, without_accents, with_accents):
    for accents_matter, earned in ((False, without_accents), (True, with_accents)):
        content = freeze("short_text", accepted=[accepted(right)], accents_matter=accents_matter)
        assert SHORT_TEXT.score(content, typed) == earned


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([accepted("*"), accepted("a", "50")], ""),
        ([accepted("\u0640")], "Give at least one accepted answer."),
        ([accepted("a", "50"), accepted("b", "99")], "At least one answer earns 100 percent."),
    ],
)
def test_somebody_can_earn_the_whole_mark_for_words(answers, said):
    assert problems("short_text", accepted=answers).get("accepted", "") == said


def test_a_part_is_from_0_to_100_percent():
    for kind, changes in (
        ("short_text", {"accepted": [accepted("a"), accepted("b", "101")]}),
        ("short_text", {"accepted": [accepted("a"), accepted("b", "-1")]}),
        ("numeric", {"other_answers": [{"answer": "1", "tolerance": "0", "fraction": "-5"}]}),
        ("numeric", {"unit_penalty": "101"}),
    ):
        assert list(problems(kind, **changes)) == list(changes)


class Words(SimpleTestCase):
    def test_the_first_that_fits_counts_with_its_part_and_its_feedback(self):
        answers = [accepted("refund"), accepted("refund*", "50", "Only that."), accepted("*", "0", "Look again.")]
        content = freeze("short_text", accepted=answers)
        for typed, earned, said in (
            ("Refund", 1, []),
            ("refunds", Fraction(1, 2), ["Only that."]),
            ("voucher", 0, ["Look again."]),
        ):
            with self.subTest(typed):
                self.assertEqual(SHORT_TEXT.score(content, typed), earned)
                self.assertEqual(SHORT_TEXT.feedback(content, typed), said)
        self.assertEqual(SHORT_TEXT.answer_in_words(content), ["refund"])
        self.assertEqual(SHORT_TEXT.feedback(freeze("short_text", accepted=["refund"]), "voucher"), [])

    def test_what_was_stored_as_mere_texts_is_meant_literally(self):
        value = value_of("short_text", accepted=["5 * 3", {"type": "item", "id": "a", "value": "fifteen"}])
        self.assertEqual([answer["text"] for answer in value["accepted"]], [r"5 \* 3", "fifteen"])
        SHORT_TEXT.block.clean(value)
        content = SHORT_TEXT.freeze(value, Random(0), True)
        self.assertEqual([SHORT_TEXT.score(content, typed) for typed in ("5 * 3", "5 + 3", "FIFTEEN")], [1, 0, 1])
        self.assertEqual(SHORT_TEXT.answer_in_words(content), ["5 * 3"])
        stored = SHORT_TEXT.block.get_prep_value(value)["accepted"]
        self.assertEqual(stored[1]["value"] | {"feedback": ""}, {"text": "fifteen", "fraction": 100, "feedback": ""})

    def test_what_was_frozen_before_there_were_wildcards_earns_what_it_earned(self):
        old = {"text": "", "key": {"accepted": ["5 * 3", "Zürich"], "general_feedback": ""}}
        earned = [SHORT_TEXT.score(old, typed) for typed in ("5 * 3", "5 and 3", "zürich", "zurich")]
        self.assertEqual(earned, [1, 0, 1, 0])
        self.assertEqual(SHORT_TEXT.answer_in_words(old), ["5 * 3"])
        self.assertEqual(SHORT_TEXT.feedback(old, "Zürich"), [])

    def test_the_longest_pattern_takes_no_time(self):
        pattern, typed = "*a" * 100, "a" * 99 + "b" * 101
        begun = time.perf_counter()
        for _ in range(20):
            self.assertFalse(fits(typed, pattern, False))
        self.assertLess(time.perf_counter() - begun, 0.5)

    @given(st.text(alphabet="ab* \\", max_size=12), st.text(alphabet="ab* ", max_size=12))
    def test_it_fits_where_a_slow_search_says_so(self, pattern, typed):
        pieces, given = pieces_of(pattern, True), normalise(typed)
        self.assertEqual(fits(typed, pattern, True), bool(given) and is_made_of(given, pieces))

    @given(st.text(max_size=40))
    def test_a_literal_answer_fits_itself_and_every_answer_fits_its_words(self, text):
        for pattern in (literal(text), text, f"*{text}*"):
            words = in_words(pattern)
            if normalise(words) and WILDCARD not in text:
                self.assertTrue(fits(words, pattern, True), pattern)
                self.assertTrue(fits(words, pattern, False), pattern)

    @given(st.lists(st.tuples(st.text(max_size=8), st.integers(0, 100)), min_size=1), st.text(min_size=1, max_size=20))
    def test_whatever_is_typed_earns_between_nothing_and_all_and_again_the_same(self, answers, typed):
        content = freeze("short_text", accepted=[accepted(text, str(part)) for text, part in answers])
        earned = SHORT_TEXT.score(content, typed)
        self.assertTrue(0 <= earned <= 1)
        self.assertEqual(SHORT_TEXT.score(content, typed), earned)

    @given(st.text(max_size=60), st.booleans())
    def test_normalising_again_changes_nothing(self, text, accents_matter):
        once = normalise(text, accents_matter)
        self.assertEqual(normalise(once, accents_matter), once)


def is_made_of(text: str, pieces: list[str]) -> bool:
    """Whether `text` is the pieces in their order with anything between them; by trying every place."""
    first, *rest = pieces
    if not text.startswith(first):
        return False
    text = text[len(first) :]
    return any(is_made_of(text[n:], rest) for n in range(len(text) + 1)) if rest else not text


UNITS = [{"unit": "weeks", "factor": "7"}, {"unit": "hours", "factor": "0.0416666667"}, {"unit": "أيام", "factor": "1"}]


@pytest.mark.parametrize(
    ("typed", "optional", "required", "half_off"),
    [
        ("14", 1, 0, Fraction(1, 2)),
        ("14 days", 1, 1, 1),
        ("14DAYS", 1, 1, 1),
        ("days 14", 1, 1, 1),
        ("2 weeks", 1, 1, 1),
        ("2,0 weeks", 1, 1, 1),
        ("١٤ أيام", 1, 1, 1),
        ("٢ weeks", 1, 1, 1),
        ("14 weeks", 0, 0, 0),
        ("336 hours", 1, 1, 1),
        ("14 months", 0, 0, Fraction(1, 2)),
        ("15", 0, 0, 0),
        ("14 or 15 days", 0, 0, 0),
        ("14 days 3", 0, 0, 0),
        ("about 14", 0, 0, 0),
        ("days", 0, 0, 0),
        ("14½ days", 0, 0, 0),
        ("14e0", 0, 0, 0),
    ],
)
def test_a_unit_is_converted_and_a_wrong_or_missing_one_costs_what_the_question_says(
    typed, optional, required, half_off
):
    for changes, earned in (
        ({}, optional),
        ({"unit_is_required": True}, required),
        ({"unit_is_required": True, "unit_penalty": "50"}, half_off),
    ):
        content = freeze("numeric", answer="14", tolerance="0.1", other_units=UNITS, **changes)
        assert NUMERIC.score(content, typed) == earned, changes


def test_short_units_do_not_hide_in_long_ones():
    factors = {"m": "1", "km": "1000", "m²": "1", "$": "3", "%": "0.01"}
    for typed, found in (
        ("5km", (5, "1000")),
        ("5 m", (5, "1")),
        ("5 m²", (5, "1")),
        ("$5", (5, "3")),
        ("5%", (5, "0.01")),
        ("5 ٪", (5, "0.01")),
        ("5 mm", (5, None)),
        ("five km", (None, None)),
        ("km", (None, None)),
        ("5 5km", (55, "1000")),
    ):
        assert quantity_from(typed, factors) == found, typed


class Numbers(SimpleTestCase):
    def test_other_answers_earn_their_part_after_the_right_one(self):
        others = [
            {"answer": "10", "tolerance": "5", "fraction": "50", "feedback": "Nearly."},
            {"answer": "100", "tolerance": "0", "fraction": "0", "feedback": "Ten times too many."},
        ]
        content = freeze("numeric", answer="10", tolerance="1", feedback="Just so.", unit="", other_answers=others)
        for typed, earned, said in (
            ("11", 1, ["Just so."]),
            ("12", Fraction(1, 2), ["Nearly."]),
            ("100", 0, ["Ten times too many."]),
            ("50", 0, []),
            ("ten", 0, []),
        ):
            with self.subTest(typed):
                self.assertEqual(NUMERIC.score(content, typed), earned)
                self.assertEqual(NUMERIC.feedback(content, typed), said)

    def test_a_unit_that_must_be_given_is_not_told(self):
        content = freeze("numeric", unit="lunches", unit_is_required=True)
        self.assertNotIn("lunches", str(asked(content)))
        self.assertEqual(NUMERIC.answer_in_words(content), ["14141414 lunches"])
        self.assertEqual(freeze("numeric", unit="days")["unit"], "days")

    def test_what_was_frozen_before_there_were_units_earns_what_it_earned(self):
        old = {"text": "", "unit": "days", "key": {"answer": "14", "tolerance": "0.5", "general_feedback": ""}}
        earned = [NUMERIC.score(old, typed) for typed in ("14", "14,5 days", "15", "14 weeks", "x")]
        self.assertEqual(earned, [1, 1, 0, 0, 0])
        self.assertEqual(NUMERIC.answer_in_words(old), ["14 days"])
        self.assertEqual(NUMERIC.feedback(old, "14"), [])

    def test_units_that_make_no_sense_are_refused_in_words(self):
        for changes, field, said in (
            ({"unit": "", "other_units": UNITS}, "other_units", "Give the unit of the right answer"),
            ({"other_units": [{"unit": "weeks", "factor": "0"}]}, "other_units", "more than 0"),
            ({"other_units": [{"unit": " DAYS", "factor": "1"}]}, "other_units", "are the same"),
            ({"unit": "", "unit_is_required": True}, "unit", "that must be given"),
            ({"unit": "2nd", "unit_is_required": True}, "unit", "neither a digit nor a sign"),
            ({"other_answers": [{"answer": "1", "tolerance": "-1", "fraction": "0"}]}, "other_answers", "less than 0"),
        ):
            with self.subTest(changes):
                self.assertIn(said, problems("numeric", **changes)[field])
        self.assertEqual(problems("numeric", other_units=UNITS, unit_is_required=True), {})

    def test_numbers_beyond_all_bounds_are_wrong_answers(self):
        content = freeze(
            "numeric", answer="1E+900000", tolerance="1", unit="a", other_units=[{"unit": "b", "factor": "1E+900000"}]
        )
        for typed in ("9" * 199, "9" * 198 + "b", "0." + "9" * 198):
            self.assertEqual(NUMERIC.score(content, typed), 0)

    @given(
        st.decimals(-1000, 1000, places=2),
        st.decimals(0, 10, places=2),
        st.sampled_from(["", " days", " weeks", " months", "$"]),
        st.decimals(-1000, 1000, places=2),
        st.booleans(),
        st.integers(0, 100),
    )
    def test_whatever_is_typed_earns_between_nothing_and_all(
        self, answer, tolerance, unit, typed, is_required, penalty
    ):
        content = freeze(
            "numeric",
            answer=str(answer),
            tolerance=str(tolerance),
            other_answers=[{"answer": "0", "tolerance": "500", "fraction": "30"}],
            other_units=UNITS,
            unit_is_required=is_required,
            unit_penalty=str(penalty),
        )
        earned = NUMERIC.score(content, f"{typed}{unit}")
        self.assertTrue(0 <= earned <= 1)
        self.assertEqual(NUMERIC.score(content, f"{typed}{unit}"), earned)
        self.assertEqual(NUMERIC.score(content, f"{answer} days"), 1)
        self.assertEqual(NUMERIC.score(content, f"{answer}"), 1 - Fraction(penalty, 100) if is_required else 1)

    @given(st.text(max_size=200))
    def test_no_text_breaks_it(self, typed):
        content = freeze("numeric", answer="14", other_units=UNITS, unit_is_required=True, unit_penalty="10")
        self.assertTrue(0 <= NUMERIC.score(content, typed) <= 1)
        self.assertIsInstance(quantity_from(typed, {"d": "1"}), tuple)
