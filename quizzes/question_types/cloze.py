"""A text with gaps. The response maps the number of each gap that was filled to what stands in it.

Trainers write [[1]] where the first gap of their list belongs, [[2]] for the second. The mark is shared by weight: the
sum of each gap's weight x the fraction that its content earns / the sum of all weights. An empty gap earns nothing.
"""

import re
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks
from wagtail.rich_text import RichText

from quizzes.question_types.fields import parts as parse
from quizzes.question_types.numeric import is_within, number_from
from quizzes.question_types.question_block import QuestionBlock, frozen
from quizzes.question_types.short_text import problem_of as problem_of_texts
from quizzes.question_types.texts import LONGEST_RESPONSE, TAG, are_distinct, safe_html
from quizzes.question_types.wording import first_that_fits, in_words, part_of

NAME, PLACE = "cloze", 80
CHOICE, TEXT, NUMBER = "choice", "text", "number"
KINDS = [
    (CHOICE, gettext_lazy("Choose from a list")),
    (TEXT, gettext_lazy("Type words")),
    (NUMBER, gettext_lazy("Type a number")),
]
MOST_GAPS = 50
GAP = re.compile(rf"({TAG})|\[\[([^\[\]]*)\]\]")  # a tag is passed over: what its attributes hold is no gap

__all__ = ["BLOCK", "NAME", "accepts", "answer_in_words", "feedback", "freeze", "parse", "response_in_words", "score"]


class GapAnswerBlock(blocks.StructBlock):
    text = blocks.CharBlock(max_length=LONGEST_RESPONSE, label=gettext_lazy("Answer"))
    fraction = blocks.DecimalBlock(
        default=Decimal(100),
        min_value=0,
        max_value=100,
        decimal_places=5,
        label=gettext_lazy("Part of the gap’s mark, in percent"),
        help_text=gettext_lazy("0 for a wrong choice."),
    )
    tolerance = blocks.DecimalBlock(
        required=False, min_value=0, label=gettext_lazy("Tolerance"), help_text=gettext_lazy("Of a number.")
    )
    feedback = blocks.TextBlock(required=False, default="", rows=2, label=gettext_lazy("Feedback"))

    class Meta:
        icon = "pilcrow"
        label = gettext_lazy("Answer")


class GapBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(choices=KINDS, default=CHOICE, label=gettext_lazy("How it is filled"))
    answers = blocks.ListBlock(
        GapAnswerBlock(),
        min_num=1,
        label=gettext_lazy("Answers"),
        help_text=gettext_lazy("All options of a list; or the accepted words or numbers: the first that fits counts."),
    )
    weight = blocks.IntegerBlock(default=1, min_value=1, max_value=100, label=gettext_lazy("Weight"))

    class Meta:
        icon = "placeholder"
        label = gettext_lazy("Gap")


class ClozeBlock(QuestionBlock):
    gaps = blocks.ListBlock(
        GapBlock(),
        min_num=1,
        max_num=MOST_GAPS,
        label=gettext_lazy("Gaps"),
        help_text=gettext_lazy("Write [[1]] in the text where the first gap belongs, [[2]] for the second."),
    )
    accents_matter = blocks.BooleanBlock(required=False, label=gettext_lazy("Accents on Latin letters matter"))

    def problems_of(self, value: Any) -> dict[str, str]:
        problems = {"text": problem_of_text(value["text"], len(value["gaps"])), "gaps": problem_of_gaps(value["gaps"])}
        return {name: problem for name, problem in problems.items() if problem}

    class Meta:
        icon = "form"
        label = gettext_lazy("Text with gaps")


BLOCK = ClozeBlock()


def problem_of_text(text: RichText, count: int) -> str:
    """What is wrong with the marks of `count` gaps in a text, in words; empty where nothing is."""
    marks = [found[2].strip() for found in GAP.finditer(safe_html(text)) if not found[1]]
    for mark, times in Counter(marks).items():
        if not (mark.isascii() and mark.isdecimal()):
            return _("[[%(mark)s]] is no gap: write the number of the gap, as in [[1]].") % {"mark": mark[:40]}
        if str(int(mark)) not in _ids(count):
            return _("The text has the gap [[%(mark)s]], but there are %(count)d in the list.") % {
                "mark": mark,
                "count": count,
            }
        if times > 1:
            return _("The text has the gap [[%(mark)s]] more than once.") % {"mark": mark}
    missing = next((pk for pk in _ids(count) if pk not in {str(int(mark)) for mark in marks}), None)
    return _("The text does not have the gap [[%(mark)s]].") % {"mark": missing} if missing else ""


def problem_of_gaps(gaps: Any) -> str:
    checks = {CHOICE: _problem_of_choice, TEXT: problem_of_texts, NUMBER: _problem_of_numbers}
    for number, gap in enumerate(gaps, start=1):
        if problem := checks[gap["kind"]](gap["answers"]):
            return _("Gap %(number)d: %(problem)s") % {"number": number, "problem": problem}
    return ""


def _problem_of_choice(answers: Any) -> str:
    if len(answers) < 2:
        return _("Give at least two options.")
    if not are_distinct(answer["text"] for answer in answers):
        return _("Two options are the same.")
    right = sum(answer["fraction"] == 100 for answer in answers)
    return "" if 0 < right < len(answers) else _("One option earns 100 percent, a wrong one less.")


def _problem_of_numbers(answers: Any) -> str:
    for answer in answers:
        if number_from(answer["text"]) is None:
            return _("“%(text)s” is not a number.") % {"text": answer["text"]}
    return "" if any(answer["fraction"] == 100 for answer in answers) else _("At least one answer earns 100 percent.")


def _ids(count: int) -> list[str]:
    return [str(number) for number in range(1, count + 1)]


def freeze(value: Any, rng: Random, shuffle: bool) -> dict:
    """The text in `parts`, each with the gap that follows it; its options in another order with `shuffle`."""
    gaps = dict(zip(_ids(len(value["gaps"])), value["gaps"], strict=True))
    key = {pk: _frozen_gap(gap) for pk, gap in gaps.items()}
    shown = {pk: {"id": pk, "kind": gap["kind"]} | _options(gap, rng, shuffle) for pk, gap in key.items()}
    parts, place, text = [], 0, safe_html(value["text"])
    for found in GAP.finditer(text):
        if found[2] is not None and (gap := shown.get(found[2].strip().lstrip("0"))):
            parts.append({"html": text[place : found.start()], "gap": gap})
            place = found.end()
    parts.append({"html": text[place:], "gap": None})
    whole = "".join(part["html"] + (f"[{part['gap']['id']}]" if part["gap"] else "") for part in parts)
    key = {"gaps": key, "accents_matter": bool(value.get("accents_matter"))}
    return frozen(value, key, whole, parts=parts, gap_count=len(gaps))


def _frozen_gap(gap: Any) -> dict:
    answers = [
        {
            "text": " ".join(answer["text"].split()),
            "fraction": str(answer["fraction"]),
            "tolerance": str(answer.get("tolerance") or 0),
            "feedback": answer.get("feedback") or "",
        }
        for answer in gap["answers"]
    ]
    return {"kind": gap["kind"], "weight": gap.get("weight") or 1, "answers": answers}


def _options(gap: dict, rng: Random, shuffle: bool) -> dict:
    if gap["kind"] != CHOICE:
        return {}
    options = [answer["text"] for answer in gap["answers"]]
    if shuffle:
        rng.shuffle(options)
    return {"options": options}


def _gaps(content: dict) -> list[dict]:
    """The gaps as they are shown, in the order of the text."""
    return [part["gap"] for part in content["parts"] if part["gap"]]


def accepts(content: dict, response: Any) -> bool:
    gaps = {gap["id"]: gap for gap in _gaps(content)}
    if not isinstance(response, dict) or not response or not response.keys() <= gaps.keys():
        return False
    return all(_may_hold(gaps[pk], given) for pk, given in response.items())


def _may_hold(gap: dict, given: Any) -> bool:
    if not isinstance(given, str) or not 0 < len(given) <= LONGEST_RESPONSE:
        return False
    return gap["kind"] != CHOICE or given in gap["options"]


def _fitting(content: dict, pk: str, response: dict[str, str]) -> dict | None:
    """The first answer that the content of a gap fits, or None."""
    gap, given = content["key"]["gaps"][pk], response.get(pk, "")
    if gap["kind"] == TEXT:
        return first_that_fits(given, gap["answers"], content["key"]["accents_matter"])
    if gap["kind"] == CHOICE:
        return next((answer for answer in gap["answers"] if answer["text"] == given), None)
    number = number_from(given)
    return next((answer for answer in gap["answers"] if number is not None and _is_right(number, answer)), None)


def _is_right(number: Decimal, answer: dict) -> bool:
    return is_within(number, {"answer": number_from(answer["text"]), "tolerance": answer["tolerance"]})


def score(content: dict, response: dict[str, str]) -> Fraction:
    gaps = content["key"]["gaps"]
    earned = sum(gap["weight"] * part_of(_fitting(content, pk, response)) for pk, gap in gaps.items())
    return Fraction(earned) / sum(gap["weight"] for gap in gaps.values())


def answer_in_words(content: dict) -> list[str]:
    return response_in_words(content, {pk: _right(gap) for pk, gap in content["key"]["gaps"].items()})


def _right(gap: dict) -> str:
    text = next(answer["text"] for answer in gap["answers"] if Fraction(answer["fraction"]) == 100)
    return in_words(text) if gap["kind"] == TEXT else text


def response_in_words(content: dict, response: dict[str, str]) -> list[str]:
    return [
        _("[%(gap)s] %(answer)s") % {"gap": gap["id"], "answer": response[gap["id"]]}
        for gap in _gaps(content)
        if gap["id"] in response
    ]


def feedback(content: dict, response: dict[str, str]) -> list[str]:
    answers = [_fitting(content, gap["id"], response) for gap in _gaps(content)]
    return [answer["feedback"] for answer in answers if answer and answer["feedback"]]
