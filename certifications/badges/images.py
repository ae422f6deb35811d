"""The picture of a badge, and the badge inside it: "baked", as Open Badges 3.0, section 5.3, says."""

import json
import re
import struct
import zlib

from django.utils.translation import override

from certifications.models import Award, CertificateBranding
from certifications.pdf import RIGHT_TO_LEFT_LANGUAGES
from certifications.texts import clean, direction_of
from certifications.typesetting import compiler, fonts_for, without_missing_glyphs

NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
KEYWORD = b"openbadgecredential"
PNG_BEGINS = b"\x89PNG\r\n\x1a\n"
PNG_ENDS = struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
PIXELS_PER_INCH = 190  # 598 pixels a side


def baked_png(award: Award, badge: str) -> bytes:
    return bake_png(_drawn(award, "png", ppi=PIXELS_PER_INCH), badge)


def baked_svg(award: Award, badge: str) -> bytes:
    return bake_svg(_drawn(award, "svg"), badge)


def bake_png(picture: bytes, badge: str) -> bytes:
    """The PNG with the compact JWS `badge` in an iTXt chunk, uncompressed."""
    if not picture.endswith(PNG_ENDS):
        raise ValueError("not a whole PNG")
    chunk = b"iTXt" + KEYWORD + b"\x00" * 5 + badge.encode("ascii")
    baked = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return picture.removesuffix(PNG_ENDS) + baked + PNG_ENDS


def bake_svg(picture: bytes, badge: str) -> bytes:
    """The SVG with the compact JWS `badge` as the first element of its root."""
    if not re.fullmatch(r"[\w.-]+", badge, re.ASCII):
        raise ValueError("not a compact JWS")
    element = f'<openbadges:credential xmlns:openbadges="{NAMESPACE}" verify="{badge}"/>'
    baked, found = re.subn(rb"<svg\b[^>]*>", lambda root: root[0] + element.encode(), picture, count=1)
    if not found:
        raise ValueError("not an SVG")
    return baked


def _drawn(award: Award, kind: str, **options) -> bytes:
    branding = CertificateBranding.current()
    with override(award.language):
        organisation = branding.organisation_name
    content = {
        "language": award.language,
        "dir": "rtl" if award.language in RIGHT_TO_LEFT_LANGUAGES else "ltr",
        "accent": branding.colour,
        "fonts": fonts_for(award.language),
        "title": _field(award.certification_title),
        "organisation": _field(organisation),
    }
    return compiler("badge").compile(format=kind, sys_inputs={"badge": json.dumps(content)}, **options)


def _field(text: str) -> dict[str, str]:
    return {"text": without_missing_glyphs(clean(text)), "dir": direction_of(text)}
