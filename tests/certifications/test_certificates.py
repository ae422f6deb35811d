import hashlib
from datetime import UTC, date, datetime, timedelta
from unittest import mock

from django.core.exceptions import ValidationError
from django.test import TestCase
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from certifications import certificates
from certifications.awards import change_expiry, grant_award
from certifications.certificates import (
    PAUSE,
    award_of_pdf,
    certificate_data,
    pdf_of,
    render_missing_certificates,
)
from certifications.models import Award, CertificateBranding, CertificateFile
from certifications.models.branding import is_dark_colour
from certifications.pdf import LOOKS, render_certificate
from tests import factories
from tests.cast import CastMixin
from tests.queries import at_most

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


class MakeTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.certification = factories.certification(factories.path(), validity_months=12)

    def award(self, holder=None):
        award = grant_award(self.certification, holder or self.maya, {}, AT)
        Award.objects.filter(pk=award.pk).update(pdf_due_at=AT)
        return Award.objects.get(pk=award.pk)

    def again(self, award):
        return Award.objects.select_related("holder", "certification").get(pk=award.pk)

    def test_each_award_gets_its_file_once(self):
        first, second = self.award(), self.award(self.giorgi)
        self.assertEqual([render_missing_certificates(AT), render_missing_certificates(AT)], [2, 0])
        self.assertEqual(set(CertificateFile.objects.values_list("award", flat=True)), {first.pk, second.pk})

    def test_made_again_it_is_the_same_to_the_byte(self):
        award = self.again(self.award())
        before = pdf_of(award)
        render_missing_certificates(AT)
        file = CertificateFile.objects.get()
        self.assertEqual(hashlib.sha256(before).hexdigest(), file.sha256)
        CertificateFile.objects.all().delete()
        Award.objects.update(pdf_due_at=AT)
        render_missing_certificates(AT + timedelta(days=300))
        self.assertEqual(CertificateFile.objects.get().sha256, file.sha256)

    def test_what_is_kept_is_given_out_although_the_branding_and_the_title_changed(self):
        award = self.award()
        render_missing_certificates(AT)
        kept = bytes(CertificateFile.objects.get().pdf)
        CertificateBranding.objects.create(colour="#5b2333", organisation="Another company")
        self.certification.look = "band"
        self.certification.save()
        self.assertEqual(pdf_of(self.again(award)), kept)
        self.assertNotEqual(
            render_certificate(certificate_data(self.again(award), CertificateBranding.current())), kept
        )

    def test_a_failure_loses_nothing_holds_up_nobody_and_is_tried_again(self):
        lost, other = self.award(), self.award(self.giorgi)
        draw = certificates.render_certificate

        def fail_for_maya(data):
            if data.holder_name == self.maya.name:
                raise OSError("no space left")
            return draw(data)

        with mock.patch.object(certificates, "render_certificate", fail_for_maya), self.assertLogs("certifications"):
            self.assertEqual(render_missing_certificates(AT), 1)
        self.assertTrue(self.again(lost).is_valid(AT))
        self.assertEqual(CertificateFile.objects.get().award, other)
        self.assertEqual(render_missing_certificates(AT + PAUSE - timedelta(seconds=1)), 0)
        self.assertEqual(render_missing_certificates(AT + PAUSE), 1)

    def test_two_sweeps_at_once_keep_one_file(self):
        award = self.award()
        draw = certificates.render_certificate

        def draw_while_another_sweep_runs(data):
            with mock.patch.object(certificates, "render_certificate", draw):
                self.assertEqual(render_missing_certificates(AT), 1)
            return draw(data)

        with mock.patch.object(certificates, "render_certificate", draw_while_another_sweep_runs):
            self.assertEqual(render_missing_certificates(AT), 0)
        self.assertEqual(award.files.count(), 1)

    def test_a_moved_expiry_makes_a_new_file_and_the_old_one_is_still_known(self):
        award = self.award()
        render_missing_certificates(AT)
        old = bytes(award.files.get().pdf)
        change_expiry(award, AT + timedelta(days=30), self.daniel, "A shorter licence", AT)
        new = pdf_of(self.again(award))
        self.assertNotEqual(new, old)
        render_missing_certificates(AT)
        self.assertEqual(pdf_of(self.again(award)), new)
        self.assertEqual([award_of_pdf(pdf) for pdf in (old, new)], [award, award])

    def test_a_file_is_recognised_to_the_byte(self):
        award = self.award()
        render_missing_certificates(AT)
        pdf = pdf_of(self.again(award))
        self.assertEqual(award_of_pdf(pdf), award)
        self.assertIsNone(award_of_pdf(pdf + b"\n"))

    def test_the_cost_of_a_sweep_with_nothing_to_do_is_one_query(self):
        self.award()
        render_missing_certificates(AT)
        with at_most(1):
            render_missing_certificates(AT)


class BrandingTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.certification = factories.certification(factories.path(), validity_months=12, look="frame")
        cls.award = grant_award(cls.certification, cls.layla, {}, AT)
        file = get_test_image_file(size=(1200, 200))
        cls.branding = CertificateBranding.objects.create(
            organisation="Lodestar Home Appliances",
            organisation_ar="لودستار للأجهزة المنزلية",
            colour="#5b2333",
            logo=get_image_model().objects.create(title="Logo", file=file),
            signatory_name="Daniel Mercer",
            signatory_title="Head of Service",
        )

    def test_a_certificate_wears_it_in_its_own_language(self):
        data = certificate_data(self.award, CertificateBranding.current())
        self.assertEqual((data.organisation, data.accent, data.look), ("لودستار للأجهزة المنزلية", "#5b2333", "frame"))
        self.assertEqual((data.signatory_name, data.signatory_title), ("Daniel Mercer", "Head of Service"))
        self.assertEqual(data.expires_on, date(2027, 3, 1))
        self.assertTrue(data.logo.startswith(b"\x89PNG"))

    def test_each_look_is_drawn_with_it(self):
        for look in LOOKS:
            with self.subTest(look):
                self.certification.look = look
                self.award.certification = self.certification
                pdf = render_certificate(certificate_data(self.award, CertificateBranding.current()))
                self.assertIn(b"/Image", pdf)

    def test_a_logo_that_is_gone_costs_the_logo_only(self):
        self.branding.logo.file.storage.delete(self.branding.logo.file.name)
        with self.assertLogs("certifications", "ERROR"):
            data = certificate_data(self.award, CertificateBranding.current())
        self.assertEqual(data.logo, b"")

    def test_without_any_the_name_of_the_server_stands(self):
        CertificateBranding.objects.all().delete()
        with self.assertNumQueries(1):
            branding = CertificateBranding.current()
        self.assertEqual((branding.organisation_name, branding.colour, branding.pk), ("Lodestar", "#0f4c5c", None))

    def test_only_dark_colours_are_taken(self):
        is_dark_colour("#0f4c5c")
        for colour in ("#ffcc00", "red", "#12345", "#gggggg", "", "#-1-1-1"):
            with self.subTest(colour), self.assertRaises(ValidationError):
                is_dark_colour(colour)

    def test_administrators_edit_it_and_trainers_do_not(self):
        address = "/cms/settings/certifications/certificatebranding/"
        self.client.force_login(self.tamar)
        self.assertNotContains(self.client.get(address, follow=True), "signatory_title_ar")
        self.client.force_login(self.ana)
        page = self.client.get(address, follow=True)
        for part in ("Signatory", "signatory_title_ar", "colour"):
            self.assertContains(page, part)
