from pathlib import Path
from tempfile import TemporaryDirectory

from django.test import TestCase

from tests.cast import CastMixin


class MediaTest(CastMixin, TestCase):
    """What was uploaded is served to people who are signed in, and never run."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root = Path(cls.enterClassContext(TemporaryDirectory()))
        (cls.root / "private" / "evidence").mkdir(parents=True)
        (cls.root / "privateer.png").write_bytes(b"a ship")
        for name in ("private/evidence/proof.png", "picture.png", "drawing.svg", "page.html", "film.mp4"):
            (cls.root / name).write_bytes(b"<svg onload=alert(1)>")

    def get(self, path, person=None):
        self.client.force_login(person or self.maya)
        with self.settings(MEDIA_ROOT=str(self.root)):
            return self.client.get(f"/media/{path}")

    def test_pictures_and_films_are_shown_and_anything_else_is_a_download(self):
        for name, disposition in (
            ("picture.png", "inline"),
            ("film.mp4", "inline"),
            ("drawing.svg", "attachment"),
            ("page.html", "attachment"),
        ):
            with self.subTest(name):
                response = self.get(name)
                self.assertTrue(response["Content-Disposition"].startswith(disposition))
                self.assertEqual(response["X-Content-Type-Options"], "nosniff")
                self.assertEqual(response["Cache-Control"], "private, no-store")

    def test_no_path_leads_out_of_the_folder(self):
        for path in ("../manage.py", "%2e%2e/manage.py", "..%2f..%2fmanage.py", "/etc/passwd", "%2fetc%2fpasswd"):
            with self.subTest(path):
                self.assertEqual(self.get(path).status_code, 400)
        for path in ("", "no-such.png", "%00", "a%00.png"):
            with self.subTest(path):
                self.assertEqual(self.get(path).status_code, 404)

    def test_what_is_private_has_no_address_here_however_it_is_written(self):
        self.assertEqual(self.get("privateer.png").status_code, 200)
        for path in (
            "private/evidence/proof.png",
            "private%2fevidence%2fproof.png",
            "PRIVATE/evidence/proof.png",
            "./private/evidence/proof.png",
            "x/../private/evidence/proof.png",
            "x/%2e%2e/private//evidence/proof.png",
            "/private/evidence/proof.png",
            "private",
        ):
            for person in (self.maya, self.daniel, self.ana):
                with self.subTest(path, person=person.name):
                    self.assertIn(self.get(path, person).status_code, (400, 404))
