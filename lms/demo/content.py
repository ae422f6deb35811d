"""Reading the files in content/: the texts of the demo, in up to three languages."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings

from knowledge.importing.markdown import blocks_from_markdown

FOLDER = Path(__file__).parent / "content"
COMPANY = uuid5(NAMESPACE_URL, "https://marjani.example/")
LANGUAGES = [language for language, _name in settings.LANGUAGES]


class Article(NamedTuple):
    slug: str
    language: str
    fields: dict
    body: list[dict]


def read(name: str) -> dict:
    """The TOML file `name` of the demo's content."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


def key(kind: str, slug: str) -> UUID:
    """The key of a thing of the demo: the same in every language, and each time that the demo is loaded."""
    return uuid5(COMPANY, f"{kind}/{slug}")


def labels(record: dict, *fields: str) -> dict[str, str]:
    """`record`'s `fields` as django-modeltranslation names them: title_en, title_ar, title_ka."""
    return {f"{field}_{language}": text for field in fields for language, text in record[field].items()}


def articles() -> Iterator[Article]:
    """Every article in every language; the default language first, then by slug."""
    paths = (FOLDER / "articles").glob("*.md")
    for path in sorted(paths, key=lambda path: (LANGUAGES.index(_language(path)), path.name)):
        _, front_matter, body = path.read_text("utf-8").split("+++\n", 2)
        fields = tomllib.loads(front_matter)
        yield Article(path.name.split(".")[0], _language(path), fields, blocks_from_markdown(body))


def lesson(course: str, slug: str, language: str) -> list[dict]:
    """The body of a lesson as blocks."""
    path = FOLDER / "lessons" / course / f"{slug}.{language}.md"
    return blocks_from_markdown(path.read_text("utf-8"))


def _language(path: Path) -> str:
    return path.suffixes[0].removeprefix(".")
