"""From a file's bytes to text, or a refusal that names the file and the reason."""

import codecs
import unicodedata
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

MAX_BYTES = 2 * 1024 * 1024
ENCODINGS = ("utf-8", "utf-16", "cp1252", "cp1256")
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
LINE_ENDS = str.maketrans({"\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"})
MTAVRULI_TO_MKHEDRULI = {code: code - 0xBC0 for code in range(0x1C90, 0x1CC0) if chr(code).isalpha()}


class ArticleFileError(ValueError):
    """A file that cannot be imported: `name` is the file's, `reason` a sentence for its owner."""

    def __init__(self, name: str, reason: str):
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


def max_bytes() -> int:
    return getattr(settings, "ARTICLE_IMPORT_MAX_BYTES", MAX_BYTES)


def read_file(path: Path) -> bytes:
    """The file's bytes. Raises ArticleFileError if it cannot be read, or is too large to be."""
    try:
        if not path.is_file():
            raise ArticleFileError(str(path), _("There is no such file."))
        with path.open("rb") as file:
            data = file.read(max_bytes() + 1)
    except OSError as error:
        raise ArticleFileError(str(path), _("The file cannot be read.")) from error
    _refuse_oversized(data, path.name)
    return data


def read_text(data: bytes, name: str, encoding: str | None = None) -> str:
    """The text in `data` with `\\n` line ends, without a BOM, Georgian capitals (Mtavruli) lowered.

    A byte order mark decides the encoding; without one it is `encoding` (one of ENCODINGS), or UTF-8.
    Raises ArticleFileError for an empty, oversized, undecodable or binary file.
    """
    _refuse_oversized(data, name)
    text = _decode(data, name, encoding).replace("\r\n", "\n").replace("\r", "\n").translate(LINE_ENDS)
    _refuse_binary(text, name)
    text = text.replace("\ufeff", "").translate(MTAVRULI_TO_MKHEDRULI)
    if not text.strip():
        raise ArticleFileError(name, _("The file is empty."))
    return text


def _refuse_oversized(data: bytes, name: str) -> None:
    if len(data) > max_bytes():
        limit = max_bytes() // 1024
        raise ArticleFileError(name, _("The file is larger than %(limit)d KB.") % {"limit": limit})


def _decode(data: bytes, name: str, encoding: str | None) -> str:
    for mark, marked_encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            data, encoding = data[len(mark) :], marked_encoding
            break
    encoding = encoding or "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        reason = _("The file is not %(encoding)s text (byte %(position)d). Save it as UTF-8 or name its encoding.")
        raise ArticleFileError(name, reason % {"encoding": encoding, "position": error.start}) from error


def _refuse_binary(text: str, name: str) -> None:
    for line_number, line in enumerate(text.split("\n"), start=1):
        for character in line:
            if unicodedata.category(character) == "Cc" and character != "\t":
                reason = _("Line %(line)d has the control character U+%(code)s: the file is not text.")
                raise ArticleFileError(name, reason % {"line": line_number, "code": f"{ord(character):04X}"})
