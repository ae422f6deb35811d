"""From a parsed question to the block that the bank holds, for every type; `stored.py` is the way back."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError

from quizzes.formats.numbers import written
from quizzes.formats.parsed import ALL_OR_NOTHING, FRACTIONS, Answer, ParsedQuestion
from quizzes.formats.pictures import PLACED
from quizzes.question_types import QUESTION_TYPES, QuestionBodyBlock

TEXTS = ("text", "general_feedback")
CHOSEN = ("image", "article")  # by their keys: the block would ask the database for each
DEPENDENT = ("numeric", "cloze", "essay")  # where one field can be wrong because of another
KEPT_IN_ANOTHER_TYPE = ("hints", "image", "image_alt", "article")
ImageOf = Callable[[str], int]  # from the SHA-1 of a picture to the key of its image


@cache
def body_block() -> QuestionBodyBlock:
    return QuestionBodyBlock()


def body_of(type_name: str, value: dict, image_of: ImageOf) -> list[dict]:
    """The body as the editor would have stored it, each option with its own id.

    value: as `block_value` gives it, pictures by their SHA-1, and without a `block_problem`: it is not checked again.
    """
    block, value = body_block(), dict(value)
    chosen = {name: value.pop(name, None) for name in CHOSEN}
    for name in TEXTS:
        value[name] = _embedded(value[name], image_of)
    if isinstance(chosen["image"], str):
        chosen["image"] = image_of(chosen["image"])
    [body] = block.to_python([{"type": type_name, "value": value}]).get_prep_value()
    body["value"] |= {name: pk for name, pk in chosen.items() if pk}
    return [body]


def _embedded(markup: str, image_of: ImageOf) -> str:
    def embed(found) -> str:
        alt, kind, digest = found.groups()
        return f'<embed alt="{alt}" embedtype="image" format="{kind}" id="{image_of(digest)}"/>'

    return PLACED.sub(embed, markup)


def block_value(question: ParsedQuestion) -> dict:
    """The value of the block of this question in JSON: only what the file says, and pictures by their SHA-1."""
    said = {name: said for name in ("image", "image_alt", "unit", "grading") if (said := getattr(question, name))}
    if question.hints:
        said["hints"] = list(question.hints)
    texts = {name: getattr(question, name) for name in TEXTS}
    return texts | said | _VALUES.get(question.type, lambda question: {})(question) | question.details


def block_problem(type_name: str, value: dict) -> str:
    """What the editor would say against a value of `block_value`, in words; empty where nothing."""
    block = QUESTION_TYPES[type_name].block
    try:
        block.clean(block.to_python({name: part for name, part in value.items() if name not in CHOSEN}))
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
    return {"options": options}


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
    return {
        "accepted": [
            {"text": answer.text, "fraction": written(answer.fraction), "feedback": answer.feedback}
            for answer in question.answers
        ]
    }


def _numeric_value(question: ParsedQuestion) -> dict:
    """The right answer before the others, whose order stays."""
    right = next(answer for answer in question.answers if answer.fraction == 100)
    others = [answer for answer in question.answers if answer is not right]
    numbers = [
        {
            "answer": answer.text,
            "tolerance": written(answer.tolerance),
            "fraction": written(answer.fraction),
            "feedback": answer.feedback,
        }
        for answer in (right, *others)
    ]
    main = {name: value for name, value in numbers[0].items() if name != "fraction"}
    return {**main, "other_answers": numbers[1:]}


def _matching_value(question: ParsedQuestion) -> dict:
    pairs = [{"prompt": answer.text, "answer": answer.match} for answer in question.answers if answer.text]
    return {"pairs": pairs, "distractors": [answer.match for answer in question.answers if not answer.text]}


def _ordering_value(question: ParsedQuestion) -> dict:
    return {"entries": [answer.text for answer in question.answers]}


_VALUES: dict[str, Callable[[ParsedQuestion], dict]] = {
    "single_choice": _choice_value,
    "multiple_choice": _choice_value,
    "true_false": _true_false_value,
    "short_text": _short_text_value,
    "numeric": _numeric_value,
    "matching": _matching_value,
    "ordering": _ordering_value,
}
