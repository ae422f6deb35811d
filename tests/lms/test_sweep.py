from datetime import timedelta
from io import StringIO
from unittest import mock
from uuid import uuid4

from django.core import mail
from django.core.management import CommandError, call_command
from django.test import TestCase
from django.utils import timezone

from people.notifying import notify
from quizzes.starting import start_attempt
from tests.cast import CastMixin
from tests.quizzes import bank


class SweepTest(CastMixin, TestCase):
    def sweep(self) -> str:
        said = StringIO()
        call_command("sweep", stdout=said)
        return said.getvalue()

    def test_it_finalises_what_nobody_came_back_to_and_sends_mail_once(self):
        quiz = bank.quiz_of(bank.question(), time_limit=10)
        start = timezone.now() - timedelta(hours=1)
        attempt = start_attempt(quiz, self.maya, uuid4(), at=start)
        notify(self.maya, "award-revoked", "one", "Hello")  # goes out at any hour
        self.assertIn("attempts finalised: 1", self.sweep())
        attempt.refresh_from_db()
        self.assertEqual(attempt.finished_at, start + timedelta(minutes=10))
        self.assertEqual([message.to for message in mail.outbox], [["maya@example.com"]])
        self.assertIn("mails sent: 0", self.sweep())

    def test_a_fault_in_one_task_does_not_stop_the_next(self):
        notify(self.maya, "award-revoked", "one", "Hello")  # goes out at any hour
        target = "lms.management.commands.sweep.finalise_due_attempts"
        with mock.patch(target, side_effect=RuntimeError("broken")), self.assertLogs("lms", "ERROR"):
            with self.assertRaisesMessage(CommandError, "attempts finalised"):
                self.sweep()
        self.assertEqual(len(mail.outbox), 1)
