"""Other limits for one person or one team, and more time for an attempt that is open."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import time_machine
from django.core.exceptions import ValidationError
from django.test import TestCase
from django.urls import reverse
from wagtail.models import ModelLogEntry

from people.reasons import ReasonRequired
from quizzes.attempts import finalise_due_attempts, save_answer, submit_attempt
from quizzes.models import Attempt, QuizOverride
from quizzes.overriding import (
    NoDeadline,
    NothingOverridden,
    OverrideExists,
    change_override,
    extend_attempt,
    grant_override,
    withdraw_override,
)
from quizzes.refusals import AttemptClosed, AttemptLimitReached, NotOpenYet, QuizIsClosed
from quizzes.starting import start_attempt, start_preview
from tests.cast import CastMixin
from tests.quizzes import bank

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WHY = "She uses a screen reader."


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def last_entry() -> ModelLogEntry:
    return ModelLogEntry.objects.order_by("pk").last()


class OverrideTestCase(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.quiz = bank.quiz_of(bank.question("true_false"), time_limit=20, attempt_limit=1)

    def setUp(self):
        self.registration = uuid4()

    def grant(self, **fields):
        return grant_override(self.quiz, self.tamar, fields.pop("reason", WHY), **fields)

    def start(self, person=None, at=NOW):
        return start_attempt(self.quiz, person or self.maya, self.registration, at=at)

    def logged(self):
        return list(ModelLogEntry.objects.order_by("pk").values_list("action", "user", "label"))


class Granting(OverrideTestCase):
    def test_it_keeps_who_why_and_until_when(self):
        ends = NOW + timedelta(days=30)
        override = self.grant(person=self.maya, extra_time=Decimal("1.25"), expires_at=ends)
        override.refresh_from_db()
        self.assertEqual((override.created_by, override.reason, override.expires_at), (self.tamar, WHY, ends))
        entry = ModelLogEntry.objects.get()
        self.assertEqual((entry.action, entry.user, entry.label), ("quizzes.grant_override", self.tamar, "Check"))
        self.assertEqual(
            (entry.data["person"], entry.data["reason"], entry.data["extra_time"]), (self.maya.pk, WHY, "1.25")
        )

    def test_a_reason_is_required(self):
        with self.assertRaises(ReasonRequired):
            self.grant(person=self.maya, time_limit=30, reason="  ")

    def test_something_has_to_differ(self):
        for limits in ({}, {"time_limit": None}):
            with self.subTest(limits), self.assertRaises(NothingOverridden):
                self.grant(person=self.maya, **limits)

    def test_it_is_for_a_person_or_a_team_and_its_limits_make_sense(self):
        wrong = [
            {"time_limit": 30},
            {"person": self.maya, "team": self.phone, "time_limit": 30},
            {"person": self.maya, "opens_at": NOW, "closes_at": NOW},
            {"person": self.maya, "extra_time": Decimal("0.5")},
        ]
        for fields in wrong:
            with self.subTest(fields), self.assertRaises(ValidationError):
                self.grant(**fields)
        self.assertFalse(QuizOverride.objects.exists() or ModelLogEntry.objects.exists())

    def test_a_limit_that_there_is_not_is_refused(self):
        with self.assertRaises(TypeError):
            self.grant(person=self.maya, pass_mark=1)

    def test_a_second_one_for_the_same_person_or_team_is_refused_with_the_first(self):
        for whom in ({"person": self.maya}, {"team": self.phone}):
            first = self.grant(time_limit=30, **whom)
            with self.subTest(whom), self.assertRaises(OverrideExists) as refused:
                self.grant(time_limit=40, **whom)
            self.assertEqual(refused.exception.override, first)
        self.grant(person=self.layla, time_limit=30)


class ChangingAndWithdrawing(OverrideTestCase):
    def setUp(self):
        super().setUp()
        self.override = self.grant(person=self.maya, time_limit=30, attempt_limit=3)

    def test_a_change_replaces_every_limit_and_logs_what_it_was(self):
        change_override(self.override, self.ana, "Less is enough.", time_limit=25)
        self.override.refresh_from_db()
        self.assertEqual((self.override.time_limit, self.override.attempt_limit), (25, None))
        self.assertEqual((self.override.reason, self.override.created_by), ("Less is enough.", self.tamar))
        entry = last_entry()
        self.assertEqual((entry.action, entry.user), ("quizzes.change_override", self.ana))
        self.assertEqual((entry.data["before"]["time_limit"], entry.data["time_limit"]), (30, 25))
        self.assertEqual((entry.data["before"]["attempt_limit"], entry.data["before"]["reason"]), (3, WHY))

    def test_a_change_needs_a_reason_and_a_limit(self):
        with self.assertRaises(ReasonRequired):
            change_override(self.override, self.ana, "", time_limit=25)
        with self.assertRaises(NothingOverridden):
            change_override(self.override, self.ana, WHY)
        self.override.refresh_from_db()
        self.assertEqual(self.override.time_limit, 30)

    def test_a_withdrawal_leaves_its_trace_in_the_log_and_is_done_once(self):
        with self.assertRaises(ReasonRequired):
            withdraw_override(self.override, self.ana, " ")
        self.assertTrue(withdraw_override(self.override, self.ana, "She left."))
        self.assertFalse(withdraw_override(self.override, self.ana, "She left."))
        self.assertFalse(QuizOverride.objects.exists())
        self.assertEqual(
            [action for action, *_rest in self.logged()], ["quizzes.grant_override", "quizzes.withdraw_override"]
        )
        self.assertEqual(last_entry().data["before"]["time_limit"], 30)

    def test_what_was_withdrawn_cannot_be_changed(self):
        held = QuizOverride.objects.get(pk=self.override.pk)
        withdraw_override(self.override, self.ana, "She left.")
        with self.assertRaises(QuizOverride.DoesNotExist):
            change_override(held, self.ana, WHY, time_limit=25)


class WhatAnOverrideDoes(OverrideTestCase):
    def test_extra_time_moves_the_deadline_of_the_next_attempt(self):
        self.grant(person=self.maya, extra_time=Decimal("1.5"))
        attempt = self.start()
        self.assertEqual(attempt.deadline_at, NOW + minutes(30))
        self.assertEqual(attempt.rules["extra_time"], "1.50")
        self.assertEqual(self.start(self.sam).deadline_at, NOW + minutes(20))

    def test_more_attempts_than_the_quiz_allows(self):
        self.grant(person=self.maya, attempt_limit=2)
        for _ in range(2):
            submit_attempt(self.start().pk, self.maya, NOW)
        with self.assertRaises(AttemptLimitReached) as refused:
            self.start()
        self.assertEqual(refused.exception.limit, 2)

    def test_unlimited_attempts(self):
        self.grant(team=self.phone, attempt_limit=0)
        for _ in range(3):
            submit_attempt(self.start().pk, self.maya, NOW)
        submit_attempt(self.start(self.sam).pk, self.sam, NOW)
        with self.assertRaises(AttemptLimitReached):
            self.start(self.sam)

    def test_fewer_attempts_and_another_window(self):
        self.grant(team=self.phone, opens_at=NOW + minutes(1), closes_at=NOW + minutes(9))
        for at, refusal in ((NOW, NotOpenYet), (NOW + minutes(9), QuizIsClosed)):
            with self.subTest(at), self.assertRaises(refusal):
                self.start(at=at)
        self.assertEqual(self.start(at=NOW + minutes(1)).deadline_at, NOW + minutes(9))
        self.start(self.sam)

    def test_one_that_has_ended_does_nothing(self):
        self.grant(person=self.maya, extra_time=2, expires_at=NOW)
        self.assertEqual(self.start().deadline_at, NOW + minutes(20))

    def test_an_attempt_that_is_open_stays_as_it_started(self):
        attempt = self.start()
        self.grant(person=self.maya, time_limit=60, extra_time=2, attempt_limit=5)
        again = self.start(at=NOW + minutes(5))
        self.assertEqual((again.pk, again.deadline_at), (attempt.pk, NOW + minutes(20)))
        self.assertEqual(again.rules, attempt.rules)


class Extending(OverrideTestCase):
    def setUp(self):
        super().setUp()
        self.attempt = self.start()

    def extend(self, extra=10, reason=WHY, after=5, attempt=None):
        at = NOW + minutes(after)
        return extend_attempt((attempt or self.attempt).pk, self.tamar, reason, minutes(extra), at)

    def test_the_deadline_moves_and_answers_are_taken_until_then(self):
        extended = self.extend()
        self.assertEqual((extended.deadline_at, extended.expires_at), (NOW + minutes(30), NOW + minutes(30)))
        self.assertEqual(finalise_due_attempts(NOW + minutes(29)), 0)
        save_answer(self.attempt.pk, self.maya, 1, True, 0, NOW + minutes(29))
        with self.assertRaises(AttemptClosed):
            save_answer(self.attempt.pk, self.maya, 1, False, 1, NOW + minutes(31))
        self.assertEqual(finalise_due_attempts(NOW + minutes(31)), 1)

    def test_it_is_logged_with_both_deadlines(self):
        self.extend()
        entry = ModelLogEntry.objects.get()
        self.assertEqual((entry.action, entry.user), ("quizzes.extend_attempt", self.tamar))
        self.assertEqual(entry.data["from"], (NOW + minutes(20)).isoformat())
        self.assertEqual(entry.data["to"], (NOW + minutes(30)).isoformat())
        self.assertEqual((entry.data["reason"], entry.data["person"]), (WHY, self.maya.pk))

    def test_the_time_to_submit_moves_with_it_and_more_time_counts_from_now_once_it_has_passed(self):
        self.quiz.on_expiry, self.quiz.grace_period = "grace", 5
        self.quiz.save()
        attempt = self.start(self.sam)
        extended = self.extend(after=22, attempt=attempt)
        self.assertEqual((extended.deadline_at, extended.expires_at), (NOW + minutes(32), NOW + minutes(37)))

    def test_an_attempt_that_is_over_stays_so(self):
        with self.assertRaises(AttemptClosed):
            self.extend(after=21)
        submit_attempt(self.attempt.pk, self.maya, NOW + minutes(2))
        with self.assertRaises(AttemptClosed):
            self.extend()
        self.attempt.refresh_from_db()
        self.assertEqual(self.attempt.deadline_at, NOW + minutes(20))
        self.assertFalse(ModelLogEntry.objects.exists())

    def test_it_needs_a_reason_more_time_and_a_deadline(self):
        with self.assertRaises(ReasonRequired):
            self.extend(reason=" ")
        for extra in (0, -5):
            with self.assertRaises(ValueError):
                self.extend(extra=extra)
        Attempt.objects.update(deadline_at=None, expires_at=None)
        with self.assertRaises(NoDeadline):
            self.extend()

    def test_previews_are_nobodys_to_extend(self):
        with self.assertRaises(Attempt.DoesNotExist):
            self.extend(attempt=start_preview(self.quiz, self.ana, at=NOW))


class ThePageOfAnExtendedAttempt(OverrideTestCase):
    """The page that is open shows the old deadline: when its clock has run out it submits, and says why."""

    def setUp(self):
        super().setUp()
        self.clock = time_machine.travel(NOW, tick=False)
        self.traveller = self.clock.start()
        self.addCleanup(self.clock.stop)
        self.client.force_login(self.maya)
        self.attempt = self.start()

    def time_is_up(self, after, **fields):
        self.traveller.move_to(NOW + minutes(after))
        response = self.client.post(reverse("quizzes:submit", args=[self.attempt.pk]), fields)
        self.attempt.refresh_from_db()
        return response

    def test_its_clock_does_not_end_it(self):
        extend_attempt(self.attempt.pk, self.tamar, WHY, minutes(10), NOW + minutes(5))
        response = self.time_is_up(20, is_time_up="1")
        self.assertRedirects(response, reverse("quizzes:attempt", args=[self.attempt.pk]))
        self.assertEqual(self.attempt.state, "in_progress")
        self.assertContains(self.client.get(response.url), 'data-milliseconds-left="600000"')

    def test_its_person_does(self):
        extend_attempt(self.attempt.pk, self.tamar, WHY, minutes(10), NOW + minutes(5))
        self.time_is_up(20)
        self.assertEqual(self.attempt.state, "finished")

    def test_without_more_time_it_ends(self):
        self.time_is_up(20 - 1 / 60, is_time_up="1")
        self.assertEqual(self.attempt.state, "finished")
