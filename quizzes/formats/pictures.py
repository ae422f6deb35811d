"""Pictures in the texts of a file: found, checked and named by what is in them.

In the text of a parsed question a picture is `<img alt="…" class="fullwidth" src="sha1:…">`, on its own between the
paragraphs, as Wagtail's editor keeps it. `class` is the name of a format of Wagtail; behind `sha1:` stands the hash by
which Wagtail knows the same image again.
"""

import base64
import binascii
import hashlib
import html
import re
import secrets
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from pathlib import PurePosixPath
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError
from wagtail.images.fields import WagtailImageField

from quizzes.formats.parsed import Picture, Place, Refused
from quizzes.formats.reading import refuse_unsound

MOST_PIXELS = 25_000_000  # of one picture, its frames counted
MOST_PIXELS_TOGETHER = 200_000_000  # of one file: to look into them all takes some seconds
MOST_PICTURES = 100  # in one text
PLUGIN_FILE = "@@PLUGINFILE@@/"
BESIDE, FULL_WIDTH = "question-image", "fullwidth"  # beside the text: no part of it, but of the question
KINDS = ("left", "right", BESIDE)
PLACED = re.compile(r'<img alt="([^"]*)" class="([\w-]+)" src="sha1:([0-9a-f]{40})">')
_DATA = re.compile(r"data:image/[\w.+-]+;base64,(.*)", re.DOTALL)
_BEGINNING = re.compile(r"<img\b", re.IGNORECASE)
_IMG = re.compile(r"""<img\b(?:[^>"']|"[^"]*"|'[^']*')*>""", re.IGNORECASE)
_EMPTY = re.compile(r"<(p|b|i|code|li|ul|ol)>(?:\s|<br>)*</\1>")
_EDGE = re.compile(r"(<p>)(?:\s|<br>)+|(?:\s|<br>)+(</p>)")
PictureOf = Callable[[str, Place], str]  # from a source and where it stands to the source that is kept


class Album:
    """The pictures of one file, each once. Raises Refused for what is none, or too much."""

    def __init__(self):
        self.by_hash: dict[str, Picture] = {}
        self.pixels = 0

    def add(self, name: str, encoded: str, place: Place) -> Picture:
        """encoded: base64, with or without spaces."""
        try:
            data = base64.b64decode("".join(encoded.split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise Refused(place, _("The picture “%(name)s” is damaged.") % {"name": name[:80]}) from error
        digest = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        if digest not in self.by_hash:
            self.pixels += checked_pixels(name, data, place)
            if self.pixels > MOST_PIXELS_TOGETHER:
                raise Refused(place, _("The pictures of the file are too large together. Divide it into several."))
            self.by_hash[digest] = Picture(name, digest, lambda: data)
        return self.by_hash[digest]


def checked_pixels(name: str, data: bytes, place: Place) -> int:
    """How many pixels a picture has, its frames counted.

    Raises Refused unless it is of a kind that Wagtail takes, whole, and not too large. Its head says how large it is,
    and is read before anything is unpacked: Wagtail's own check comes too late for that.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            pixels = _pixels(data)
            if pixels > MOST_PIXELS:
                reason = _("The picture “%(name)s” has more than %(most)d million pixels.")
                raise Refused(place, reason % {"name": name[:80], "most": MOST_PIXELS // 1_000_000})
            WagtailImageField().clean(SimpleUploadedFile(name, data))
    except ValidationError as error:
        raise Refused(place, f"{name[:80]}: {' '.join(error.messages)}") from error
    except Refused:
        raise
    except Exception as error:  # noqa: BLE001 a broken picture may raise anything
        raise Refused(place, _("The picture “%(name)s” is damaged.") % {"name": name[:80]}) from error
    return pixels


def _pixels(data: bytes) -> int:
    """By its head; none where it is no picture, and more than are allowed where there are too many to say."""
    try:
        picture = Image.open(BytesIO(data))
        return picture.width * picture.height * getattr(picture, "n_frames", 1)
    except UnidentifiedImageError:
        return 0
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return MOST_PIXELS + 1


@dataclass
class Finder:
    """Finds the pictures of one question: in its files, by their names, or in the text itself (data:)."""

    album: Album
    files: dict[str, tuple[str, Place]] = field(default_factory=dict)  # base64 and place, by name
    found: dict[str, Picture] = field(default_factory=dict)

    def __call__(self, source: str, place: Place) -> str:
        if embedded := _DATA.fullmatch(source.strip()):
            picture = self.album.add(_name_of_embedded(embedded[1]), unquote(embedded[1]), place)
        else:
            picture = self._filed(source, place)
        self.found[picture.digest] = picture
        return f"sha1:{picture.digest}"

    def _filed(self, source: str, place: Place) -> Picture:
        name = unquote(source.removeprefix(PLUGIN_FILE).partition("?")[0])
        if not source.startswith(PLUGIN_FILE) or name not in self.files:
            raise Refused(place, _("The picture “%(source)s” is not in the file.") % {"source": source[:80]})
        encoded, file_place = self.files[name]
        return self.album.add(PurePosixPath(name).name, encoded, file_place)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        return tuple(self.found.values())


def _name_of_embedded(encoded: str) -> str:
    """Its kind stands in its first bytes; what the text says of it is not asked."""
    start = "".join(unquote(encoded[:64]).split())[:24]
    try:
        data = base64.b64decode(start)
    except (binascii.Error, ValueError):
        return "picture"
    kinds = ((b"\x89PNG", "png"), (b"\xff\xd8", "jpg"), (b"GIF8", "gif"), (b"RIFF", "webp"))
    suffix = next((suffix for begin, suffix in kinds if data.startswith(begin)), "avif")
    return f"picture.{suffix}"


class _Attributes(HTMLParser):
    def __init__(self, tag: str):
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(tag)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found = {name: value or "" for name, value in reversed(attrs)}


class Tokens:
    """Words that stand for the pictures of a text while it is cleaned, and that no file can hold by chance."""

    def __init__(self, picture_of: PictureOf, place: Place):
        self.picture_of, self.place = picture_of, place
        self.begin = f"picture{secrets.token_hex(8)}x"
        self.images: list[str] = []

    def put_into(self, markup: str) -> str:
        if len(_BEGINNING.findall(markup)) > MOST_PICTURES:
            raise Refused(self.place, _("It has more than %(most)d pictures.") % {"most": MOST_PICTURES})
        return _IMG.sub(self._token, markup)

    def _token(self, tag: re.Match) -> str:
        said = _Attributes(tag[0]).found
        refuse_unsound(said.get("alt", ""), self.place)
        source = self.picture_of(said.get("src", ""), self.place)
        kind = next((word for word in said.get("class", "").split() if word in KINDS), FULL_WIDTH)
        self.images.append(placed(source, " ".join(said.get("alt", "").split()), kind))
        return f"{self.begin}{len(self.images) - 1}x"

    def taken_from(self, markup: str) -> str:
        """Clean HTML with each picture between its paragraphs; one in a list stands below it."""
        if not self.images:
            return markup
        out, path, waiting = [], [], []
        for piece in re.split(rf"(<[^>]*>|{self.begin}\d+x)", markup):
            if piece.startswith(self.begin):
                image = self.images[int(piece.removeprefix(self.begin)[:-1])]
                if {"ul", "ol"} & set(path):
                    waiting.append(image)
                else:
                    closing = [f"</{name}>" for name in reversed(path)]
                    out += [*closing, image, *(f"<{name}>" for name in path)]
                continue
            out.append(piece)
            if piece.startswith("</"):
                path.pop()
            elif piece.startswith("<") and piece != "<br>":
                path.append(piece[1:-1])
            if not path:
                out, waiting = [*out, *waiting], []
        return _tidied("".join(out))


def _tidied(markup: str) -> str:
    before = None
    while before != markup:
        before, markup = markup, _EDGE.sub(r"\1\2", _EMPTY.sub("", markup))
    return markup


def placed(source: str, alt: str, kind: str = FULL_WIDTH) -> str:
    return f'<img alt="{html.escape(alt)}" class="{kind}" src="{source}">'


def parted(markup: str) -> tuple[str, str, str]:
    """A text without the picture beside it, that picture's hash, and its words; both empty where there is none."""
    beside = next((found for found in PLACED.finditer(markup) if found[2] == BESIDE), None)
    if beside is None:
        return markup, "", ""
    left = markup[: beside.start()] + markup[beside.end() :]
    return left.replace(f'class="{BESIDE}"', f'class="{FULL_WIDTH}"'), beside[3], html.unescape(beside[1])


def joined(markup: str, digest: str, alt: str) -> str:
    """A text with the picture beside it, as `parted` takes it apart."""
    return markup + (placed(f"sha1:{digest}", alt, BESIDE) if digest else "")


def without_pictures(markup: str) -> str:
    return _IMG.sub("", markup)


def with_sources(markup: str, source_of: Callable[[str], str]) -> str:
    """The pictures of a parsed text with another source each: `source_of` is asked with the hash."""
    return PLACED.sub(lambda match: f'<img src="{source_of(match[3])}" alt="{match[1]}" class="{match[2]}">', markup)


def data_uri(picture: Picture) -> str:
    suffix = PurePosixPath(picture.name).suffix[1:].lower()
    kind = "jpeg" if suffix == "jpg" else suffix or "png"
    return f"data:image/{kind};base64,{base64.b64encode(picture.read()).decode()}"
