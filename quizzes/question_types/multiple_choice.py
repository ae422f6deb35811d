"""Several right answers. The response is the sorted list of chosen ids. There are two ways to mark.

- All or nothing: 1 where exactly the right options are chosen, else 0.
- By fractions (Moodle): the fractions of the chosen options / the fractions of the right ones, and never less than 0.
  So the right options alone earn the whole mark, also where thirds make them add up to 99.99999 percent.
"""

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from quizzes.question_types.options import OptionsBlock, answer_in_words, are_options
from quizzes.question_types.options import feedback_on as feedback
from quizzes.question_types.options import freeze as freeze_options
from quizzes.question_types.options import texts_of as response_in_words

NAME, PLACE = "multiple_choice", 20
ALL_OR_NOTHING, BY_FRACTIONS = "all_or_nothing", "fractions"
GRADINGS = [
    (ALL_OR_NOTHING, gettext_lazy("All or nothing")),
    (BY_FRACTIONS, gettext_lazy("By fractions: each option earns its part or takes it away")),
]
ROUNDING = Decimal("0.1")  # how far from 100 percent thirds and sevenths may add up

__all__ = ["BLOCK", "NAME", "accepts", "answer_in_words", "feedback", "freeze", "parse", "response_in_words", "score"]


class MultipleChoiceBlock(OptionsBlock):
    grading = blocks.ChoiceBlock(
        choices=GRADINGS,
        default=ALL_OR_NOTHING,
        label=gettext_lazy("Marking"),
        help_text=gettext_lazy(
            "By fractions, where no option says its part: the right ones share 100 percent evenly and the wrong ones "
            "take 100 percent away together, so that choosing everything earns nothing."
        ),
    )

    def problem_of(self, value: Any) -> str:
        options = value["options"]
        if len(options) < 2:
            return _("Give at least two options.")
        if not any(option["is_correct"] for option in options):
            return _("Mark at least one option as right.")
        right, wrong = _given_fractions(options, True), _given_fractions(options, False)
        if value.get("grading") == BY_FRACTIONS:
            return _problem_of_fractions(right, wrong)
        if any(fraction is not None for fraction in right + wrong):
            return _("The parts of the mark count only by fractions: choose that marking, or leave them empty.")
        return ""

    class Meta:
        icon = "check"
        label = gettext_lazy("Multiple choice")


BLOCK = MultipleChoiceBlock()


def _given_fractions(options: Any, is_correct: bool) -> list[Decimal | None]:
    return [option.get("fraction") for option in options if bool(option["is_correct"]) == is_correct]


def _problem_of_fractions(right: list[Decimal | None], wrong: list[Decimal | None]) -> str:
    if len({fraction is None for fraction in right}) > 1:
        return _("Say for every right option which part of the mark it earns, or for none of them.")
    if any(fraction is not None and fraction <= 0 for fraction in right):
        return _("A right option earns more than 0 percent.")
    if any(fraction is not None and fraction > 0 for fraction in wrong):
        return _("A wrong option earns at most 0 percent.")
    total = sum(fraction or 0 for fraction in right)
    if None not in right and abs(total - 100) > ROUNDING:
        return _("The right options earn %(total)s percent together; it must be 100.") % {
            "total": f"{total.normalize():f}"
        }
    return ""


def freeze(value: Any, rng: Random, shuffle: bool) -> dict:
    content = freeze_options(value, rng, shuffle)
    if value.get("grading") == BY_FRACTIONS:
        content["key"]["fractions"] = _fractions_of(value["options"])
    return content


def _fractions_of(options: Any) -> dict[str, str]:
    """Of each option by its id, in percent: its own, or its share where it has none (see the block's help)."""
    is_silent = all(option.get("fraction") is None for option in options)
    count = Counter(bool(option["is_correct"]) for option in options)
    shares = {True: Fraction(100, count[True] or 1), False: Fraction(-100, count[False] or 1) if is_silent else 0}
    own = {child.id: child.value.get("fraction") for child in options.bound_blocks}
    rights = {child.id: bool(child.value["is_correct"]) for child in options.bound_blocks}
    return {pk: str(shares[rights[pk]] if fraction is None else fraction) for pk, fraction in own.items()}


def parse(post) -> list[str] | None:
    return sorted(set(post.getlist("answer")) - {""}) or None


def accepts(content: dict, response) -> bool:
    return isinstance(response, list) and bool(response) and are_options(content, response)


def score(content: dict, response: list[str]) -> Fraction:
    key = content["key"]
    if "fractions" not in key:
        return Fraction(set(response) == set(key["correct"]))
    fractions = {pk: Fraction(percent) for pk, percent in key["fractions"].items()}
    earned = sum(fractions[pk] for pk in set(response))
    return max(Fraction(0), earned / sum(fractions[pk] for pk in key["correct"]))
