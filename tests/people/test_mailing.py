"""The outbox against a mail server that works, refuses, breaks off, or is not there."""

from datetime import UTC, datetime, timedelta
from unittest import mock

from django.core import mail
from django.db.models import F
from django.test import TestCase, override_settings

from people.mailing import GIVE_UP_AFTER, back_off, send_notifications, try_again
from people.models import MessageSettings, Notification, User
from people.notifying import notify
from tests.cast import CastMixin
from tests.people.mail_server import mail_server
from tests.queries import at_most

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday
URGENT = "award-revoked"
# Who loads them, the settings, and each mail's claim and note.
QUERIES_A_BATCH, QUERIES_A_MAIL = 2, 2
SMTP = "django.core.mail.backends.smtp.EmailBackend"
NOWHERE = {"EMAIL_BACKEND": SMTP, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": 1}
SENDS = "django.core.mail.backends.locmem.EmailBackend.send_messages"


class OutboxTestCase(CastMixin, TestCase):
    def leave(self, *people: User, kind: str = URGENT, at: datetime = NOON) -> list[Notification]:
        for person in people:
            notify(person, kind, f"{kind}-{person.pk}-{at}", "Hello", "There.", "/paths/", at=at)
        return [Notification.objects.get(recipient=person, kind=kind) for person in people]

    def again(self, message: Notification) -> Notification:
        return Notification.objects.get(pk=message.pk)

    def addresses(self) -> list[str]:
        return [address for message in mail.outbox for address in message.to]


class SendingTest(OutboxTestCase):
    def test_what_is_due_is_sent_once(self):
        self.leave(self.maya, self.layla)
        self.assertEqual(send_notifications(NOON), 2)
        self.assertEqual(self.addresses(), ["maya@example.com", "layla@example.com"])
        self.assertEqual(send_notifications(NOON + timedelta(days=1)), 0)

    def test_whoever_left_gets_none_and_none_later_either(self):
        message, _hers = self.leave(self.maya, self.sam)
        User.objects.filter(pk=self.maya.pk).update(is_active=False)
        self.assertEqual(send_notifications(NOON), 1)
        User.objects.filter(pk=self.maya.pk).update(is_active=True)
        self.assertEqual(send_notifications(NOON + timedelta(days=1)), 0)
        self.assertIsNone(self.again(message).sent_at)

    def test_what_is_muted_is_not_sent_and_a_duty_is(self):
        User.objects.filter(pk=self.maya.pk).update(muted_kinds=["certified", "path-due"])
        self.leave(self.maya, kind="certified")
        self.leave(self.maya, kind="path-due")
        self.assertEqual(send_notifications(NOON), 1)
        self.assertEqual(Notification.objects.get(kind="certified").sent_at, None)
        self.assertEqual(Notification.objects.visible_to(self.maya).unread().count(), 2)

    def test_a_second_sender_does_not_send_what_the_first_is_sending(self):
        self.leave(self.maya, self.sam)
        sweeps, send = [], mail.get_connection().__class__.send_messages

        def send_while_another_sweeps(connection, messages):
            if not sweeps:
                sweeps.append("the second has begun")
                sweeps.append(send_notifications(NOON))
            return send(connection, messages)

        with mock.patch(SENDS, send_while_another_sweeps):
            self.assertEqual(send_notifications(NOON), 1)
        self.assertEqual(sweeps[1:], [1])
        self.assertEqual(sorted(self.addresses()), ["maya@example.com", "sam@example.com"])

    def test_a_sender_that_dies_sends_it_again_with_the_same_id(self):
        (message,) = self.leave(self.maya)
        send = mail.get_connection().__class__.send_messages

        def send_and_die(connection, messages):
            send(connection, messages)
            raise SystemExit

        with mock.patch(SENDS, send_and_die), self.assertRaises(SystemExit):
            send_notifications(NOON)
        self.assertEqual(send_notifications(NOON + timedelta(minutes=1)), 0, "somebody else may be at it")
        self.assertEqual(send_notifications(NOON + timedelta(minutes=10)), 1)
        first, second = (sent.message()["Message-ID"] for sent in mail.outbox)
        self.assertEqual(first, second)
        self.assertIn(str(message.pk), first)

    def test_a_fault_of_one_mail_does_not_hold_up_the_next(self):
        broken, fine = self.leave(self.maya, self.sam)
        User.objects.filter(pk=self.maya.pk).update(email="maya@example.com\nbcc: everybody@example.com")
        with self.assertLogs("people", "WARNING") as logs:
            self.assertEqual(send_notifications(NOON), 1)
        self.assertNotIn("maya", "".join(logs.output))
        self.assertIn(f"Message {broken.pk} could not be sent (BadHeaderError)", logs.output[0])
        self.assertEqual(self.addresses(), [fine.recipient.email])

    def test_a_batch_of_three_costs_two_more_queries_a_mail_than_one_of_one(self):
        self.leave(self.maya)
        with at_most(QUERIES_A_BATCH + QUERIES_A_MAIL):
            self.assertEqual(send_notifications(NOON), 1)
        self.leave(self.layla, self.sam, self.giorgi)
        with at_most(QUERIES_A_BATCH + 3 * QUERIES_A_MAIL):
            self.assertEqual(send_notifications(NOON), 3)
        with at_most(QUERIES_A_BATCH):
            self.assertEqual(send_notifications(NOON), 0)

    def test_what_waits_does_not_hold_up_what_is_urgent(self):
        night = NOON.replace(hour=2)
        self.leave(self.maya, self.sam, self.tamar, kind="path-due", at=night - timedelta(hours=1))
        self.leave(self.daniel, at=night)
        self.assertEqual(send_notifications(night, limit=2), 1)
        self.assertEqual(self.addresses(), ["daniel@example.com"])


class MailServerTest(OutboxTestCase):
    def send(self, at: datetime = NOON, level: str = "WARNING") -> tuple[int, str]:
        with self.assertLogs("people", level) as logs:
            sent = send_notifications(at)
        said = "\n".join(logs.output)
        self.assertNotIn("@", said)
        return sent, said

    def test_all_of_a_batch_goes_over_one_connection(self):
        self.leave(self.maya, self.layla, self.sam)
        with mail_server() as server:
            self.assertEqual(send_notifications(NOON), 3)
        self.assertEqual((server.connections, len(server.mails)), (1, 3))

    @override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=1
    )
    def test_a_server_that_is_away_for_a_weekend_delays_and_loses_nothing(self):
        messages = self.leave(self.maya, self.sam)
        for hours in range(0, 60, 5):
            sent, said = self.send(NOON + timedelta(hours=hours))
            self.assertEqual(sent, 0)
            self.assertIn("ConnectionRefusedError", said)
        self.assertEqual([self.again(message).attempts for message in messages], [0, 0])
        with mail_server():
            self.assertEqual(send_notifications(NOON + timedelta(hours=60, minutes=1)), 2)

    @override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=1
    )
    def test_a_server_that_is_away_for_a_week_is_given_up(self):
        (message,) = self.leave(self.maya)
        (younger,) = self.leave(self.sam, at=NOON + timedelta(days=1))
        self.send(NOON + GIVE_UP_AFTER, "ERROR")
        self.assertEqual(list(Notification.objects.given_up()), [message])
        self.assertIsNotNone(self.again(younger).next_try_at)
        self.assertIn("ConnectionRefusedError", self.again(message).problem)

    def test_a_server_that_breaks_off_stops_the_batch_after_the_first(self):
        first, second = self.leave(self.maya, self.sam)
        with mail_server() as server:
            server.drops_after_data = True
            self.assertEqual(self.send()[0], 0)
        self.assertEqual((self.again(first).attempts, self.again(second).attempts), (1, 0))
        self.assertEqual(self.again(first).next_try_at, NOON + timedelta(minutes=1))
        self.assertEqual(send_notifications(NOON + timedelta(minutes=1)), 2)

    def test_a_server_that_closes_down_or_refuses_the_sender_stops_the_batch_and_nothing_is_given_up(self):
        self.leave(self.maya, self.sam)
        for refused in ({"rcpt TO": 421}, {"mail FROM": 550}):
            Notification.objects.update(attempts=0, next_try_at=NOON)
            with self.subTest(refused), mail_server() as server:
                server.refused = refused
                self.assertEqual(self.send()[0], 0)
                self.assertEqual(sorted(Notification.objects.values_list("attempts", flat=True)), [0, 1])
                self.assertFalse(Notification.objects.given_up())

    def test_a_recipient_who_is_refused_for_good_is_given_up_at_once_and_the_others_get_theirs(self):
        message, _hers = self.leave(self.maya, self.sam)
        with mail_server() as server:
            server.refused = {"maya@example.com": 550}
            sent, said = self.send(level="ERROR")
        self.assertEqual((sent, len(server.mails)), (1, 1))
        self.assertIn(f"Message {message.pk} could not be delivered (SMTPRecipientsRefused 550)", said)
        message = self.again(message)
        self.assertEqual((message.gave_up_at, message.next_try_at, message.attempts), (NOON, None, 1))
        self.assertEqual(message.problem, "SMTPRecipientsRefused 550 said to somebody@example.com")
        self.assertEqual(send_notifications(NOON + timedelta(days=8)), 0)

    def test_a_mail_that_is_refused_for_good_is_given_up_at_once(self):
        (message,) = self.leave(self.maya)
        with mail_server() as server:
            server.data_code = 554
            self.send(level="ERROR")
        self.assertEqual(self.again(message).gave_up_at, NOON)

    def test_a_recipient_who_is_refused_for_now_is_tried_ever_later_and_given_up_after_a_week(self):
        (message,) = self.leave(self.maya)
        at, waits = NOON, []
        with mail_server() as server:
            server.refused = {"maya@example.com": 450}
            while self.again(message).next_try_at:
                self.send(at)
                tried = self.again(message)
                waits.append((tried.next_try_at or at) - at)
                at = tried.next_try_at or at
        minutes = [wait.total_seconds() / 60 for wait in waits]
        self.assertEqual(minutes[:10], [1, 2, 4, 8, 16, 32, 64, 128, 240, 240])
        self.assertEqual(max(minutes), 240)
        self.assertEqual(self.again(message).gave_up_at, at)
        self.assertTrue(GIVE_UP_AFTER <= at - NOON < GIVE_UP_AFTER + timedelta(hours=4))
        self.assertEqual(Notification.objects.visible_to(self.maya).unread().count(), 1, "she still reads it here")

    def test_what_was_given_up_is_tried_again_as_if_it_were_new(self):
        (message,) = self.leave(self.maya)
        later = NOON + timedelta(days=9)
        Notification.objects.update(gave_up_at=NOON, next_try_at=None, attempts=40, first_tried_at=NOON, problem="x")
        self.assertTrue(try_again(message, by=self.ana, at=later))
        self.assertFalse(try_again(message, by=self.ana, at=later))
        with mail_server() as server:
            server.refused = {"maya@example.com": 450}
            self.send(later)
        self.assertEqual(self.again(message).next_try_at, later + timedelta(minutes=1))

    def test_a_slow_server_holds_up_nothing_else(self):
        self.leave(self.maya, self.sam)
        with mock.patch("people.mailing.time.monotonic", side_effect=[0, 1, 100]):
            self.assertEqual(send_notifications(NOON), 1)
        self.assertEqual(Notification.objects.filter(attempts=0).count(), 1)

    def test_the_wait_never_overflows(self):
        self.assertEqual(back_off(32_767), timedelta(hours=4))


class QuietTest(OutboxTestCase):
    """Maya reads in UTC, Layla in Dubai (+4), Giorgi in Tbilisi (+4); mails go out from eight o'clock."""

    def quiet(self, **rules):
        MessageSettings.objects.all().delete()
        MessageSettings.objects.create(**rules)

    def next_try(self, at: datetime, person: User | None = None, kind: str = "path-due") -> datetime | None:
        """When the message is due after a try at `at`; None if that sent it."""
        Notification.objects.all().delete()
        (message,) = self.leave(person or self.maya, kind=kind, at=at)
        send_notifications(at)
        message = self.again(message)
        return None if message.sent_at else message.next_try_at

    def test_before_the_first_hour_where_the_reader_is_a_mail_waits(self):
        five = NOON.replace(hour=5)
        self.assertEqual(self.next_try(five), NOON.replace(hour=8))
        self.assertIsNone(self.next_try(five, self.layla), "it is nine in Dubai")
        self.assertEqual(self.next_try(NOON.replace(hour=21), self.layla), NOON.replace(day=24, hour=4))
        self.assertIsNone(self.next_try(NOON.replace(hour=21)))

    def test_what_is_urgent_goes_out_at_night_on_a_quiet_day(self):
        self.quiet(quiet_weekdays=[0, 1, 2, 3, 4, 5, 6])
        self.assertIsNone(self.next_try(NOON.replace(hour=3), kind=URGENT))

    def test_on_a_quiet_weekday_it_waits_for_the_next_that_is_not(self):
        self.quiet(quiet_weekdays=[5, 6])
        saturday = NOON.replace(day=28)
        self.assertEqual(self.next_try(saturday), NOON.replace(day=30, hour=8))
        friday_evening = NOON.replace(day=27, hour=21)
        self.assertIsNone(self.next_try(friday_evening))
        monday_morning_in_dubai = datetime(2026, 11, 30, 4, tzinfo=UTC)
        self.assertEqual(self.next_try(friday_evening, self.layla), monday_morning_in_dubai)

    def test_on_a_quiet_date_too(self):
        self.quiet(quiet_dates="2026-11-23\n2026-11-24", first_hour=9)
        self.assertEqual(self.next_try(NOON), NOON.replace(day=25, hour=9))

    def test_settings_that_change_while_it_waits_hold(self):
        self.quiet(quiet_weekdays=[0])
        self.assertEqual(self.next_try(NOON), NOON.replace(day=24, hour=8))
        self.quiet(quiet_weekdays=[0, 1])
        self.assertEqual(send_notifications(NOON.replace(day=24, hour=8)), 0)
        self.assertEqual(Notification.objects.get().next_try_at, NOON.replace(day=25, hour=8))
        self.quiet(quiet_weekdays=[])
        self.assertEqual(send_notifications(NOON.replace(day=25, hour=8)), 1)

    def test_where_every_day_is_quiet_it_waits_a_month_and_no_longer(self):
        self.quiet(quiet_weekdays=[0, 1, 2, 3, 4, 5, 6])
        after_a_month = (NOON + timedelta(days=31)).replace(hour=8)
        self.assertEqual(self.next_try(NOON), after_a_month)
        self.assertEqual(send_notifications(after_a_month), 1)

    def test_an_hour_that_the_clocks_skip_begins_when_they_go_on(self):
        self.quiet(first_hour=2)
        User.objects.filter(pk=self.maya.pk).update(time_zone="Europe/Berlin")
        self.maya.refresh_from_db()
        gap = datetime(2027, 3, 28, 1, tzinfo=UTC)  # 02:00 is 03:00
        self.assertEqual(self.next_try(gap - timedelta(minutes=30)), gap)
        self.assertIsNone(self.next_try(gap))

    def test_where_midnight_is_skipped_the_day_begins_at_one(self):
        self.quiet(first_hour=0, quiet_weekdays=[3])
        User.objects.filter(pk=self.maya.pk).update(time_zone="Africa/Cairo")
        self.maya.refresh_from_db()
        gap = datetime(2026, 4, 23, 22, tzinfo=UTC)  # Friday 24 April has no hour before one
        self.assertEqual(self.next_try(gap - timedelta(hours=2)), gap)

    def test_an_hour_that_comes_twice_begins_the_first_time(self):
        self.quiet(first_hour=2)
        User.objects.filter(pk=self.maya.pk).update(time_zone="Europe/Berlin")
        self.maya.refresh_from_db()
        twice = datetime(2026, 10, 25, 0, tzinfo=UTC)  # 02:00 in summer time
        self.assertEqual(self.next_try(twice - timedelta(minutes=30)), twice)

    def test_many_that_wait_cost_one_query_a_time_zone(self):
        night = NOON.replace(hour=1)
        self.leave(self.maya, kind="path-due", at=night)
        with at_most(QUERIES_A_BATCH + 2):
            send_notifications(night)
        Notification.objects.update(next_try_at=F("created_at"))
        self.leave(self.sam, self.tamar, self.daniel, kind="path-due", at=night)
        with at_most(QUERIES_A_BATCH + 2):
            send_notifications(night)
