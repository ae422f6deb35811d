"""A file that is handed in is known by what is in it, and comes out of the storage as it went in, or not at all."""

import struct
import zlib
from pathlib import Path
from unittest import mock

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.test import SimpleTestCase

from certifications import evidence_files
from certifications.evidence_files import FileNotKept, FileUnreadable, ProofFile, bytes_of, discard, keep, proof_file
from certifications.models import ExternalEvidence
from tests.certifications.proofs import PDF, picture


def png_of(width: int, height: int) -> bytes:
    """A PNG that says how large it is and holds nothing: a few bytes that claim many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


class ContentTest(SimpleTestCase):
    def test_the_content_says_what_it_is_and_not_the_name(self):
        for name, data, kind, called in (
            ("proof.pdf", PDF, "application/pdf", "proof.pdf"),
            ("page.html", PDF, "application/pdf", "page.pdf"),
            ("scan.PNG", picture("PNG"), "image/png", "scan.png"),
            ("photo.exe", picture("JPEG"), "image/jpeg", "photo.jpg"),
        ):
            with self.subTest(name):
                file = proof_file(name, data)
                self.assertEqual((file.content_type, file.name, file.data), (kind, called, data))

    def test_anything_else_is_refused(self):
        for name, data in (
            ("words.pdf", b"My certificate"),
            ("late.pdf", b"\n%PDF-1.7"),
            ("page.pdf", b"<!doctype html><script>alert(1)</script>"),
            ("drawing.png", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
            ("moving.gif", picture("GIF")),
            ("picture.webp", picture("WEBP")),
            ("empty.pdf", b""),
        ):
            with self.subTest(name), self.assertRaisesMessage(ValidationError, "no PDF, JPEG or PNG"):
                proof_file(name, data)

    def test_a_damaged_picture_is_refused(self):
        whole = picture("PNG")
        for data in (whole[:40], whole[:-20], whole.replace(b"IDAT", b"IDAS"), b"\xff\xd8\xff" + b"\0" * 50):
            with self.subTest(len(data)), self.assertRaisesMessage(ValidationError, "damaged"):
                proof_file("scan.png", data)

    def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(self):
        for size in ((8_000, 8_000), (12_000, 12_000), (60_000, 60_000)):
            with self.subTest(size), self.assertRaisesMessage(ValidationError, "million pixels"):
                proof_file("scan.png", png_of(*size))

    def test_the_frames_of_a_picture_count(self):
        frames = [evidence_files.Image.new("RGB", (40, 30), colour) for colour in ("red", "green", "blue")]
        data = picture("PNG", save_all=True, append_images=frames)
        with mock.patch.object(evidence_files, "MOST_PIXELS", 40 * 30 * 2):
            with self.assertRaisesMessage(ValidationError, "million pixels"):
                proof_file("moving.png", data)

    def test_a_photograph_stays_as_it_came(self):
        data = picture("JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0")
        self.assertEqual(proof_file("photo.jpg", data).data, data)

    def test_names_are_cleaned(self):
        for name, called in (
            ("../../etc/passwd", "passwd.pdf"),
            ("C:\\Users\\maya\\proof.pdf", "proof.pdf"),
            ('a"; filename="b.html', "a filename= b.pdf"),
            ("line\r\nSet-Cookie: a=b.pdf", "line Set-Cookie a=b.pdf"),
            ("evil\u202efdp.exe", "evilfdp.pdf"),
            (".htaccess", "htaccess.pdf"),
            ("...", "proof.pdf"),
            ("", "proof.pdf"),
            ("شهادة الخدمة.pdf", "شهادة الخدمة.pdf"),
            ("x" * 300 + ".pdf", "x" * 100 + ".pdf"),
        ):
            with self.subTest(name):
                self.assertEqual(proof_file(name, PDF).name, called)


class StorageTest(SimpleTestCase):
    file = ProofFile("proof.pdf", "application/pdf", PDF)

    def kept(self) -> ExternalEvidence:
        return ExternalEvidence(stored_as=keep(self.file), size=len(PDF), sha256=self.file.sha256)

    def test_it_lies_in_the_private_folder_under_a_name_that_nobody_guesses(self):
        names = {keep(self.file) for _time in range(2)}
        self.assertEqual(len(names), 2)
        for name in names:
            self.assertRegex(name, r"^private/evidence/[\w-]{32}$")
            self.assertTrue(Path(settings.MEDIA_ROOT, name).exists())

    def test_it_comes_out_as_it_went_in(self):
        self.assertEqual(bytes_of(self.kept()), PDF)

    def test_what_was_changed_or_lost_in_the_storage_is_not_given_out(self):
        for change in (
            lambda path: path.write_bytes(PDF + b" "),
            lambda path: path.write_bytes(b""),
            lambda path: path.unlink(),
        ):
            evidence = self.kept()
            change(Path(settings.MEDIA_ROOT, evidence.stored_as))
            with self.assertRaises(FileUnreadable), self.assertLogs("certifications", "ERROR"):
                bytes_of(evidence)

    def test_a_storage_that_fails_half_way_leaves_nothing(self):
        def full(name, content):
            Path(settings.MEDIA_ROOT, name).write_bytes(b"%PDF-")
            raise OSError("No space left on device")

        keep(self.file)  # makes the folder
        before = set(Path(settings.MEDIA_ROOT).rglob("*"))
        with mock.patch.object(default_storage, "save", full):
            with self.assertRaises(FileNotKept), self.assertLogs("certifications", "ERROR"):
                keep(self.file)
        self.assertEqual(set(Path(settings.MEDIA_ROOT).rglob("*")), before)

    def test_discarding_twice_does_no_harm(self):
        stored_as = keep(self.file)
        self.assertTrue(discard(stored_as) and discard(stored_as))
        self.assertFalse(default_storage.exists(stored_as))
