"""Matching and ordering: what trainers may write, what a learner sees, and which share of the mark a response earns."""

from fractions import Fraction
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from quizzes.question_types import QUESTION_TYPES, QuestionBodyBlock
from tests.quizzes.bank import BODIES

MATCHING, ORDERING = QUESTION_TYPES["matching"], QUESTION_TYPES["ordering"]
BODY = QuestionBodyBlock()
seeds = st.integers(0, 2**32)


def value_of(kind: str, **changes):
    return BODY.to_python([{"type": kind, "value": BODIES[kind] | changes}])[0].value


def item(pk: str, value) -> dict:
    return {"type": "item", "id": pk, "value": value}


def pairs(*texts: tuple[str, str]) -> list[dict]:
    return [item(f"p{n}", {"prompt": prompt, "answer": answer}) for n, (prompt, answer) in enumerate(texts)]


def matching(*texts: tuple[str, str], extra=(), seed=0, shuffle=True) -> dict:
    distractors = [item(f"d{n}", text) for n, text in enumerate(extra)]
    value = value_of("matching", pairs=pairs(*texts), distractors=distractors)
    return MATCHING.freeze(value, Random(seed), shuffle)


def match(content: dict, **answers: str) -> dict[str, str]:
    """The response that gives each prompt the answer with this text."""
    prompts, ids = ({part["text"]: part["id"] for part in content[side]} for side in ("prompts", "answers"))
    return {prompts[prompt]: ids[answer] for prompt, answer in answers.items()}


def ordering(count: int, grading="places", seed=0) -> dict:
    entries = [item(f"e{n}", f"Step {n}") for n in range(1, count + 1)]
    return ORDERING.freeze(value_of("ordering", entries=entries, grading=grading), Random(seed), True)


def places(*order: int) -> dict[str, str]:
    """The response that puts the steps in this order; 0 leaves a place empty."""
    return {f"e{step}": str(place) for place, step in enumerate(order, start=1) if step}


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("matching", {"pairs": pairs(("A", "1"))}, "pairs"),
        ("matching", {"pairs": pairs(("A", "1"), (" a", "2"))}, "pairs"),
        ("matching", {"pairs": pairs(("A", "1"), ("B", "1 ")), "distractors": []}, "pairs"),
        ("matching", {"pairs": pairs(("A", ""), ("B", "1"))}, "pairs"),
        ("matching", {"distractors": [" You"]}, "distractors"),
        ("matching", {"distractors": ["Nobody", "nobody"]}, "distractors"),
        ("ordering", {"entries": ["A"]}, "entries"),
        ("ordering", {"entries": ["A", "B", "a "]}, "entries"),
        ("ordering", {"entries": ["A", ""]}, "entries"),
        ("ordering", {"grading": "luck"}, "grading"),
    ],
)
def test_a_question_that_nobody_could_answer_is_refused(kind, changes, field):
    with pytest.raises(ValidationError) as refused:
        QUESTION_TYPES[kind].block.clean(value_of(kind, **changes))
    assert list(refused.value.block_errors) == [field]


def test_two_prompts_may_have_the_same_answer_which_is_shown_once():
    content = matching(("Fridge", "Kitchen"), ("Oven", " Kitchen"), ("Shower", "Bathroom"))
    assert sorted(answer["text"] for answer in content["answers"]) == ["Bathroom", "Kitchen"]
    assert MATCHING.score(content, match(content, Fridge="Kitchen", Oven="Kitchen", Shower="Bathroom")) == 1


class Matching(SimpleTestCase):
    ABC = (("A", "1"), ("B", "2"), ("C", "3"))

    def test_the_mark_is_shared_by_the_pairs(self):
        content = matching(*self.ABC, extra=["4"])
        for answers, share in (
            ({"A": "1", "B": "2", "C": "3"}, 1),
            ({"A": "1", "B": "2", "C": "4"}, Fraction(2, 3)),
            ({"A": "1", "B": "1", "C": "1"}, Fraction(1, 3)),
            ({"B": "2"}, Fraction(1, 3)),
            ({"A": "2", "B": "1"}, 0),
        ):
            with self.subTest(answers):
                response = match(content, **answers)
                self.assertTrue(MATCHING.accepts(content, response))
                self.assertEqual(MATCHING.score(content, response), share)

    def test_prompts_are_shuffled_where_the_quiz_says_so_and_answers_always(self):
        orders = [matching(*self.ABC, seed=seed, shuffle=False) for seed in range(20)]
        self.assertEqual({tuple(p["text"] for p in content["prompts"]) for content in orders}, {("A", "B", "C")})
        self.assertGreater(len({tuple(a["text"] for a in content["answers"]) for content in orders}), 3)
        shuffled = [matching(*self.ABC, seed=seed) for seed in range(20)]
        self.assertGreater(len({tuple(p["text"] for p in content["prompts"]) for content in shuffled}), 3)

    def test_an_id_is_the_same_in_every_attempt_and_does_not_tell_its_pair(self):
        first, second = matching(*self.ABC, seed=1), matching(*self.ABC, seed=2)
        self.assertEqual(first["key"]["pairs"], second["key"]["pairs"])
        ids = {part["id"] for side in ("prompts", "answers") for part in first[side]}
        self.assertEqual(len(ids), 6)
        self.assertNotIn("p", "".join(ids))  # no "prompt" and none of p0, p1, p2

    def test_only_ids_of_the_question_are_accepted(self):
        content = matching(*self.ABC)
        prompt, answer = content["prompts"][0]["id"], content["answers"][0]["id"]
        for foreign in ({}, [], "x", None, {prompt: "x"}, {"x": answer}, {prompt: [answer]}, {prompt: None}, [prompt]):
            self.assertFalse(MATCHING.accepts(content, foreign), foreign)

    def test_the_review_names_each_prompt_with_its_answer(self):
        content = matching(*self.ABC, shuffle=False)
        self.assertEqual(MATCHING.answer_in_words(content), ["A: 1", "B: 2", "C: 3"])
        self.assertEqual(MATCHING.response_in_words(content, match(content, C="1", A="3")), ["A: 3", "C: 1"])

    @given(st.integers(2, 8), st.integers(0, 3), seeds, seeds, st.data())
    def test_whatever_is_chosen_earns_between_nothing_and_all_in_every_order(self, count, extra, one, other, data):
        texts = [(f"P{n}", f"A{n}") for n in range(count)]
        distractors = [f"D{n}" for n in range(extra)]
        contents = [matching(*texts, extra=distractors, seed=seed) for seed in (one, other)]
        answers = st.sampled_from([answer["id"] for answer in contents[0]["answers"]])
        prompts = st.sampled_from([prompt["id"] for prompt in contents[0]["prompts"]])
        response = data.draw(st.dictionaries(prompts, answers, min_size=1))
        scores = {MATCHING.score(content, response) for content in contents}
        self.assertEqual(len(scores), 1)
        self.assertTrue(0 <= scores.pop() <= 1)
        self.assertEqual(MATCHING.score(contents[0], contents[0]["key"]["pairs"]), 1)


class Ordering(SimpleTestCase):
    def test_the_three_ways_to_mark(self):
        for order, by_places, by_neighbours, all_or_nothing in (
            ((1, 2, 3, 4), 1, 1, 1),
            ((4, 1, 2, 3), 0, Fraction(2, 3), 0),  # one thing misplaced moves all the others
            ((1, 2, 4, 3), Fraction(1, 2), Fraction(1, 3), 0),
            ((4, 3, 2, 1), 0, 0, 0),
            ((1, 0, 3, 4), Fraction(3, 4), Fraction(1, 3), 0),  # an empty place
            ((0, 0, 0, 4), Fraction(1, 4), 0, 0),
        ):
            for grading, share in (
                ("places", by_places),
                ("neighbours", by_neighbours),
                ("all_or_nothing", all_or_nothing),
            ):
                with self.subTest(order=order, grading=grading):
                    content = ordering(4, grading)
                    self.assertTrue(ORDERING.accepts(content, places(*order)))
                    self.assertEqual(ORDERING.score(content, places(*order)), share)

    def test_a_place_that_was_given_twice_is_nobodys(self):
        response = {"e1": "1", "e2": "1", "e3": "3"}
        self.assertEqual(ORDERING.score(ordering(3), response), Fraction(1, 3))
        self.assertEqual(ORDERING.score(ordering(3, "neighbours"), response), 0)

    def test_only_its_entries_and_places_are_accepted(self):
        content = ordering(3)
        for foreign in ({}, [], "1", None, {"e1": "4"}, {"e1": "0"}, {"e1": 1}, {"e1": "١"}, {"x": "1"}, ["e1"]):
            self.assertFalse(ORDERING.accepts(content, foreign), foreign)

    def test_the_review_gives_the_places_in_their_order(self):
        content = ordering(3)
        self.assertEqual(ORDERING.answer_in_words(content), ["1. Step 1", "2. Step 2", "3. Step 3"])
        self.assertEqual(ORDERING.response_in_words(content, places(3, 0, 1)), ["1. Step 3", "3. Step 1"])

    @given(st.integers(2, 8), seeds, st.booleans())
    def test_it_is_never_shown_in_the_right_order(self, count, seed, shuffle):
        value = value_of("ordering", entries=[item(f"e{n}", f"Step {n}") for n in range(count)])
        content = ORDERING.freeze(value, Random(seed), shuffle)
        shown = [entry["id"] for entry in content["entries"]]
        self.assertNotEqual(shown, content["key"]["order"])
        self.assertEqual(sorted(shown), sorted(content["key"]["order"]))

    @given(st.integers(2, 8), st.sampled_from(["places", "neighbours", "all_or_nothing"]), seeds, seeds, st.data())
    def test_whatever_is_chosen_earns_between_nothing_and_all_in_every_order(self, count, grading, one, other, data):
        contents = [ordering(count, grading, seed) for seed in (one, other)]
        ids, numbers = ([f(n) for n in range(1, count + 1)] for f in ("e{}".format, str))
        response = data.draw(st.dictionaries(st.sampled_from(ids), st.sampled_from(numbers), min_size=1))
        scores = {ORDERING.score(content, response) for content in contents}
        self.assertEqual(len(scores), 1)
        share = scores.pop()
        self.assertTrue(0 <= share <= 1)
        self.assertEqual(share == 1, response == places(*range(1, count + 1)))
