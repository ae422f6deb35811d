"""From the block of a question of the bank to a parsed question; `bodies.py` is the way there."""

import html
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from wagtail.rich_text import RichText
from wagtail.rich_text.rewriters import FIND_EMBED_TAG, extract_attrs

from quizzes.formats import details
from quizzes.formats.gaps import in_order
from quizzes.formats.numbers import share, written
from quizzes.formats.parsed import ALL_OR_NOTHING, FRACTIONS, Answer, Picture, Place
from quizzes.formats.texts import lines, rich

NOWHERE = Place(1, 1)
PictureByKey = Callable[[int], Picture | None]


def image_keys(raw: dict) -> set[int]:
    """The keys of the images in a block's raw value."""
    texts = " ".join(str(raw.get(name) or "") for name in ("text", "general_feedback"))
    embeds = [extract_attrs(match[1]) for match in FIND_EMBED_TAG.finditer(texts)] if "<embed" in texts else []
    keys = {int(embed["id"]) for embed in embeds if embed.get("id", "").isdecimal()}
    return keys | ({raw["image"]} if isinstance(raw.get("image"), int) else set())


def parsed_value(kind: str, value: Any, raw: dict, picture_by_key: PictureByKey) -> dict:
    """The fields of a ParsedQuestion in a block's value. Raises KeyError or Refused for what no file can hold.

    raw: the same value as it is stored; its image is not asked of the database.
    """
    answers, grading = _ANSWERS.get(kind, lambda value: ([], ""))(value)
    found: dict[str, Picture] = {}
    texts = {name: stored_rich(value.get(name), picture_by_key, found) for name in ("text", "general_feedback")}
    own = details.stored(kind, value)
    if kind == "cloze":
        texts["text"], own["gaps"] = in_order(texts["text"], own["gaps"])
    image = picture_by_key(raw["image"]) if isinstance(raw.get("image"), int) else None
    if image:
        found[image.digest] = image
    return texts | {
        "type": kind,
        "answers": tuple(answers),
        "grading": grading,
        "unit": value.get("unit") or "",
        "hints": tuple(_line(hint) for hint in value.get("hints") or [] if _line(hint)),
        "details": own,
        "image": image.digest if image else "",
        "image_alt": _line(raw.get("image_alt")) if image else "",
        "pictures": tuple(found.values()),
    }


def stored_rich(text: RichText | str | None, picture_by_key: PictureByKey, found: dict[str, Picture]) -> str:
    """A rich text as a file would say it; the pictures that stand in it are added to `found`."""
    source = text.source if isinstance(text, RichText) else text or ""
    if "<embed" not in source:
        return rich(source, "html", NOWHERE)
    pictures: dict[str, Picture] = {}

    def tag(embed: re.Match) -> str:
        said = extract_attrs(embed[1])
        key = said.get("id", "")
        picture = picture_by_key(int(key)) if said.get("embedtype") == "image" and key.isdecimal() else None
        if picture is None:
            return ""
        pictures[f"stored:{key}"] = picture
        kind = html.escape(said.get("format", ""))
        return f'<img src="stored:{key}" class="{kind}" alt="{html.escape(said.get("alt", ""))}">'

    marked = FIND_EMBED_TAG.sub(tag, source)
    cleaned = rich(marked, "html", NOWHERE, lambda source, place: f"sha1:{pictures[source].digest}")
    found |= {picture.digest: picture for picture in pictures.values()}
    return cleaned


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


def _feedback(text: str | None) -> str:
    return lines(text or "", "plain", NOWHERE)


def _single_answers(value: Any) -> tuple[list[Answer], str]:
    return [
        Answer(
            _line(option["text"]),
            Decimal(100) if option["is_correct"] else option.get("fraction") or Decimal(0),
            _feedback(option.get("feedback")),
        )
        for option in value["options"]
    ], ""


def _multiple_answers(value: Any) -> tuple[list[Answer], str]:
    """Where no option says its part, the right ones share 100 percent, and by fractions the wrong ones -100."""
    options, grading = value["options"], value.get("grading") or ALL_OR_NOTHING
    right = sum(bool(option["is_correct"]) for option in options)
    is_silent = all(option.get("fraction") is None for option in options)
    takes_away = grading == FRACTIONS and is_silent
    shares = {True: share(right), False: -share(len(options) - right) if takes_away else Decimal(0)}
    answers = []
    for option in options:
        own = option.get("fraction") if grading == FRACTIONS else None
        fraction = shares[bool(option["is_correct"])] if own is None else own
        answers.append(Answer(_line(option["text"]), fraction, _feedback(option.get("feedback"))))
    return answers, grading


def _true_false_answers(value: Any) -> tuple[list[Answer], str]:
    return [
        Answer("true", Decimal(100 if value["is_true"] else 0), _feedback(value.get("true_feedback"))),
        Answer("false", Decimal(0 if value["is_true"] else 100), _feedback(value.get("false_feedback"))),
    ], ""


def _short_text_answers(value: Any) -> tuple[list[Answer], str]:
    return [
        Answer(_line(accepted["text"]), accepted["fraction"], _feedback(accepted.get("feedback")))
        for accepted in value["accepted"]
        if _line(accepted["text"])
    ], ""


def _numeric_answers(value: Any) -> tuple[list[Answer], str]:
    others = [(other, other["fraction"]) for other in value.get("other_answers") or []]
    return [
        Answer(
            written(number["answer"]),
            fraction,
            _feedback(number.get("feedback")),
            tolerance=number.get("tolerance") or Decimal(0),
        )
        for number, fraction in ((value, Decimal(100)), *others)
    ], ""


def _matching_answers(value: Any) -> tuple[list[Answer], str]:
    pairs = [Answer(_line(pair["prompt"]), match=_line(pair["answer"])) for pair in value["pairs"]]
    return pairs + [Answer("", Decimal(0), match=_line(text)) for text in value["distractors"]], ""


def _ordering_answers(value: Any) -> tuple[list[Answer], str]:
    return [Answer(_line(text)) for text in value["entries"]], value.get("grading") or "places"


_ANSWERS: dict[str, Callable[[Any], tuple[list[Answer], str]]] = {
    "single_choice": _single_answers,
    "multiple_choice": _multiple_answers,
    "true_false": _true_false_answers,
    "short_text": _short_text_answers,
    "numeric": _numeric_answers,
    "matching": _matching_answers,
    "ordering": _ordering_answers,
}
HELD = {*_ANSWERS, "cloze", "essay", "typing_speed"}  # the types that files know
