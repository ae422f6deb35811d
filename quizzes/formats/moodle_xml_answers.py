"""The answers of each type of question in Moodle XML that the bank has a type for."""

from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from quizzes.formats import numbers
from quizzes.formats.gift_answers import NO_FEEDBACK_TO_OTHERS
from quizzes.formats.moodle_xml_texts import said_lines, said_words
from quizzes.formats.parsed import ALL_OR_NOTHING, FRACTIONS, Answer, AnswersRead, Refused
from quizzes.formats.reading import refuse_unsound
from quizzes.formats.xml_tree import Element

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


def _multichoice(question: Element) -> AnswersRead:
    if question.said("single").lower() in ("true", "1"):
        return AnswersRead("single_choice", _options(question))
    return AnswersRead("multiple_choice", _options(question), FRACTIONS)


def _multichoiceset(question: Element) -> AnswersRead:
    """The plugin whose marks are all or nothing; it writes 100 at each right option."""
    options = _options(question)
    share = numbers.share(sum(option.fraction > 0 for option in options))
    answers = [replace(option, fraction=share if option.fraction > 0 else Decimal(0)) for option in options]
    return AnswersRead("multiple_choice", answers, ALL_OR_NOTHING)


def _truefalse(question: Element) -> AnswersRead:
    found = {answer.said("text").lower(): answer for answer in question.all("answer")}
    if set(found) != {"true", "false"} or len(question.all("answer")) != 2:
        raise Refused(question.place, _("A question of true or false has these two answers, each once."))
    answers = [
        Answer(name, _fraction(found[name]), said_lines(found[name].first("feedback")), place=found[name].place)
        for name in ("true", "false")
    ]
    return AnswersRead("true_false", answers)


def _shortanswer(question: Element) -> AnswersRead:
    answers = []
    for answer in question.all("answer"):
        feedback = said_lines(answer.first("feedback"))
        answers.append(Answer(_typed(answer), _fraction(answer), feedback, place=answer.place))
    return AnswersRead("short_text", answers)


def _numerical(question: Element) -> AnswersRead:
    answers, notes = [], ()
    for answer in question.all("answer"):
        if answer.said("text") == "*" and _fraction(answer) == 0:
            notes = NO_FEEDBACK_TO_OTHERS
            continue
        value = numbers.number(answer.said("text"), answer.place)
        tolerance = numbers.number(answer.said("tolerance") or "0", answer.place)
        feedback = said_lines(answer.first("feedback"))
        answers.append(
            Answer(numbers.written(value), _fraction(answer), feedback, tolerance=tolerance, place=answer.place)
        )
    return AnswersRead("numeric", answers, notes=notes)


def _matching(question: Element) -> AnswersRead:
    answers = []
    for pair in question.all("subquestion"):
        prompt, match = said_words(pair), pair.first("answer")
        answers.append(
            Answer(prompt, Decimal(100 if prompt else 0), match=match and _typed(match) or "", place=pair.place)
        )
    return AnswersRead("matching", answers)


def _position(entry: Element) -> Decimal:
    return numbers.number(entry.attributes.get("fraction", "0"), entry.place)


def _ordering(question: Element) -> AnswersRead:
    grading = question.said("gradingtype").upper()
    if grading not in _GRADINGS or question.said("selecttype").upper() not in ("", "ALL", "EXACT"):
        reason = _("An ordering question with “%(word)s” cannot be imported.")
        words = f"{grading} {question.said('selecttype')}".strip()[:40]
        raise Refused(question.place, reason % {"word": words})
    entries = sorted(question.all("answer"), key=_position)
    answers = [Answer(said_words(entry), place=entry.place) for entry in entries]
    return AnswersRead("ordering", answers, _GRADINGS[grading])


def _essay(question: Element) -> AnswersRead:
    if question.said("responseformat") == "noinline" or question.said("attachmentsrequired") not in ("", "0"):
        raise Refused(question.place, _("An essay that must be handed in as a file cannot be imported."))
    return AnswersRead("essay", [])


READERS = {
    "multichoice": _multichoice,
    "multichoiceset": _multichoiceset,
    "truefalse": _truefalse,
    "shortanswer": _shortanswer,
    "numerical": _numerical,
    "matching": _matching,
    "ordering": _ordering,
    "essay": _essay,
    "cloze": lambda question: AnswersRead("cloze", []),
}
