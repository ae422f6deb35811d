"""The present key in the words of an earlier version: type by type, and where it cannot be."""

from random import Random

from django.test import TestCase

from quizzes.question_types import QUESTION_TYPES
from quizzes.rekeying import CannotRegrade, key_for
from tests.quizzes import bank
from tests.quizzes.test_regrading import block_of, store, with_ids

MARKED = [name for name, kind in QUESTION_TYPES.items() if not kind.needs_marker]


class Frozen:
    """As much of an attempt's question as a right response needs."""

    def __init__(self, kind, content):
        self.kind, self.type, self.content = kind, bank.type_of(kind), content


class Rekeying(TestCase):
    def frozen(self, question, seed=0):
        body = question.body[0]
        content = bank.type_of(question.kind).freeze(body.value, Random(seed), True)
        return content | {"key": content["key"] | {"penalty": "33.33"}}

    def edited(self, question, **changes):
        store(question, block_of(question) | changes)
        return self.frozen(question, seed=9)

    def part(self, kind, content, key, response):
        timing = (2.0,) if bank.type_of(kind).is_timed else ()
        return bank.type_of(kind).score(content | {"key": key}, response, *timing)

    def test_the_key_of_the_same_question_in_another_order_marks_the_same(self):
        for kind in MARKED:
            with self.subTest(kind):
                question = with_ids(bank.question(kind))
                shown, present = self.frozen(question, 1), self.frozen(question, 2)
                key = key_for(shown, present)
                for response in (
                    bank.right_response(Frozen(kind, shown)),
                    bank.wrong_response(Frozen(kind, shown)),
                ):
                    self.assertEqual(
                        self.part(kind, shown, key, response), self.part(kind, shown, shown["key"], response)
                    )
                self.assertEqual(key["penalty"], "33.33")

    def test_a_question_that_was_typed_anew_is_the_same_question(self):
        for kind in MARKED:
            with self.subTest(kind):
                shown, anew = self.frozen(bank.question(kind)), self.frozen(bank.question(kind))
                key = key_for(shown, anew)
                right = bank.right_response(Frozen(kind, shown))
                self.assertEqual(self.part(kind, shown, key, right), self.part(kind, shown, shown["key"], right))

    def test_wording_may_change(self):
        for kind in MARKED:
            if kind != "cloze":
                with self.subTest(kind):
                    question = with_ids(bank.question(kind))
                    shown = self.frozen(question)
                    key_for(shown, self.edited(question, text="<p>In other words.</p>"))

    def test_what_was_shown_may_not(self):
        gaps = [{"kind": "text", "answers": [{"text": "x", "fraction": "100"}], "weight": 1}]
        changes = {
            "numeric": {"unit": "weeks"},
            "typing_speed": {"target": 31},
            "cloze": {"text": "<p>One gap: [[1]].</p>", "gaps": gaps},
            "ordering": {"entries": ["Listen", "Name it", "Say sorry"]},
            "matching": {"pairs": [{"prompt": "New", "answer": "You"}, {"prompt": "Newer", "answer": "Nobody"}]},
        }
        for kind, change in changes.items():
            with self.subTest(kind):
                question = with_ids(bank.question(kind))
                shown = self.frozen(question)
                with self.assertRaises(CannotRegrade):
                    key_for(shown, self.edited(question, **change))

    def test_keys_that_were_mended(self):
        mended = {
            "true_false": ({"is_true": False}, False, 1),
            "numeric": ({"answer": "15"}, "15", 1),
            "short_text": ({"accepted": [{"text": "goal"}]}, "Goal", 1),
        }
        for kind, (change, response, expected) in mended.items():
            with self.subTest(kind):
                question = with_ids(bank.question(kind))
                shown = self.frozen(question)
                key = key_for(shown, self.edited(question, **change))
                self.assertEqual(self.part(kind, shown, key, response), expected)

    def test_an_option_that_is_gone_earns_nothing_where_options_have_fractions(self):
        question = with_ids(bank.question("multiple_choice", block={"grading": "fractions"}))
        shown = self.frozen(question)
        options = block_of(question)["options"][:2]
        key = key_for(shown, self.edited(question, options=options))
        everything = sorted(option["id"] for option in shown["options"])
        self.assertEqual(self.part("multiple_choice", shown, key, everything), 1)

    def test_the_right_order_may_change(self):
        question = with_ids(bank.question("ordering"))
        shown = self.frozen(question)
        entries = block_of(question)["entries"]
        present = self.edited(question, entries=entries[::-1])
        places = {pk: str(place) for place, pk in enumerate(present["key"]["order"], start=1)}
        self.assertEqual(self.part("ordering", shown, key_for(shown, present), places), 1)

    def test_answers_of_pairs_that_were_swapped(self):
        question = with_ids(bank.question("matching"))
        shown = self.frozen(question)
        pairs = block_of(question)["pairs"]
        first, second = pairs[0]["value"], pairs[1]["value"]
        first["answer"], second["answer"] = second["answer"], first["answer"]
        key = key_for(shown, self.edited(question, pairs=pairs))
        texts = {answer["id"]: answer["text"] for answer in shown["answers"]}
        prompts = {prompt["id"]: prompt["text"] for prompt in shown["prompts"]}
        right = {prompts[prompt]: texts[answer] for prompt, answer in key["pairs"].items()}
        self.assertEqual(right["A refund of 200"], "Your lead")
        self.assertEqual(right["A refund of 400"], "You")
