"""The cycle: the window opens, the holder renews or misses it, and what a person may do by hand."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.test import TestCase, override_settings
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from certifications.awards import (
    AlreadyCertified,
    change_expiry,
    grant_award,
    reinstate_award,
    revoke_award,
)
from certifications.models import Award
from certifications.renewals import lapse_awards, open_renewals
from certifications.standing import Standing, people_with, standing_in, standing_of
from certifications.validity import ExpiryBasis
from courses.assignments import assign_path
from courses.enrolling import enrol
from courses.models import Enrolment, PathAssignment
from courses.progress import complete_activity
from people.models import Notification, User
from people.reasons import ReasonRequired
from tests import factories
from tests.cast import CastMixin

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)
State = PathAssignment.State


def complete(person, course, at) -> None:
    enrolment = enrol(person, course, at)
    for lesson in course.get_children().specific():
        complete_activity(Enrolment.objects.filter(pk=enrolment.pk), lesson, at=at)


def sweep(at) -> tuple[int, int]:
    return open_renewals(at), lapse_awards(at)


def standing(person, certification, at) -> Standing:
    awards = Award.objects.filter(holder=person, certification=certification)
    award = awards.active().first() or awards.filter(state="revoked").order_by("-revoked_at", "-pk").first()
    path_key = certification.first_time_path.translation_key
    assignment = PathAssignment.objects.active().filter(person=person, path_key=path_key).first()
    has_started = Enrolment.objects.of(person).current().filter(course_key__in=courses_of(certification)).exists()
    return standing_of(award, assignment, certification.window_days, at, has_started)[0]


def courses_of(certification) -> list[UUID]:
    return [step.course.translation_key for step in certification.first_time_path.steps.all()]


class CycleMixin(CastMixin):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.long = factories.course("The whole course", lessons=2)
        cls.short = factories.course("The refresher", lessons=1)
        cls.first_path = factories.path(cls.long, title="First time", due_days=30)
        cls.renewal_path = factories.path(cls.short, title="Renewal")
        cls.certification = factories.certification(
            cls.first_path, validity_months=12, window_days=60, renewal_path=cls.renewal_path
        )

    def certify(self, at=AT) -> Award:
        assign_path(self.maya, self.first_path, at=at)
        complete(self.maya, self.long, at)
        return self.active()

    def active(self) -> Award:
        return Award.objects.active().get(holder=self.maya)

    def assignments(self) -> dict[str, str]:
        return dict(PathAssignment.objects.of(self.maya).order_by("pk").values_list("path_title", "state"))

    def says(self, at) -> Standing:
        return standing(self.maya, self.certification, at)


class WindowTest(CycleMixin, TestCase):
    def test_when_the_window_opens_the_renewal_is_given_once_and_she_stays_certified(self):
        window = self.certify().expires_at - 60 * DAY
        self.assertEqual(sweep(window - timedelta(seconds=1)), (0, 0))
        self.assertEqual(sweep(window), (1, 0))
        self.assertEqual(sweep(window), (0, 0))
        self.assertEqual(self.assignments(), {"First time": "completed", "Renewal": "active"})
        self.assertEqual(PathAssignment.objects.get(path_title="Renewal").due_at, self.active().expires_at)
        self.assertEqual(self.says(window), Standing.DUE_FOR_RENEWAL)
        self.assertTrue(self.active().is_valid(window))
        self.assertEqual(Notification.objects.filter(kind="renewal-open").count(), 1)

    def test_a_renewal_in_time_counts_from_the_old_expiry(self):
        first = self.certify()
        sweep(first.expires_at - 60 * DAY)
        complete(self.maya, self.short, first.expires_at - 10 * DAY)
        self.assertEqual(self.active().expires_at, AT.replace(year=2028))
        self.assertEqual(sweep(first.expires_at), (0, 0))

    def test_a_missed_expiry_leads_back_to_the_first_time_path(self):
        award = self.certify()
        sweep(award.expires_at - 60 * DAY)
        self.assertEqual(sweep(award.expires_at), (0, 1))
        self.assertEqual(PathAssignment.objects.filter(path_title="Renewal").get().state, State.REMOVED)
        again = PathAssignment.objects.filter(path_title="First time").latest("pk")
        self.assertEqual((again.state, again.counts_from), (State.ACTIVE, award.expires_at - 60 * DAY))
        self.assertEqual(self.says(award.expires_at), Standing.EXPIRED)
        complete(self.maya, self.long, award.expires_at + 5 * DAY)
        self.assertEqual(self.says(award.expires_at + 6 * DAY), Standing.CERTIFIED)
        self.assertEqual(self.active().expires_at, (award.expires_at + 5 * DAY).replace(year=2028))

    def test_the_renewal_path_alone_certifies_nobody_for_the_first_time(self):
        assign_path(self.sam, self.renewal_path, at=AT)
        complete(self.sam, self.short, AT)
        self.assertFalse(Award.objects.filter(holder=self.sam).exists())

    def test_a_late_renewal_counts_while_it_is_let_pass_and_from_its_own_day(self):
        self.certification.late_renewal_days = 14
        self.certification.save()
        expiry = self.certify().expires_at
        sweep(expiry - 60 * DAY)
        self.assertEqual(sweep(expiry + 13 * DAY), (0, 0))
        complete(self.maya, self.short, expiry + 13 * DAY)
        self.assertEqual(self.active().expires_at, (expiry + 13 * DAY).replace(year=2028))

    def test_after_the_late_period_it_does_not(self):
        self.certification.late_renewal_days = 14
        self.certification.save()
        expiry = self.certify().expires_at
        sweep(expiry - 60 * DAY)
        self.assertEqual(sweep(expiry + 14 * DAY), (0, 1))
        self.assertEqual(self.assignments()["First time"], "active")

    def test_one_path_for_both_starts_its_courses_anew_and_keeps_the_history(self):
        self.certification.renewal_path = None
        self.certification.save()
        award = self.certify()
        sweep(award.expires_at - 60 * DAY)
        self.assertEqual(Enrolment.objects.of(self.maya).get().superseded_at, award.expires_at - 60 * DAY)
        complete(self.maya, self.long, award.expires_at - 5 * DAY)
        self.assertEqual(Enrolment.objects.of(self.maya).filter(completed_at__isnull=False).count(), 2)
        self.assertEqual(self.active().expires_at, AT.replace(year=2028))

    def test_a_course_of_two_certifications_counts_for_both(self):
        other = factories.certification(
            factories.path(self.long, title="Other"), title="Other", validity_months=12, window_days=60
        )
        award = self.certify()
        later = award.expires_at - 30 * DAY
        sweep(later)
        assign_path(self.maya, other.first_time_path, at=later)
        self.assertTrue(Award.objects.active().filter(holder=self.maya, certification=other).exists())

    def test_who_left_is_left_alone(self):
        award = self.certify()
        User.objects.filter(pk=self.maya.pk).update(is_active=False)
        self.assertEqual(sweep(award.expires_at), (0, 0))

    @override_settings(LOGGING_CONFIG=None)
    def test_one_that_fails_holds_up_no_other(self):
        self.certify()
        grant_award(self.certification, self.sam, {}, AT)
        Award.objects.filter(holder=self.maya).update(certification_title="x" * 200)
        User.objects.filter(pk=self.maya.pk).update(time_zone="UTC", language="en")
        window = AT.replace(year=2027) - 60 * DAY
        from unittest.mock import patch

        from certifications import renewals

        give = renewals._give

        def fails_for_maya(award, *args):
            if award.holder_id == self.maya.pk:
                raise RuntimeError("a fault")
            return give(award, *args)

        with patch.object(renewals, "_give", fails_for_maya), self.assertLogs("certifications", "ERROR"):
            self.assertEqual(open_renewals(window), 1)
        self.assertEqual(open_renewals(window), 1)


class ByHandTest(CycleMixin, TestCase):
    def test_a_revoked_award_can_be_given_back_as_it_was(self):
        award = self.certify()
        revoke_award(award, self.ana, "Copied", at=AT + DAY)
        with self.assertRaises(ReasonRequired):
            reinstate_award(award, self.ana, "")
        reinstate_award(award, self.ana, "It was somebody else.")
        award.refresh_from_db()
        self.assertEqual((award.state, award.revoked_at, award.expires_at), ("active", None, AT.replace(year=2027)))
        self.assertTrue(Notification.objects.filter(kind="award-reinstated", recipient=self.maya).exists())

    def test_not_while_she_has_another(self):
        award = self.certify()
        revoke_award(award, self.ana, "Copied", at=AT + DAY)
        grant_award(self.certification, self.maya, {}, AT + 2 * DAY)
        with self.assertRaises(AlreadyCertified):
            reinstate_award(award, self.ana, "It was somebody else.")

    def test_revoked_twice_she_is_told_twice(self):
        award = self.certify()
        revoke_award(award, self.ana, "Copied", at=AT + DAY)
        reinstate_award(award, self.ana, "No.")
        revoke_award(award, self.ana, "Yes, copied.", at=AT + 2 * DAY)
        self.assertEqual(Notification.objects.filter(kind="award-revoked").count(), 2)

    def test_a_new_expiry_opens_its_window_by_the_new_date(self):
        award = self.certify()
        sweep(award.expires_at - 60 * DAY)
        change_expiry(award, award.expires_at + 365 * DAY, self.ana, "On parental leave.")
        self.assertEqual(self.says(AT + 365 * DAY), Standing.CERTIFIED)
        with self.assertRaises(ValueError):
            change_expiry(award, AT, self.ana, "Never.")
        self.assertEqual(sweep(self.active().expires_at - 60 * DAY), (1, 0))


class AnyHistoryTest(CycleMixin, HypothesisTestCase):
    """Whatever happens in whatever order: one active award at most, no renewal in time shortens, and the condition for
    many people says what the function says of each."""

    acts = st.lists(
        st.tuples(
            st.sampled_from(["assign", "begin", "learn", "refresh", "grant", "revoke", "reinstate", "extend", "sweep"]),
            st.integers(0, 200),
        ),
        max_size=12,
    )
    # Where the local time of an expiry does not exist, or comes twice, or the month has no such day.
    starts = st.sampled_from(
        [
            ("Europe/London", AT, 12),
            ("Europe/London", datetime(2026, 2, 28, 1, 30, tzinfo=UTC), 1),  # + 1 month: 1:30 on 28 March, not on 29
            ("Europe/London", datetime(2026, 1, 29, 1, 30, tzinfo=UTC), 2),  # + 2 months: skipped on 29 March
            ("America/New_York", datetime(2026, 2, 8, 7, 30, tzinfo=UTC), 1),  # + 1 month: 2:30 on 8 March is skipped
            ("America/New_York", datetime(2026, 10, 1, 5, 30, tzinfo=UTC), 1),  # + 1 month: 1:30 comes twice
            ("Asia/Beirut", datetime(2026, 2, 28, 22, 30, tzinfo=UTC), 1),  # local midnight is skipped on 29 March
            ("Asia/Tbilisi", datetime(2028, 1, 31, 9, tzinfo=UTC), 1),  # + 1 month: 29 February
            ("Asia/Tbilisi", datetime(2028, 2, 29, 9, tzinfo=UTC), 12),  # + 12 months: 28 February
        ]
    )

    @settings(max_examples=30, deadline=None)
    @given(acts, st.sampled_from(ExpiryBasis), starts, st.integers(0, 30), st.integers(0, 400))
    def test_it_holds(self, acts, basis, start, late, after):
        time_zone, at, months = start
        self.certification.expiry_basis, self.certification.late_renewal_days = basis, late
        self.certification.validity_months = months
        self.certification.fixed_month, self.certification.fixed_day = 2, 29
        self.certification.save()
        User.objects.filter(pk=self.maya.pk).update(time_zone=time_zone)
        self.maya.refresh_from_db()
        for act, days in acts:
            at += days * DAY
            before = Award.objects.valid(at).filter(holder=self.maya).first()
            self.play(act, at)
            self.check(at)
            now = Award.objects.active().filter(holder=self.maya).first()
            if before and now and act in ("learn", "refresh", "grant") and before.expires_at and now.expires_at:
                self.assertGreaterEqual(now.expires_at, before.expires_at)
        self.check(at + after * DAY)
        for turn in self.turning_points():
            for beside in (-INSTANT, timedelta(0), INSTANT):
                self.check(turn + beside)

    def turning_points(self) -> set[datetime]:
        """Every instant at which what she has by now changes its standing."""
        expiries = set(Award.objects.active().exclude(expires_at=None).values_list("expires_at", flat=True))
        due = set(PathAssignment.objects.active().exclude(due_at=None).values_list("due_at", flat=True))
        return due | expiries | {expiry - self.certification.window for expiry in expiries}

    def play(self, act, at):
        latest = Award.objects.filter(holder=self.maya).order_by("-pk").first()
        match act:
            case "assign":
                assign_path(self.maya, self.first_path, at=at)
            case "begin":
                enrol(self.maya, self.long, at)
            case "learn":
                complete(self.maya, self.long, at)
            case "refresh":
                complete(self.maya, self.short, at)
            case "grant":
                grant_award(self.certification, self.maya, {}, at, by=self.ana, reason="Seen at work.")
            case "revoke" if latest:
                revoke_award(latest, self.ana, "A reason", at=at)
            case "reinstate" if latest and latest.state == "revoked":
                reinstate_award(latest, self.ana, "A reason", at=at)
            case "extend" if latest and latest.expires_at:
                change_expiry(latest, latest.expires_at + 30 * DAY, self.ana, "A reason", at=at)
            case "sweep":
                sweep(at)
                self.assertEqual(sweep(at), (0, 0))

    def check(self, at):
        awards = Award.objects.filter(holder=self.maya)
        self.assertLessEqual(awards.active().count(), 1)
        for award in awards:
            self.assertEqual(award.is_valid(at), Award.objects.valid(at).filter(pk=award.pk).exists())
        said = self.says(at)
        if said == Standing.OVERDUE:
            self.assertFalse(awards.exclude(state="superseded").exists())
        conditions = {f"is_{one}": ExpressionWrapper(Q(people_with(one, at)), BooleanField()) for one in Standing}
        expressed = standing_in(self.certification, at)
        found = User.objects.annotate(standing=expressed, **conditions).get(pk=self.maya.pk)
        self.assertEqual(found.standing, said, at)
        for one in Standing:
            is_so = said == one or (one == Standing.CERTIFIED and said == Standing.DUE_FOR_RENEWAL)
            self.assertEqual(getattr(found, f"is_{one}"), is_so, f"{one} at {at}: {said}")
