"""The e-mails that could not be delivered: administrators see them, and have them tried again."""

from django.test import TestCase
from django.utils import timezone

from people.models import Notification
from people.notifying import notify
from tests.cast import CastMixin
from tests.queries import at_most

LIST = "/cms/undelivered/"
LIST_QUERIES = 12


class UndeliveredTest(CastMixin, TestCase):
    def given_up(self, number: int) -> Notification:
        notify(self.maya, "path-due", f"given up {number}", f"Message {number}")
        message = Notification.objects.get(dedupe_key=f"given up {number}")
        Notification.objects.filter(pk=message.pk).update(
            gave_up_at=timezone.now(), next_try_at=None, attempts=3, problem="SMTPRecipientsRefused 550 no such mailbox"
        )
        return message

    def test_an_administrator_sees_what_was_given_up_and_why(self):
        self.given_up(1)
        notify(self.maya, "path-due", "waiting", "This one waits")
        self.client.force_login(self.ana)
        page = self.client.get(LIST)
        for words in ("Maya Osei", "Message 1", "no such mailbox", "A learning path is due today"):
            self.assertContains(page, words)
        self.assertNotContains(page, "This one waits")
        self.assertContains(self.client.get("/cms/"), LIST)

    def test_it_can_be_tried_again_and_not_changed(self):
        message = self.given_up(1)
        self.client.force_login(self.ana)
        again = f"{LIST}{message.pk}/try-again/"
        self.assertEqual(self.client.get(again).status_code, 405)
        self.assertContains(self.client.post(again, follow=True), "will be tried again")
        message.refresh_from_db()
        self.assertEqual((message.attempts, message.gave_up_at, message.problem), (0, None, ""))
        self.assertLessEqual(message.next_try_at, timezone.now())
        self.assertEqual(self.client.post(again).status_code, 404, "it is not given up any more")
        for address in (f"{LIST}new/", f"{LIST}edit/{message.pk}/", f"{LIST}delete/{message.pk}/"):
            self.assertNotEqual(self.client.post(address).status_code, 200)
        self.assertTrue(Notification.objects.filter(pk=message.pk).exists())

    def test_a_trainer_sees_none_of_it(self):
        message = self.given_up(1)
        self.client.force_login(self.tamar)
        self.assertNotContains(self.client.get("/cms/"), LIST)
        self.assertNotContains(self.client.get(LIST, follow=True), "Maya Osei")
        self.client.post(f"{LIST}{message.pk}/try-again/")
        message.refresh_from_db()
        self.assertIsNotNone(message.gave_up_at)

    def test_it_costs_the_same_for_one_and_for_three(self):
        self.client.force_login(self.ana)
        for number in range(3):
            self.given_up(number)
            if number != 1:
                with at_most(LIST_QUERIES):
                    self.client.get(LIST)
