"""Sweeps at once, and sweeps that are killed half-way and run again: everything is done exactly once."""

from datetime import UTC, datetime, timedelta

from django.test import TransactionTestCase
from wagtail.models import ModelLogEntry

from certifications.awards import grant_award
from certifications.models import Award
from certifications.renewals import lapse_awards, open_renewals
from courses.assignments import assign_path
from courses.enrolling import enrol
from courses.models import AssignmentRule, Enrolment, PathAssignment
from courses.progress import complete_activity
from courses.rules import apply_rules
from people.models import Notification
from tests import factories
from tests.cast import person
from tests.races.racing import kill, needs_postgresql, race

RACERS = 4
HOLDER_LOCK = "lock on the holder"
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@needs_postgresql
class SweepRace(TransactionTestCase):
    def setUp(self):
        self.people = [person(name) for name in ("Maya Osei", "Sam Okafor", "Daniel Weiss")]
        self.maya = self.people[0]
        self.course = factories.course(lessons=1)
        self.path = factories.path(self.course, title="First weeks")
        self.certification = factories.certification(self.path, validity_months=12, window_days=60)

    def sweep(self, task, at, **how):
        return {"act": "sweep", "args": [task, at.isoformat()], **how}

    def sweep_together(self, task, at, step, without=()):
        start = self.sweep(task, at, stop=step, without=list(without))
        finishes = race(*[start] * RACERS)
        self.assertEqual([finish.error for finish in finishes], [None] * RACERS)
        return sorted(finish.result for finish in finishes)

    def given(self) -> int:
        return PathAssignment.objects.count()

    def logged(self, action: str) -> int:
        return ModelLogEntry.objects.filter(action=action).count()

    def told(self, kind: str) -> int:
        return Notification.objects.filter(kind=kind).count()


class RenewalsAtOnce(SweepRace):
    def setUp(self):
        super().setUp()
        self.award = grant_award(self.certification, self.maya, {}, AT)
        self.window = self.award.expires_at - 60 * DAY

    def test_the_window_opens_once(self):
        found = self.sweep_together("open renewals", self.window, "certifications.renewals._open")
        self.assertEqual(found, [0, 0, 0, 1])
        self.assertEqual((self.given(), self.told("renewal-open"), self.logged("certifications.renewal")), (1, 1, 1))

    def test_without_the_lock_each_says_that_it_opened_it(self):
        """The row that each claims still keeps it to one assignment, and the key to one message."""
        found = self.sweep_together("open renewals", self.window, "certifications.renewals._open", [HOLDER_LOCK])
        self.assertEqual(found, [1, 1, 1, 1])
        self.assertEqual((self.given(), self.told("renewal-open")), (1, 1))
        self.assertEqual(self.logged("certifications.renewal"), RACERS)

    def test_an_award_lapses_once(self):
        found = self.sweep_together("lapse awards", self.award.expires_at, "certifications.renewals._lapse")
        self.assertEqual(found, [0, 0, 0, 1])
        self.assertEqual((self.given(), self.told("award-expired"), self.logged("certifications.lapse")), (1, 1, 1))

    def test_without_the_lock_each_says_that_it_lapsed(self):
        found = self.sweep_together(
            "lapse awards", self.award.expires_at, "certifications.renewals._lapse", [HOLDER_LOCK]
        )
        self.assertEqual((found, self.logged("certifications.lapse")), ([1, 1, 1, 1], RACERS))

    def move_and_sweep(self, without=()):
        """Her expiry is being moved by a year when the sweep comes, which has seen the old one."""
        moved, moment = (self.award.expires_at + 365 * DAY).isoformat(), self.window.isoformat()
        args, how = [self.award.pk, self.people[1].pk, moved, moment], {"without": list(without)}
        _moved, swept = race(
            {"act": "move_expiry", "args": args, "stop": "certifications.awards.notify_many", **how},
            self.sweep("open renewals", self.window, late=True, **how),
        )
        return swept.result, self.given()

    def test_what_is_no_longer_due_is_left_alone(self):
        self.assertEqual(self.move_and_sweep(), (0, 0))

    def test_without_the_lock_it_is_renewed_a_year_early(self):
        self.assertEqual(self.move_and_sweep(without=[HOLDER_LOCK]), (1, 1))


class RulesAtOnce(SweepRace):
    def setUp(self):
        super().setUp()
        AssignmentRule.objects.create(name="Everybody", path=self.path, is_active=True)

    def apply_together(self, without=()):
        return self.sweep_together("apply rules", AT, "courses.rules.assign_path", without)

    def test_each_is_given_the_path_once_and_told_once(self):
        found = self.apply_together()
        self.assertEqual(sum(found), len(self.people))
        self.assertEqual((self.given(), self.told("path-assigned")), (len(self.people), len(self.people)))

    def test_who_completed_it_before_is_given_it_once(self):
        self.complete_before()
        self.assertEqual(sum(self.apply_together()), len(self.people))
        self.assertEqual(self.given(), len(self.people))
        self.assertEqual(PathAssignment.objects.of(self.maya).get().state, "completed")

    def test_without_the_lock_she_is_given_it_again(self):
        """It is complete as soon as it is given, so that the constraint on open ones does not hold."""
        self.complete_before()
        self.apply_together(without=[HOLDER_LOCK])
        self.assertEqual(PathAssignment.objects.of(self.maya).filter(state="completed").count(), RACERS)

    def complete_before(self):
        enrol(self.maya, self.course, AT - DAY)
        for lesson in self.course.get_children().specific():
            complete_activity(Enrolment.objects.of(self.maya), lesson, AT - DAY)


class Killed(SweepRace):
    """In the middle of the second of three people; the next sweep does what is left, and nothing twice."""

    def kill(self, task, at, step):
        kill(self.sweep(task, at, stop=step, time=2))

    def test_in_the_middle_of_opening_renewals(self):
        for one in self.people:
            grant_award(self.certification, one, {}, AT)
        window = Award.objects.first().expires_at - 60 * DAY
        self.kill("open renewals", window, "certifications.renewals._tell")
        self.assertEqual((self.given(), self.told("renewal-open"), self.logged("certifications.renewal")), (1, 1, 1))
        self.assertEqual((open_renewals(window), open_renewals(window)), (2, 0))
        self.assertEqual((self.given(), self.told("renewal-open"), self.logged("certifications.renewal")), (3, 3, 3))

    def test_in_the_middle_of_letting_awards_lapse(self):
        for one in self.people:
            grant_award(self.certification, one, {}, AT)
        expiry = Award.objects.first().expires_at
        self.kill("lapse awards", expiry, "certifications.renewals._tell")
        self.assertEqual((self.given(), self.told("award-expired"), self.logged("certifications.lapse")), (1, 1, 1))
        self.assertEqual((lapse_awards(expiry), lapse_awards(expiry)), (2, 0))
        self.assertEqual((self.given(), self.told("award-expired"), self.logged("certifications.lapse")), (3, 3, 3))

    def test_in_the_middle_of_applying_rules(self):
        AssignmentRule.objects.create(name="Everybody", path=self.path, is_active=True)
        self.kill("apply rules", AT, "courses.assignments._begin")
        self.assertEqual((self.given(), self.told("path-assigned"), self.logged("courses.assign")), (1, 1, 1))
        self.assertEqual((apply_rules(AT).assigned, apply_rules(AT).assigned), (2, 0))
        self.assertEqual((self.given(), self.told("path-assigned"), self.logged("courses.assign")), (3, 3, 3))

    def test_in_the_middle_of_what_follows_from_the_last_lesson(self):
        assign_path(self.maya, self.path, at=AT)
        enrol(self.maya, self.course, AT)
        lesson = self.course.get_children().specific().get()
        key = str(self.course.translation_key)
        kill({"act": "complete", "args": [self.maya.pk, key, lesson.pk], "stop": "certifications.awards._new_award"})
        self.assertFalse(Award.objects.exists())
        self.assertIsNone(Enrolment.objects.get().completed_at)
        complete_activity(Enrolment.objects.of(self.maya), lesson, AT + DAY)
        self.assertEqual((Award.objects.get().holder, self.told("certified")), (self.maya, 1))
