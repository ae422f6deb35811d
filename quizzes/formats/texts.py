"""The texts of a file as the bank holds them: clean HTML for questions, plain text for answers and their feedback.

The styles are Moodle's: `html`, `plain`, `markdown`, and `moodle`, which is HTML where there are tags or entities and
plain text where there are none.
"""

import html
import re

import nh3
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from knowledge.importing.markup import read_markup, rich_text
from knowledge.importing.richtext import clean
from quizzes.formats.parsed import Place, Refused
from quizzes.formats.pictures import PictureOf, Tokens, without_pictures
from quizzes.formats.reading import refuse_unsound
from quizzes.question_types.texts import TAGS

STYLES = ("html", "moodle", "plain", "markdown")
_LOOKS_LIKE_HTML = re.compile(r"</?[a-zA-Z]|<!--|&(?:[a-zA-Z][a-zA-Z0-9]*|#[0-9]+|#[xX][0-9a-fA-F]+);")
_BLOCK_TAG = re.compile(r"<(?:p|div|ul|ol|table|h[1-6]|pre|blockquote|dl)\b", re.IGNORECASE)
_EMBEDDED = re.compile(r"<(img|picture|svg|math|video|audio|object|embed|iframe|canvas)\b", re.IGNORECASE)
_CLEAN = re.compile(r"(?:<p>(?:[^<&\s]| |</?(?:b|i|code)>)+</p>)+")
_NEEDLESS_SPACE = re.compile(r"  |<p> | </p>")
_LINE_BREAK = re.compile(r"</p>|</li>|<br>|<ul>|<ol>")
_TAG = re.compile(r"<[^>]*>")
_MARKDOWN = MarkdownIt("commonmark", {"html": True, "maxNesting": 100})


def rich(text: str, style: str, place: Place, picture_of: PictureOf | None = None) -> str:
    """`text` as clean HTML with the tags of a question. Raises Refused for what a question cannot hold.

    picture_of: where a picture's source leads; without it, pictures are refused.
    """
    if _is_clean(text, style):
        return text
    style, text = _settled(text, style)
    if style == "plain":
        return _plain_as_html(text, place)
    if style == "markdown":
        text = _MARKDOWN.render(text)
    tokens = Tokens(picture_of, place) if picture_of else None
    if tokens:
        text = tokens.put_into(text)
    if style == "moodle" and not _BLOCK_TAG.search(text):
        text = text.strip().replace("\n", "<br>")
    _refuse_embedded(text, place)
    try:
        cleaned = nh3.clean(rich_text(read_markup(text)), tags=TAGS, link_rel=None, attributes={})
    except RecursionError as error:
        raise Refused(place, _("Its HTML is nested too deeply.")) from error
    refuse_unsound(html.unescape(cleaned), place)
    return tokens.taken_from(cleaned) if tokens else cleaned


def lines(text: str, style: str, place: Place) -> str:
    """`text` as plain text, its lines without needless spaces: what a feedback field holds."""
    style, text = _settled(text, style)
    if style != "plain":
        broken = _LINE_BREAK.sub("\n", rich(text, style, place))
        text = html.unescape(_TAG.sub("", broken))
    refuse_unsound(text, place)
    kept = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in kept if line)


def words(text: str, style: str, place: Place) -> str:
    """`text` as plain text on one line: what the text of an option holds."""
    return lines(text, style, place).replace("\n", " ")


def name_from(markup: str) -> str:
    """A question's text as its name."""
    broken = _LINE_BREAK.sub("\n", without_pictures(markup))
    return " ".join(html.unescape(_TAG.sub("", broken)).split())


def one_line(text: str) -> str:
    """A name: its spaces are kept, for the bank finds a question by it."""
    return re.sub(r"\s*\n\s*", " ", text).strip()


def looks_like_html(text: str) -> bool:
    return bool(_LOOKS_LIKE_HTML.search(text))


def simple_text(markup: str) -> str | None:
    """The plain text that is read as just this clean HTML; None where only HTML says it."""
    if "<img" in markup:
        return None
    text = html.unescape(_TAG.sub("", markup.replace("<br>", "\n").replace("</p><p>", "\n\n")))
    is_simple = not text.startswith("[") and not looks_like_html(text)
    return text if is_simple and rich(text, "moodle", Place(1, 1)) == markup else None


def as_html(text: str) -> str:
    """Plain text as HTML that `lines` reads back as it was."""
    return html.escape(text, quote=False).replace("[", "&#91;").replace("\n", "<br>")


def _settled(text: str, style: str) -> tuple[str, str]:
    """HTML that has neither tags nor entities is plain text; its lines are one."""
    if style in ("html", "moodle") and not looks_like_html(text):
        return "plain", text if style == "moodle" else " ".join(text.split())
    return style, text


def _is_clean(text: str, style: str) -> bool:
    """Whether it is HTML as it comes out of `rich`; that spares the commonest HTML its taking apart."""
    if style not in ("html", "moodle") or not _CLEAN.fullmatch(text) or _NEEDLESS_SPACE.search(text):
        return False
    return nh3.clean(text, tags=TAGS, attributes={}, link_rel=None) == text


def _plain_as_html(text: str, place: Place) -> str:
    refuse_unsound(text, place)
    paragraphs = re.split(r"\n\s*\n", text.strip())
    joined = ["<br>".join(" ".join(line.split()) for line in part.split("\n")) for part in map(_escaped, paragraphs)]
    return clean("".join(f"<p>{part}</p>" for part in joined if part))


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def _refuse_embedded(text: str, place: Place) -> None:
    if found := _EMBEDDED.search(text):
        reason = _("It holds a picture, sound or other thing (<%(tag)s>), which cannot stand here.")
        raise Refused(place, reason % {"tag": found[1].lower()})
