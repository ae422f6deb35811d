"""When an attempt may start, until when it takes answers, and how it ends by itself: each boundary."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from django.test import TestCase

from quizzes.attempts import finalise_due_attempts, save_answer, submit_attempt
from quizzes.models import Attempt, Quiz
from quizzes.overriding import grant_override
from quizzes.refusals import AttemptClosed, AttemptLimitReached, NotOpenYet, QuizIsClosed, StartRefused, TooSoon
from quizzes.starting import start_attempt, start_preview
from tests.cast import CastMixin
from tests.quizzes import bank

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
TOLERANCE = timedelta(seconds=10)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


class StartTestCase(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.question = bank.question("true_false")

    def setUp(self):
        self.registration = uuid4()

    def quiz(self, **fields) -> Quiz:
        return bank.quiz_of(self.question, **fields)

    def start(self, quiz, at=NOW, person=None) -> Attempt:
        return start_attempt(quiz, person or self.maya, self.registration, at=at)

    def take(self, quiz, at=NOW, lasting=0) -> Attempt:
        """Starts at `at` and submits `lasting` minutes later."""
        return submit_attempt(self.start(quiz, at).pk, self.maya, at + minutes(lasting))

    def refusal(self, quiz, at):
        """What a start at `at` is refused with; None where it starts."""
        try:
            attempt = self.start(quiz, at)
        except StartRefused as refused:
            return refused
        attempt.delete()
        return None


class TheWindow(StartTestCase):
    def test_at_the_opening_it_is_open_and_at_the_close_closed(self):
        quiz = self.quiz(opens_at=NOW, closes_at=NOW + minutes(60))
        rows = [
            (NOW - INSTANT, NotOpenYet),
            (NOW, type(None)),
            (NOW + minutes(60) - INSTANT, type(None)),
            (NOW + minutes(60), QuizIsClosed),
            (NOW + minutes(61), QuizIsClosed),
        ]
        for at, expected in rows:
            with self.subTest(at):
                self.assertIs(type(self.refusal(quiz, at)), expected)

    def test_the_refusal_says_when(self):
        quiz = self.quiz(opens_at=NOW, closes_at=NOW + minutes(60))
        self.assertIn("opens on Mar 2, 2026", str(self.refusal(quiz, NOW - INSTANT)))
        self.assertIn("closed on Mar 2, 2026", str(self.refusal(quiz, NOW + minutes(60))))

    def test_what_is_open_goes_on_until_the_close_and_no_longer(self):
        quiz = self.quiz(closes_at=NOW + minutes(60))
        attempt = self.start(quiz, NOW + minutes(59))
        self.assertEqual(attempt.deadline_at, NOW + minutes(60))
        save_answer(attempt.pk, self.maya, 1, True, 0, NOW + minutes(60))
        with self.assertRaises(AttemptClosed):
            save_answer(attempt.pk, self.maya, 1, False, 1, NOW + minutes(60) + TOLERANCE + INSTANT)

    def test_moving_the_close_does_nothing_to_an_attempt_that_is_open(self):
        quiz = self.quiz(closes_at=NOW + minutes(60))
        attempt = self.start(quiz)
        Quiz.objects.update(closes_at=NOW + minutes(5))
        save_answer(attempt.pk, self.maya, 1, True, 0, NOW + minutes(30))
        self.assertEqual(self.start(quiz, NOW + minutes(30)).pk, attempt.pk)


class Delays(StartTestCase):
    def test_the_first_and_the_later_ones_count_from_the_end_of_the_attempt_before(self):
        quiz = self.quiz(first_delay=60, later_delay=120)
        self.take(quiz, NOW, lasting=10)
        self.assertIsInstance(self.refusal(quiz, NOW + minutes(70) - INSTANT), TooSoon)
        self.take(quiz, NOW + minutes(70))
        for after in (60, 119.99):
            self.assertIsInstance(self.refusal(quiz, NOW + minutes(70 + after)), TooSoon)
        self.take(quiz, NOW + minutes(190))
        self.assertEqual(self.refusal(quiz, NOW + minutes(190)).free_at, NOW + minutes(310))

    def test_without_a_later_delay_only_the_second_attempt_waits(self):
        quiz = self.quiz(first_delay=60)
        self.take(quiz)
        self.assertIsInstance(self.refusal(quiz, NOW + minutes(59)), TooSoon)
        self.take(quiz, NOW + minutes(60))
        self.assertIsNone(self.refusal(quiz, NOW + minutes(60)))

    def test_without_a_first_delay_the_third_attempt_is_the_first_to_wait(self):
        quiz = self.quiz(later_delay=60)
        self.take(quiz), self.take(quiz)
        self.assertIsInstance(self.refusal(quiz, NOW + minutes(59)), TooSoon)

    def test_an_attempt_that_nobody_submitted_ended_at_its_deadline(self):
        quiz = self.quiz(first_delay=60, time_limit=20)
        self.start(quiz)
        late = NOW + minutes(600)
        finalise_due_attempts(late)
        self.assertEqual(self.refusal_delay(quiz, NOW + minutes(79)), NOW + minutes(80))
        self.assertIsNone(self.refusal(quiz, NOW + minutes(80)))

    def test_an_abandoned_attempt_ended_at_its_deadline_too(self):
        quiz = self.quiz(first_delay=60, time_limit=20, on_expiry="abandon")
        self.start(quiz)
        finalise_due_attempts(NOW + minutes(30))
        self.assertEqual(self.refusal_delay(quiz, NOW + minutes(30)), NOW + minutes(80))

    def refusal_delay(self, quiz, at):
        return self.refusal(quiz, at).free_at

    def test_attempts_of_somebody_else_and_of_another_enrolment_do_not_count(self):
        quiz = self.quiz(first_delay=60)
        self.take(quiz)
        self.start(quiz, NOW, self.sam)
        start_attempt(quiz, self.maya, uuid4(), at=NOW)

    def test_the_limit_is_told_before_the_delay(self):
        quiz = self.quiz(first_delay=60, attempt_limit=1)
        self.take(quiz)
        self.assertIsInstance(self.refusal(quiz, NOW), AttemptLimitReached)


class Limits(StartTestCase):
    def test_abandoned_attempts_count(self):
        quiz = self.quiz(attempt_limit=1, time_limit=5, on_expiry="abandon")
        self.start(quiz)
        finalise_due_attempts(NOW + minutes(6))
        self.assertIsInstance(self.refusal(quiz, NOW + minutes(6)), AttemptLimitReached)

    def test_previews_do_not(self):
        quiz = self.quiz(attempt_limit=1)
        preview = start_preview(quiz, self.maya, at=NOW)
        Attempt.objects.filter(pk=preview.pk).update(registration=self.registration)
        self.assertIsNone(self.refusal(quiz, NOW))

    def test_a_preview_starts_whatever_the_limits(self):
        quiz = self.quiz(attempt_limit=1, opens_at=NOW + minutes(1), first_delay=60, time_limit=20)
        for _ in range(2):
            preview = start_preview(quiz, self.tamar, at=NOW)
        self.assertEqual((preview.deadline_at, preview.purpose), (NOW + minutes(20), "preview"))
        self.assertEqual(Attempt.objects.count(), 1)


class DeadlinesAndEnds(StartTestCase):
    def test_the_deadline_is_the_earlier_of_the_limit_with_extra_time_and_the_close(self):
        rows = [
            ({"time_limit": 20}, None, 20),
            ({"time_limit": 20}, Decimal("1.25"), 25),
            ({"time_limit": 20, "closes_at": NOW + minutes(22)}, Decimal("1.25"), 22),
            ({"closes_at": NOW + minutes(22)}, Decimal(2), 22),
            ({}, Decimal(2), None),
        ]
        for fields, factor, expected in rows:
            with self.subTest(f"{fields} {factor}"):
                quiz = self.quiz(**fields)
                if factor:
                    grant_override(quiz, self.tamar, "Extra time.", person=self.maya, extra_time=factor)
                deadline = self.start(quiz).deadline_at
                self.assertEqual(deadline, None if expected is None else NOW + minutes(expected))

    def ends(self, at, submit_at=None, **fields):
        """The attempt after the sweep at `at`, or after she submits at `submit_at`."""
        attempt = self.start(self.quiz(time_limit=20, **fields))
        save_answer(attempt.pk, self.maya, 1, True, 0, NOW + minutes(1))
        if submit_at is not None:
            submit_attempt(attempt.pk, self.maya, submit_at)
        finalise_due_attempts(at)
        attempt.refresh_from_db()
        return attempt

    def test_the_saved_answers_are_submitted_at_the_deadline(self):
        attempt = self.ends(NOW + minutes(20) + TOLERANCE)
        self.assertEqual(attempt.state, "in_progress")
        attempt = self.ends(NOW + minutes(21))
        self.assertEqual((attempt.state, attempt.passed, attempt.finished_at), ("finished", True, NOW + minutes(20)))

    def test_abandoned_unless_it_was_submitted(self):
        attempt = self.ends(NOW + minutes(21), on_expiry="abandon")
        self.assertEqual((attempt.state, attempt.mark, attempt.finished_at), ("abandoned", None, NOW + minutes(20)))
        attempt = self.ends(NOW + minutes(21), submit_at=NOW + minutes(20), on_expiry="abandon")
        self.assertEqual((attempt.state, attempt.passed), ("finished", True))

    def test_in_the_time_to_submit_nothing_more_is_answered(self):
        fields = {"on_expiry": "grace", "grace_period": 5}
        quiz = self.quiz(time_limit=20, **fields)
        attempt = self.start(quiz)
        self.assertEqual((attempt.deadline_at, attempt.expires_at), (NOW + minutes(20), NOW + minutes(25)))
        with self.assertRaises(AttemptClosed):
            save_answer(attempt.pk, self.maya, 1, True, 0, NOW + minutes(21))
        self.assertTrue(attempt.awaits_submission(NOW + minutes(25)))
        self.assertFalse(attempt.awaits_submission(NOW + minutes(25) + TOLERANCE + INSTANT))

    def test_submitted_in_time_it_counts_and_else_it_is_abandoned(self):
        fields = {"on_expiry": "grace", "grace_period": 5}
        in_time = self.ends(NOW + minutes(60), submit_at=NOW + minutes(24), **fields)
        self.assertEqual((in_time.state, in_time.submitted_at), ("finished", NOW + minutes(20)))
        late = self.ends(NOW + minutes(60), submit_at=NOW + minutes(26), **fields)
        self.assertEqual(late.state, "abandoned")
        never = self.ends(NOW + minutes(60), **fields)
        self.assertEqual(never.state, "abandoned")
        self.assertEqual(self.ends(NOW + minutes(24), **fields).state, "in_progress")
