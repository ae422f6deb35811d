"""Acts that lock several rows of one person: each holds her first (people/holding.py), so one waits for the other.

Each race is run again without the hold that wins it: then two wait for each other, and PostgreSQL ends one of them, or
one acts on what is no longer so.
"""

from datetime import UTC, date, datetime, timedelta

from django.test import TransactionTestCase

from certifications.awards import grant_award
from certifications.models import Award
from certifications.renewals import open_renewals
from courses.enrolling import enrol
from courses.models import Enrolment, PathAssignment
from courses.progress import complete_activity
from people.models import Team
from tests import factories
from tests.cast import join, person
from tests.certifications.proofs import hand_in
from tests.races.racing import needs_postgresql, race

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
DEADLOCK = "DeadlockDetected"


@needs_postgresql
class LockOrder(TransactionTestCase):
    """Maya is certified since AT, for a year."""

    def setUp(self):
        self.maya = person("Maya Osei")
        self.course, self.refresher = factories.course(lessons=1), factories.course("Refresher", lessons=1)
        self.path = factories.path(self.course)

    def certify(self, **rules):
        self.certification = factories.certification(self.path, validity_months=12, window_days=60, **rules)
        self.award = grant_award(self.certification, self.maya, {}, AT)
        self.expiry = self.award.expires_at
        self.window = self.expiry - 60 * DAY

    def sweep(self, task, at, **how):
        return {"act": "sweep", "args": [task, at.isoformat()], **how}

    def complete(self, course, at, **how):
        """She completes the only lesson of the course, and so the course."""
        lesson, key = course.get_children().get(), str(course.translation_key)
        return {"act": "complete", "args": [self.maya.pk, key, lesson.pk, at.isoformat()], **how}

    def results(self, *starts):
        """Of a race in which nobody waits for who waits for her."""
        finishes = race(*starts)
        self.assertEqual([finish.error for finish in finishes], [None] * len(starts))
        return [finish.result for finish in finishes]

    def assert_one_is_ended(self, *starts):
        """The deadlock is found by whoever looks first, and the other goes on."""
        errors = [finish.error for finish in race(*starts)]
        self.assertCountEqual(errors, [DEADLOCK, *[None] * (len(starts) - 1)])

    def awards(self) -> list[tuple[str, bool]]:
        """The state of each award, the oldest first, and whether it has lapsed."""
        return [(award.state, award.lapsed_at is not None) for award in Award.objects.order_by("pk")]

    def duties(self) -> list[tuple[str, str]]:
        return list(PathAssignment.objects.order_by("pk").values_list("path_title", "state"))


class ALapseAndTheLastLessonOfTheRenewal(LockOrder):
    def setUp(self):
        super().setUp()
        self.certify(renewal_path=factories.path(self.refresher, title="Renewal"))
        self.assertEqual(open_renewals(self.window), 1)
        enrol(self.maya, self.refresher, self.window)

    def lapse(self, **how):
        return self.sweep("lapse awards", self.expiry, **how)

    def complete_in_time(self, **how):
        return self.complete(self.refresher, self.expiry - SECOND, **how)

    def lapse_first(self, *without):
        """The sweep holds her and is about to take the renewal back when she has done the last lesson."""
        how = {"without": without}
        return self.lapse(stop="certifications.renewals.take_back", **how), self.complete_in_time(late=True, **how)

    def complete_first(self, *without):
        how = {"without": without}
        return self.complete_in_time(stop="certifications.awards._new_award", **how), self.lapse(late=True, **how)

    def test_an_award_that_is_lapsing_lapses_and_the_course_is_complete(self):
        self.assertEqual(self.results(*self.lapse_first()), [1, True])
        self.assertEqual(self.awards(), [("active", True)])
        self.assertEqual(self.duties(), [("Renewal", "removed"), ("First weeks", "active")])

    def test_without_the_lock_on_her_they_wait_for_each_other(self):
        self.assert_one_is_ended(*self.lapse_first("lock on the learner"))

    def test_one_that_is_being_renewed_does_not_lapse(self):
        self.assertEqual(self.results(*self.complete_first()), [True, 0])
        self.assertEqual(self.awards(), [("superseded", False), ("active", False)])
        self.assertEqual(self.duties(), [("Renewal", "completed")])

    def test_without_the_hold_of_the_sweep_she_has_to_start_afresh_although_she_is_certified(self):
        self.assertEqual(self.results(*self.complete_first("hold of the sweep")), [True, 1])
        self.assertEqual(self.awards(), [("superseded", True), ("active", False)])
        self.assertEqual(self.duties(), [("Renewal", "completed"), ("First weeks", "active")])


class ANewCycleAndALesson(LockOrder):
    """A sweep that gives her the course anew wants her enrolment while she does its lesson once more."""

    def setUp(self):
        super().setUp()
        self.certify()
        enrol(self.maya, self.course, AT - DAY)
        complete_activity(Enrolment.objects.of(self.maya), self.course.get_children().specific().get(), AT - DAY)

    def together(self, task, at, *without):
        return (
            self.sweep(task, at, stop="courses.assignments.start_over"),
            self.complete(self.course, at, late=True, without=without),
        )

    def assert_a_new_registration_begins(self, task, at):
        """What she does counts in the new one, as if she had done it after the sweep; it was all that she had to do."""
        self.assertEqual(self.results(*self.together(task, at)), [1, True])
        old, new = Enrolment.objects.order_by("pk")
        self.assertEqual((old.superseded_at, new.superseded_at, new.completed_at), (at, None, at))
        self.assertEqual([completion.enrolment for completion in new.completions.all()], [new])
        self.assertEqual(self.duties(), [("First weeks", "completed")])
        self.assertEqual([state for state, _has_lapsed in self.awards()], ["superseded", "active"])

    def test_when_the_window_opens(self):
        self.assert_a_new_registration_begins("open renewals", self.window)

    def test_when_the_award_lapses(self):
        self.assert_a_new_registration_begins("lapse awards", self.expiry)

    def test_if_her_enrolment_were_locked_before_her_the_opening_would_wait_for_the_lesson_that_waits_for_it(self):
        self.assert_one_is_ended(*self.together("open renewals", self.window, "lock on the learner first"))

    def test_if_her_enrolment_were_locked_before_her_the_lapse_would_wait_for_the_lesson_that_waits_for_it(self):
        self.assert_one_is_ended(*self.together("lapse awards", self.expiry, "lock on the learner first"))


class ALapseAndAnApproval(LockOrder):
    def setUp(self):
        super().setUp()
        self.lead = person("Daniel Mercer")
        team = Team.add_root(code="phone", name="Phone")
        join(self.maya, team)
        join(self.lead, team, "lead", date(2026, 1, 5))
        self.certify(renewal_path=factories.path(self.refresher, title="Renewal"), accepts_external_evidence=True)
        self.assertEqual(open_renewals(self.window), 1)
        self.proof = hand_in(self.maya, self.certification, at=self.window)

    def lapse(self, **how):
        return self.sweep("lapse awards", self.expiry, **how)

    def approve(self, **how):
        return {"act": "decide", "args": [self.proof.pk, self.lead.pk, "approve", self.expiry.isoformat()], **how}

    def lapse_first(self, *without):
        how = {"without": without}
        return self.lapse(stop="certifications.renewals.take_back", **how), self.approve(late=True, **how)

    def test_one_that_is_lapsing_lapses_and_then_she_is_certified_and_has_nothing_to_do(self):
        self.assertEqual(self.results(*self.lapse_first()), [1, "approved"])
        self.assertEqual(self.awards(), [("superseded", True), ("active", False)])
        self.assertEqual(self.duties(), [("Renewal", "removed"), ("First weeks", "exempt")])

    def test_without_the_hold_of_who_approves_she_has_the_first_time_path_to_do(self):
        self.assertEqual(self.results(*self.lapse_first("hold of who approves")), [1, "approved"])
        self.assertEqual(self.duties(), [("Renewal", "removed"), ("First weeks", "active")])

    def test_without_any_hold_before_her_duties_they_wait_for_each_other(self):
        self.assert_one_is_ended(*self.lapse_first("hold of who approves", "hold of who changes a duty"))

    def test_one_for_which_she_is_being_certified_does_not_lapse(self):
        approval = self.approve(stop="certifications.external_evidence.grant_award")
        self.assertEqual(self.results(approval, self.lapse(late=True)), ["approved", 0])
        self.assertEqual(self.awards(), [("superseded", False), ("active", False)])
        self.assertEqual(self.duties(), [("Renewal", "exempt")])
