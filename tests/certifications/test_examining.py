from datetime import UTC, datetime, timedelta
from unittest import mock

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase

from certifications.awards import change_expiry, grant_award, revoke_award
from certifications.badges.credentials import badge_of
from certifications.badges.images import baked_png
from certifications.badges.reading import LARGEST_FILE
from certifications.certificates import render_missing_certificates
from tests.certifications.badges.cast import AwardCastMixin, signed_by_the_first_key
from tests.certifications.badges.test_checking import signed_anew

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@signed_by_the_first_key
@time_machine.travel(AT + timedelta(days=10))
class CheckAFileTest(AwardCastMixin, TestCase):
    def setUp(self):
        self.given = self.award(AT)
        render_missing_certificates()
        self.pdf = bytes(self.given.files.get().pdf)

    def check(self, content, name="file.pdf", **options):
        content = content.encode() if isinstance(content, str) else content
        return self.client.post("/verify/", {"file": SimpleUploadedFile(name, content)}, **options)

    def test_our_pdf_is_known_and_its_state_told(self):
        response = self.check(self.pdf)
        self.assertContains(response, "It is ours, and valid")
        self.assertContains(response, "Maya Osei")
        self.assertContains(response, f"/verify/{self.given.public_id}/")
        self.assertEqual((response["Cache-Control"], response["X-Robots-Tag"]), ("no-store", "noindex, nofollow"))
        revoke_award(self.given, self.daniel, "Shared the answers")
        response = self.check(self.pdf)
        self.assertContains(response, "It was revoked")
        self.assertNotContains(response, "Shared the answers")

    def test_a_pdf_that_was_changed_by_one_byte_is_not_ours(self):
        response = self.check(self.pdf.replace(b"%PDF-1.7", b"%PDF-1.6", 1))
        self.assertContains(response, "not a certificate as we made it")
        self.assertNotContains(response, "Maya")

    def test_our_badge_is_known_in_a_picture_too(self):
        badge = badge_of(self.given)
        for name, content in (("b.jwt", badge), ("b.png", baked_png(self.given, badge))):
            with self.subTest(name):
                self.assertContains(self.check(content, name), "It is ours, and valid")
        grant_award(self.certification, self.maya, {}, by=self.daniel, reason="A wrong name")
        self.assertContains(self.check(badge, "b.jwt"), "It was replaced by a newer one")

    def test_a_badge_of_somebody_else_tells_nothing_of_our_people(self):
        response = self.check(signed_anew(badge_of(self.given), 9), "b.jwt")
        self.assertContains(response, "This is not a badge of ours")
        self.assertNotContains(response, "Maya")

    def test_an_old_badge_of_a_certificate_whose_expiry_was_moved_is_told_apart(self):
        badge = badge_of(self.given)
        change_expiry(self.given, AT + timedelta(days=800), self.daniel, "Longer", AT)
        with time_machine.travel(AT + timedelta(days=400)):
            self.assertContains(self.check(badge, "b.jwt"), "The certificate is valid, but this file is not")

    def test_anything_else_is_named_as_such(self):
        for content, words in (
            (b"words", "neither a certificate nor a badge"),
            (b"\x89PNG\r\n\x1a\n", "neither a certificate nor a badge"),
            (b"a" * (LARGEST_FILE + 1), "too large"),
            (b"%PDF-" + b"a" * LARGEST_FILE, "too large"),
        ):
            with self.subTest(words):
                self.assertContains(self.check(content), words)
        self.assertContains(self.client.post("/verify/", {}), "Choose a file first")

    def test_nothing_is_written_to_the_disk_or_the_database(self):
        on_disk = mock.patch("django.core.files.temp.NamedTemporaryFile", side_effect=AssertionError("on the disk"))
        for size, queries in ((LARGEST_FILE - 10, 1), (LARGEST_FILE * 3, 0)):
            with self.subTest(size), on_disk, self.assertNumQueries(queries):
                self.assertEqual(self.check(b"%PDF-" + b"a" * size).status_code, 200)

    def test_a_forged_post_is_refused(self):
        self.client = Client(enforce_csrf_checks=True)
        self.assertEqual(self.check(self.pdf).status_code, 403)

    def test_who_asks_too_often_waits(self):
        with time_machine.travel(AT + timedelta(days=11), tick=False):
            for _time in range(20):
                self.assertEqual(self.client.get("/verify/").status_code, 200)
            self.assertEqual(self.check(self.pdf).status_code, 429)

    def test_the_page_of_a_certificate_has_its_qr_code(self):
        page = self.client.get(f"/verify/{self.given.public_id}/")
        self.assertContains(page, 'src="data:image/svg+xml')
        self.assertContains(page, 'href="/verify/"')
