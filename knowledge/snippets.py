"""The passage of a text that answers a search, with the words that were asked for marked."""

from collections.abc import Callable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from knowledge.search_index import Term
from knowledge.text_analysis import fold, forms, words

LENGTH = 220
LEAD = 60  # how much stands before the first word that was asked for


def snippet(text: str, language: str, terms: list[Term]) -> SafeString:
    """Some 220 characters of `text` (plain text in `language`) from shortly before the first word that `terms` ask for,
    or else from its start. Safe HTML: whatever the text holds is escaped, the words found are in <mark>.
    """
    is_asked = _asked(terms, language)
    found = next((word.start() for word in words(text) if is_asked(word.group())), 0)
    start = text.rfind(" ", 0, found - LEAD) + 1 if found > LEAD else 0
    end = text.find(" ", start + LENGTH)
    passage = text[start : end if end >= 0 else len(text)]
    return mark_safe(  # noqa: S308 _marked escapes
        ("… " if start else "") + _marked(passage, is_asked) + (" …" if end >= 0 else "")
    )


def _asked(terms: list[Term], language: str) -> Callable[[str], bool]:
    wanted = {form for term in terms for form in term.forms}
    prefixes = tuple(term.prefix for term in terms if term.prefix)

    def is_asked(word: str) -> bool:
        return not wanted.isdisjoint(forms(word, language)) or bool(prefixes and fold(word).startswith(prefixes))

    return is_asked


def _marked(passage: str, is_asked: Callable[[str], bool]) -> str:
    parts, end = [], 0
    for word in words(passage):
        if is_asked(word.group()):
            parts += [escape(passage[end : word.start()]), f"<mark>{escape(word.group())}</mark>"]
            end = word.end()
    return "".join([*parts, escape(passage[end:])])
