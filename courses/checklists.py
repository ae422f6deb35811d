"""The checklist of a sign-off: the same items in every language, and what an observer says of each."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from django.conf import settings

from courses.models import Observation, SignOffPage

Texts = dict[str, str]  # by language


class Answer(NamedTuple):
    """What an observer says of one item."""

    is_met: bool
    comment: str = ""


@dataclass(frozen=True)
class Item:
    id: str
    text: Texts
    is_required: bool

    @property
    def digest(self) -> str:
        """Another one as soon as the item asks for something else."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Checklist:
    """The items that the original asks for, in order, each in every language in which the page is published."""

    items: tuple[Item, ...]

    @property
    def version(self) -> str:
        """What a form carries to say which items it showed."""
        return " ".join(f"{item.id}:{item.digest}" for item in self.items)

    def changed_since(self, version: str) -> set[str]:
        """The ids of the items that were not on the checklist of that version as they are now."""
        return {item.id for item in self.items if f"{item.id}:{item.digest}" not in version.split()}

    def answered(self, answers: Mapping[str, Answer]) -> list[dict[str, Any]]:
        """The items as an observation keeps them. Raises KeyError for an item without an answer."""
        return [asdict(item) | answers[item.id]._asdict() for item in self.items]


def checklist_of(original: SignOffPage) -> Checklist:
    """The checklist of the version of the page whose rules hold; one query."""
    return checklist_in(original, versions_of(original.translation_key))


def versions_of(activity_key) -> list[SignOffPage]:
    """The page in every language in which it is published."""
    return list(SignOffPage.objects.live().filter(translation_key=activity_key).select_related("locale"))


def checklist_in(original: SignOffPage, versions: Iterable[SignOffPage]) -> Checklist:
    """The checklist of `original`, with the texts of `versions`; an item that a translation lacks has fewer texts."""
    texts: dict[str, Texts] = {}
    for version in [original, *versions]:
        for pk, value in _blocks(version):
            texts.setdefault(pk, {})[version.locale.language_code] = value["text"]
    return Checklist(tuple(Item(pk, texts[pk], bool(value["is_required"])) for pk, value in _blocks(original)))


def _blocks(page: SignOffPage) -> list[tuple[str, Mapping]]:
    """Each item with its id; one that was never saved has its place instead."""
    return [(child.id or str(place), child.value) for place, child in enumerate(page.checklist)]


def in_language(text: Texts, language: str) -> str:
    """The text in `language`, else in the default language, else in any."""
    return text.get(language) or text.get(settings.LANGUAGE_CODE) or next(iter(text.values()), "")


def outcome_of(items: Iterable[dict[str, Any]]) -> str:
    """Met when every required item is."""
    is_met = all(item["is_met"] for item in items if item["is_required"])
    return Observation.Outcome.MET if is_met else Observation.Outcome.NOT_YET
