"""The PDF of an award: made once, kept, given out as it is for ever. One that cannot be made now is made later."""

import hashlib
import io
import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override
from PIL import Image

from certifications.addresses import verification_url
from certifications.models import Award, CertificateBranding, CertificateFile
from certifications.pdf import CertificateData, render_certificate

logger = logging.getLogger("certifications")

LIMIT = 100  # a sweep: some two seconds
PAUSE = timedelta(minutes=10)  # before the next try where one failed
LOGO_SIZE = (900, 300)  # pixels


def pdf_of(award: Award) -> bytes:
    """The award's PDF: the one that is kept, else one drawn now, which is the same to the byte until it is kept.

    award: with certification and holder.
    """
    if award.pdf_due_at is None and (file := award.files.first()):
        return bytes(file.pdf)
    return render_certificate(certificate_data(award, CertificateBranding.current()))


def render_missing_certificates(at: datetime | None = None, limit: int = LIMIT) -> int:
    """Makes and keeps the PDFs that are due at `at`, the newest first; returns how many. Safe to run twice at once.

    One that fails is logged, takes nothing from the award, and is tried again after PAUSE.
    """
    at = at or timezone.now()
    due = Award.objects.filter(pdf_due_at__lte=at).select_related("certification", "holder")
    awards = list(due.order_by("-pdf_due_at", "-pk")[:limit])
    branding = CertificateBranding.current() if awards else None
    return sum(_make(award, branding, at) for award in awards)


def _make(award: Award, branding: CertificateBranding, at: datetime) -> bool:
    try:
        pdf = render_certificate(certificate_data(award, branding))
        with transaction.atomic():
            return _keep(award, pdf, at)
    except Exception:
        logger.exception("award %s: its certificate could not be made", award.pk)
        Award.objects.filter(pk=award.pk, pdf_due_at=award.pdf_due_at).update(pdf_due_at=at + PAUSE)
        return False


def _keep(award: Award, pdf: bytes, at: datetime) -> bool:
    """Whether it was kept: not where it was asked for anew, or kept by somebody else, meanwhile."""
    if not Award.objects.filter(pk=award.pk, pdf_due_at=award.pdf_due_at).update(pdf_due_at=None):
        return False
    file = {"award": award, "pdf": pdf, "made_at": at}
    CertificateFile.objects.update_or_create(sha256=hashlib.sha256(pdf).hexdigest(), defaults=file)
    return True


def award_of_pdf(pdf: bytes) -> Award | None:
    """Whose certificate this file is, to the byte; None for any other file."""
    files = CertificateFile.objects.select_related("award__superseded_by", "award__certification").defer("pdf")
    file = files.filter(sha256=hashlib.sha256(pdf).hexdigest()).first()
    return file and file.award


def certificate_data(award: Award, branding: CertificateBranding) -> CertificateData:
    """In the language in which it was awarded, with the dates of the holder's zone."""
    zone = ZoneInfo(award.holder.time_zone)
    with override(award.language):
        organisation, signatory = branding.organisation_name, (branding.signatory_name, branding.signatory_title)
    return CertificateData(
        holder_name=award.holder_name,
        certification_title=award.certification_title,
        description=award.certification_description,
        organisation=organisation,
        awarded_on=award.awarded_at.astimezone(zone).date(),
        expires_on=award.expires_at and award.expires_at.astimezone(zone).date(),
        public_id=award.public_id,
        verify_url=verification_url(award),
        language=award.language,
        signatory_name=signatory[0],
        signatory_title=signatory[1],
        accent=branding.colour,
        look=award.certification.look,
        logo=_logo_of(branding),
    )


def _logo_of(branding: CertificateBranding) -> bytes:
    """The logo as a PNG of limited size; none where it cannot be read: a certificate without it is better than none."""
    if branding.logo is None:
        return b""
    try:
        with branding.logo.file.open("rb") as file, Image.open(file) as picture:
            picture.thumbnail(LOGO_SIZE)
            png = io.BytesIO()
            picture.convert("RGBA").save(png, "PNG")
    except (OSError, ValueError, Image.DecompressionBombError):
        logger.exception("the logo of the certificates cannot be read")
        return b""
    return png.getvalue()
