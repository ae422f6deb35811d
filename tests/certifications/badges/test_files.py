import io
import json
import struct
import tempfile
import zlib
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import time_machine
from defusedxml import ElementTree
from django.core.management import CommandError, call_command
from django.test import SimpleTestCase, TestCase
from PIL import Image

from certifications.awards import revoke_award
from certifications.badges.credentials import badge_of
from certifications.badges.images import bake_png, bake_svg, baked_png, baked_svg
from certifications.badges.reading import LARGEST_FILE, NoBadge, badge_in
from certifications.badges.status import PURPOSES, status_list
from tests.certifications.badges.cast import AwardCastMixin, public_jwk, signed_by_the_first_key

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
TOKEN = "eyJhbGciOiJFZERTQSJ9.eyJuYW1lIjoiYSJ9.c2ln"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9"><g/></svg>'


def png() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (4, 4)).save(stream, "PNG")
    return stream.getvalue()


def png_with(content: bytes, kind: bytes = b"iTXt") -> bytes:
    whole = png()
    chunk = struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    return whole[:-12] + chunk + whole[-12:]


class BakingTest(SimpleTestCase):
    def test_a_baked_png_is_still_that_picture(self):
        baked = bake_png(png(), TOKEN)
        picture = Image.open(io.BytesIO(baked))
        picture.load()
        self.assertEqual(picture.text["openbadgecredential"], TOKEN)
        self.assertEqual(badge_in(baked), TOKEN)

    def test_a_baked_svg_is_still_well_formed(self):
        baked = bake_svg(SVG, TOKEN)
        self.assertEqual(len(ElementTree.fromstring(baked)), 2)
        self.assertEqual(badge_in(baked), TOKEN)

    def test_what_is_no_picture_or_no_token_is_not_baked(self):
        for bake, picture, token in (
            (bake_png, b"\x89PNG", TOKEN),
            (bake_svg, b"<p/>", TOKEN),
            (bake_svg, SVG, '"/><script/>'),
        ):
            with self.subTest(bake.__name__, token=token), self.assertRaises(ValueError):
                bake(picture, token)


class ReadingTest(SimpleTestCase):
    def test_a_badge_is_found_in_each_form(self):
        enveloped = {"type": "EnvelopedVerifiableCredential", "id": f"data:application/vc+jwt,{TOKEN}"}
        element = f'<openbadges:credential xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0">{TOKEN}'
        for name, file in {
            "jwt": f" {TOKEN}\n".encode(),
            "with a byte order mark": b"\xef\xbb\xbf" + TOKEN.encode(),
            "json string": json.dumps(TOKEN).encode(),
            "enveloped": json.dumps(enveloped).encode(),
            "of our verification page": json.dumps({"state": "valid", "credential": enveloped}).encode(),
            "packed png": png_with(b"openbadgecredential\0\1\0en\0\0" + zlib.compress(TOKEN.encode())),
            "png with json": png_with(b"openbadgecredential\0\0\0\0\0" + json.dumps(enveloped).encode()),
            "svg with text": SVG.replace(b"<g/>", f"{element}</openbadges:credential>".encode()),
        }.items():
            with self.subTest(name):
                self.assertEqual(badge_in(file), TOKEN)

    def test_a_file_without_a_badge_or_a_hostile_one_is_refused(self):
        bomb = b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'
        keyword = b"openbadgecredential\0"
        for name, file in {
            "nothing": b"",
            "words": b"Service professional",
            "not text": b"\xff\xfe\x00\x01",
            "a plain png": png(),
            "a png that is cut off": png()[:20],
            "a chunk longer than its file": png()[:-12] + b"\xff\xff\xff\xffiTXt",
            "a packed bomb": png_with(keyword + b"\1\0\0\0" + zlib.compress(b"a" * 50_000_000)),
            "a broken chunk": png_with(keyword + b"\1\0\0\0not packed"),
            "half a chunk": png_with(keyword),
            "a plain svg": SVG,
            "an svg with entities": bomb,
            "broken xml": b"<svg",
            "deep json": b"[" * 100_000,
            "json without a badge": b'{"credential": {"id": 7}}',
            "an unsigned credential": b'{"type": ["VerifiableCredential"], "id": "urn:uuid:1"}',
            "too large": b"a" * (LARGEST_FILE + 1),
        }.items():
            with self.subTest(name), self.assertRaises(NoBadge):
                badge_in(file)


@signed_by_the_first_key
@time_machine.travel(AT + timedelta(days=10), tick=False)
class VerifyBadgeTest(AwardCastMixin, TestCase):
    def setUp(self):
        self.given = self.award(AT)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, name: str, content: bytes | str) -> str:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def run_on(self, *arguments, **options) -> tuple[int, str]:
        """Exit code and words."""
        said = StringIO()
        try:
            call_command("verify_badge", *arguments, stdout=said, **options)
        except SystemExit as ended:
            return ended.code, said.getvalue()
        except CommandError as error:
            return error.returncode, str(error)
        return 0, said.getvalue()

    def test_ours_is_good_in_each_form(self):
        badge = badge_of(self.given)
        for name, content in (
            ("b.jwt", badge),
            ("b.png", baked_png(self.given, badge)),
            ("b.svg", baked_svg(self.given, badge)),
        ):
            with self.subTest(name):
                code, words = self.run_on(self.file(name, content))
                self.assertEqual(code, 0, words)
                self.assertIn("The badge is good.\nAchievement: Service professional\n", words)

    def test_a_revoked_one_is_not(self):
        revoke_award(self.given, self.daniel, "Shared the answers")
        code, words = self.run_on(self.file("b.jwt", badge_of(self.given)))
        self.assertEqual(code, 1)
        self.assertIn("It was revoked.", words)

    def test_it_speaks_json(self):
        code, said = self.run_on(self.file("b.jwt", badge_of(self.given)), json=True)
        found = json.loads(said)
        self.assertEqual((code, found["valid"], found["award"]), (0, True, self.given.public_id))

    def test_anybodys_is_checked_by_the_keys_and_lists_that_are_given(self):
        badge = self.file("b.jwt", badge_of(self.given))
        lists = [f"--status-list={self.file(p, status_list(p, 0, AT + timedelta(days=10)))}" for p in PURPOSES]
        keys, foreign = self.file("k.json", public_jwk(1)), self.file("f.json", public_jwk(9))
        self.assertEqual(self.run_on(badge, f"--jwks={keys}", *lists)[0], 0)
        self.assertEqual(self.run_on(badge, f"--jwks={foreign}", *lists)[0], 1)
        self.assertIn("Whether it was revoked is not known", self.run_on(badge, f"--jwks={keys}")[1])

    def test_what_cannot_be_read_is_said(self):
        badge = self.file("b.jwt", badge_of(self.given))
        for arguments in ([self.file("w.txt", "words")], ["/no/such/file"], [badge, f"--jwks={self.file('k', '{')}"]):
            with self.subTest(arguments):
                self.assertEqual(self.run_on(*arguments)[0], 2)
