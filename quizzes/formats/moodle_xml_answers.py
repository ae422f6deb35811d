"""The answers of each type of question in Moodle XML that the bank has a type for."""

import re
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from quizzes.formats import numbers
from quizzes.formats.moodle_xml_texts import said_lines, said_words
from quizzes.formats.parsed import ALL_OR_NOTHING, FRACTIONS, Answer, Refused
from quizzes.formats.reading import refuse_unsound
from quizzes.formats.xml_tree import Element

Answers = tuple[str, list[Answer], str]  # type, answers, grading
_GRADINGS = {
    "ALL_OR_NOTHING": "all_or_nothing",
    "ABSOLUTE_POSITION": "places",
    "ABSOLUTE": "places",
    "RELATIVE_NEXT_EXCLUDE_LAST": "neighbours",
    "": "neighbours",
}


def _fraction(answer: Element) -> Decimal:
    return numbers.fraction(answer.attributes.get("fraction", "0"), answer.place)


def _typed(element: Element) -> str:
    text = " ".join(element.said("text").split())
    refuse_unsound(text, element.place)
    return text


def _options(question: Element) -> list[Answer]:
    return [
        Answer(said_words(answer), _fraction(answer), said_lines(answer.first("feedback")), place=answer.place)
        for answer in question.all("answer")
    ]


def _multichoice(question: Element) -> Answers:
    if question.said("single").lower() in ("true", "1"):
        return "single_choice", _options(question), ""
    return "multiple_choice", _options(question), FRACTIONS


def _multichoiceset(question: Element) -> Answers:
    """The plugin whose marks are all or nothing; it writes 100 at each right option."""
    options = _options(question)
    share = numbers.share(sum(option.fraction > 0 for option in options))
    answers = [replace(option, fraction=share if option.fraction > 0 else Decimal(0)) for option in options]
    return "multiple_choice", answers, ALL_OR_NOTHING


def _truefalse(question: Element) -> Answers:
    found = {answer.said("text").lower(): answer for answer in question.all("answer")}
    if set(found) != {"true", "false"} or len(question.all("answer")) != 2:
        raise Refused(question.place, _("A question of true or false has these two answers, each once."))
    answers = [
        Answer(name, _fraction(found[name]), said_lines(found[name].first("feedback")), place=found[name].place)
        for name in ("true", "false")
    ]
    return "true_false", answers, ""


def _shortanswer(question: Element) -> Answers:
    answers = []
    for answer in question.all("answer"):
        text = _typed(answer)
        if re.search(r"(?<!\\)\*", text):
            raise Refused(answer.place, _("Wildcards (*) cannot be imported yet. Write \\* for an asterisk."))
        feedback = said_lines(answer.first("feedback"))
        answers.append(Answer(text.replace("\\*", "*"), _fraction(answer), feedback, place=answer.place))
    return "short_text", answers, ""


def _numerical(question: Element) -> Answers:
    answers = []
    for answer in question.all("answer"):
        value = numbers.number(answer.said("text"), answer.place)
        tolerance = numbers.number(answer.said("tolerance") or "0", answer.place)
        feedback = said_lines(answer.first("feedback"))
        answers.append(
            Answer(numbers.written(value), _fraction(answer), feedback, tolerance=tolerance, place=answer.place)
        )
    return "numeric", answers, ""


def _matching(question: Element) -> Answers:
    answers = []
    for pair in question.all("subquestion"):
        prompt, match = said_words(pair), pair.first("answer")
        answers.append(
            Answer(prompt, Decimal(100 if prompt else 0), match=match and _typed(match) or "", place=pair.place)
        )
    return "matching", answers, ""


def _position(entry: Element) -> Decimal:
    return numbers.number(entry.attributes.get("fraction", "0"), entry.place)


def _ordering(question: Element) -> Answers:
    grading = question.said("gradingtype").upper()
    if grading not in _GRADINGS or question.said("selecttype").upper() not in ("", "ALL", "EXACT"):
        reason = _("An ordering question with “%(word)s” cannot be imported.")
        words = f"{grading} {question.said('selecttype')}".strip()[:40]
        raise Refused(question.place, reason % {"word": words})
    entries = sorted(question.all("answer"), key=_position)
    return "ordering", [Answer(said_words(entry), place=entry.place) for entry in entries], _GRADINGS[grading]


READERS = {
    "multichoice": _multichoice,
    "multichoiceset": _multichoiceset,
    "truefalse": _truefalse,
    "shortanswer": _shortanswer,
    "numerical": _numerical,
    "matching": _matching,
    "ordering": _ordering,
}
