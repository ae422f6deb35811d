"""From a file's bytes to text with `\\n` line ends, or a refusal that names the place."""

import codecs
import re

from django.utils.translation import gettext as _

from knowledge.importing.readers import BYTE_ORDER_MARKS, ENCODINGS, LINE_ENDS
from quizzes.formats.parsed import Place, Refused

MAX_BYTES = 20 * 1024 * 1024
_DECLARED = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]+)["']""")
_UNSOUND = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd\ud800-\udfff]")


def read_text(data: bytes, encoding: str | None = None, limit: int = MAX_BYTES) -> str:
    """The text of a file; its byte order mark decides the encoding, then `encoding`, then what an XML file declares.

    Raises Refused for an empty, oversized, undecodable or binary file.
    """
    if len(data) > limit:
        reason = _("The file is larger than %(limit)d KB.") % {"limit": limit // 1024}
        raise Refused(Place(1, 1), reason)
    text = _decode(data, encoding).replace("\r\n", "\n").replace("\r", "\n").translate(LINE_ENDS)
    text = text.replace("\ufeff", "")
    if not text.strip():
        raise Refused(Place(1, 1), _("The file is empty."))
    if unsound := _UNSOUND.search(text):
        raise Refused(place_in(text, unsound.start()), reason_against(unsound[0]))
    return text


def refuse_unsound(text: str, place: Place) -> None:
    """For what escapes and entities spell out: no control characters, and no trace of letters that were lost."""
    if unsound := _UNSOUND.search(text):
        raise Refused(place, reason_against(unsound[0]))


def reason_against(character: str) -> str:
    if character == "\ufffd":
        return _("The character U+FFFD stands where a letter was lost. Save the file again from its source.")
    code = f"{ord(character):04X}"
    return _("The control character U+%(code)s is no text. Was the file saved in another encoding?") % {"code": code}


def place_in(text: str, offset: int, first_line: int = 1) -> Place:
    before = text[:offset]
    return Place(first_line + before.count("\n"), offset - (before.rfind("\n") + 1) + 1)


def _decode(data: bytes, encoding: str | None) -> str:
    for mark, marked_encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            data, encoding = data[len(mark) :], marked_encoding
            break
    encoding = encoding or _declared_encoding(data) or "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        reason = _("The file is not %(encoding)s text (byte %(position)d). Save it as UTF-8 or name its encoding.")
        place = _place_of_byte(data[: error.start], encoding)
        raise Refused(place, reason % {"encoding": encoding, "position": error.start}) from error


def _place_of_byte(before: bytes, encoding: str) -> Place:
    text = before.decode(encoding, "ignore").replace("\r\n", "\n").replace("\r", "\n")
    return place_in(text, len(text))


def _declared_encoding(data: bytes) -> str | None:
    declared = _DECLARED.match(data[:200])
    if declared is None:
        return None
    name = declared[1].decode("ascii")
    try:
        known = codecs.lookup(name).name
    except LookupError:
        known = ""
    if known not in ("ascii", "iso8859-1", *(codecs.lookup(encoding).name for encoding in ENCODINGS)):
        raise Refused(Place(1, 1), _("Files in the encoding “%(name)s” cannot be read.") % {"name": name})
    return known
