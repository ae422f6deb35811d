from datetime import timedelta
from io import StringIO
from unittest import mock
from uuid import uuid4

from django.core import mail
from django.core.management import CommandError, call_command
from django.test import TestCase
from django.utils import timezone

from people.models import Notification
from people.notifying import MAX_ATTEMPTS, notify, send_notifications
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
        notify(self.maya, "note", "note-1", "Hello")
        self.assertIn("attempts finalised: 1", self.sweep())
        attempt.refresh_from_db()
        self.assertEqual(attempt.finished_at, start + timedelta(minutes=10))
        self.assertEqual([message.to for message in mail.outbox], [["maya@example.com"]])
        self.assertIn("mails sent: 0", self.sweep())

    def test_a_fault_in_one_task_does_not_stop_the_next(self):
        notify(self.maya, "note", "note-1", "Hello")
        target = "lms.management.commands.sweep.finalise_due_attempts"
        with mock.patch(target, side_effect=RuntimeError("broken")), self.assertLogs("lms", "ERROR"):
            with self.assertRaisesMessage(CommandError, "attempts finalised"):
                self.sweep()
        self.assertEqual(len(mail.outbox), 1)


class OutboxTest(CastMixin, TestCase):
    def test_the_same_thing_is_said_once(self):
        self.assertTrue(notify(self.maya, "note", "same", "Hello"))
        self.assertFalse(notify(self.maya, "note", "same", "Hello"))
        self.assertEqual(Notification.objects.count(), 1)

    def test_it_is_said_in_the_readers_language(self):
        notify(self.layla, "note", "note", "You are certified: %(certification)s", params={"certification": "X"})
        self.assertNotIn("You are certified", Notification.objects.get().subject)

    def test_a_mail_server_that_is_down_delays_and_loses_nothing(self):
        notify(self.maya, "note", "note", "Hello", body="There.", url="/paths/")
        at = timezone.now()
        with mock.patch("people.notifying.EmailMessage.send", side_effect=OSError("down")):
            with self.assertLogs("people", "WARNING"):
                self.assertEqual(send_notifications(at), 0)
        self.assertEqual(send_notifications(at), 0, "tried again at once, without waiting")
        self.assertEqual(send_notifications(at + timedelta(minutes=2)), 1)
        self.assertIn("http://testserver/paths/", mail.outbox[0].body)
        self.assertEqual(mail.outbox[0].extra_headers["Message-ID"][:14], "<notification-")

    def test_it_gives_up_after_the_last_try_and_the_person_still_reads_it_here(self):
        notify(self.maya, "note", "note", "Hello")
        Notification.objects.update(attempts=MAX_ATTEMPTS)
        self.assertEqual(send_notifications(timezone.now() + timedelta(days=9)), 0)
        self.assertEqual(Notification.objects.visible_to(self.maya).unread().count(), 1)
