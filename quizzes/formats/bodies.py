"""Between a parsed question and the block that a question of the bank holds; both ways, for every type."""

import html
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from wagtail.rich_text import RichText

from quizzes.formats.numbers import share, written
from quizzes.formats.parsed import ALL_OR_NOTHING, FRACTIONS, Answer, ParsedQuestion, Place
from quizzes.formats.texts import lines, rich
from quizzes.question_types import QUESTION_TYPES, QuestionBodyBlock

NOWHERE = Place(1, 1)
HAVE_NO_FEEDBACK = ("short_text", "numeric")  # by answer: it goes into the general feedback


@cache
def body_block() -> QuestionBodyBlock:
    return QuestionBodyBlock()


def body_of(question: ParsedQuestion) -> list[dict]:
    """The body as the editor would have stored it, each option with its own id. Raises ValidationError."""
    block = body_block()
    raw = [{"type": question.type, "value": block_value(question)}]
    return block.clean(block.to_python(raw)).get_prep_value()


def block_value(question: ParsedQuestion) -> dict:
    """The raw value of the block of this question."""
    texts = {"text": question.text, "general_feedback": question.general_feedback + _moved_feedback(question)}
    return texts | _VALUES[question.type](question)


def block_problem(question: ParsedQuestion) -> str:
    """What the editor would say against it, in words; empty where nothing."""
    block = QUESTION_TYPES[question.type].block
    try:
        block.clean(block.to_python(block_value(question)))
    except ValidationError as error:
        return " ".join(dict.fromkeys(_sentences(error)))
    return ""


def _sentences(error: Any) -> list[str]:
    """The messages in a block's error, however deep they are."""
    if isinstance(error, ValidationError):
        parts = [getattr(error, name, None) for name in ("block_errors", "non_block_errors")]
        return _sentences(parts) if any(parts) else [str(message) for message in error.messages]
    if isinstance(error, dict):
        return _sentences(list(error.values()))
    if isinstance(error, (list, tuple)):
        return [sentence for part in error if part for sentence in _sentences(part)]
    return [str(error)]


def _moved_feedback(question: ParsedQuestion) -> str:
    if question.type not in HAVE_NO_FEEDBACK:
        return ""
    said = [f"{answer.text}: {answer.feedback}" for answer in question.answers if answer.feedback]
    return "".join(rich(html.escape(text, quote=False).replace("\n", "<br>"), "html", NOWHERE) for text in said)


def _choice_value(question: ParsedQuestion) -> dict:
    options = [
        {
            "text": answer.text,
            "is_correct": answer.fraction == 100 if question.type == "single_choice" else answer.fraction > 0,
            "feedback": answer.feedback,
            "fraction": _kept_fraction(question, answer),
        }
        for answer in question.answers
    ]
    return {"options": options} | ({"grading": question.grading} if question.grading else {})


def _kept_fraction(question: ParsedQuestion, answer: Answer) -> str | None:
    if question.grading == FRACTIONS:
        return written(answer.fraction)
    is_plain = question.grading == ALL_OR_NOTHING or answer.fraction in (0, 100)
    return None if is_plain else written(answer.fraction)


def _true_false_value(question: ParsedQuestion) -> dict:
    by_text = {answer.text: answer for answer in question.answers}
    feedback = {f"{name}_feedback": by_text[name].feedback for name in ("true", "false")}
    return {"is_true": by_text["true"].fraction == 100, **feedback}


def _short_text_value(question: ParsedQuestion) -> dict:
    return {"accepted": [answer.text for answer in question.answers]}


def _numeric_value(question: ParsedQuestion) -> dict:
    [answer] = question.answers
    return {"answer": answer.text, "tolerance": written(answer.tolerance), "unit": question.unit}


def _matching_value(question: ParsedQuestion) -> dict:
    pairs = [{"prompt": answer.text, "answer": answer.match} for answer in question.answers if answer.text]
    return {"pairs": pairs, "distractors": [answer.match for answer in question.answers if not answer.text]}


def _ordering_value(question: ParsedQuestion) -> dict:
    return {"entries": [answer.text for answer in question.answers], "grading": question.grading}


_VALUES: dict[str, Callable[[ParsedQuestion], dict]] = {
    "single_choice": _choice_value,
    "multiple_choice": _choice_value,
    "true_false": _true_false_value,
    "short_text": _short_text_value,
    "numeric": _numeric_value,
    "matching": _matching_value,
    "ordering": _ordering_value,
}


def answers_of(kind: str, value: Any) -> tuple[list[Answer], str]:
    """The answers in a block's value, and how they share the mark."""
    return _ANSWERS[kind](value)


def stored_rich(text: RichText | str | None) -> str:
    return rich(text.source if isinstance(text, RichText) else text or "", "html", NOWHERE)


def _line(text: str) -> str:
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
    texts = [_line(answer["text"].replace("\\*", "*")) for answer in value["accepted"]]
    return [Answer(text) for text in texts if text], ""


def _numeric_answers(value: Any) -> tuple[list[Answer], str]:
    return [Answer(written(value["answer"]), tolerance=value.get("tolerance") or Decimal(0))], ""


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
