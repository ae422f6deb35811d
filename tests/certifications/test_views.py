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
AWARDED = datetime(2026, 3, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)


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
        self.assertEqual(response.context["asked"]["title"], "First weeks")
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

    def test_it_costs_the_same_after_one_cycle_and_after_three(self):
        self.client.force_login(self.maya)
        costs = []
        award = self.award
        for cycle in (1, 2, 3):
            with at_most(CERTIFICATE_QUERIES) as queries:
                response = self.client.get(award.get_absolute_url())
            self.assertEqual(len(response.context["cycles"]), cycle)
            costs.append(len(queries))
            award = grant_award(self.certification, self.maya, {}, self.now + timedelta(days=340 * cycle))
        self.assertEqual(len(set(costs)), 1, costs)


class CyclesTest(CastMixin, TestCase):
    """What the page says of a certificate that was renewed, missed, revoked and earned again."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.long = factories.course("The whole course", lessons=2)
        cls.short = factories.course("The refresher")
        factories.lesson(cls.short, "What is new", minutes=12)
        first, renewal = factories.path(cls.long, title="First weeks"), factories.path(cls.short, title="Once a year")
        cls.certification = factories.certification(first, renewal_path=renewal, validity_months=12, window_days=60)
        cls.award = grant_award(cls.certification, cls.maya, {}, AWARDED)

    def page(self, at, award=None, user=None):
        with time_machine.travel(at, tick=False):
            self.client.force_login(user or self.maya)
            return self.client.get((award or self.award).get_absolute_url())

    def cycles(self, response):
        return [(cycle.standing, cycle.is_shown) for cycle in response.context["cycles"]]

    def test_before_its_window_opens_it_says_from_when_and_what_renewal_asks(self):
        response = self.page(AWARDED + 300 * DAY)
        self.assertContains(response, "From December 31, 2026 you can renew it by completing “Once a year”.")
        self.assertContains(response, "12 minutes")
        self.assertContains(response, "The refresher")
        self.assertNotContains(response, "/paths/")

    def test_from_then_on_it_leads_there_and_says_from_when_the_new_one_counts(self):
        response = self.page(self.award.expires_at - 60 * DAY)
        self.assertContains(response, self.certification.renewal_path.get_view_url())
        self.assertContains(response, "It is valid until March 1, 2027.")
        self.assertContains(response, "If it is renewed by then, the new one counts from there, until March 1, 2028.")

    def test_where_the_new_one_counts_from_its_own_day_it_says_so(self):
        self.certification.expiry_basis = "completion"
        self.certification.save()
        response = self.page(self.award.expires_at - 60 * DAY)
        self.assertContains(response, "If it is renewed today, the new one is valid until December 31, 2027.")

    def test_once_expired_it_asks_for_the_first_time_path(self):
        self.assertContains(self.page(self.award.expires_at - timedelta(seconds=1)), "Renewal open")
        response = self.page(self.award.expires_at)
        self.assertContains(response, "It expired on March 1, 2027.")
        self.assertContains(response, "Earn it again: First weeks")
        self.assertNotContains(response, "Once a year")
        self.assertNotContains(response, "Overdue")

    def test_while_late_renewals_are_let_pass_it_asks_for_the_renewal_path(self):
        self.certification.late_renewal_days = 30
        self.certification.save()
        self.assertContains(self.page(self.award.expires_at + 29 * DAY), "Earn it again: Once a year")
        self.assertContains(self.page(self.award.expires_at + 30 * DAY), "Earn it again: First weeks")

    def test_every_cycle_is_listed_the_newest_first_and_leads_to_its_page(self):
        second = grant_award(self.certification, self.maya, {}, self.award.expires_at - 10 * DAY)
        third = grant_award(self.certification, self.maya, {}, second.expires_at + 5 * DAY)
        response = self.page(third.awarded_at, third)
        self.assertEqual(self.cycles(response), [("valid", True), ("superseded", False), ("superseded", False)])
        self.assertContains(response, second.get_absolute_url())
        self.assertContains(response, self.award.get_absolute_url())
        self.assertContains(response, "It was replaced on February 19, 2027.")
        self.assertContains(response, "It expired on March 1, 2028.")  # the second; the first was replaced while valid
        self.assertNotContains(response, "It expired on March 1, 2027.")

    def test_a_superseded_one_leads_to_its_successor_and_asks_for_nothing(self):
        second = grant_award(self.certification, self.maya, {}, self.award.expires_at - 10 * DAY)
        response = self.page(second.awarded_at)
        self.assertContains(response, "See the newer one")
        self.assertEqual(response.context["newer"], second)
        self.assertIsNone(response.context["renewal"])

    def test_a_revoked_one_says_when_and_why_to_whom_it_concerns(self):
        revoke_award(self.award, self.ana, "Copied from a colleague", at=AWARDED + DAY)
        response = self.page(AWARDED + 2 * DAY)
        self.assertContains(response, "It was revoked on March 2, 2026.")
        self.assertContains(response, "Copied from a colleague")
        grant_award(self.certification, self.maya, {}, AWARDED + 3 * DAY)
        self.assertEqual(self.cycles(self.page(AWARDED + 4 * DAY)), [("valid", False), ("revoked", True)])

    def test_her_lead_sees_the_cycles_but_is_not_told_to_renew_it(self):
        response = self.page(self.award.expires_at - 30 * DAY, user=self.daniel)
        self.assertContains(response, "The path for it is “Once a year”, from December 31, 2026 on.")
        self.assertNotContains(response, "Renew it")

    def test_cycles_of_others_and_of_other_certifications_are_not_hers(self):
        grant_award(self.certification, self.layla, {}, AWARDED)
        other = factories.certification(factories.path(self.long, title="Other"), title="Other")
        grant_award(other, self.maya, {}, AWARDED)
        self.assertEqual(len(self.page(AWARDED + DAY).context["cycles"]), 1)

    def test_where_the_certification_is_given_up_there_is_nothing_to_renew(self):
        self.certification.is_active = False
        self.certification.save()
        response = self.page(self.award.expires_at - 30 * DAY)
        self.assertEqual((response.context["standing"], response.context["renewal"]), ("valid", None))

    def test_a_withdrawn_path_is_no_dead_end(self):
        self.certification.renewal_path.unpublish()
        response = self.page(self.award.expires_at - 30 * DAY)
        self.assertContains(response, "It is valid until March 1, 2027.")
        self.assertNotContains(response, "/paths/")


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
