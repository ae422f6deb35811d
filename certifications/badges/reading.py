"""Finds the signed badge in a file, whoever made it. The file is hostile until its signature is checked."""

import json
import re
import struct
import zlib

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from certifications.badges.images import KEYWORD, NAMESPACE, PNG_BEGINS

LARGEST_FILE = 2 * 1024 * 1024  # bytes
LARGEST_BADGE = 256 * 1024  # bytes, unpacked: a badge has some 3 KB
COMPACT_JWS = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")
ENVELOPE = re.compile(r"data:application/(?:vc\+jwt|jwt|vc\+ld\+json\+jwt)[,;]")


class NoBadge(ValueError):
    """There is no badge in the file that could be read."""


def badge_in(file: bytes) -> str:
    """The compact JWS in a baked PNG or SVG, in JSON, or alone in a text. Raises NoBadge."""
    if len(file) > LARGEST_FILE:
        raise NoBadge("too large")
    if file.startswith(PNG_BEGINS):
        found = _in_png(file)
    elif file.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        found = _in_svg(file)
    else:
        found = _in_text(file)
    if found is None or len(found) > LARGEST_BADGE:
        raise NoBadge("no badge")
    return _compact(found)


def _compact(text: str) -> str:
    """The JWS of a text that is one, or JSON around one."""
    text = text.strip()
    if COMPACT_JWS.fullmatch(text):
        return text
    try:
        found = _in_json(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise NoBadge("no badge") from error
    if found is None or not COMPACT_JWS.fullmatch(found):
        raise NoBadge("no badge")
    return found


def _in_json(document) -> str | None:
    """An enveloped credential (VC data model 2.0), by itself or as what our verification page gives; else a text."""
    if isinstance(document, dict):
        document = document.get("credential", document)
    if isinstance(document, dict):
        address = document.get("id")
        return ENVELOPE.sub("", address, count=1) if isinstance(address, str) and ENVELOPE.match(address) else None
    return document if isinstance(document, str) else None


def _in_text(file: bytes) -> str | None:
    try:
        return file.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _in_svg(file: bytes) -> str | None:
    try:
        root = ElementTree.fromstring(file, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise NoBadge("not an SVG") from error
    element = root.find(f".//{{{NAMESPACE}}}credential")
    return None if element is None else element.get("verify") or element.text


def _in_png(file: bytes) -> str | None:
    for kind, content in _chunks(file):
        if kind == b"iTXt" and content.startswith(KEYWORD + b"\x00"):
            return _text_of(content[len(KEYWORD) + 1 :])
    return None


def _chunks(file: bytes):
    """Kind and content of each chunk of a PNG, until the file ends or a chunk is cut off."""
    place = len(PNG_BEGINS)
    while place + 12 <= len(file):
        (length,) = struct.unpack_from(">I", file, place)
        if place + 12 + length > len(file):
            return
        yield file[place + 4 : place + 8], file[place + 8 : place + 8 + length]
        place += 12 + length


def _text_of(chunk: bytes) -> str | None:
    """What follows the keyword in an iTXt chunk: packed?, how, language, translated keyword, text."""
    is_packed, rest = chunk[:1] == b"\x01", chunk[2:].split(b"\x00", 2)
    if len(rest) != 3:
        return None
    text = rest[2]
    try:
        return (_unpacked(text) if is_packed else text).decode("utf-8")
    except (UnicodeDecodeError, zlib.error):
        return None


def _unpacked(packed: bytes) -> bytes:
    return zlib.decompressobj().decompress(packed, LARGEST_BADGE + 1)
