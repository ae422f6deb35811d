from django.test import TestCase
from django.urls import reverse

from people.models import Notification
from people.notifying import notify
from tests.cast import CastMixin
from tests.queries import at_most

NOTIFICATIONS_QUERIES = 4


class NotificationsPageTest(CastMixin, TestCase):
    def setUp(self):
        notify(self.maya, "note", "first", "Read this", url="/courses/")
        self.notification = Notification.objects.get()
        self.client.force_login(self.maya)

    def test_opening_one_reads_it_and_leads_to_what_it_is_about(self):
        self.assertContains(self.client.get("/notifications/"), "Read this")
        response = self.client.post(reverse("notification_open", args=[self.notification.pk]))
        self.assertRedirects(response, "/courses/")
        self.notification.refresh_from_db()
        first_read_at = self.notification.read_at
        self.assertIsNotNone(first_read_at)
        self.client.post(reverse("notification_open", args=[self.notification.pk]))
        self.notification.refresh_from_db()
        self.assertEqual(self.notification.read_at, first_read_at)

    def test_what_it_says_leads_to_the_addresses_in_it(self):
        notify(self.maya, "note", "second", "Look", body=["Who is <late>", "http://testserver/team/?state=overdue"])
        page = self.client.get("/notifications/")
        self.assertContains(page, '<a href="http://testserver/team/?state=overdue">Who is &lt;late&gt;</a>', html=True)

    def test_the_bell_counts_what_is_unread(self):
        self.assertContains(self.client.get("/"), "icon-button__count")
        self.client.post("/notifications/read/")
        self.assertNotContains(self.client.get("/"), "icon-button__count")

    def test_it_costs_the_same_for_one_and_for_three(self):
        for number in range(3):
            notify(self.maya, "note", f"another {number}", "Another")
            with at_most(NOTIFICATIONS_QUERIES):
                self.client.get("/notifications/")
