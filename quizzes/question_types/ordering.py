"""Things to put in order. The response maps the id of each to the place that it was given, "1" being the first.

Three ways to mark n things (Moodle's words). A place that was given twice is nobody's.

- Each place ("absolute position"): things at their right place / n.
- Each neighbour ("relative to the next item, excluding last"): things that stand directly before the one that comes
  next / (n - 1). It is kinder to who misplaced one thing and with it moved all others.
- All or nothing: 1 where every place is right, else 0.
"""

from collections import Counter
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from quizzes.question_types.fields import parts as parse
from quizzes.question_types.question_block import QuestionBlock, frozen
from quizzes.question_types.texts import are_distinct

NAME, PLACE = "ordering", 70
PLACES, NEIGHBOURS, ALL_OR_NOTHING = "places", "neighbours", "all_or_nothing"
GRADINGS = [
    (PLACES, gettext_lazy("A share for each item at its right place")),
    (NEIGHBOURS, gettext_lazy("A share for each item that is directly followed by the right one")),
    (ALL_OR_NOTHING, gettext_lazy("All or nothing")),
]

__all__ = ["BLOCK", "NAME", "accepts", "answer_in_words", "feedback", "freeze", "parse", "response_in_words", "score"]


class OrderingBlock(QuestionBlock):
    entries = blocks.ListBlock(
        blocks.CharBlock(max_length=300, label=gettext_lazy("Item")),
        min_num=2,
        max_num=20,
        label=gettext_lazy("Items in the right order"),
        help_text=gettext_lazy("Learners see them in another order."),
    )
    grading = blocks.ChoiceBlock(choices=GRADINGS, default=PLACES, label=gettext_lazy("Marking"))

    def problems_of(self, value: Any) -> dict[str, str]:
        problem = problem_of(value["entries"])
        return {"entries": problem} if problem else {}

    class Meta:
        icon = "list-ol"
        label = gettext_lazy("Ordering")


BLOCK = OrderingBlock()


def problem_of(entries: Any) -> str:
    if len(entries) < 2:
        return _("Give at least two items.")
    return "" if are_distinct(entries) else _("Two items are the same: nobody could tell which comes first.")


def freeze(value: Any, rng: Random, shuffle: bool) -> dict:
    """Its items, whatever `shuffle` says, in an order that is not the right one."""
    entries = [{"id": child.id, "text": child.value} for child in value["entries"].bound_blocks]
    key = {"order": [entry["id"] for entry in entries], "grading": value.get("grading") or PLACES}
    while len(entries) > 1 and [entry["id"] for entry in entries] == key["order"]:
        rng.shuffle(entries)
    return frozen(value, key, entries=entries)


def accepts(content: dict, response: Any) -> bool:
    if not isinstance(response, dict) or not all(isinstance(place, str) for place in response.values()):
        return False
    places = {str(place) for place in range(1, len(content["entries"]) + 1)}
    ids = {entry["id"] for entry in content["entries"]}
    return bool(response) and response.keys() <= ids and set(response.values()) <= places


def score(content: dict, response: dict[str, str]) -> Fraction:
    order, grading = content["key"]["order"], content["key"]["grading"]
    taken = Counter(response.values())
    given = {pk: int(place) for pk, place in response.items() if taken[place] == 1}
    if grading == NEIGHBOURS and len(order) > 1:
        followed = sum(pk in given and given[pk] + 1 == given.get(following) for pk, following in pairwise(order))
        return Fraction(followed, len(order) - 1)
    right = Fraction(sum(given.get(pk) == place for place, pk in enumerate(order, start=1)), len(order))
    return right if grading == PLACES else Fraction(right == 1)


def answer_in_words(content: dict) -> list[str]:
    return response_in_words(content, {pk: str(place) for place, pk in enumerate(content["key"]["order"], start=1)})


def response_in_words(content: dict, response: dict[str, str]) -> list[str]:
    placed = [(int(response[entry["id"]]), entry["text"]) for entry in content["entries"] if entry["id"] in response]
    return [_("%(place)d. %(item)s") % {"place": place, "item": text} for place, text in sorted(placed)]


def feedback(content: dict, response: dict[str, str]) -> list[str]:
    return []
