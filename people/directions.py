"""Names of one direction inside a text of the other, where there is no markup to set them apart."""

import re
import unicodedata
from collections.abc import Iterable

from django.utils.translation import get_language_bidi

FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
_SET_APART = re.compile(f"{FIRST_STRONG_ISOLATE}[^{POP_ISOLATE}]*{POP_ISOLATE}")


def isolated(text: str) -> str:
    """`text`, set apart by isolating characters where it holds letters that run against the language of the moment, and
    that are not set apart already."""
    against = {"L"} if get_language_bidi() else {"R", "AL"}
    if any(unicodedata.bidirectional(character) in against for character in _SET_APART.sub("", text)):
        return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"
    return text


def listed(names: Iterable[str]) -> str:
    """The names in a row, with the comma of the language of the moment, each set apart."""
    return ("\N{ARABIC COMMA} " if get_language_bidi() else ", ").join(isolated(name) for name in names)
