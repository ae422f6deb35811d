"""The learner's pages: handing in, what became of it, withdrawing, and the file for those who may see it."""

from datetime import UTC, date, datetime, timedelta
from unittest import mock

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase, override_settings
from django.urls import reverse
from wagtail.models import ModelLogEntry

from certifications.awards import grant_award
from certifications.evidence_files import bytes_of
from certifications.external_evidence import approve_evidence, refuse_evidence, withdraw_evidence
from certifications.models import Certification, ExternalEvidence
from courses.assignments import assign_path
from tests.certifications.proofs import PDF, hand_in, picture, proof_file
from tests.certifications.test_external_evidence import EvidenceMixin
from tests.queries import at_most

ADDRESS = "/evidence/professional/"
LIST_QUERIES = 5  # session, person, offers, how many pieces, the pieces
SAID = {"issuer": "Academy of Service", "issued_on": "2026-01-15", "expires_on": "", "statement": "Two days"}
State = ExternalEvidence.State


class HandInPageTest(EvidenceMixin, TestCase):
    def setUp(self):
        super().setUp()
        self.client.force_login(self.maya)

    def post(self, content=PDF, name="Academy.pdf", follow=True, **said):
        files = {} if content is None else {"file": SimpleUploadedFile(name, content)}
        return self.client.post(ADDRESS, SAID | said | files, follow=follow)

    def test_she_hands_in_and_reads_that_it_waits(self):
        self.assertContains(self.client.get(ADDRESS), "Service professional")
        response = self.post(expires_on="2027-01-15")
        self.assertRedirects(response, "/evidence/")
        self.assertContains(response, "Handed in.")
        self.assertContains(response, "Waiting")
        evidence = ExternalEvidence.objects.get()
        self.assertEqual((evidence.person, evidence.expires_on), (self.maya, date(2027, 1, 15)))
        self.assertEqual((evidence.file_name, bytes_of(evidence)), ("Academy.pdf", PDF))

    def test_errors_keep_what_she_typed_and_ask_for_the_file_again(self):
        response = self.post(issuer="")
        self.assertContains(response, "Two days")
        self.assertContains(response, "Choose the file again")
        self.assertContains(self.post(content=None), "Choose a file first.")
        self.assertNotContains(self.post(content=None), "Choose the file again")
        self.assertFalse(ExternalEvidence.objects.exists())

    def test_days_that_cannot_be_are_refused(self):
        for said, words in (
            ({"issued_on": "2026-03-03"}, "still to come"),
            ({"expires_on": "2026-03-01"}, "It has expired."),
            ({"issued_on": ""}, "errorlist"),
            ({"issued_on": "nonsense"}, "errorlist"),
            ({"statement": " "}, "errorlist"),
            ({"issuer": "a\0b"}, "errorlist"),
        ):
            with self.subTest(said):
                self.assertContains(self.post(**said), words)
        self.assertFalse(ExternalEvidence.objects.exists())

    def test_a_file_of_another_kind_is_refused_whatever_it_is_called(self):
        for content, name in (
            (b"<script>alert(1)</script>", "proof.pdf"),
            (picture("GIF"), "proof.png"),
            (b"", "a.pdf"),
        ):
            with self.subTest(name):
                self.assertContains(self.post(content, name), "errorlist")
        self.assertFalse(ExternalEvidence.objects.exists())

    @override_settings(EVIDENCE_MAX_BYTES=2 << 20)
    def test_a_large_file_is_refused_and_never_touches_the_disk(self):
        on_disk = mock.patch("django.core.files.temp.NamedTemporaryFile", side_effect=AssertionError("on the disk"))
        most = settings.EVIDENCE_MAX_BYTES
        with on_disk:
            for size in (most + 1, most * 3):
                with self.subTest(size):
                    response = self.post(PDF + b"a" * (size - len(PDF)))
                    self.assertContains(response, "The file is larger than 2 MB.")
                    self.assertContains(response, "Two days")
            self.assertFalse(ExternalEvidence.objects.exists())
            self.post(PDF + b"a" * (most - len(PDF)))
        self.assertEqual(ExternalEvidence.objects.get().size, most)

    @override_settings(EVIDENCE_MAX_BYTES=1000)
    def test_several_files_are_no_way_round_the_limit(self):
        files = {f"file-{number}": SimpleUploadedFile("a.pdf", PDF + b"a" * 900) for number in range(9)}
        response = self.client.post(ADDRESS, SAID | files)
        self.assertContains(response, "Choose a file first.")

    def test_a_storage_that_fails_says_so_and_keeps_what_she_typed(self):
        with mock.patch.object(default_storage, "save", side_effect=OSError("full")), self.assertLogs("certifications"):
            response = self.post()
        self.assertContains(response, "nothing was handed in", status_code=503)
        self.assertContains(response, "Two days", status_code=503)
        self.assertFalse(ExternalEvidence.objects.exists())

    def test_a_second_one_is_not_asked_for_while_one_waits(self):
        self.post()
        self.assertContains(self.client.get(ADDRESS), "It waits for a decision.")
        self.assertNotContains(self.client.get(ADDRESS), "<textarea")
        self.assertRedirects(self.post(), ADDRESS)
        self.assertEqual(ExternalEvidence.objects.count(), 1)

    def test_whoever_is_certified_reads_until_when(self):
        grant_award(self.certification, self.maya, {}, datetime(2026, 3, 1, tzinfo=UTC))
        self.assertContains(self.client.get(ADDRESS), "You are certified until March 1, 2027.")
        Certification.objects.update(validity_months=None)
        for_ever = self.accepting(self.path, "For ever", code="for-ever", validity_months=None)
        grant_award(for_ever, self.maya, {}, datetime(2026, 3, 1, tzinfo=UTC))
        self.assertContains(self.client.get("/evidence/for-ever/"), "it does not expire")

    def test_a_certification_that_does_not_accept_it_has_no_such_page(self):
        Certification.objects.update(accepts_external_evidence=False)
        for response in (self.client.get(ADDRESS), self.post(), self.client.get("/evidence/no-such/")):
            self.assertEqual(response.status_code, 404)

    def test_a_forged_post_is_refused(self):
        self.client = Client(enforce_csrf_checks=True)
        self.client.force_login(self.maya)
        self.assertEqual(self.post().status_code, 403)
        self.assertFalse(ExternalEvidence.objects.exists())

    def test_what_is_posted_beside_the_form_changes_nothing(self):
        self.post(person=self.layla.pk, state="approved", decided_by=self.ana.pk)
        evidence = ExternalEvidence.objects.get()
        self.assertEqual((evidence.person, evidence.state, evidence.decided_by), (self.maya, State.WAITING, None))


class ListTest(EvidenceMixin, TestCase):
    def setUp(self):
        super().setUp()
        self.client.force_login(self.maya)

    def test_she_reads_what_was_decided_by_whom_and_why(self):
        refuse_evidence(hand_in(self.maya, self.certification), self.daniel, "It is about sales")
        award = approve_evidence(hand_in(self.maya, self.certification), self.giorgi, "Known academy")
        hand_in(self.layla, self.certification, issuer="Somebody else")
        page = self.client.get("/evidence/")
        for words in (
            "Refused",
            "It is about sales",
            "Daniel Mercer",
            "Approved",
            "Known academy",
            award.get_absolute_url(),
        ):
            self.assertContains(page, words)
        self.assertNotContains(page, "Somebody else")

    def test_it_offers_what_accepts_a_proof(self):
        self.assertContains(self.client.get("/evidence/"), ADDRESS)
        hand_in(self.maya, self.certification)
        self.assertNotContains(self.client.get("/evidence/"), f'"{ADDRESS}"')

    def test_it_costs_the_same_for_one_and_three(self):
        for number in range(3):
            refuse_evidence(hand_in(self.maya, self.accepting(self.path, f"Other {number}")), self.daniel, "No")
            if number != 1:
                with at_most(LIST_QUERIES):
                    self.assertEqual(len(self.client.get("/evidence/").context["page_obj"]), number + 1)

    def test_names_of_both_directions_are_set_apart(self):
        hand_in(self.maya, self.certification, issuer="أكاديمية الخدمة")
        self.assertContains(self.client.get("/evidence/"), "<bdi>أكاديمية الخدمة</bdi>")


class WithdrawPageTest(EvidenceMixin, TestCase):
    def setUp(self):
        super().setUp()
        self.evidence = hand_in(self.maya, self.certification)
        self.client.force_login(self.maya)

    def test_it_is_confirmed_first(self):
        address = f"/evidence/{self.evidence.pk}/withdraw/"
        self.assertContains(self.client.get(address), "its file is erased")
        self.evidence.refresh_from_db()
        self.assertTrue(self.evidence.is_waiting)
        self.assertContains(self.client.post(address, follow=True), "Withdrawn.")
        self.evidence.refresh_from_db()
        self.assertEqual(self.evidence.state, State.WITHDRAWN)

    def test_what_was_decided_meanwhile_is_said(self):
        refuse_evidence(self.evidence, self.daniel, "No")
        address = f"/evidence/{self.evidence.pk}/withdraw/"
        self.assertRedirects(self.client.get(address), "/evidence/")
        self.assertContains(self.client.post(address, follow=True), "this has changed meanwhile")

    def test_nobody_withdraws_for_somebody_else(self):
        for other in (self.layla, self.daniel, self.ana):
            self.client.force_login(other)
            self.assertEqual(self.client.post(f"/evidence/{self.evidence.pk}/withdraw/").status_code, 404)


class FileTest(EvidenceMixin, TestCase):
    def get(self, evidence, reader=None):
        self.client.force_login(reader or self.maya)
        return self.client.get(f"/evidence/{evidence.pk}/file/")

    def test_it_is_handed_over_and_never_shown(self):
        for name, data, kind in (
            ("Academy.pdf", PDF, "application/pdf"),
            ("شهادة.png", picture("PNG"), "image/png"),
            ("photo.html", picture("JPEG") + b"<script>alert(1)</script>", "image/jpeg"),
        ):
            with self.subTest(name):
                evidence = hand_in(self.maya, self.certification, file=proof_file(name, data))
                response = self.get(evidence)
                self.assertEqual((response.content, response["Content-Type"]), (data, kind))
                self.assertTrue(response["Content-Disposition"].startswith("attachment; filename"))
                self.assertNotIn("html", response["Content-Disposition"])
                self.assertEqual(response["X-Content-Type-Options"], "nosniff")
                self.assertEqual(response["Cache-Control"], "private, no-store")
                self.assertEqual(response["Content-Security-Policy"], "default-src 'none'; sandbox")
                withdraw_evidence(evidence)

    def test_who_may_see_it(self):
        evidence = hand_in(self.maya, self.certification)
        may, may_not = (self.maya, self.daniel, self.giorgi, self.ana), (self.layla, self.sam, self.hala, self.tamar)
        for reader in (*may, *may_not):
            with self.subTest(reader.name):
                self.assertEqual(self.get(evidence, reader).status_code, 200 if reader in may else 404)

    def test_no_media_address_leads_to_it(self):
        evidence = hand_in(self.maya, self.certification)
        self.client.force_login(self.maya)
        self.assertTrue(default_storage.exists(evidence.stored_as))
        self.assertEqual(self.client.get(default_storage.url(evidence.stored_as)).status_code, 404)

    def test_what_was_withdrawn_is_gone_at_once(self):
        evidence = hand_in(self.maya, self.certification)
        withdraw_evidence(evidence)
        for reader in (self.maya, self.daniel):
            self.assertEqual(self.get(evidence, reader).status_code, 404)

    def test_a_file_that_cannot_be_read_is_said_so(self):
        evidence = hand_in(self.maya, self.certification)
        default_storage.delete(evidence.stored_as)
        with self.assertLogs("certifications", "ERROR"):
            self.assertContains(self.get(evidence), "The file cannot be read", status_code=503)


class OffersElsewhereTest(EvidenceMixin, TestCase):
    def path_page(self):
        self.client.force_login(self.maya)
        return self.client.get(self.path.get_view_url())

    def test_the_path_offers_it(self):
        assign_path(self.maya, self.path)
        self.assertContains(self.path_page(), f'href="{ADDRESS}"')
        hand_in(self.maya, self.certification)
        page = self.path_page()
        self.assertContains(page, "It waits for a decision.")
        self.assertNotContains(page, f'href="{ADDRESS}"')

    def test_it_does_not_where_there_is_nothing_to_hand_in(self):
        Certification.objects.update(accepts_external_evidence=False)
        self.assertNotContains(self.path_page(), "Already certified elsewhere?")
        Certification.objects.update(accepts_external_evidence=True)
        grant_award(self.certification, self.maya, {}, datetime.now(UTC) - timedelta(days=1))
        self.assertNotContains(self.path_page(), "Already certified elsewhere?")

    def test_the_proof_of_the_award_shows_it_with_the_file_while_it_is_there(self):
        evidence = hand_in(self.maya, self.certification, expires_on=date(2027, 1, 15))
        award = approve_evidence(evidence, self.daniel, "Known academy")
        address = f"{award.get_absolute_url()}proof/"
        for reader in (self.maya, self.daniel):
            self.client.force_login(reader)
            page = self.client.get(address)
            for words in ("Academy of Service", "January 15, 2026", "January 15, 2027", "Complaints, two days"):
                self.assertContains(page, words)
            self.assertContains(page, f"/evidence/{evidence.pk}/file/")
            self.assertContains(page, evidence.sha256)
            self.assertContains(page, "Known academy")
        ExternalEvidence.objects.update(stored_as="")
        self.assertContains(self.client.get(address), "The file is erased.")


class CmsTest(EvidenceMixin, TestCase):
    def test_a_trainer_switches_it_on(self):
        self.client.force_login(self.tamar)
        page = self.client.get(reverse("certification:edit", args=[self.certification.pk]))
        self.assertContains(page, 'name="accepts_external_evidence"')

    def test_the_log_says_in_words_what_was_done(self):
        refuse_evidence(hand_in(self.maya, self.certification), self.daniel, "No")
        approve_evidence(hand_in(self.maya, self.certification), self.daniel, "Known academy")
        withdraw_evidence(hand_in(self.layla, self.certification))
        entries = ModelLogEntry.objects.filter(action__contains="_evidence")
        said = {"Proof from elsewhere handed in", "Proof refused", "Proof approved", "Proof withdrawn"}
        self.assertEqual({str(entry.message) for entry in entries}, said)
