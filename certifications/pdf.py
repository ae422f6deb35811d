"""Draws a certificate as a PDF: pure data in, bytes out, no model and no network.

The PDF is tagged, claims PDF/UA-1 and PDF/A-2a, and is the same to the byte for the same
data. `certifications/typst/certificate.typ` is the drawing; data reach it only as JSON.

A character that none of the fonts can draw (Chinese, say) is drawn as `MISSING`, because
a certificate with a gap that shows is better than none, and far better than one with a gap
that does not show. The document's title in the PDF's metadata keeps the name as it was given.
"""

import base64
import io
import json
import logging
import re
import struct
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import segno
import typst
from babel.dates import format_date
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import override

from certifications.texts import clean, direction_of
from certifications.typesetting import STANDARDS, compiler, fonts_for, without_missing_glyphs

logger = logging.getLogger(__name__)

ACCENT = "#0f4c5c"
LOOKS = ("rosette", "band", "frame", "horizon")  # a file each in typst/looks/
DESCRIPTION_LENGTH = 320
RIGHT_TO_LEFT_LANGUAGES = {"ar"}


@dataclass(frozen=True)
class CertificateData:
    """What one certificate says. `language` is that of the labels: en, ar or ka.

    `public_id` is shown where `verify_url` does not already end in it. `accent` is a
    colour as #rrggbb; it is used for text and under white text, so it has to be dark. `look`
    is one of LOOKS; `logo` is a PNG.
    """

    holder_name: str
    certification_title: str
    description: str
    organisation: str
    awarded_on: date
    expires_on: date | None
    public_id: str
    verify_url: str
    language: str = "en"
    signatory_name: str = ""
    signatory_title: str = ""
    accent: str = ACCENT
    look: str = "rosette"
    logo: bytes = b""

    def __post_init__(self):
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", self.accent):
            raise ValueError(f"accent must be #rrggbb, not {self.accent!r}")
        if self.look not in LOOKS:
            raise ValueError(f"look must be one of {LOOKS}, not {self.look!r}")


def render_certificate(data: CertificateData) -> bytes:
    """Return the certificate as a PDF of one page. Safe to call from any thread.

    Never fails because of what a name contains: characters that cannot be drawn are
    replaced first, and if that is not enough the claim of PDF/UA is given up and logged.
    """
    content = _content(data)
    try:
        return _compile(content, data.awarded_on, STANDARDS)
    except typst.TypstError:
        content = _without_missing_glyphs(content)
    try:
        return _compile(content, data.awarded_on, STANDARDS)
    except typst.TypstError:
        logger.exception("certificate %s is drawn without PDF/UA and PDF/A", data.public_id)
    return _compile(content, data.awarded_on, [])


def _content(data: CertificateData) -> dict:
    """Everything the drawing needs, as JSON; see certificate.typ."""
    with override(data.language):
        return {
            "language": data.language,
            "dir": "rtl" if data.language in RIGHT_TO_LEFT_LANGUAGES else "ltr",
            "accent": data.accent,
            "look": data.look,
            "logo": _logo(data.logo),
            "fonts": fonts_for(data.language),
            "document_title": _("Certificate: %(title)s, awarded to %(name)s")
            % {"title": clean(data.certification_title), "name": clean(data.holder_name)},
            "labels": _labels(data),
            "awarded_on": format_date(data.awarded_on, "long", locale=data.language),
            "expires_on": _expiry(data),
            "verify_url": data.verify_url,
            "qr": _qr_code(data),
            "texts": _texts(data),
        }


def _labels(data: CertificateData) -> dict[str, str]:
    return {
        "awarded_to": _("This certificate is awarded to"),
        "awarded_on": _("Awarded on"),
        "valid_until": _("Valid until"),
        "check": _("Check that this certificate is valid"),
        "qr": _("QR code of the address %(address)s") % {"address": data.verify_url},
    }


def _expiry(data: CertificateData) -> str:
    if data.expires_on is None:
        return _("No expiry date")
    return format_date(data.expires_on, "long", locale=data.language)


def _texts(data: CertificateData) -> dict[str, dict[str, str]]:
    """The texts that people wrote, each with the direction of its first strong letter."""
    texts = {
        "holder": data.holder_name,
        "title": data.certification_title,
        "description": Truncator(data.description).chars(DESCRIPTION_LENGTH),
        "organisation": data.organisation,
        "signatory": data.signatory_name,
        "signatory_title": data.signatory_title,
        "address": _address(data),
        "public_id": data.public_id,
    }
    return {key: {"text": clean(text), "dir": direction_of(text)} for key, text in texts.items()}


def _address(data: CertificateData) -> str:
    """The address without scheme and id, which is printed on a line of its own."""
    address = re.sub(r"^https?://", "", data.verify_url).rstrip("/")
    return address.removesuffix(data.public_id)


def _qr_code(data: CertificateData) -> str:
    svg = io.BytesIO()
    code = segno.make(data.verify_url, micro=False, error="m")
    code.save(svg, kind="svg", xmldecl=False, nl=False, border=0, dark=data.accent)
    return svg.getvalue().decode()


def _logo(png: bytes) -> str:
    """A PNG inside an SVG, because what reaches the drawing is text; "" for none."""
    if not png:
        return ""
    width, height = struct.unpack(">II", png[16:24])
    picture = base64.b64encode(png).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<image href="data:image/png;base64,{picture}" width="{width}" height="{height}"/></svg>'
    )


def _without_missing_glyphs(content: dict) -> dict:
    texts = {key: {**field, "text": without_missing_glyphs(field["text"])} for key, field in content["texts"].items()}
    return {**content, "texts": texts}


def _compile(content: dict, awarded_on: date, standards: list[str]) -> bytes:
    return compiler("certificate").compile(
        format="pdf",
        sys_inputs={"certificate": json.dumps(content)},
        pdf_standards=standards,
        timestamp=datetime.combine(awarded_on, time(), UTC),
    )
