"""What several attempts come to: grading methods, critical questions and the completion rule, as tables."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from django.test import SimpleTestCase, TestCase
from hypothesis import given
from hypothesis import strategies as st

from courses.enrolling import enrol
from courses.models import ActivityCompletion
from quizzes.attempts import finalise_due_attempts, finish_marked, save_answer, submit_attempt
from quizzes.models import Attempt, AttemptQuestion
from quizzes.overriding import grant_override
from quizzes.results import completes_quiz, counted_percent, is_quiz_passed, result_after
from quizzes.starting import start_attempt
from tests import factories
from tests.cast import CastMixin
from tests.queries import at_most
from tests.quizzes import bank

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
METHODS = ("highest", "average", "first", "last")


def over(mark, max_mark=10, pass_mark=80, passed=None) -> Attempt:
    """An attempt that is over; one that is not marked yet where `mark` is None."""
    if mark is None:
        return Attempt(state="submitted", max_mark=max_mark, pass_mark=pass_mark)
    reached = mark * 100 >= pass_mark * max_mark
    passed = reached if passed is None else passed
    return Attempt(pk=1, state="finished", mark=mark, max_mark=max_mark, pass_mark=pass_mark, passed=passed)


# Marks of 10, and with a pass mark of 80 percent: what counts and whether it is passed, by each method. A mark with
# "!" failed a critical question; None waits for a person to mark it.
TABLE = [
    ([], (None, False), (None, False), (None, False), (None, False)),
    ([8], (80, True), (80, True), (80, True), (80, True)),
    ([7], (70, False), (70, False), (70, False), (70, False)),
    ([6, 10], (100, True), (80, True), (60, False), (100, True)),
    ([10, 6], (100, True), (80, True), (100, True), (60, False)),
    ([10, 5], (100, True), (75, False), (100, True), (50, False)),
    ([0, 0, 9], (90, True), (30, False), (0, False), (90, True)),
    (["9!"], (90, False), (90, False), (90, False), (90, False)),
    (["9!", 8], (90, True), (85, True), (90, False), (80, True)),
    ([8, "9!"], (90, True), (85, False), (80, True), (90, False)),
    ([None], (None, False), (None, False), (None, False), (None, False)),
    ([None, 9], (90, True), (None, False), (None, False), (90, True)),
    ([9, None], (90, True), (None, False), (90, True), (None, False)),
]


def attempts_of(marks) -> list[Attempt]:
    return [over(int(mark[:-1]), passed=False) if isinstance(mark, str) else over(mark) for mark in marks]


class GradingMethods(TestCase):
    def test_each_row_by_each_method(self):
        for marks, *expected in TABLE:
            for method, (percent, passed) in zip(METHODS, expected, strict=True):
                with self.subTest(f"{marks} {method}"):
                    attempts = attempts_of(marks)
                    self.assertEqual(counted_percent(attempts, method), percent)
                    self.assertIs(is_quiz_passed(attempts, method), passed)

    def test_an_average_is_compared_exactly(self):
        thirds = [over(1, 3, pass_mark=Decimal(50)), over(2, 3, pass_mark=Decimal(50))]
        self.assertTrue(is_quiz_passed(thirds, "average"))
        sevenths = [over(mark, 7, pass_mark=Decimal(50)) for mark in (1, 6, 3, 4, 2, 5)]
        self.assertTrue(is_quiz_passed(sevenths, "average"))
        just_below = [over(Decimal("49.99"), 100, pass_mark=Decimal(50)), over(50, 100, pass_mark=Decimal(50))]
        self.assertFalse(is_quiz_passed(just_below, "average"))


class WhateverTheMarks(SimpleTestCase):
    @given(st.lists(st.integers(0, 10), min_size=1, max_size=6))
    def test_what_counts_is_between_the_worst_and_the_best(self, marks):
        attempts = [over(mark) for mark in marks]
        for method in METHODS:
            percent = counted_percent(attempts, method)
            self.assertLessEqual(min(marks) * 10, percent)
            self.assertLessEqual(percent, max(marks) * 10)
        self.assertGreaterEqual(counted_percent(attempts, "highest"), counted_percent(attempts, "average"))


class ResultsTestCase(CastMixin, TestCase):
    def setUp(self):
        self.registration = uuid4()
        self.question = bank.question("true_false")

    def take(self, quiz, right, at=NOW):
        attempt = start_attempt(quiz, self.maya, self.registration, at=at)
        for question, is_right in zip(attempt.questions.all(), right, strict=True):
            save_answer(attempt.pk, self.maya, question.position, bool(is_right), 0, at)
        return submit_attempt(attempt.pk, self.maya, at)


class CriticalQuestions(ResultsTestCase):
    def quiz(self, **fields):
        quiz = bank.quiz_of(*[bank.question("true_false") for _ in range(4)], pass_mark=50, **fields)
        quiz.slots.filter(sort_order=0).update(is_critical=True)
        return quiz

    def test_failing_one_fails_the_quiz_whatever_the_mark(self):
        attempt = self.take(self.quiz(), [0, 1, 1, 1])
        self.assertEqual((attempt.percent, attempt.passed), (75, False))
        self.assertFalse(result_after(attempt).passed)

    def test_an_average_does_not_pass_over_a_critical_failure_in_the_last_attempt(self):
        quiz = self.quiz(grading_method="average")
        self.take(quiz, [1, 1, 1, 1])
        above, below = self.take(quiz, [0, 1, 1, 1]), self.take(quiz, [0, 0, 0, 1])
        for last in (above, below):
            with self.subTest(last.percent):
                self.assertFalse(result_after(last).passed)
        plain = self.take(quiz, [1, 0, 0, 0])
        self.assertEqual((result_after(plain).percent, result_after(plain).passed), (Decimal("56.25"), True))


class CompletionRule(ResultsTestCase):
    def test_passed_or_used_up(self):
        quiz = bank.quiz_of(self.question, attempt_limit=2, completion_rule="passed_or_used_up")
        first, second = self.take(quiz, [0]), self.take(quiz, [0])
        self.assertEqual((result_after(second).passed, completes_quiz(second)), (False, True))
        Attempt.objects.filter(pk=second.pk).delete()
        self.assertFalse(completes_quiz(first))

    def test_an_attempt_that_was_passed_completes_before_the_others_are_used_up(self):
        quiz = bank.quiz_of(self.question, attempt_limit=3, completion_rule="passed_or_used_up")
        self.assertTrue(completes_quiz(self.take(quiz, [1])))

    def test_only_passing_completes_by_default(self):
        quiz = bank.quiz_of(self.question, attempt_limit=1)
        self.assertFalse(completes_quiz(self.take(quiz, [0])))

    def test_an_abandoned_attempt_is_used_up_too(self):
        fields = {"attempt_limit": 1, "completion_rule": "passed_or_used_up", "time_limit": 5, "on_expiry": "abandon"}
        attempt = start_attempt(bank.quiz_of(self.question, **fields), self.maya, self.registration, at=NOW)
        finalise_due_attempts(NOW + timedelta(minutes=6))
        attempt.refresh_from_db()
        self.assertEqual((attempt.state, completes_quiz(attempt)), ("abandoned", True))

    def test_more_attempts_by_an_override_are_used_up_last(self):
        quiz = bank.quiz_of(self.question, attempt_limit=1, completion_rule="passed_or_used_up")
        grant_override(quiz, self.tamar, "She was ill.", person=self.maya, attempt_limit=2)
        self.assertEqual([completes_quiz(self.take(quiz, [0])) for _ in range(2)], [False, True])

    def test_attempts_of_another_registration_do_not_count(self):
        quiz = bank.quiz_of(self.question, attempt_limit=2, completion_rule="passed_or_used_up")
        self.take(quiz, [0])
        self.registration = uuid4()
        self.assertFalse(completes_quiz(self.take(quiz, [0])))

    def test_what_waits_for_a_person_to_mark_it_is_not_over(self):
        quiz = bank.quiz_of(bank.question("essay"), attempt_limit=1, completion_rule="passed_or_used_up")
        attempt = start_attempt(quiz, self.maya, self.registration, at=NOW)
        save_answer(attempt.pk, self.maya, 1, "I would listen first.", 0, NOW)
        attempt = submit_attempt(attempt.pk, self.maya, NOW)
        self.assertEqual((attempt.state, completes_quiz(attempt)), ("submitted", False))
        AttemptQuestion.objects.update(mark=0)
        finish_marked(attempt, list(attempt.questions.all()))
        self.assertTrue(completes_quiz(attempt))

    def test_it_completes_the_quizs_activity_in_the_course(self):
        quiz = bank.quiz_of(self.question, attempt_limit=2, grading_method="first", completion_rule="passed_or_used_up")
        course = factories.course()
        factories.quiz_page(course, quiz)
        self.registration = enrol(self.maya, course).registration
        self.take(quiz, [0])
        self.assertFalse(ActivityCompletion.objects.exists())
        self.take(quiz, [1])
        self.assertTrue(ActivityCompletion.objects.exists())

    def test_it_costs_no_query_where_the_attempt_decides_and_one_else(self):
        plain = self.take(bank.quiz_of(self.question), [1])
        with self.assertNumQueries(0):
            completes_quiz(plain)
        quiz = bank.quiz_of(self.question, grading_method="average")
        for _ in range(3):
            attempt = self.take(quiz, [1])
            with at_most(1):
                completes_quiz(attempt)
