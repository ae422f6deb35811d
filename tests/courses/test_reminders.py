"""Who is reminded of a duty on which morning, once, in her language and where she is."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

import time_machine
from django.db.models import Q
from django.test import TestCase
from django.utils import translation

from courses.assignments import assign_path, exempt, extend_due_date, remove, resume, suspend, take_back
from courses.models import PathAssignment
from courses.reminders import remind_of_duties
from people import reminding
from people.days import end_of_day
from people.models import MessageSettings, Notification, TeamMembership, User
from tests import factories
from tests.cast import CastMixin, join
from tests.queries import at_most

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
GIVEN = datetime(2026, 3, 2, 9, tzinfo=UTC)
DUE = datetime(2026, 4, 1, 23, 59, 59, tzinfo=UTC)
EIGHT = datetime(2026, 4, 1, 8, tzinfo=UTC)  # of the day on which it is due
REMINDERS = ("path-due-soon", "path-due", "path-overdue")
TEAM = ("team-overdue", "team-overdue-escalated")
QUERIES = 12  # settings, zones, which, the chunk, leads, leads above, titles, said before, new ones, looked at


class DutyMixin(CastMixin):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.course = factories.course("Tone", lessons=1)
        cls.path = factories.path(cls.course, title="Welcome")

    def duty(self, who=None, due_at=DUE, **fields) -> PathAssignment:
        return assign_path(who or self.maya, self.path, at=fields.pop("at", GIVEN), due_at=due_at, **fields)

    def sweep_every(self, gap: timedelta, start=EIGHT - 9 * DAY, end=DUE + 30 * DAY) -> None:
        at = start
        while at <= end:
            remind_of_duties(at)
            at += gap

    def said(self, *kinds, to=None) -> list[tuple[str, str]]:
        """Kind and day of what was said, the oldest first."""
        found = Notification.objects.filter(kind__in=kinds, recipient=to or self.maya).order_by("created_at", "pk")
        return [(one.kind, f"{one.created_at:%m-%d}") for one in found]


class LadderTest(DutyMixin, TestCase):
    LADDER = [
        ("path-due-soon", "03-25"),
        ("path-due-soon", "03-31"),
        ("path-due", "04-01"),
        ("path-overdue", "04-08"),
        ("path-overdue", "04-15"),
        ("path-overdue", "04-22"),
        ("path-overdue", "04-29"),
    ]

    def test_she_is_reminded_before_on_and_after_the_day_each_time_once(self):
        self.duty()
        self.sweep_every(5 * HOUR)
        self.assertEqual(self.said(*REMINDERS), self.LADDER)

    def test_sweeps_twice_a_minute_say_it_once(self):
        self.duty()
        for seconds in range(0, 300, 30):
            remind_of_duties(EIGHT + timedelta(seconds=seconds))
        self.assertEqual(self.said(*REMINDERS), [("path-due", "04-01")])

    def test_it_is_said_in_the_morning_of_where_she_is(self):
        self.duty(self.layla, due_at=end_of_day(DUE.date(), "Asia/Dubai"))
        morning = datetime(2026, 4, 1, 8, tzinfo=ZoneInfo("Asia/Dubai")).astimezone(UTC)
        remind_of_duties(morning - 2 * DAY)
        self.assertEqual(remind_of_duties(morning - timedelta(minutes=1)), 1, "that of the day before")
        self.assertEqual(remind_of_duties(morning), 1)
        self.assertEqual(remind_of_duties(EIGHT), 0)

    def test_it_is_said_in_her_language_with_her_days(self):
        self.duty(self.layla, due_at=DUE)  # the next day in Dubai
        remind_of_duties(EIGHT)
        said = Notification.objects.get(kind="path-due-soon")
        with translation.override("ar"):
            self.assertEqual(said.subject, translation.gettext("Due soon: %(path)s") % {"path": "\u2068Welcome\u2069"})
        self.assertIn("2", said.body)
        self.assertIn("أبريل", said.body)
        self.assertEqual(said.url, f"/paths/{self.path.translation_key}/")

    def test_what_was_due_before_breakfast_is_overdue_that_morning(self):
        self.duty(due_at=EIGHT - 3 * HOUR)
        remind_of_duties(EIGHT)
        said = Notification.objects.get(kind="path-overdue")
        self.assertEqual(said.subject, "Overdue: Welcome")
        self.assertEqual(said.body, "It was due on April 1, 2026.\n\nIf you need more time, ask your team lead.")

    def test_what_was_given_late_is_not_reminded_of_from_before(self):
        self.duty(at=EIGHT - 2 * DAY)
        remind_of_duties(EIGHT - 2 * DAY + timedelta(minutes=1))
        self.assertEqual(self.said(*REMINDERS), [])
        self.sweep_every(5 * HOUR, start=EIGHT - 2 * DAY)
        self.assertEqual(self.said(*REMINDERS), self.LADDER[1:])

    def test_after_days_without_a_sweep_only_the_newest_is_said(self):
        self.duty()
        remind_of_duties(EIGHT - 8 * DAY)
        self.assertEqual(remind_of_duties(DUE + 2 * HOUR), 1)
        self.assertEqual([kind for kind, _day in self.said(*REMINDERS)], ["path-overdue"])

    def test_what_is_long_past_is_not_dug_up(self):
        self.duty()
        self.assertEqual(remind_of_duties(DUE + 90 * DAY), 0)

    def test_the_settings_say_which_rungs_there_are_and_when(self):
        MessageSettings.objects.create(
            due_soon_days="3", overdue_times=1, overdue_every_days=2, first_hour=6, lead_after_days=None
        )
        self.duty()
        self.sweep_every(HOUR, start=EIGHT - 4 * DAY, end=DUE + 3 * DAY)
        found = Notification.objects.filter(kind__in=REMINDERS).order_by("created_at")
        self.assertEqual([f"{one.created_at:%m-%d %H}" for one in found], ["03-29 06", "04-01 06", "04-03 06"])
        self.assertFalse(Notification.objects.filter(kind="team-overdue").exists())

    def test_without_any_rung_but_the_day_itself(self):
        MessageSettings.objects.create(
            due_soon_days="", overdue_times=0, lead_after_days=None, escalate_after_days=None
        )
        self.duty()
        self.sweep_every(5 * HOUR, end=DUE + 8 * DAY)
        self.assertEqual(self.said(*REMINDERS), [("path-due", "04-01")])


class WhomNotTest(DutyMixin, TestCase):
    def swept(self) -> list:
        for days in (-8, -7, -1, 0, 3, 7, 14):
            remind_of_duties(EIGHT + days * DAY)
        return self.said(*REMINDERS) + self.said(*TEAM, to=self.daniel)

    def test_nobody_is_reminded_of_what_is_not_to_be_done(self):
        ends = {
            "held": lambda: PathAssignment.objects.update(state="held"),
            "suspended": lambda: suspend(PathAssignment.objects.get(), self.daniel, "On leave."),
            "exempt": lambda: exempt(PathAssignment.objects.get(), self.daniel, "Knows it."),
            "removed": lambda: remove(PathAssignment.objects.get(), self.daniel, "A mistake."),
            "completed": lambda: PathAssignment.objects.update(state="completed", completed_at=GIVEN),
            "without a due date": lambda: PathAssignment.objects.update(due_at=None),
            "deactivated": lambda: User.objects.filter(pk=self.maya.pk).update(is_active=False),
        }
        for name, end in ends.items():
            with self.subTest(name):
                PathAssignment.objects.all().delete()
                self.duty()
                end()
                self.assertEqual(self.swept(), [])

    def test_what_something_else_reminds_of_is_left_to_it(self):
        self.duty()
        self.assertEqual(remind_of_duties(EIGHT, spoken_of=Q(path_title="Welcome")), 0)
        self.assertEqual(remind_of_duties(EIGHT + HOUR), 0, "it was looked at")

    def test_what_rested_goes_on_with_the_rung_that_is_next(self):
        self.duty()
        suspend(PathAssignment.objects.get(), self.daniel, "On leave.")
        self.sweep_every(5 * HOUR, end=EIGHT - DAY)
        resume(PathAssignment.objects.get(), self.daniel, "She is back.")
        remind_of_duties(EIGHT)
        self.assertEqual(self.said(*REMINDERS), [("path-due", "04-01")])


class LeadTest(DutyMixin, TestCase):
    def test_her_lead_is_told_once_and_the_leads_lead_later(self):
        self.duty()
        self.sweep_every(5 * HOUR, start=EIGHT, end=DUE + 15 * DAY)
        self.assertEqual(self.said(*TEAM, to=self.daniel), [("team-overdue", "04-04")])
        self.assertEqual(self.said(*TEAM, to=self.giorgi), [("team-overdue-escalated", "04-15")])
        self.assertEqual(self.said(*TEAM, to=self.hala), [])
        self.assertEqual(self.said(*TEAM), [])

    def test_it_names_her_and_the_path_as_the_lead_reads_it_and_leads_to_her_page(self):
        factories.path(self.course, title="გამარჯობა", language="ka", translation_of=self.path)
        self.duty(self.layla, due_at=end_of_day(DUE.date(), "Asia/Dubai"))
        remind_of_duties(EIGHT + 3 * DAY)
        said = Notification.objects.get(recipient=self.daniel)
        self.assertEqual(said.subject, "Overdue in your team: Layla Haddad, Welcome")
        self.assertEqual(said.body, "It was due on April 1, 2026.")
        self.assertEqual(said.url, f"/team/{self.layla.pk}/")
        remind_of_duties(EIGHT + 14 * DAY)
        said = Notification.objects.get(recipient=self.giorgi)
        self.assertIn("გამარჯობა", said.subject)
        self.assertIn("1 აპრილი", said.body)

    def test_who_leads_two_teams_of_hers_is_told_once(self):
        join(self.maya, self.chat)
        join(self.daniel, self.chat, "lead")
        self.duty()
        remind_of_duties(EIGHT + 3 * DAY)
        self.assertEqual(Notification.objects.filter(kind="team-overdue", recipient=self.daniel).count(), 1)
        self.assertEqual(Notification.objects.filter(kind="team-overdue", recipient=self.hala).count(), 1)

    def test_whoever_leads_that_morning_is_told(self):
        self.duty()
        TeamMembership.objects.filter(user=self.daniel).update(ends_on=EIGHT.date())
        join(self.tamar, self.phone, "lead")
        remind_of_duties(EIGHT + 3 * DAY)
        told = Notification.objects.get(kind="team-overdue").recipient
        self.assertEqual(told, self.tamar)

    def test_a_lead_who_is_late_herself_is_not_told_but_the_one_above_is(self):
        self.duty(self.daniel)
        remind_of_duties(EIGHT + 3 * DAY)
        self.assertEqual(self.said(*TEAM, to=self.daniel), [])
        self.assertEqual(self.said(*TEAM, to=self.giorgi), [("team-overdue", "04-04")])

    def test_nobody_leads_and_nobody_is_told(self):
        TeamMembership.objects.filter(role="lead").delete()
        self.duty()
        remind_of_duties(EIGHT + 14 * DAY)
        self.assertFalse(Notification.objects.filter(kind__in=TEAM).exists())


class ExtensionTest(DutyMixin, TestCase):
    def test_a_due_date_that_moves_has_its_rungs_anew(self):
        duty = self.duty()
        self.sweep_every(5 * HOUR, end=EIGHT + 5 * HOUR)
        extend_due_date(duty, DUE + 10 * DAY, self.daniel, "She was ill.", at=EIGHT + 6 * HOUR)
        self.sweep_every(5 * HOUR, start=EIGHT + 7 * HOUR, end=DUE + 11 * DAY)
        self.assertEqual(
            self.said(*REMINDERS),
            [
                ("path-due-soon", "03-25"),
                ("path-due-soon", "03-31"),
                ("path-due", "04-01"),
                ("path-due-soon", "04-04"),
                ("path-due-soon", "04-10"),
                ("path-due", "04-11"),
            ],
        )
        self.assertEqual(self.said(*TEAM, to=self.daniel), [])

    def test_one_that_moves_to_and_fro_says_nothing_twice(self):
        duty = self.duty()
        remind_of_duties(EIGHT)
        extend_due_date(duty, DUE + 10 * DAY, self.daniel, "She was ill.", at=EIGHT + HOUR)
        extend_due_date(duty, DUE, self.daniel, "She was not.", at=EIGHT - HOUR)
        self.assertEqual(remind_of_duties(EIGHT + 2 * HOUR), 0)

    def test_who_moves_to_another_time_zone_is_told_once(self):
        self.duty()
        remind_of_duties(EIGHT)
        User.objects.filter(pk=self.maya.pk).update(time_zone="America/Los_Angeles")
        self.sweep_every(HOUR, start=EIGHT, end=DUE + 2 * DAY)
        self.assertEqual(self.said(*REMINDERS), [("path-due", "04-01")])


class CostTest(DutyMixin, TestCase):
    def test_it_costs_the_same_for_one_and_for_three(self):
        MessageSettings.objects.create(lead_after_days=14)
        User.objects.update(time_zone="UTC")
        self.duty(self.maya)
        with at_most(QUERIES):
            self.assertEqual(remind_of_duties(EIGHT + 14 * DAY), 3)
        PathAssignment.objects.all().delete()
        for who in (self.maya, self.layla, self.sam):
            self.duty(who)
        with at_most(QUERIES):
            self.assertEqual(remind_of_duties(EIGHT + 14 * DAY), 9)

    def test_with_nothing_to_do_it_is_three_queries(self):
        self.duty()
        remind_of_duties(EIGHT)
        with at_most(3):
            remind_of_duties(EIGHT + HOUR)


class CrashTest(DutyMixin, TestCase):
    def setUp(self):
        User.objects.update(time_zone="UTC")
        for who in (self.maya, self.layla, self.sam):
            self.duty(who)
        patcher = patch.object(reminding, "CHUNK", 1)
        patcher.start()
        self.addCleanup(patcher.stop)

    def fail_at_the_second(self, error):
        notify_many, calls = reminding.notify_many, []

        def fails(messages, at):
            said = notify_many(messages, at)
            calls.append(said)
            if len(calls) == 2:
                raise error
            return said

        return patch.object(reminding, "notify_many", fails)

    def reminded(self) -> list[str]:
        return sorted(Notification.objects.filter(kind="path-due").values_list("recipient__name", flat=True))

    def test_a_sweep_that_is_killed_half_way_repeats_nothing_and_loses_nothing(self):
        with self.fail_at_the_second(KeyboardInterrupt), self.assertRaises(KeyboardInterrupt):
            remind_of_duties(EIGHT)
        self.assertEqual(len(self.reminded()), 1)
        self.assertEqual(remind_of_duties(EIGHT + timedelta(minutes=1)), 2)
        self.assertEqual(self.reminded(), ["Layla Haddad", "Maya Osei", "Sam Whitfield"])
        self.assertEqual(remind_of_duties(EIGHT + timedelta(minutes=2)), 0)

    def test_a_chunk_that_fails_holds_up_no_other_and_comes_again(self):
        with self.fail_at_the_second(RuntimeError("broken")), self.assertLogs("people", "ERROR"):
            self.assertEqual(remind_of_duties(EIGHT), 2)
        self.assertEqual(remind_of_duties(EIGHT + timedelta(minutes=1)), 1)


class ChangeTest(DutyMixin, TestCase):
    def setUp(self):
        clock = time_machine.travel(GIVEN + DAY, tick=False)
        clock.start()
        self.addCleanup(clock.stop)

    def news(self) -> Notification:
        return Notification.objects.filter(kind="duty-changed").latest("pk")

    def test_she_is_told_what_was_changed_by_hand_what_holds_now_and_why(self):
        duty = self.duty()
        by = {"by": self.daniel, "reason": "Ill"}
        cases = [
            (
                lambda: extend_due_date(duty, DUE + DAY, **by),
                "The due date was moved: Welcome",
                "It is due on April 2, 2026.",
            ),
            (lambda: suspend(duty, **by), "A learning path rests: Welcome", "Nothing is due while it rests."),
            (lambda: resume(duty, **by), "A learning path goes on: Welcome", "It is due on April 2, 2026."),
            (
                lambda: exempt(duty, **by),
                "You are exempt from a learning path: Welcome",
                "It is no duty of yours any more.",
            ),
        ]
        for act, subject, holds in cases:
            with self.subTest(subject):
                act()
                self.assertEqual(self.news().subject, subject)
                self.assertEqual(self.news().body, f"{holds}\n\nThe reason that was given: Ill")
        remove(self.duty(), self.daniel, "A mistake")
        self.assertEqual(self.news().subject, "A learning path was taken back: Welcome")
        self.assertEqual(Notification.objects.filter(kind="duty-changed").count(), 5)

    def test_what_goes_on_late_was_due(self):
        duty = self.duty(due_at=GIVEN + HOUR)
        suspend(duty, self.daniel, "Ill")
        resume(duty, self.daniel, "Back")
        self.assertEqual(self.news().body, "It was due on March 2, 2026.\n\nThe reason that was given: Back")

    def test_each_change_is_told_once_and_none_that_changed_nothing(self):
        duty = self.duty()
        exempt(duty, self.daniel, "Ill")
        exempt(duty, self.daniel, "Ill")
        self.assertEqual(Notification.objects.filter(kind="duty-changed").count(), 1)

    def test_nobody_is_told_what_she_did_herself_or_what_nobody_decided(self):
        suspend(self.duty(), self.maya, "I am on leave")
        take_back(self.duty(self.sam), "The certificate expired")
        self.assertFalse(Notification.objects.filter(kind="duty-changed").exists())

    def test_who_has_gone_is_told_nothing(self):
        duty = self.duty()
        self.maya.is_active = False
        self.maya.save()
        duty.refresh_from_db()
        suspend(duty, self.daniel, "She left")
        self.assertFalse(Notification.objects.filter(kind="duty-changed").exists())

    def test_what_is_complete_when_it_goes_on_is_not_said_to_go_on(self):
        duty = self.duty()
        suspend(duty, self.daniel, "Ill")
        with patch("courses.progress.is_path_done", return_value=True):
            resume(duty, self.daniel, "Back")
        self.assertEqual(duty.state, PathAssignment.State.COMPLETED)
        self.assertEqual(Notification.objects.filter(kind="duty-changed").count(), 1)
