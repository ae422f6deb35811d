"""Names of one direction inside a text of the other, where there is no markup to set them apart."""

import unicodedata

from django.utils.translation import get_language_bidi

FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


def isolated(text: str) -> str:
    """`text`, set apart by isolating characters where it holds letters that run against the language of the moment."""
    against = {"L"} if get_language_bidi() else {"R", "AL"}
    if any(unicodedata.bidirectional(character) in against for character in text):
        return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"
    return text
