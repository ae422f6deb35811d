"""The weekly digest of a lead: what it says, to whom, when, and what it costs."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import time_machine
from django.core.cache import cache
from django.test import TestCase
from django.utils import translation

from certifications.awards import grant_award
from certifications.models import Award
from courses.assignments import assign_path
from lms import digest
from lms.digest import send_digests
from people.models import MessageSettings, Notification, TeamMembership, User
from tests import factories
from tests.cast import CastMixin, join, person
from tests.queries import at_most

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
QUERIES = 12  # settings, zones, leads, said before, four sections, leads' teams, members, and two to leave them


class DigestMixin(CastMixin):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.path = factories.path(factories.course("Tone", lessons=1), title="Welcome")
        cls.certification = factories.certification(cls.path, title="Returns")

    def overdue(self, who) -> None:
        assign_path(who, self.path, at=MONDAY - 40 * DAY, due_at=MONDAY - 10 * DAY)

    def award(self, who, expires_at=None, at=MONDAY - 300 * DAY) -> None:
        award = grant_award(self.certification, who, {}, at, self.ana, "Knows it.")
        Award.objects.filter(pk=award.pk).update(expires_at=expires_at)

    def digests(self, to=None) -> list[Notification]:
        found = Notification.objects.filter(kind="team-digest").order_by("pk")
        return list(found.filter(recipient=to) if to else found)


class WhatTest(DigestMixin, TestCase):
    def test_it_says_who_needs_the_lead_the_worst_first_with_a_way_to_the_board(self):
        ines, omar, zoe = (person(name) for name in ("Ines Duarte", "Omar Said", "Zoe Lang"))
        for member in (ines, omar, zoe):
            join(member, self.phone)
        self.award(self.maya, MONDAY - DAY)
        self.overdue(zoe)
        self.award(ines, MONDAY + 20 * DAY)
        self.award(omar, at=MONDAY - 3 * DAY)
        self.award(self.layla)
        self.assertEqual(send_digests(MONDAY), 2, "Daniel, and Giorgi above him")
        (said,) = self.digests(self.daniel)
        self.assertEqual(said.subject, "Your team on November 23, 2026")
        self.assertEqual(
            said.body.split("\n\n"),
            [
                "Expired (1): Maya Osei",
                "http://testserver/team/?state=expired",
                "Overdue (1): Zoe Lang",
                "http://testserver/team/?state=overdue",
                "Expiring within 30 days (1): Ines Duarte",
                "http://testserver/team/?state=expiring-30",
                "Certified this week (1): Omar Said",
            ],
        )
        self.assertEqual(said.url, "/team/")

    def test_the_board_at_each_address_shows_as_many(self):
        self.award(self.maya, MONDAY - DAY)
        self.overdue(self.layla)
        send_digests(MONDAY)
        self.client.force_login(self.daniel)
        addresses = [text for text in self.digests(self.daniel)[0].body.split("\n\n") if text.startswith("http")]
        for address, name in zip(addresses, ("Maya Osei", "Layla Haddad"), strict=True):
            with time_machine.travel(MONDAY, tick=False):
                page = self.client.get(address.removeprefix("http://testserver"))
            self.assertEqual([row.person.name for row in page.context["board"]["rows"]], [name])

    def test_a_lead_reads_of_her_own_teams_and_those_below_and_of_nobody_else(self):
        self.overdue(self.maya)
        self.overdue(self.sam)
        send_digests(MONDAY)
        self.assertIn("Overdue (1): Maya Osei", self.digests(self.daniel)[0].body)
        self.assertNotIn("Sam", self.digests(self.daniel)[0].body)
        self.assertIn("(2)", self.digests(self.giorgi)[0].body)

    def test_who_is_in_two_teams_of_a_lead_is_counted_once(self):
        join(self.maya, self.chat)
        join(self.daniel, self.chat, "lead")
        self.overdue(self.maya)
        send_digests(MONDAY)
        self.assertIn("Overdue (1): Maya Osei", self.digests(self.daniel)[0].body)
        self.assertEqual(len(self.digests(self.daniel)), 1)

    def test_the_first_ten_are_named_and_all_are_counted(self):
        for number in range(12):
            member = person(f"Agent {number:02}", email=f"agent{number}@example.com")
            join(member, self.phone)
            self.overdue(member)
        send_digests(MONDAY)
        body = self.digests(self.daniel)[0].body
        self.assertIn("Overdue (12): Agent 00, Agent 01", body)
        self.assertIn("Agent 09 …", body)
        self.assertNotIn("Agent 10", body)

    def test_it_is_in_the_leads_language_with_names_set_apart(self):
        ali = person("علي حسن", email="ali@example.com")
        join(ali, self.chat)
        for member in (self.sam, ali):
            self.overdue(member)
        send_digests(MONDAY)
        said = self.digests(self.hala)[0]
        names = {"overdue": 2, "overdue_names": "\u2068Sam Whitfield\u2069، علي حسن"}
        with translation.override("ar"):
            self.assertEqual(
                said.body.split("\n\n")[0], translation.gettext("Overdue (%(overdue)s): %(overdue_names)s") % names
            )
        self.assertIn("23 نوفمبر 2026", said.subject)

    def test_who_has_left_is_not_in_it(self):
        self.overdue(self.maya)
        self.overdue(self.layla)
        User.objects.filter(pk=self.maya.pk).update(is_active=False)
        TeamMembership.objects.filter(user=self.layla).update(ends_on=MONDAY.date())
        self.assertEqual(send_digests(MONDAY), 0)


class WhenTest(DigestMixin, TestCase):
    def setUp(self):
        self.overdue(self.maya)

    def moments(self, to) -> list[str]:
        return [f"{one.created_at:%a %H}" for one in self.digests(to)]

    def test_once_a_week_in_the_morning_of_where_the_lead_is(self):
        for hours in range(0, 15 * 24, 2):
            send_digests(MONDAY - 2 * DAY + hours * HOUR)
        self.assertEqual(self.moments(self.daniel), ["Mon 08", "Mon 08"])
        self.assertEqual(self.moments(self.giorgi), ["Mon 04", "Mon 04"])
        self.assertEqual(self.moments(self.hala), [], "nothing to report, no digest")

    def test_on_the_day_and_at_the_hour_that_the_settings_say(self):
        MessageSettings.objects.create(digest_weekday=3, first_hour=10)
        for hours in range(0, 7 * 24, 2):
            send_digests(MONDAY + hours * HOUR)
        self.assertEqual(self.moments(self.daniel), ["Thu 10"])

    def test_never_where_the_settings_say_so(self):
        MessageSettings.objects.create(digest_weekday=None)
        self.assertEqual(send_digests(MONDAY), 0)

    def test_a_late_one_describes_the_morning_and_a_very_late_one_is_left_out(self):
        self.overdue(self.sam)
        TeamMembership.objects.filter(user=self.sam).update(team=self.phone)
        self.award(self.layla, expires_at=MONDAY + HOUR)
        send_digests(MONDAY + 3 * HOUR)
        self.assertNotIn("Expired (", self.digests(self.daniel)[0].body)
        Notification.objects.all().delete()
        self.assertEqual(send_digests(MONDAY + 13 * HOUR), 0)

    def test_twice_a_minute_is_once(self):
        self.assertEqual([send_digests(MONDAY + timedelta(seconds=30 * n)) for n in range(3)], [2, 0, 0])

    def test_who_leads_no_more_gets_none(self):
        TeamMembership.objects.filter(user=self.daniel).update(ends_on=MONDAY.date())
        send_digests(MONDAY)
        self.assertEqual(self.moments(self.daniel), [])

    def test_a_sweep_that_is_killed_half_way_repeats_nothing_and_loses_nothing(self):
        User.objects.update(time_zone="UTC")
        notify_many, calls = digest.notify_many, []

        def killed_at_the_second(messages, at):
            if calls:
                raise KeyboardInterrupt
            calls.append(messages)
            return notify_many(messages, at)

        with patch.object(digest, "CHUNK", 1):
            with patch.object(digest, "notify_many", killed_at_the_second), self.assertRaises(KeyboardInterrupt):
                send_digests(MONDAY)
            self.assertEqual(send_digests(MONDAY + timedelta(minutes=1)), 1)
        self.assertEqual(sorted(one.recipient.name for one in self.digests()), ["Daniel Mercer", "Giorgi Kapanadze"])


class CostTest(DigestMixin, TestCase):
    def test_it_costs_the_same_for_one_lead_and_for_three(self):
        User.objects.update(time_zone="UTC")
        self.overdue(self.maya)
        TeamMembership.objects.filter(user=self.giorgi).delete()
        with at_most(QUERIES):
            self.assertEqual(send_digests(MONDAY), 1)
        Notification.objects.all().delete()
        cache.clear()
        self.overdue(self.sam)
        join(self.giorgi, self.service, "lead")
        with at_most(QUERIES):
            self.assertEqual(send_digests(MONDAY), 3)

    def test_who_has_nothing_to_read_is_not_looked_at_each_minute(self):
        User.objects.update(time_zone="UTC")
        self.overdue(self.maya)
        send_digests(MONDAY)
        with at_most(4):
            self.assertEqual(send_digests(MONDAY + timedelta(minutes=1)), 0)

    def test_on_any_other_day_it_is_two_queries(self):
        self.overdue(self.maya)
        with at_most(2):
            send_digests(MONDAY + DAY)
