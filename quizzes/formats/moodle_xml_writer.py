"""Moodle XML, written: what `moodle_xml.parse` reads back as it was, and Moodle as well."""

import base64
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import PurePosixPath
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from quizzes.formats import moodle_xml_details
from quizzes.formats.categories import path_of
from quizzes.formats.moodle_xml_cloze import with_gaps
from quizzes.formats.numbers import written
from quizzes.formats.parsed import ALL_OR_NOTHING, Answer, ParsedQuestion, Picture
from quizzes.formats.pictures import PLUGIN_FILE, joined, with_sources
from quizzes.formats.texts import as_html

_TYPES = {
    "single_choice": "multichoice",
    "multiple_choice": "multichoice",
    "true_false": "truefalse",
    "short_text": "shortanswer",
    "numeric": "numerical",
    "matching": "matching",
    "ordering": "ordering",
    "essay": "essay",
    "cloze": "cloze",
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
    text = joined(question.text, question.image, question.image_alt)
    parts = [
        f"<question type={quoteattr(kind)}>",
        f"<name>{_text(question.name)}</name>",
        _pictured("questiontext", text, question),
        _pictured("generalfeedback", question.general_feedback, question),
        f"<defaultgrade>{written(question.mark if question.mark is not None else Decimal(1))}</defaultgrade>",
        *([f"<penalty>{written(question.penalty / 100)}</penalty>"] if question.penalty is not None else []),
        *_details(question),
        *moodle_xml_details.written(question),
        *(_answer(question, position, answer) for position, answer in enumerate(question.answers, start=1)),
        *(_styled("hint", as_html(hint)) for hint in question.hints),
        *_tags(question),
        "</question>",
    ]
    return "\n".join(parts) + "\n"


def _pictured(name: str, markup: str, question: ParsedQuestion) -> str:
    """A text with the files of its pictures, each under a name of its own."""
    names: dict[str, str] = {}
    by_digest = {picture.digest: picture for picture in question.pictures}

    def source(digest: str) -> str:
        if digest not in names:
            names[digest] = _free_name(by_digest[digest], set(names.values()))
        return PLUGIN_FILE + quote(names[digest])

    text = with_sources(markup, source)
    if question.type == "cloze" and name == "questiontext":
        text = with_gaps(text, question.details["gaps"])
    files = "".join(_file(names[digest], by_digest[digest]) for digest in names)
    return f'<{name} format="html">{_text(text)}{files}</{name}>'


def _free_name(picture: Picture, taken: set[str]) -> str:
    path, number = PurePosixPath(picture.name), 2
    name = path.name
    while name in taken:
        name, number = f"{path.stem}-{number}{path.suffix}", number + 1
    return name


def _file(name: str, picture: Picture) -> str:
    data = base64.b64encode(picture.read()).decode()
    return f'<file name={quoteattr(name)} path="/" encoding="base64">{data}</file>'


def _details(question: ParsedQuestion) -> list[str]:
    if question.type in ("single_choice", "multiple_choice"):
        return [f"<single>{'true' if question.type == 'single_choice' else 'false'}</single>"]
    if question.type == "ordering":
        return ["<selecttype>ALL</selecttype>", f"<gradingtype>{_GRADINGS[question.grading]}</gradingtype>"]
    return []


def _answer(question: ParsedQuestion, position: int, answer: Answer) -> str:
    if question.type == "matching":
        prompt = _text(as_html(answer.text))
        return f'<subquestion format="html">{prompt}<answer>{_text(answer.match)}</answer></subquestion>'
    fraction = written(Decimal(position) if question.type == "ordering" else answer.fraction)
    feedback = _styled("feedback", as_html(answer.feedback)) if answer.feedback else ""
    if question.type in ("single_choice", "multiple_choice", "ordering"):
        return f'<answer fraction="{fraction}" format="html">{_text(as_html(answer.text))}{feedback}</answer>'
    tolerance = f"<tolerance>{written(answer.tolerance)}</tolerance>" if question.type == "numeric" else ""
    inside = f"{_text(answer.text)}{feedback}{tolerance}"
    return f'<answer fraction="{fraction}" format="moodle_auto_format">{inside}</answer>'


def _tags(question: ParsedQuestion) -> list[str]:
    tags = "".join(f"<tag>{_text(tag)}</tag>" for tag in question.tags)
    return [f"<tags>{tags}</tags>"] if tags else []


def _styled(name: str, markup: str) -> str:
    return f'<{name} format="html">{_text(markup)}</{name}>'


def _text(text: str) -> str:
    return f"<text>{escape(text)}</text>"
