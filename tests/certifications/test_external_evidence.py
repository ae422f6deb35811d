"""A proof from elsewhere: handed in, withdrawn, refused, approved; who may, what it writes, what it frees from."""

from datetime import UTC, date, datetime, timedelta
from unittest import mock

import time_machine
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import TestCase
from wagtail.models import ModelLogEntry

from certifications import external_evidence
from certifications.awards import AlreadyCertified, grant_award
from certifications.evidence_files import FileNotKept, bytes_of
from certifications.external_evidence import (
    AlreadyDecided,
    AlreadyWaiting,
    NotAccepted,
    OwnEvidence,
    approve_evidence,
    erase_file,
    erase_withdrawn_files,
    refuse_evidence,
    situations_of,
    withdraw_evidence,
)
from certifications.models import Award, Certification, ExternalEvidence
from courses.assignments import assign_path
from courses.models import PathAssignment
from people.models import Notification, TeamMembership
from people.reasons import ReasonRequired
from tests import factories
from tests.cast import CastMixin, join, person
from tests.certifications.proofs import PDF, hand_in, pdf_file
from tests.queries import at_most

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
State = ExternalEvidence.State
Duty = PathAssignment.State


class EvidenceMixin(CastMixin):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.path = factories.path(factories.course("Complaints", lessons=1), title="First weeks")
        cls.certification = cls.accepting(cls.path, code="professional")

    @staticmethod
    def accepting(path, title="Service professional", **fields) -> Certification:
        fields = {"validity_months": 12, "window_days": 60, "accepts_external_evidence": True} | fields
        return factories.certification(path, title, **fields)

    def setUp(self):
        clock = time_machine.travel(AT, tick=False)
        clock.start()
        self.addCleanup(clock.stop)

    def logged(self, verb: str) -> ModelLogEntry:
        return ModelLogEntry.objects.get(action=f"certifications.{verb}_evidence")


class HandInTest(EvidenceMixin, TestCase):
    def test_it_waits_with_all_that_was_said_and_its_file(self):
        self.certification.title_ar = "محترف الخدمة"
        self.certification.save()
        evidence = hand_in(self.layla, self.certification, expires_on=date(2027, 1, 15))
        evidence.refresh_from_db()
        self.assertEqual((evidence.state, evidence.submitted_at, evidence.decided_at), (State.WAITING, AT, None))
        self.assertEqual((evidence.issuer, evidence.issued_on), ("Academy of Service", date(2026, 1, 15)))
        self.assertEqual(evidence.certification_title, "محترف الخدمة")
        self.assertEqual(
            (evidence.file_name, evidence.content_type, evidence.size), ("Academy.pdf", "application/pdf", len(PDF))
        )
        self.assertEqual(bytes_of(evidence), PDF)
        self.assertEqual(
            (self.logged("submit").user, self.logged("submit").data["sha256"]), (self.layla, evidence.sha256)
        )

    def test_her_leads_are_told_in_their_language(self):
        evidence = hand_in(self.maya, self.certification)
        told = Notification.objects.get(kind="evidence-waiting")
        self.assertEqual((told.recipient, told.url), (self.daniel, f"/team/evidence/{evidence.pk}/"))
        self.assertEqual(told.subject, "Maya Osei has handed in a proof: Service professional")

    def test_the_administrators_are_told_where_nobody_leads_her(self):
        TeamMembership.objects.filter(user__in=[self.daniel, self.giorgi]).delete()
        person("Ada Left", is_superuser=True, is_active=False)
        hand_in(self.maya, self.certification)
        self.assertEqual(Notification.objects.get(kind="evidence-waiting").recipient, self.ana)

    def test_an_administrator_whom_nobody_leads_does_not_tell_herself(self):
        hand_in(self.ana, self.certification)
        self.assertFalse(Notification.objects.filter(kind="evidence-waiting").exists())

    def test_only_a_certification_that_accepts_it_and_is_given(self):
        for field in ("accepts_external_evidence", "is_active"):
            with self.subTest(field):
                Certification.objects.update(**{"accepts_external_evidence": True, "is_active": True} | {field: False})
                with self.assertRaises(NotAccepted):
                    hand_in(self.maya, self.certification)
        self.assertFalse(ExternalEvidence.objects.exists())

    def test_one_waits_at_a_time_and_the_second_leaves_no_file(self):
        hand_in(self.maya, self.certification)
        with mock.patch.object(external_evidence, "keep") as keep, self.assertRaises(AlreadyWaiting):
            hand_in(self.maya, self.certification)
        keep.assert_not_called()
        hand_in(self.layla, self.certification)
        self.assertEqual(ExternalEvidence.objects.count(), 2)

    def test_a_second_one_at_the_same_moment_is_found_by_the_database(self):
        waiting = hand_in(self.maya, self.certification)
        blind = [external_evidence.Situation(self.certification, None, False, None)]
        with mock.patch.object(external_evidence, "situations_of", return_value=blind):
            with mock.patch.object(external_evidence, "discard") as discard, self.assertRaises(AlreadyWaiting):
                hand_in(self.maya, self.certification)
        discard.assert_called_once()
        self.assertEqual(ExternalEvidence.objects.get(), waiting)

    def test_while_she_holds_an_award_only_in_its_window(self):
        grant_award(self.certification, self.maya, {}, AT)
        with self.assertRaises(AlreadyCertified):
            hand_in(self.maya, self.certification, at=AT + 300 * DAY)
        hand_in(self.maya, self.certification, at=AT + 306 * DAY)

    def test_a_storage_that_fails_writes_nothing(self):
        with mock.patch.object(default_storage, "save", side_effect=OSError("full")):
            with self.assertLogs("certifications", "ERROR"), self.assertRaises(FileNotKept):
                hand_in(self.maya, self.certification)
        self.assertFalse(ExternalEvidence.objects.exists() or ModelLogEntry.objects.exists())

    def test_a_database_that_fails_leaves_no_file(self):
        with mock.patch.object(external_evidence, "log", side_effect=RuntimeError), self.assertRaises(RuntimeError):
            with mock.patch.object(external_evidence, "keep", wraps=external_evidence.keep) as keep:
                hand_in(self.maya, self.certification)
        keep.assert_called_once()
        self.assertEqual(default_storage.listdir("private/evidence")[1], self.files_before)
        self.assertFalse(ExternalEvidence.objects.exists())

    def setUp(self):
        super().setUp()
        folder = "private/evidence"
        self.files_before = default_storage.listdir(folder)[1] if default_storage.exists(folder) else []

    def test_where_she_stands_costs_one_query(self):
        hand_in(self.maya, self.certification)
        grant_award(self.accepting(self.path, "Expired"), self.maya, {}, AT - 400 * DAY)
        for more in (0, 2):
            for number in range(more):
                grant_award(self.accepting(self.path, f"Other {number}"), self.maya, {}, AT)
            with at_most(1):
                found = situations_of(self.maya, AT, Certification.objects.accepting_evidence())
                facts = [
                    (bool(one.waiting), bool(one.award), one.is_certified, one.is_open_to_evidence) for one in found
                ]
        waiting, expired, certified = (
            (True, False, False, False),
            (False, True, False, True),
            (False, True, True, False),
        )
        self.assertEqual(facts, [waiting, expired, certified, certified])
        others = situations_of(self.layla, AT, Certification.objects.all())
        self.assertTrue(all(one.is_open_to_evidence and one.award is None for one in others))


class WithdrawTest(EvidenceMixin, TestCase):
    def setUp(self):
        super().setUp()
        self.evidence = hand_in(self.maya, self.certification)

    def test_she_takes_it_back_and_hands_in_another(self):
        withdraw_evidence(self.evidence, AT + DAY)
        self.evidence.refresh_from_db()
        self.assertEqual((self.evidence.state, self.evidence.decided_at), (State.WITHDRAWN, AT + DAY))
        self.assertEqual(self.logged("withdraw").user, self.maya)
        self.assertEqual(hand_in(self.maya, self.certification).state, State.WAITING)

    def test_the_sweep_erases_its_file_and_no_other(self):
        other, stored_as = hand_in(self.layla, self.certification), self.evidence.stored_as
        withdraw_evidence(self.evidence)
        self.assertEqual((erase_withdrawn_files(), erase_withdrawn_files()), (1, 0))
        self.evidence.refresh_from_db()
        self.assertEqual((self.evidence.stored_as, self.evidence.file_name), ("", ""))
        self.assertFalse(default_storage.exists(stored_as))
        self.assertEqual(bytes_of(other), PDF)

    def test_what_the_storage_does_not_let_go_is_erased_later(self):
        withdraw_evidence(self.evidence)
        with mock.patch.object(default_storage, "delete", side_effect=OSError), self.assertLogs("certifications"):
            self.assertEqual(erase_withdrawn_files(), 0)
        self.assertEqual(erase_withdrawn_files(), 1)

    def test_what_was_decided_stays(self):
        refuse_evidence(self.evidence, self.daniel, "Another subject")
        with self.assertRaises(AlreadyDecided):
            withdraw_evidence(self.evidence)
        self.evidence.refresh_from_db()
        self.assertEqual(self.evidence.state, State.REFUSED)


class RefuseTest(EvidenceMixin, TestCase):
    def setUp(self):
        super().setUp()
        self.evidence = hand_in(self.maya, self.certification)

    def test_she_is_told_why_and_nothing_else_changes(self):
        duty = assign_path(self.maya, self.path)
        refuse_evidence(self.evidence, self.daniel, "It is about sales", AT + DAY)
        self.evidence.refresh_from_db()
        self.assertEqual((self.evidence.state, self.evidence.decided_by), (State.REFUSED, self.daniel))
        self.assertEqual((self.evidence.decided_at, self.evidence.reason), (AT + DAY, "It is about sales"))
        told = Notification.objects.get(kind="evidence-refused")
        self.assertEqual((told.recipient, told.url), (self.maya, "/evidence/"))
        self.assertIn("It is about sales", told.body)
        self.assertEqual(
            (self.logged("refuse").user, self.logged("refuse").data["reason"]), (self.daniel, "It is about sales")
        )
        duty.refresh_from_db()
        self.assertEqual((duty.state, Award.objects.count()), (Duty.ACTIVE, 0))

    def test_a_reason_is_needed_and_nobody_decides_about_her_own(self):
        for by, reason, error in ((self.daniel, " ", ReasonRequired), (self.maya, "It is mine", OwnEvidence)):
            for verb in (refuse_evidence, approve_evidence):
                with self.subTest(verb=verb.__name__, by=by.name), self.assertRaises(error):
                    verb(self.evidence, by, reason)
        self.evidence.refresh_from_db()
        self.assertTrue(self.evidence.is_waiting)

    def test_the_database_knows_too_that_nobody_decides_about_her_own(self):
        own = {"state": State.REFUSED, "decided_at": AT, "decided_by": self.maya}
        with self.assertRaises(IntegrityError), transaction.atomic():
            ExternalEvidence.objects.filter(pk=self.evidence.pk).update(**own)

    def test_whoever_comes_second_is_told_who_was_first(self):
        seen = ExternalEvidence.objects.get()
        approve_evidence(self.evidence, self.giorgi, "Known academy")
        for verb in (refuse_evidence, approve_evidence):
            with self.assertRaises(AlreadyDecided):
                verb(seen, self.daniel, "Another subject")
            self.assertEqual((seen.decided_by, seen.state), (self.giorgi, State.APPROVED))
        self.assertFalse(Notification.objects.filter(kind="evidence-refused").exists())
        self.assertEqual(Award.objects.count(), 1)


class ApproveTest(EvidenceMixin, TestCase):
    def approve(self, by=None, at=None, person=None, certification=None, ends_by=None, **said) -> Award:
        self.evidence = hand_in(person or self.maya, certification or self.certification, at=at, **said)
        return approve_evidence(self.evidence, by or self.daniel, "Known academy", at, ends_by)

    def test_it_certifies_her_with_the_facts_frozen_and_one_message(self):
        award = self.approve()
        self.evidence.refresh_from_db()
        self.assertEqual((self.evidence.state, self.evidence.award), (State.APPROVED, award))
        self.assertEqual(
            (award.holder, award.granted_by, award.grant_reason), (self.maya, self.daniel, "Known academy")
        )
        self.assertEqual((award.awarded_at, award.expires_at), (AT, AT.replace(year=2027)))
        self.assertEqual(
            award.evidence["external"],
            {
                "id": self.evidence.pk,
                "certification": "Service professional",
                "statement": "Complaints, two days",
                "issuer": "Academy of Service",
                "issued_on": "2026-01-15",
                "expires_on": None,
                "submitted_at": AT.isoformat(),
                "content_type": "application/pdf",
                "size": len(PDF),
                "sha256": pdf_file().sha256,
            },
        )
        self.assertEqual([n.kind for n in Notification.objects.filter(recipient=self.maya)], ["certified"])
        entry = self.logged("approve")
        self.assertEqual(
            (entry.user, entry.data["award"], entry.data["reason"]), (self.daniel, award.pk, "Known academy")
        )

    def test_it_holds_as_long_as_the_lead_says_and_no_longer_than_the_rule(self):
        sooner = AT + 100 * DAY
        self.assertEqual(self.approve(ends_by=sooner).expires_at, sooner)
        self.assertEqual(self.approve(person=self.layla, ends_by=AT + 999 * DAY).expires_at, AT.replace(year=2027))
        for_ever = self.accepting(self.path, "For ever", validity_months=None)
        self.assertEqual(self.approve(certification=for_ever, ends_by=sooner).expires_at, sooner)
        self.assertIsNone(self.approve(person=self.layla, certification=for_ever).expires_at)

    def test_what_is_over_certifies_nobody(self):
        for ends_by in (AT, AT - DAY):
            with self.assertRaises(ValueError):
                self.approve(ends_by=ends_by)
            self.evidence.refresh_from_db()
            self.assertTrue(self.evidence.is_waiting)
            withdraw_evidence(self.evidence)

    def test_it_renews_in_the_window_and_shortens_nothing(self):
        old = grant_award(self.certification, self.maya, {}, AT)
        at = AT + 330 * DAY
        award = self.approve(at=at, ends_by=at + DAY)
        old.refresh_from_db()
        self.assertEqual((old.state, old.superseded_by), (Award.State.SUPERSEDED, award))
        self.assertEqual(award.expires_at, old.expires_at)

    def test_an_award_that_she_has_got_meanwhile_is_not_renewed_too_early(self):
        evidence, duty = hand_in(self.maya, self.certification), assign_path(self.maya, self.path)
        earned = grant_award(self.certification, self.maya, {}, AT)
        with self.assertRaises(AlreadyCertified):
            approve_evidence(evidence, self.daniel, "Known academy")
        evidence.refresh_from_db()
        duty.refresh_from_db()
        self.assertEqual((evidence.state, duty.state, Award.objects.get()), (State.WAITING, Duty.ACTIVE, earned))

    def test_a_certification_that_is_no_longer_given_is_not(self):
        evidence = hand_in(self.maya, self.certification)
        Certification.objects.update(is_active=False)
        with self.assertRaises(NotAccepted):
            approve_evidence(ExternalEvidence.objects.get(), self.daniel, "Known academy")
        refuse_evidence(evidence, self.daniel, "It is no longer given")

    def test_one_that_takes_no_new_proofs_still_decides_about_old_ones(self):
        evidence = hand_in(self.maya, self.certification)
        Certification.objects.update(accepts_external_evidence=False)
        approve_evidence(evidence, self.daniel, "Known academy")
        self.assertTrue(Award.objects.get().is_valid(AT))

    def test_the_path_is_no_duty_any_more_for_the_same_reason(self):
        duty, other = assign_path(self.maya, self.path), assign_path(self.layla, self.path)
        self.approve()
        duty.refresh_from_db()
        other.refresh_from_db()
        self.assertEqual((duty.state, other.state), (Duty.EXEMPT, Duty.ACTIVE))
        self.assertFalse(Notification.objects.filter(kind="duty-changed").exists())
        entry = ModelLogEntry.objects.get(action="courses.exempt")
        self.assertEqual((entry.user, entry.data["reason"]), (self.daniel, "Known academy"))

    def test_the_renewal_that_was_given_is_no_duty_any_more(self):
        renewal = factories.path(factories.course("Refresher", lessons=1), title="Renewal")
        certification = self.accepting(self.path, "With a renewal", renewal_path=renewal)
        grant_award(certification, self.maya, {}, AT - 330 * DAY)
        duty = assign_path(self.maya, renewal)
        self.approve(certification=certification)
        duty.refresh_from_db()
        self.assertEqual(duty.state, Duty.EXEMPT)

    def test_a_path_that_another_certification_needs_stays_a_duty(self):
        other = factories.certification(self.path, "Refund authority", validity_months=12, window_days=60)
        duty = assign_path(self.maya, self.path)
        self.approve()
        duty.refresh_from_db()
        self.assertEqual(duty.state, Duty.ACTIVE)
        grant_award(other, self.layla, {}, AT)
        duty = assign_path(self.layla, self.path)
        self.approve(person=self.layla)
        duty.refresh_from_db()
        self.assertEqual(duty.state, Duty.EXEMPT)


class ReachTest(EvidenceMixin, TestCase):
    def test_leads_see_what_their_people_handed_in(self):
        join(self.daniel, self.phone)
        hers = {one: hand_in(one, self.certification) for one in (self.maya, self.sam, self.daniel)}
        for reader, seen in (
            (self.maya, {self.maya}),
            (self.tamar, set()),
            (self.daniel, {self.maya, self.daniel}),
            (self.giorgi, {self.maya, self.sam, self.daniel}),
            (self.ana, {self.maya, self.sam, self.daniel}),
        ):
            with self.subTest(reader.name):
                self.assertEqual(set(ExternalEvidence.objects.visible_to(reader)), {hers[one] for one in seen})

    def test_no_deletion_takes_it_along(self):
        award = approve_evidence(hand_in(self.maya, self.certification), self.daniel, "Known academy")
        for thing in (self.maya, self.daniel, self.certification, award):
            with self.subTest(thing), self.assertRaises(ProtectedError), transaction.atomic():
                thing.delete()

    def test_its_file_is_erased_for_good_by_one_verb(self):
        evidence = hand_in(self.maya, self.certification)
        approve_evidence(evidence, self.daniel, "Known academy")
        stored_as, sha256 = evidence.stored_as, evidence.sha256
        self.assertTrue(erase_file(evidence) and erase_file(evidence))
        evidence.refresh_from_db()
        self.assertEqual((evidence.stored_as, evidence.file_name, evidence.sha256), ("", "", sha256))
        self.assertFalse(default_storage.exists(stored_as))
