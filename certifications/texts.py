"""Texts that people wrote, made fit for certificates and badges."""

import unicodedata

MISSING = "\N{WHITE SQUARE}"
DIRECTION_CONTROLS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def clean(text: str) -> str:
    """One line of composed characters, without controls, direction marks or surrogates."""
    text = unicodedata.normalize("NFC", text)
    kept = (_clean_character(character) for character in text)
    return " ".join("".join(kept).split())


def _clean_character(character: str) -> str:
    if unicodedata.bidirectional(character) in DIRECTION_CONTROLS:
        return ""
    return {"Cc": " ", "Cs": MISSING}.get(unicodedata.category(character), character)


def direction_of(text: str) -> str:
    for character in text:
        strong = unicodedata.bidirectional(character)
        if strong in {"L", "R", "AL"}:
            return "ltr" if strong == "L" else "rtl"
    return "ltr"
