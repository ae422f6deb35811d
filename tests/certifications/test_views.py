from datetime import UTC, datetime, timedelta
from io import BytesIO

import time_machine
from django.conf import settings
from django.test import TestCase
from django.utils import timezone
from pypdf import PdfReader

from certifications.awards import grant_award, revoke_award
from tests import factories
from tests.cast import CastMixin
from tests.queries import at_most

CERTIFICATE_QUERIES = 5


class CertificatePageTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.now = timezone.now()
        cls.path = factories.path(factories.course(lessons=1), title="First weeks")
        cls.certification = factories.certification(cls.path, validity_months=12, window_days=60)
        cls.award = grant_award(cls.certification, cls.maya, {}, cls.now)

    def get(self, user, address=None):
        self.client.force_login(user)
        return self.client.get(address or f"/certificates/{self.award.public_id}/")

    def test_the_holder_sees_it_with_what_renewal_asks(self):
        response = self.get(self.maya)
        self.assertContains(response, "Maya Osei")
        self.assertContains(response, f"{settings.SITE_URL}/verify/{self.award.public_id}/")
        self.assertEqual(response.context["renewal"].path_title, "First weeks")
        self.assertFalse(response.context["renewal"].is_open)

    def test_her_lead_sees_it_and_outsiders_do_not(self):
        for user, status in ((self.daniel, 200), (self.giorgi, 200), (self.ana, 200)):
            self.assertEqual(self.get(user).status_code, status)
        for user in (self.sam, self.hala, self.tamar):
            self.assertEqual(self.get(user).status_code, 404)
            self.assertEqual(self.get(user, f"/certificates/{self.award.public_id}/pdf/").status_code, 404)

    def test_the_pdf_carries_her_name_and_the_address(self):
        response = self.get(self.maya, f"/certificates/{self.award.public_id}/pdf/")
        self.assertEqual(response["Content-Type"], "application/pdf")
        text = PdfReader(BytesIO(response.content)).pages[0].extract_text()
        self.assertIn("Maya Osei", text)

    def test_the_pdf_is_in_the_language_of_the_award(self):
        award = grant_award(self.certification, self.giorgi, {}, self.now)
        response = self.get(self.giorgi, f"/certificates/{award.public_id}/pdf/")
        self.assertIn("Giorgi Kapanadze", PdfReader(BytesIO(response.content)).pages[0].extract_text())
        self.assertEqual(PdfReader(BytesIO(response.content)).trailer["/Root"]["/Lang"][:2], "ka")

    def test_it_costs_little(self):
        self.client.force_login(self.maya)
        with at_most(CERTIFICATE_QUERIES):
            self.client.get(f"/certificates/{self.award.public_id}/")


class VerificationTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.now = timezone.now()
        cls.certification = factories.certification(factories.path(factories.course(lessons=1)), validity_months=12)

    def verify(self, public_id):
        return self.client.get(f"/verify/{public_id}/")

    def assertSays(self, award, state):
        response = self.verify(award.public_id)
        self.assertEqual((response.status_code, response.context["state"]), (200, state))
        self.assertContains(response, award.holder_name)
        return response

    def test_anybody_can_ask_whether_it_is_valid(self):
        response = self.assertSays(grant_award(self.certification, self.maya, {}, self.now), "valid")
        self.assertEqual(response["X-Robots-Tag"], "noindex, nofollow")
        self.assertNotContains(response, "maya@example.com")

    def test_it_says_expired(self):
        self.assertSays(grant_award(self.certification, self.maya, {}, self.now - timedelta(days=400)), "expired")

    def test_it_says_revoked_without_the_reason(self):
        award = grant_award(self.certification, self.maya, {}, self.now)
        revoke_award(award, self.daniel, "Copied from a colleague")
        self.assertNotContains(self.assertSays(award, "revoked"), "Copied from a colleague")

    def test_it_leads_from_a_superseded_one_to_the_newer(self):
        old = grant_award(self.certification, self.maya, {}, self.now - timedelta(days=340))
        new = grant_award(self.certification, self.maya, {}, self.now)
        self.assertContains(self.assertSays(old, "superseded"), f"/verify/{new.public_id}/")

    def test_an_unknown_id_gets_the_page_and_404(self):
        response = self.verify("A" * 22)
        self.assertEqual((response.status_code, response.context["state"]), (404, "unknown"))

    def test_an_address_that_asks_too_often_is_told_to_wait(self):
        award = grant_award(self.certification, self.maya, {}, self.now)
        with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False):
            for _time in range(30):
                self.assertEqual(self.verify(award.public_id).status_code, 200)
            refused = self.verify(award.public_id)
            self.assertContains(refused, "wait a minute", status_code=429)
            self.assertEqual(refused["Retry-After"], "60")
            other = self.client.get(f"/verify/{award.public_id}/", REMOTE_ADDR="192.0.2.7")
            self.assertEqual(other.status_code, 200)
        with time_machine.travel(datetime(2026, 5, 4, 12, 1, tzinfo=UTC)):
            self.assertEqual(self.verify(award.public_id).status_code, 200)
