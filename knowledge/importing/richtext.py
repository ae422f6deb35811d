"""Rich text as Wagtail's editor stores it: a few tags, everything else escaped or gone."""

import html
import re

import nh3

INLINE_TAGS = {"a", "b", "i", "code", "br"}
TAGS = INLINE_TAGS | {"p", "ul", "ol", "li"}
SAME_AS = {"strong": "b", "em": "i", "kbd": "code", "samp": "code", "tt": "code", "cite": "i", "dfn": "i"}
REMOVED_WITH_CONTENT = {"script", "style", "template", "iframe", "object", "embed", "svg", "math"}
URL_SCHEMES = {"http", "https", "mailto", "tel"}

_DEAD_LINK = re.compile(r"<a>(.*?)</a>", re.DOTALL)
_SPACE = re.compile(r"[ \t\n\r]+")
_EDGES = re.compile(r"^(?:\s|<br>)+|(?:\s|<br>)+$")


def collapse(text: str) -> str:
    """One line, single spaces."""
    return " ".join(text.split())


def paragraph(text: str) -> str:
    """Plain text as one escaped paragraph."""
    return f"<p>{html.escape(text, quote=False)}</p>"


def clean(markup: str, tags: set[str] = TAGS) -> str:
    """`markup` with only `tags`, links only to the web, mail and telephones. Scripts go with their content."""
    cleaned = nh3.clean(
        markup,
        tags=tags,
        clean_content_tags=REMOVED_WITH_CONTENT - tags,
        attributes={"a": {"href"}},
        url_schemes=URL_SCHEMES,
        url_relative="deny",
        link_rel=None,
    )
    return _DEAD_LINK.sub(r"\1", cleaned)


def clean_inline(markup: str) -> str:
    """`markup` as the inside of one paragraph: inline tags only, spaces collapsed, no breaks at the edges."""
    return _EDGES.sub("", _SPACE.sub(" ", clean(markup, INLINE_TAGS)))
