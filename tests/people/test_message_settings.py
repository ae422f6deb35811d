from datetime import date

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.test import TestCase

from lms.site import TRAINERS
from people.models import MessageSettings
from tests.cast import CastMixin

ADDRESS = "/cms/settings/people/messagesettings/"


class RulesTest(TestCase):
    def refused(self, **fields) -> set[str]:
        try:
            MessageSettings(**fields).full_clean()
        except ValidationError as error:
            return set(error.message_dict)
        return set()

    def test_the_defaults_hold_where_nobody_set_any(self):
        rules = MessageSettings.current()
        self.assertEqual((rules.days_before_due, rules.days_before_expiry), ([7, 1], [30, 7, 1]))
        self.assertEqual(self.refused(), set())
        self.assertFalse(MessageSettings.objects.exists())

    def test_days_and_dates_are_checked(self):
        self.assertEqual(self.refused(due_soon_days="7, x"), {"due_soon_days"})
        self.assertEqual(self.refused(closing_days="0"), {"closing_days"})
        self.assertEqual(self.refused(quiet_dates="2027-02-30"), {"quiet_dates"})
        self.assertEqual(self.refused(due_soon_days="7، 1"), set())
        self.assertEqual(MessageSettings(due_soon_days="7، 1").days_before_due, [7, 1])
        self.assertEqual(self.refused(due_soon_days="", quiet_dates="2027-01-07\n2027-01-19"), set())

    def test_the_leads_lead_is_told_after_the_lead(self):
        self.assertEqual(self.refused(lead_after_days=7, escalate_after_days=7), {"escalate_after_days"})
        self.assertEqual(self.refused(lead_after_days=7, escalate_after_days=8), set())
        self.assertEqual(self.refused(lead_after_days=None, escalate_after_days=1), set())

    def test_a_day_is_quiet_by_its_weekday_or_its_date(self):
        rules = MessageSettings(quiet_weekdays=[4], quiet_dates="2026-11-23")
        self.assertEqual([rules.is_quiet(date(2026, 11, day)) for day in (20, 22, 23)], [True, False, True])


class SettingsInTheCmsTest(CastMixin, TestCase):
    POSTED = {
        "due_soon_days": "14, 3",
        "overdue_every_days": "7",
        "overdue_times": "4",
        "lead_after_days": "3",
        "escalate_after_days": "14",
        "closing_days": "30",
        "quiet_weekdays": ["4", "5"],
        "quiet_dates": "2027-01-07",
        "first_hour": "9",
        "digest_weekday": "6",
    }

    def test_administrators_set_them(self):
        self.client.force_login(self.ana)
        page = self.client.get(ADDRESS, follow=True)
        self.assertContains(page, 'name="quiet_weekdays"', count=7)
        self.assertContains(self.client.post(page.redirect_chain[-1][0], self.POSTED, follow=True), "14, 3")
        rules = MessageSettings.current()
        self.assertEqual((rules.quiet_weekdays, rules.days_before_due, rules.first_hour), ([4, 5], [14, 3], 9))
        self.assertContains(self.client.get(ADDRESS, follow=True), " checked", count=2)

    def test_what_contradicts_itself_is_refused(self):
        self.client.force_login(self.ana)
        address = self.client.get(ADDRESS, follow=True).redirect_chain[-1][0]
        page = self.client.post(address, self.POSTED | {"escalate_after_days": "2", "quiet_weekdays": ["7"]})
        self.assertContains(page, "is told later than the lead")
        self.assertContains(page, "7 is not one of the available choices")
        self.assertEqual(MessageSettings.current().quiet_weekdays, [])

    def test_trainers_do_not_come_there(self):
        """Whatever permission their group is given."""
        rules = MessageSettings.objects.create()
        Group.objects.get(name=TRAINERS).permissions.add(Permission.objects.get(codename="change_messagesettings"))
        self.client.force_login(self.tamar)
        self.assertNotContains(self.client.get("/cms/", follow=True), ADDRESS)
        for ask in (self.client.get, self.client.post):
            response = ask(f"{ADDRESS}{rules.pk}/", self.POSTED)
            self.assertRedirects(response, "/cms/")
        self.assertEqual(MessageSettings.current().quiet_weekdays, [])
