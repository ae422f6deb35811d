"""Whatever somebody does in an attempt, and however often it arrives: the marks stay what the saved answers earn."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import uuid4

from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from quizzes.answering import check_answer
from quizzes.attempts import save_answer, submit_attempt
from quizzes.models import Quiz
from quizzes.question_types import QUESTION_TYPES
from quizzes.refusals import AnswerStands, AttemptClosed, StaleAnswer
from quizzes.scoring import mark_of, verdict
from quizzes.starting import start_attempt
from tests.cast import person
from tests.quizzes import bank

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KINDS = bank.MARKED_AT_ONCE
# What she sends: a save, a check, or a save of hers that arrives once more; which question, and a right answer or not.
ACTS = st.tuples(st.sampled_from(["save", "check", "again"]), st.integers(1, len(KINDS)), st.booleans())


class MarksHold(TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.maya = person("Maya Osei")
        cls.quizzes = {
            behaviour: bank.quiz_of(
                *[bank.question(kind, block={"hints": ["Once more."]}, penalty=40) for kind in KINDS],
                behaviour=behaviour,
                pass_mark=50,
            )
            for behaviour in Quiz.Behaviour.values
        }

    def start(self, behaviour: str):
        self.attempt = start_attempt(self.quizzes[behaviour], self.maya, uuid4(), at=NOW)
        self.questions = {question.position: question for question in self.attempt.questions.all()}
        self.seen = dict.fromkeys(self.questions, 0)
        self.sent = dict.fromkeys(self.questions, (None, 0))
        self.standing = {}

    def act(self, act: str, position: int, is_right: bool) -> None:
        question = self.questions[position]
        response, seen = (bank.right_response if is_right else bank.wrong_response)(question), self.seen[position]
        if act == "again":
            response, seen = self.sent[position]
        if act == "check" and self.attempt.rule("behaviour") == Quiz.Behaviour.DEFERRED:
            act = "save"
        try:
            with transaction.atomic():
                if act == "check":
                    stored = check_answer(self.attempt.pk, self.maya, position, response, seen, NOW)
                    self.seen[position] = stored.revision
                    if stored.settled_at:
                        self.standing[position] = stored.response
                else:
                    self.seen[position] = save_answer(self.attempt.pk, self.maya, position, response, seen, NOW)
            self.sent[position] = response, seen
        except AnswerStands:
            self.assertIn(position, self.standing)
        except StaleAnswer as stale:
            self.seen[position] = stale.revision

    @settings(max_examples=25)
    @given(behaviour=st.sampled_from(Quiz.Behaviour.values), acts=st.lists(ACTS, max_size=12))
    def test_marks_are_those_of_the_saved_answers_however_they_came(self, behaviour, acts):
        self.start(behaviour)
        for act in acts:
            self.act(*act)
        first = submit_attempt(self.attempt.pk, self.maya, NOW)
        stored = list(self.attempt.questions.all())
        for question in stored:
            self.assertEqual(question.mark, mark_of(question))
            self.assertTrue(0 <= question.mark <= question.max_mark)
            if question.position in self.standing:
                self.assertEqual(question.response, self.standing[question.position])
        self.assertEqual((first.mark, first.max_mark, first.passed), verdict(stored, first.pass_mark))

        again = submit_attempt(self.attempt.pk, self.maya, NOW + timedelta(hours=1))
        for name in ("mark", "max_mark", "passed", "finished_at", "submitted_at"):
            self.assertEqual(getattr(first, name), getattr(again, name))
        with self.assertRaises(AttemptClosed):
            save_answer(self.attempt.pk, self.maya, 1, None, self.seen[1], NOW)
        self.assertEqual(stored, list(self.attempt.questions.all()))

    @settings(max_examples=40)
    @given(seed=st.integers(), is_right=st.booleans(), mark=st.decimals("0.01", "20", places=2))
    def test_shuffling_changes_no_mark(self, seed, is_right, mark):
        self.start(Quiz.Behaviour.DEFERRED)
        by_position = {slot.sort_order + 1: slot.question for slot in self.attempt_slots()}
        for position, question in self.questions.items():
            question.response = (bank.right_response if is_right else bank.wrong_response)(question)
            question.max_mark = mark
            before = mark_of(question)
            value = by_position[position].body[0].value
            question.content = QUESTION_TYPES[question.kind].freeze(value, Random(seed), True)
            question.content["key"]["penalty"] = "40"
            self.assertTrue(question.type.accepts(question.content, question.response))
            self.assertEqual(mark_of(question), before)
            self.assertEqual(before, mark if is_right else Decimal(0))

    def attempt_slots(self):
        return self.quizzes[Quiz.Behaviour.DEFERRED].slots.select_related("question")
