"""What only some types have: how it is named in a file, written as text and read again, and what it is in the block.

In GIFT a detail stands in the comment above the question, in Moodle XML in an element of our own that Moodle passes
over, in CSV in a column. A list is JSON.
"""

import json
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from wagtail.blocks import StructValue
from wagtail.blocks.list_block import ListValue

from quizzes.formats import numbers
from quizzes.formats.parsed import Place, Refused
from quizzes.formats.reading import refuse_unsound
from quizzes.question_types import QUESTION_TYPES

TEXT, WHOLE, NUMBER, YES = "text", "whole", "number", "yes"
MOST_ROWS = 200
_ACCEPTED = {"text": TEXT, "fraction": NUMBER, "tolerance": NUMBER, "feedback": TEXT}
DETAILS: dict[str, dict[str, Any]] = {
    "single_choice": {"keep_last": YES},
    "multiple_choice": {"keep_last": YES},
    "short_text": {"accents_matter": YES},
    "numeric": {
        "other_units": [{"unit": TEXT, "factor": NUMBER}],
        "unit_is_required": YES,
        "unit_penalty": NUMBER,
    },
    "cloze": {
        "gaps": [{"kind": TEXT, "weight": WHOLE, "answers": [_ACCEPTED]}],
        "accents_matter": YES,
    },
    "essay": {
        "minimum_words": WHOLE,
        "maximum_words": WHOLE,
        "rows": WHOLE,
        "template": TEXT,
        "marker_note": TEXT,
        "rubric": [{"name": TEXT, "points": NUMBER, "description": TEXT}],
    },
    "typing_speed": {"passage": TEXT, "target": WHOLE, "minimum_accuracy": NUMBER},
}
USUAL = {"fraction": "100", "weight": 1, "factor": "1"}  # where a row does not say it
NAMES = sorted({name for fields in DETAILS.values() for name in fields})
_WORDS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": False}


def said(type_name: str, name: str, text: str, place: Place) -> Any:
    """A detail that stands in a file as text. Raises Refused for one that this type has not, or cannot be."""
    kind = DETAILS.get(type_name, {}).get(name)
    if kind is None:
        reason = _("“%(name)s” says nothing about questions of this type.")
        raise Refused(place, reason % {"name": name.replace("_", " ")})
    if not isinstance(kind, list):
        return _canonical(kind, text, place)
    try:
        rows = json.loads(text) if text.strip() else []
    except (ValueError, RecursionError) as error:
        reason = _("“%(name)s” must be a list in JSON.") % {"name": name.replace("_", " ")}
        raise Refused(place, reason) from error
    return _canonical(kind, rows, place)


def stored(type_name: str, value: Any) -> dict[str, Any]:
    """All details of a block's value, as a file would say them."""
    kinds = DETAILS.get(type_name, {})
    return {name: _canonical(kind, _plain(value.get(name)), Place(1, 1)) for name, kind in kinds.items()}


def worth_saying(type_name: str, details: dict[str, Any]) -> dict[str, str]:
    """As text, those that are not what a new question has anyway."""
    children, shown = QUESTION_TYPES[type_name].block.child_blocks, {}
    for name, kind in DETAILS.get(type_name, {}).items():
        usual = _canonical(kind, _plain(children[name].get_default()), Place(1, 1))
        if name in details and details[name] != usual:
            shown[name] = _written(details[name])
    return shown


def _written(value: Any) -> str:
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _plain(value: Any) -> Any:
    """A block's value without the classes of Wagtail."""
    if isinstance(value, (StructValue, dict)):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, (ListValue, list, tuple)):
        return [_plain(part) for part in value]
    return numbers.written(value) if isinstance(value, Decimal) else value


def _canonical(kind: Any, raw: Any, place: Place) -> Any:
    """`raw` (JSON, or text) as the block holds it. Raises Refused for what is of another kind."""
    if isinstance(kind, list):
        if not isinstance(raw, list) or len(raw) > MOST_ROWS:
            raise Refused(place, _("This is no list of at most %(most)d things.") % {"most": MOST_ROWS})
        return [_canonical_row(kind[0], row, place) for row in raw]
    if isinstance(raw, (list, dict)):
        raise Refused(place, _("A list stands where a single value belongs."))
    text = "" if raw is None else str(raw).strip()
    if kind == TEXT:
        refuse_unsound(text, place)
        return text
    if kind == YES:
        if text.casefold() not in _WORDS:
            raise Refused(place, _("“%(text)s” is neither yes nor no.") % {"text": text[:40]})
        return _WORDS[text.casefold()]
    if not text:
        return None
    number = numbers.number(text, place)
    if kind == NUMBER:
        return numbers.written(number)
    if number != number.to_integral_value():
        raise Refused(place, _("“%(text)s” is no whole number.") % {"text": text[:40]})
    return int(number)


def _canonical_row(kinds: dict[str, Any], row: Any, place: Place) -> dict[str, Any]:
    if not isinstance(row, dict) or not set(row) <= set(kinds):
        raise Refused(place, _("Each thing of the list has these parts: %(parts)s.") % {"parts": ", ".join(kinds)})
    said = {
        name: _canonical(kind, row.get(name, [] if isinstance(kind, list) else None), place)
        for name, kind in kinds.items()
    }
    return said | {name: usual for name, usual in USUAL.items() if name in said and said[name] is None}
