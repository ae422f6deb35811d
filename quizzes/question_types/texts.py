"""The texts of a question: what trainers may write into them, and how they are made safe."""

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from typing import Any

import nh3
from django.core.cache import cache
from wagtail.images.formats import get_image_formats
from wagtail.images.rich_text import ImageEmbedHandler
from wagtail.rich_text import RichText
from wagtail.rich_text.rewriters import FIND_EMBED_TAG, extract_attrs

# No links: a question does not lead away, and what a link leads to could change after the start.
FEATURES = ["bold", "italic", "code", "ol", "ul", "image"]
TAGS = {"p", "br", "b", "strong", "i", "em", "code", "ol", "ul", "li"}
IMG_ATTRIBUTES = {"src", "alt", "width", "height"}
LONGEST_RESPONSE = 200  # characters
KEPT_FOR = 3600  # seconds that a text with pictures is kept: so long the picture of an image that was replaced may last
IMAGE_ID = re.compile(r"[0-9]{1,18}")
_SOURCE = re.compile(r'<img\b[^>]*? src="([^"]*)"')
# A tag as nh3 writes it: attributes in double quotes, and none inside them.
TAG = r'<(?:[^">]|"[^"]*")*>'
_SOURCELESS = re.compile(rf'(?!<img(?:[^">]|"[^"]*")* src=)(?=<img\b){TAG}')


def safe_html(text: RichText | str | None) -> str:
    """A rich text as HTML that can be shown as it is, whatever wrote it.

    The only pictures in it are renditions of this site's images. Cleaning costs no query where there is no picture, and
    where there is one only the first time in KEPT_FOR seconds.
    """
    source = text.source if isinstance(text, RichText) else text or ""
    return _with_pictures(source) if "<embed" in source else _without_pictures(source)


@lru_cache(4096)
def _without_pictures(source: str) -> str:
    return nh3.clean(source, tags=TAGS)


def _with_pictures(source: str) -> str:
    key = f"question-html:{sha256(source.encode()).hexdigest()}"
    cleaned = cache.get(key)
    if cleaned is None:
        cleaned = _expanded(source)
        cache.set(key, cleaned, KEPT_FOR)
    return cleaned


def _expanded(source: str) -> str:
    embeds = [extract_attrs(match[1]) for match in FIND_EMBED_TAG.finditer(source)]
    images = [
        embed for embed in embeds if embed.get("embedtype") == "image" and IMAGE_ID.fullmatch(embed.get("id", ""))
    ]
    formats = {known.name for known in get_image_formats()}
    shown = [embed if embed.get("format") in formats else {**embed, "format": "fullwidth"} for embed in images]
    tags = dict(zip(map(str, images), ImageEmbedHandler.expand_db_attributes_many(shown), strict=True))
    source = FIND_EMBED_TAG.sub(lambda match: tags.get(str(extract_attrs(match[1])), ""), source)
    own = {url for tag in tags.values() for url in _SOURCE.findall(tag)}

    def kept(tag: str, attribute: str, value: str) -> str | None:
        return None if attribute == "src" and value not in own else value

    cleaned = nh3.clean(source, tags=TAGS | {"img"}, attributes={"img": IMG_ATTRIBUTES}, attribute_filter=kept)
    return _SOURCELESS.sub("", cleaned)


def are_distinct(texts: Iterable[str]) -> bool:
    """Whether a reader could tell any two of these texts apart; spaces and capitals do not count."""
    seen = [" ".join(text.casefold().split()) for text in texts]
    return len(set(seen)) == len(seen)


def typed(post: Any) -> str | None:
    """What was typed into the one field of a form, without the spaces around it."""
    return post.get("answer", "").strip() or None


def typed_lines(post: Any) -> str | None:
    """What was typed into a field of several lines, with its lines and without empty ones before and after them.

    A browser posts a form with CRLF, a script with LF: both are the same response.
    """
    text = post.get("answer", "").replace("\r\n", "\n").replace("\r", "\n")
    return text.lstrip("\n").rstrip() if text.strip() else None


def accepts_typed(content: dict, response: Any) -> bool:
    return isinstance(response, str) and 0 < len(response) <= LONGEST_RESPONSE
