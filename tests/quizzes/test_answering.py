"""Answers are saved one by one, never overwritten silently, and not after the time is over."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from django.test import TestCase, override_settings

from quizzes.attempts import finalise_due_attempts, save_answer, set_flag, submit_attempt
from quizzes.models import Attempt
from quizzes.refusals import AttemptClosed, ForeignResponse, StaleAnswer
from quizzes.signals import attempt_finished
from quizzes.starting import start_attempt
from tests.cast import CastMixin
from tests.quizzes import bank
from tests.quizzes.bank import COUNT

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DEADLINE = NOW + timedelta(minutes=10)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


class AttemptTestCase(CastMixin, TestCase):
    def setUp(self):
        self.attempt = start_attempt(bank.quiz_of_each_type(time_limit=10), self.maya, uuid4(), at=NOW)
        self.questions = list(self.attempt.questions.all())
        self.finished = []
        attempt_finished.connect(self.hear)
        self.addCleanup(attempt_finished.disconnect, self.hear)

    def hear(self, sender, attempt, **kwargs):
        self.finished.append((sender, attempt.pk, attempt.passed))

    def save(self, position, response, seen=0, at=NOW, person=None, **kwargs):
        return save_answer(self.attempt.pk, person or self.maya, position, response, seen, at=at, **kwargs)

    def answer_all(self, right=COUNT):
        for question in self.questions:
            is_right = question.position <= right
            self.save(question.position, (bank.right_response if is_right else bank.wrong_response)(question))

    def stored(self, position):
        return self.attempt.questions.get(position=position)


class Saving(AttemptTestCase):
    def test_an_answer_is_kept_with_its_revision(self):
        self.assertEqual(self.save(3, True), 1)
        self.assertEqual(self.save(3, False, seen=1, at=NOW + seconds(9)), 2)
        stored = self.stored(3)
        self.assertEqual((stored.response, stored.revision, stored.answered_at), (False, 2, NOW + seconds(9)))

    def test_an_answer_may_be_taken_back(self):
        self.save(3, True)
        self.save(3, None, seen=1)
        self.assertFalse(self.attempt.questions.filter(response__isnull=False).exists())

    def test_a_stale_answer_is_refused_with_the_one_that_won(self):
        self.save(4, "12")
        with self.assertRaises(StaleAnswer) as refused:
            self.save(4, "14")
        self.assertEqual((refused.exception.response, refused.exception.revision), ("12", 1))
        self.assertEqual(self.stored(4).response, "12")

    def test_a_replay_of_the_same_answer_succeeds(self):
        self.assertEqual(self.save(4, "12"), 1)
        self.assertEqual(self.save(4, "12"), 1)
        self.assertEqual(self.stored(4).revision, 1)

    def test_a_revision_that_never_was_is_stale(self):
        with self.assertRaises(StaleAnswer):
            self.save(4, "12", seen=7)
        self.assertIsNone(self.stored(4).response)

    def test_another_persons_attempt_does_not_exist_and_the_refusal_is_logged(self):
        for act in (
            lambda: self.save(1, None, person=self.sam),
            lambda: set_flag(self.attempt.pk, self.daniel, 1, True, NOW),
            lambda: submit_attempt(self.attempt.pk, self.ana, NOW),
        ):
            with self.assertRaises(Attempt.DoesNotExist), self.assertLogs("quizzes", "WARNING") as logs:
                act()
            self.assertIn(f"attempt {self.attempt.pk}: refused to person", logs.output[0])
        self.attempt.refresh_from_db()
        self.assertEqual(self.attempt.state, "in_progress")

    def test_a_question_that_the_attempt_does_not_have_does_not_exist(self):
        with self.assertRaises(Attempt.DoesNotExist):
            self.save(COUNT + 1, None)

    def test_a_response_of_another_question_is_refused(self):
        other = bank.right_response(self.questions[1])
        for position, response in ((1, other[0]), (1, other), (2, other[:1] + ["x"]), (3, "true"), (4, 14), (5, [])):
            with self.subTest(position), self.assertRaises(ForeignResponse):
                self.save(position, response)
        self.assertFalse(self.attempt.questions.filter(revision__gt=0).exists())

    def test_an_answer_counts_until_the_tolerance_after_the_deadline_has_passed(self):
        self.save(4, "12", at=DEADLINE)
        self.save(4, "13", seen=1, at=DEADLINE + seconds(10))
        with self.assertRaises(AttemptClosed):
            self.save(4, "14", seen=2, at=DEADLINE + seconds(10.001))
        self.assertEqual(self.stored(4).response, "13")

    @override_settings(QUIZ_NETWORK_TOLERANCE_SECONDS=0)
    def test_the_tolerance_can_be_set(self):
        with self.assertRaises(AttemptClosed):
            self.save(4, "12", at=DEADLINE + seconds(1))

    def test_nothing_is_saved_after_submitting(self):
        submit_attempt(self.attempt.pk, self.maya, NOW)
        for act in (lambda: self.save(4, "12"), lambda: set_flag(self.attempt.pk, self.maya, 1, True, NOW)):
            with self.assertRaises(AttemptClosed):
                act()

    def test_a_question_is_flagged_and_unflagged(self):
        set_flag(self.attempt.pk, self.maya, 2, True, NOW)
        self.assertTrue(self.stored(2).is_flagged)
        self.save(2, None, is_flagged=False)
        self.assertFalse(self.stored(2).is_flagged)
        self.save(2, None, seen=1)
        self.assertFalse(self.stored(2).is_flagged)


class Submitting(AttemptTestCase):
    def test_every_question_is_marked_and_the_sum_decides(self):
        for right, passed in ((COUNT, True), (COUNT - 1, True), (COUNT - 2, False), (0, False)):
            with self.subTest(right):
                self.setUp()
                self.answer_all(right)
                attempt = submit_attempt(self.attempt.pk, self.maya, NOW + seconds(60))
                self.assertEqual((attempt.mark, attempt.passed), (right, passed))
                self.assertAlmostEqual(attempt.percent, Decimal(right * 100) / COUNT)
                self.assertEqual((attempt.state, attempt.finished_at), ("finished", NOW + seconds(60)))
                marks = list(self.attempt.questions.values_list("mark", flat=True))
                self.assertEqual(marks, [1] * right + [0] * (COUNT - right))

    def test_no_answer_earns_nothing(self):
        attempt = submit_attempt(self.attempt.pk, self.maya, NOW)
        self.assertEqual((attempt.mark, attempt.passed), (0, False))

    def test_nothing_is_rounded_up_to_the_pass_mark(self):
        for pass_mark, passed in (("66.66", True), ("66.67", False)):
            quiz = bank.quiz_of(*[bank.question("true_false") for _ in range(3)], pass_mark=pass_mark)
            attempt = start_attempt(quiz, self.maya, uuid4(), at=NOW)
            for position in (1, 2):
                save_answer(attempt.pk, self.maya, position, True, 0, at=NOW)
            self.assertEqual(submit_attempt(attempt.pk, self.maya, NOW).passed, passed)

    def test_submitting_again_gives_the_same_result_and_tells_nobody_twice(self):
        self.answer_all()
        first = submit_attempt(self.attempt.pk, self.maya, NOW)
        second = submit_attempt(self.attempt.pk, self.maya, NOW + seconds(30))
        for name in ("mark", "passed", "state", "finished_at", "submitted_at"):
            self.assertEqual(getattr(first, name), getattr(second, name))
        self.assertEqual(self.finished, [(Attempt, self.attempt.pk, True)])

    def test_whoever_hears_of_it_is_in_the_same_transaction(self):
        def fail(**kwargs):
            raise RuntimeError

        attempt_finished.connect(fail)
        self.addCleanup(attempt_finished.disconnect, fail)
        with self.assertRaises(RuntimeError):
            submit_attempt(self.attempt.pk, self.maya, NOW)
        self.attempt.refresh_from_db()
        self.assertEqual((self.attempt.state, self.attempt.mark), ("in_progress", None))
        self.assertIsNone(self.stored(1).mark)

    def test_submitting_after_the_deadline_finishes_at_the_deadline(self):
        self.answer_all()
        attempt = submit_attempt(self.attempt.pk, self.maya, DEADLINE + timedelta(hours=1))
        self.assertEqual((attempt.finished_at, attempt.passed), (DEADLINE, True))


class Finalising(AttemptTestCase):
    def test_a_due_attempt_is_finished_at_its_deadline_with_what_was_saved(self):
        self.answer_all(COUNT - 1)
        self.assertEqual(finalise_due_attempts(DEADLINE + seconds(11)), 1)
        self.attempt.refresh_from_db()
        self.assertEqual(
            (self.attempt.mark, self.attempt.passed, self.attempt.finished_at), (COUNT - 1, True, DEADLINE)
        )
        self.assertEqual(finalise_due_attempts(DEADLINE + seconds(11)), 0)
        self.assertEqual(len(self.finished), 1)

    def test_an_answer_that_may_still_arrive_is_waited_for(self):
        self.assertEqual(finalise_due_attempts(DEADLINE + seconds(10)), 0)

    def test_an_attempt_without_a_time_limit_is_never_due(self):
        start_attempt(bank.quiz_of_each_type(), self.sam, uuid4(), at=NOW)
        self.assertEqual(finalise_due_attempts(DEADLINE + timedelta(days=9999)), 1)

    def test_a_deactivated_persons_attempt_is_finished_too(self):
        type(self.maya).objects.filter(pk=self.maya.pk).update(is_active=False)
        self.assertEqual(finalise_due_attempts(DEADLINE + timedelta(minutes=1)), 1)

    def test_no_more_than_asked_for_are_finished_the_oldest_first(self):
        other = start_attempt(bank.quiz_of_each_type(time_limit=5), self.sam, uuid4(), at=NOW)
        self.assertEqual(finalise_due_attempts(DEADLINE + timedelta(minutes=1), limit=1), 1)
        other.refresh_from_db()
        self.assertEqual(other.state, "finished")

    def test_one_that_fails_is_logged_and_holds_up_no_other(self):
        start_attempt(bank.quiz_of_each_type(time_limit=10), self.sam, uuid4(), at=NOW)

        def fail_for_maya(attempt, **kwargs):
            if attempt.person_id == self.maya.pk:
                raise RuntimeError("no certificate today")

        attempt_finished.connect(fail_for_maya)
        self.addCleanup(attempt_finished.disconnect, fail_for_maya)
        with self.assertLogs("quizzes", "ERROR") as logs:
            self.assertEqual(finalise_due_attempts(DEADLINE + timedelta(minutes=1)), 1)
        self.assertIn("no certificate today", logs.output[0])
        self.attempt.refresh_from_db()
        self.assertEqual(self.attempt.state, "in_progress")
