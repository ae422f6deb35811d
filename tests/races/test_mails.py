"""Senders at once, and a sender that is killed: a mail is sent once, or once more where nobody noted that it was."""

from datetime import UTC, datetime, timedelta
from email import message_from_string

from django.test import TransactionTestCase

from people.mailing import CLAIM, send_notifications
from people.models import Notification
from people.notifying import notify
from tests.cast import person
from tests.people.mail_server import mail_server
from tests.races.racing import kill, needs_postgresql, race

RACERS = 4
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE, YEAR = timedelta(minutes=1), timedelta(days=365)
URGENT = "award-revoked"
TOOK = "django.core.mail.backends.smtp.EmailBackend.send_messages"


@needs_postgresql
class Senders(TransactionTestCase):
    def setUp(self):
        for name in ("Maya Osei", "Sam Okafor", "Daniel Weiss"):
            reader = person(name)
            notify(reader, URGENT, f"{URGENT}-{reader.pk}", "Hello", "There.", at=AT)
        self.server = self.enterContext(mail_server())

    def send(self, **how):
        return {"act": "send_mails", "args": [AT.isoformat(), self.server.settings], **how}

    def mails(self) -> dict[str, int]:
        """How often which mail has come, by its address and its Message-ID."""
        came = [message_from_string(mail) for mail in self.server.mails]
        names = [(mail["To"].split("@")[0], mail["Message-ID"]) for mail in came]
        self.assertEqual(len(set(names)), len(dict(names)), "one Message-ID for each mail")
        return {to: names.count((to, message_id)) for to, message_id in names}

    def unsent(self) -> int:
        return Notification.objects.filter(sent_at=None).count()


class SendersAtOnce(Senders):
    """Each has read what is to be sent, and stops before it claims a mail."""

    def send_together(self, without=()):
        finishes = race(*[self.send(stop="people.mailing._claim", without=list(without))] * RACERS)
        self.assertEqual([finish.error for finish in finishes], [None] * RACERS)
        return sum(finish.result for finish in finishes)

    def test_each_mail_is_sent_once(self):
        self.assertEqual(self.send_together(), 3)
        self.assertEqual(self.mails(), {"maya": 1, "sam": 1, "daniel": 1})
        self.assertEqual(self.unsent(), 0)

    def test_without_the_claim_each_sender_sends_it(self):
        self.assertEqual(self.send_together(without=["claim of the mail"]), 3 * RACERS)
        self.assertEqual(self.mails(), {"maya": RACERS, "sam": RACERS, "daniel": RACERS})


class AKilledSender(Senders):
    """With its second mail, which the server may have taken; the first is sent and noted, the third is untouched."""

    def test_one_that_the_server_took_is_sent_once_more_with_the_same_message_id_and_then_never_again(self):
        kill(self.send(stop_after=TOOK, time=2))
        self.assertEqual((self.mails(), self.unsent()), ({"maya": 1, "sam": 1}, 2))
        self.assertEqual(send_notifications(AT), 1)
        self.assertEqual((self.mails(), self.unsent()), ({"maya": 1, "sam": 1, "daniel": 1}, 1))
        self.assertEqual(send_notifications(AT + CLAIM - MINUTE), 0)
        self.assertEqual(send_notifications(AT + CLAIM), 1)
        self.assertEqual((self.mails(), self.unsent()), ({"maya": 1, "sam": 2, "daniel": 1}, 0))
        self.assertEqual(send_notifications(AT + YEAR), 0)

    def test_one_that_the_server_did_not_get_is_sent_once(self):
        kill(self.send(stop=TOOK, time=2))
        self.assertEqual((self.mails(), self.unsent()), ({"maya": 1}, 2))
        self.assertEqual((send_notifications(AT), send_notifications(AT + CLAIM)), (1, 1))
        self.assertEqual((self.mails(), self.unsent()), ({"maya": 1, "sam": 1, "daniel": 1}, 0))
        self.assertEqual(send_notifications(AT + YEAR), 0)
