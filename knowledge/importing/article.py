"""One file to one article: title, blocks, and what its importer should know."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from knowledge.importing import building
from knowledge.importing.html import blocks_from_html
from knowledge.importing.markdown import read_markdown
from knowledge.importing.readers import ArticleFileError, read_text
from knowledge.importing.richtext import collapse, paragraph
from knowledge.importing.text import blocks_from_text

TITLE_LIMIT = 255
MAX_BLOCKS = 2000
FORMATS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".txt": "text",
    ".text": "text",
    "": "text",
}
_SCRIPTS = {"ARABIC": "ar", "GEORGIAN": "ka", "LATIN": "en"}


@dataclass(frozen=True)
class ParsedArticle:
    """`language` is guessed from the letters; `notes` are sentences about what was left out."""

    title: str
    blocks: list[building.Block]
    summary: str = ""
    language: str | None = None
    notes: tuple[str, ...] = ()


def parse_article(data: bytes, name: str, encoding: str | None = None) -> ParsedArticle:
    """Read one file; its name's ending tells plain text (.txt), Markdown (.md) and HTML (.html) apart.

    Raises ArticleFileError, naming the file and the reason.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix not in FORMATS:
        raise ArticleFileError(name, _("Files end in .txt, .md or .html; “%(suffix)s” is none.") % {"suffix": suffix})
    text = read_text(data, name, encoding)
    try:
        article = _READERS[FORMATS[suffix]](text)
    except RecursionError as error:
        raise ArticleFileError(name, _("Its parts are nested too deeply.")) from error
    return _finished(article, text, name)


def _finished(article: ParsedArticle, text: str, name: str) -> ParsedArticle:
    title, blocks = collapse(article.title), list(article.blocks)
    if not title and blocks and blocks[0]["type"] == "heading":
        title = blocks.pop(0)["value"]["text"]
    if len(title) > TITLE_LIMIT:
        blocks.insert(0, building.paragraph(paragraph(title)))
        title = title[: TITLE_LIMIT - 1].rstrip() + "…"
    if not blocks:
        raise ArticleFileError(name, _("There is no text in it besides a title."))
    if len(blocks) > MAX_BLOCKS:
        raise ArticleFileError(name, _("It has more than %(limit)d paragraphs.") % {"limit": MAX_BLOCKS})
    title = title or collapse(re.sub(r"[-_]+", " ", PurePath(name).stem))[:TITLE_LIMIT]
    return ParsedArticle(title, blocks, article.summary, guess_language(text), article.notes)


def guess_language(text: str) -> str | None:
    """Arabic, Georgian or English, by the script of most letters; None without such letters."""
    counts = dict.fromkeys(_SCRIPTS, 0)
    for character in text[:20_000]:
        script = unicodedata.name(character, "").split(" ", 1)[0] if character.isalpha() else ""
        if script in counts:
            counts[script] += 1
    script = max(counts, key=counts.get)
    return _SCRIPTS[script] if counts[script] else None


def _read_plain(text: str) -> ParsedArticle:
    title, blocks = blocks_from_text(text)
    return ParsedArticle(title, blocks)


def _read_html(text: str) -> ParsedArticle:
    title, blocks, picture_count = blocks_from_html(text)
    return ParsedArticle(title, blocks, notes=_picture_notes(picture_count))


def _read_markdown(text: str) -> ParsedArticle:
    title, blocks, picture_count, metadata = read_markdown(text)
    notes = _picture_notes(picture_count)
    if unread := [field for field in metadata if field not in ("title", "summary")]:
        notes += (_("The front matter's other fields were not imported: %(fields)s.") % {"fields": ", ".join(unread)},)
    return ParsedArticle(title, blocks, metadata.get("summary", ""), notes=notes)


def _picture_notes(count: int) -> tuple[str, ...]:
    if not count:
        return ()
    note = ngettext(
        "%(count)d picture was not imported; its alternative text was.",
        "%(count)d pictures were not imported; their alternative texts were.",
        count,
    )
    return (note % {"count": count},)


_READERS = {"text": _read_plain, "html": _read_html, "markdown": _read_markdown}
