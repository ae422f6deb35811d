"""Moodle XML, written: what `moodle_xml.parse` reads back as it was, and Moodle as well."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from quizzes.formats.categories import path_of
from quizzes.formats.numbers import written
from quizzes.formats.parsed import ALL_OR_NOTHING, Answer, ParsedQuestion
from quizzes.formats.texts import as_html

_TYPES = {
    "single_choice": "multichoice",
    "multiple_choice": "multichoice",
    "true_false": "truefalse",
    "short_text": "shortanswer",
    "numeric": "numerical",
    "matching": "matching",
    "ordering": "ordering",
}
_GRADINGS = {
    "places": "ABSOLUTE_POSITION",
    "neighbours": "RELATIVE_NEXT_EXCLUDE_LAST",
    "all_or_nothing": "ALL_OR_NOTHING",
}


def write(questions: Iterable[ParsedQuestion]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n'
    category = None
    for question in questions:
        if question.category != category and question.category:
            category = question.category
            path = escape(path_of(category))
            yield f'<question type="category"><category><text>{path}</text></category></question>\n'
        yield _question(question)
    yield "</quiz>\n"


def _question(question: ParsedQuestion) -> str:
    kind = _TYPES[question.type]
    if question.type == "multiple_choice" and question.grading == ALL_OR_NOTHING:
        kind = "multichoiceset"
    parts = [
        f"<question type={quoteattr(kind)}>",
        f"<name>{_text(question.name)}</name>",
        _styled("questiontext", question.text),
        _styled("generalfeedback", question.general_feedback),
        f"<defaultgrade>{written(question.mark if question.mark is not None else Decimal(1))}</defaultgrade>",
        *_details(question),
        *(_answer(question, position, answer) for position, answer in enumerate(question.answers, start=1)),
        *_tags(question),
        "</question>",
    ]
    return "\n".join(parts) + "\n"


def _details(question: ParsedQuestion) -> list[str]:
    if question.type in ("single_choice", "multiple_choice"):
        return [f"<single>{'true' if question.type == 'single_choice' else 'false'}</single>"]
    if question.type == "ordering":
        return ["<selecttype>ALL</selecttype>", f"<gradingtype>{_GRADINGS[question.grading]}</gradingtype>"]
    if question.unit:
        name = escape(question.unit)
        return [f"<units><unit><multiplier>1</multiplier><unit_name>{name}</unit_name></unit></units>"]
    return []


def _answer(question: ParsedQuestion, position: int, answer: Answer) -> str:
    if question.type == "matching":
        prompt = _text(as_html(answer.text))
        return f'<subquestion format="html">{prompt}<answer>{_text(answer.match)}</answer></subquestion>'
    fraction = written(Decimal(position) if question.type == "ordering" else answer.fraction)
    feedback = _styled("feedback", as_html(answer.feedback)) if answer.feedback else ""
    if question.type in ("single_choice", "multiple_choice", "ordering"):
        return f'<answer fraction="{fraction}" format="html">{_text(as_html(answer.text))}{feedback}</answer>'
    text = answer.text.replace("*", "\\*") if question.type == "short_text" else answer.text
    tolerance = f"<tolerance>{written(answer.tolerance)}</tolerance>" if question.type == "numeric" else ""
    return f'<answer fraction="{fraction}" format="moodle_auto_format">{_text(text)}{feedback}{tolerance}</answer>'


def _tags(question: ParsedQuestion) -> list[str]:
    tags = "".join(f"<tag>{_text(tag)}</tag>" for tag in question.tags)
    return [f"<tags>{tags}</tags>"] if tags else []


def _styled(name: str, markup: str) -> str:
    return f'<{name} format="html">{_text(markup)}</{name}>'


def _text(text: str) -> str:
    return f"<text>{escape(text)}</text>"
