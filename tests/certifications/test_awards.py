from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction
from django.test import TestCase

from certifications.awards import grant_award, revoke_award
from certifications.models import Award
from courses.assignments import assign_path
from courses.enrolling import enrol
from courses.models import Enrolment
from courses.progress import complete_activity
from people.models import Notification
from people.reasons import ReasonRequired
from tests import factories
from tests.cast import CastMixin

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


class GrantTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.course = factories.course("Complaints", lessons=2)
        cls.path = factories.path(cls.course, title="First weeks")
        cls.certification = factories.certification(cls.path, validity_months=12, window_days=60)

    def complete_the_path(self, at=AT):
        assign_path(self.maya, self.path, by=self.daniel, at=at)
        enrol(self.maya, self.course, at=at)
        for lesson in self.course.get_children().specific():
            complete_activity(Enrolment.objects.of(self.maya), lesson, at=at)

    def test_completing_the_path_certifies_once_and_says_so(self):
        self.complete_the_path()
        award = Award.objects.get()
        self.assertEqual(award.holder, self.maya)
        self.assertEqual(award.expires_at, AT.replace(year=2027))
        self.assertEqual(
            [a["title"] for a in award.evidence["activities"]], ["Complaints, lesson 1", "Complaints, lesson 2"]
        )
        self.assertEqual(Notification.objects.filter(kind="certified", recipient=self.maya).count(), 1)

    def test_the_award_keeps_the_name_and_title_of_its_day(self):
        self.complete_the_path()
        self.maya.name = "Maya Osei-Mensah"
        self.maya.save()
        self.certification.title = "Another title"
        self.certification.save()
        award = Award.objects.get()
        self.assertEqual((award.holder_name, award.certification_title), ("Maya Osei", "Service professional"))

    def test_the_award_outlives_the_path_and_the_course(self):
        self.complete_the_path()
        for page in self.course.get_children():
            page.delete()
        self.assertTrue(Award.objects.get().is_valid(AT))

    def test_a_title_is_in_the_holders_language(self):
        self.certification.title_ar = "محترف الخدمة"
        self.certification.save()
        award = grant_award(self.certification, self.layla, {}, AT)
        self.assertEqual((award.language, award.certification_title), ("ar", "محترف الخدمة"))

    def test_before_the_window_nothing_is_granted_again(self):
        first = grant_award(self.certification, self.maya, {}, AT)
        self.assertEqual(grant_award(self.certification, self.maya, {}, AT + timedelta(days=100)), first)

    def test_an_early_renewal_counts_from_the_old_expiry(self):
        first = grant_award(self.certification, self.maya, {}, AT)
        second = grant_award(self.certification, self.maya, {}, first.expires_at - timedelta(days=30))
        first.refresh_from_db()
        self.assertEqual((first.state, first.superseded_by), (Award.State.SUPERSEDED, second))
        self.assertEqual(second.expires_at, AT.replace(year=2028))

    def test_a_late_renewal_counts_from_its_own_day(self):
        first = grant_award(self.certification, self.maya, {}, AT)
        late = first.expires_at + timedelta(days=10)
        second = grant_award(self.certification, self.maya, {}, late)
        self.assertEqual(second.expires_at, late.replace(year=2028))

    def test_by_hand_it_needs_a_reason(self):
        with self.assertRaises(ReasonRequired):
            grant_award(self.certification, self.maya, {}, AT, by=self.daniel, reason=" ")
        award = grant_award(self.certification, self.maya, {}, AT, by=self.daniel, reason="Assessed on the floor")
        self.assertEqual((award.granted_by, award.grant_reason), (self.daniel, "Assessed on the floor"))

    def test_a_revoked_award_stays_and_says_since_when(self):
        award = grant_award(self.certification, self.maya, {}, AT)
        with self.assertRaises(ReasonRequired):
            revoke_award(award, self.daniel, "")
        revoke_award(award, self.daniel, "Shared the answers", at=AT + timedelta(days=3))
        self.assertFalse(award.is_valid(AT + timedelta(days=4)))
        self.assertEqual(award.revoked_at, AT + timedelta(days=3))
        again = revoke_award(award, self.daniel, "Again", at=AT + timedelta(days=9))
        self.assertEqual(again.revoke_reason, "Shared the answers")

    def test_two_active_awards_cannot_exist(self):
        first = grant_award(self.certification, self.maya, {}, AT)
        first.pk, first.public_id = None, "another"
        with self.assertRaises(IntegrityError), transaction.atomic():
            first.save(force_insert=True)

    def test_it_is_valid_until_but_not_at_its_expiry(self):
        award = grant_award(self.certification, self.maya, {}, AT)
        second = timedelta(seconds=1)
        for at, holds in ((award.expires_at - second, True), (award.expires_at, False)):
            self.assertEqual(award.is_valid(at), holds)
            self.assertEqual(Award.objects.valid(at).exists(), holds)
