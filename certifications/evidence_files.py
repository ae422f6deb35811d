"""The file of a proof from elsewhere: known by its content, kept where no address leads, never shown in the browser."""

import hashlib
import logging
import secrets
import warnings
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import PurePosixPath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image

from certifications.models import ExternalEvidence
from certifications.texts import clean

logger = logging.getLogger("certifications")

BEGINNINGS = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
SUFFIXES = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
MOST_PIXELS = 50_000_000  # of one picture, its frames counted
LONGEST_STEM = 100
NOT_IN_NAMES = str.maketrans(dict.fromkeys('<>:"/\\|?*;%', " "))


class FileNotKept(Exception):
    """The storage did not take it."""


class FileUnreadable(Exception):
    """The storage does not give it, or gives something else than what was handed in."""


@dataclass(frozen=True)
class ProofFile:
    """A file that was looked at. Its name has the suffix of what is in it, whatever it was called."""

    name: str
    content_type: str
    data: bytes

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def proof_file(name: str, data: bytes) -> ProofFile:
    """What somebody uploaded as `name`. Raises ValidationError for anything but a PDF, a JPEG or a PNG, and for a
    picture that is damaged or has too many pixels. Photographs stay as they came: they are evidence."""
    content_type = next((kind for beginning, kind in BEGINNINGS.items() if data.startswith(beginning)), None)
    if content_type is None:
        raise ValidationError(_("This is no PDF, JPEG or PNG. Save or photograph it as one of these."))
    if content_type != "application/pdf":
        _refuse_unsound_picture(data)
    return ProofFile(f"{_stem(name)}.{SUFFIXES[content_type]}", content_type, data)


def _stem(name: str) -> str:
    """The name without its folders, its suffix and what a file system, a header or a reader could stumble over."""
    stem = PurePosixPath(name.replace("\\", "/")).stem
    return clean(stem.translate(NOT_IN_NAMES)).strip(". ")[:LONGEST_STEM].strip() or "proof"


def _refuse_unsound_picture(data: bytes) -> None:
    try:
        pixels = _pixels(data)
    except Exception as error:  # noqa: BLE001 a broken picture may raise anything
        raise ValidationError(_("The picture is damaged. Try another one.")) from error
    if pixels > MOST_PIXELS:
        words = _("The picture has more than %(most)d million pixels. Save it smaller.")
        raise ValidationError(words % {"most": MOST_PIXELS // 1_000_000})


def _pixels(data: bytes) -> int:
    """By its head, before anything is unpacked; more than are allowed where Pillow finds too many to go on."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=["JPEG", "PNG"]) as picture:
                pixels = picture.width * picture.height * getattr(picture, "n_frames", 1)
                if pixels <= MOST_PIXELS:
                    picture.verify()
                return pixels
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return MOST_PIXELS + 1


def keep(file: ProofFile) -> str:
    """Puts the file into the storage, and returns its name there. Raises FileNotKept, and then nothing is left."""
    stored_as = f"{settings.PRIVATE_MEDIA}/evidence/{secrets.token_urlsafe(24)}"
    try:
        return default_storage.save(stored_as, ContentFile(file.data))
    except Exception as error:
        logger.exception("a proof from elsewhere could not be kept")
        discard(stored_as)
        raise FileNotKept from error


def discard(stored_as: str) -> bool:
    """Takes a file out of the storage, if it is there; says whether the storage let it."""
    try:
        default_storage.delete(stored_as)
    except Exception:
        logger.exception("a proof from elsewhere could not be erased")
        return False
    return True


def bytes_of(evidence: ExternalEvidence) -> bytes:
    """The file as it was handed in, to the byte. Raises FileUnreadable."""
    try:
        with default_storage.open(evidence.stored_as) as file:
            data = file.read(evidence.size + 1)
    except Exception as error:
        logger.exception("proof from elsewhere %s: its file could not be read", evidence.pk)
        raise FileUnreadable from error
    if hashlib.sha256(data).hexdigest() != evidence.sha256:
        logger.error("proof from elsewhere %s: its file is not what was handed in", evidence.pk)
        raise FileUnreadable
    return data
