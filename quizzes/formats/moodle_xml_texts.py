"""Texts in Moodle XML: an element with a `format` around a `text`."""

from quizzes.formats.pictures import PictureOf
from quizzes.formats.texts import lines, rich, words
from quizzes.formats.xml_tree import Element

_STYLES = {"html": "html", "plain_text": "plain", "markdown": "markdown", "moodle_auto_format": "moodle"}


def _style(element: Element, inherited: str) -> str:
    return _STYLES.get(element.attributes.get("format", ""), inherited)


def said_rich(element: Element | None, picture_of: PictureOf, text: str | None = None) -> str:
    """The text of an element as clean HTML; `text` instead of its own where that was changed."""
    if element is None:
        return ""
    return rich(element.said("text") if text is None else text, _style(element, "html"), element.place, picture_of)


def said_lines(element: Element | None, inherited: str = "html") -> str:
    return lines(element.said("text"), _style(element, inherited), element.place) if element else ""


def said_words(element: Element | None, inherited: str = "html") -> str:
    return words(element.said("text"), _style(element, inherited), element.place) if element else ""


def has_text(element: Element) -> bool:
    return bool(element.said("text"))
