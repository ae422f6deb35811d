"""The key of a question as it is now, for a learner who was shown it as it was. Pure.

What has an id (options, prompts, items) is recognised by its text, so that swapping two texts does not swap what people
chose, and a list that was typed anew is the same list; where the text was edited, by its id.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

WORDING = {"text", "html", "image", "reading"}  # may be edited without changing what is asked
CHOSEN_FROM = {"options", "answers"}  # what is gone of them by now is simply nobody's right answer
BY_OPTION = ("feedback", "fractions")  # tables of a key that may speak of options that were not shown
KEPT = ("penalty", "article", "hints")  # of the old key: what the tries cost, and what is not the question's body


class Obstacle(TextChoices):
    """Why a response cannot be marked by another version of its question."""

    OPTIONS = "options", _("its options changed")
    SHOWN = "shown", _("what learners were shown changed")
    TYPE = "type", _("its type changed")
    GONE = "gone", _("it is no longer in the bank")


class CannotRegrade(Exception):
    def __init__(self, obstacle: Obstacle):
        self.obstacle = obstacle
        super().__init__(obstacle.label)


def key_for(shown: dict, present: dict) -> dict:
    """The key that marks the responses to the frozen question `shown` by the frozen question `present`.

    Penalty, hints and article are those of `shown`. Raises CannotRegrade where the key speaks of what was not shown, or
    where more than wording and choices differ.
    """
    names: dict[str, str | None] = {}
    for field in (shown.keys() | present.keys()) - WORDING - {"key"}:
        before, now = shown.get(field) or None, present.get(field) or None
        if are_things(before) and are_things(now):
            names |= _same_things(before, now, is_strict=field not in CHOSEN_FROM)
        elif unordered(before) != unordered(now):
            raise CannotRegrade(Obstacle.SHOWN)
    key = {name: value for name, value in present["key"].items() if name not in KEPT}
    for table in BY_OPTION:
        if isinstance(key.get(table), dict):
            key[table] = {pk: value for pk, value in key[table].items() if names.get(pk, pk) is not None}
    key = renamed(key, names)
    if "fractions" in key and "options" in shown:
        key["fractions"] |= {pk: "0" for pk in _ids(shown["options"]) if pk not in key["fractions"]}
    return key | {name: shown["key"][name] for name in KEPT if name in shown["key"]}


def are_things(value: Any) -> bool:
    """Whether it is a list of what has an id and a text."""
    return isinstance(value, list) and all(isinstance(part, dict) and {"id", "text"} <= part.keys() for part in value)


def _ids(things: Iterable[dict]) -> list[str]:
    return [thing["id"] for thing in things]


def unordered(value: Any) -> Any:
    """The value without its wording and without the order of its lists: the same for what asks the same."""
    match value:
        case dict():
            return {name: unordered(part) for name, part in value.items() if name not in WORDING}
        case list():
            return sorted((unordered(part) for part in value), key=repr)
    return value


def _same_things(shown: list[dict], present: list[dict], is_strict: bool) -> dict[str, str | None]:
    """The ids that were shown, by the present ones; None for what was not shown.

    is_strict: refuse where one of them has nothing that corresponds to it.
    """
    left = {thing["id"]: _plain(thing["text"]) for thing in shown}
    names: dict[str, str | None] = {}
    tests: list[Callable[[dict, str], bool]] = [
        lambda thing, pk: pk == thing["id"] and left[pk] == _plain(thing["text"]),
        lambda thing, pk: left[pk] == _plain(thing["text"]),
        lambda thing, pk: pk == thing["id"],
    ]
    for is_same in tests:
        for thing in present:
            found = next((pk for pk in left if thing["id"] not in names and is_same(thing, pk)), None)
            if found is not None:
                names[thing["id"]] = found
                del left[found]
    missing = [thing["id"] for thing in present if thing["id"] not in names]
    if is_strict and (missing or left):
        raise CannotRegrade(Obstacle.OPTIONS)
    return names | dict.fromkeys(missing)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def renamed(value: Any, names: dict[str, str | None]) -> Any:
    """A key with its ids in the words of what was shown. Raises CannotRegrade where an id was not."""
    match value:
        case str() if value in names:
            if names[value] is None:
                raise CannotRegrade(Obstacle.OPTIONS)
            return names[value]
        case list():
            return [renamed(part, names) for part in value]
        case dict():
            return {renamed(name, names): renamed(part, names) for name, part in value.items()}
    return value
