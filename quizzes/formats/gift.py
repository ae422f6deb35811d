"""GIFT, Moodle's plain-text format (docs.moodle.org/en/GIFT_format), read.

A comment above a question may carry tags as Moodle writes them, `// [tag:returns]`, and what GIFT has no word for:
`[unit:days]`, `[mark:2]`, `[grading:all_or_nothing]`, and `[type:short_text]` for accepted answers with an arrow.
"""

import re
from dataclasses import replace

from django.utils.translation import gettext as _

from quizzes.formats import numbers
from quizzes.formats.categories import names_in
from quizzes.formats.gift_answers import STYLE, Piece, answers_in
from quizzes.formats.gift_blocks import Block, GiftScanner, bare, unescaped
from quizzes.formats.parsed import ALL_OR_NOTHING, ParsedFile, ParsedQuestion, Refusal, Refused
from quizzes.formats.texts import one_line, rich, words

_DIRECTIVE = re.compile(r"\[(tag|type|unit|mark|grading):((?:\\.|[^\]\\])+)\]")
_ESCAPED_IN_DIRECTIVE = re.compile(r"\\([\]\\])")
BLANK = "_____"


def parse(text: str) -> ParsedFile:
    """All the questions of a file that can be read, and a refusal for each other thing in it."""
    file = ParsedFile()
    category: tuple[str, ...] | None = None
    for block in GiftScanner(text).blocks():
        if isinstance(block, Refused):
            file.refusals.append(Refusal.of(block))
        elif block.is_category:
            category = names_in(block.text) or None
        else:
            try:
                file.questions.append(replace(_question(block), category=category))
            except Refused as refused:
                file.refusals.append(Refusal.of(refused, _name_in(block)))
    return file


def _question(block: Block) -> ParsedQuestion:
    text = block.text
    place = block.place(len(text) - len(text.lstrip()))
    name_end = _name_end(block)
    pair = [match.start() for match in bare(text, "[{}]")]
    if not pair:
        raise Refused(place, _("It has no answers in braces: descriptions cannot be imported."))
    stem, tail = text[name_end : pair[0]], text[pair[1] + 1 :]
    style = match[1] if (match := STYLE.match(stem)) else "moodle"
    stem = stem[match.end() :] if match else stem
    stem = unescaped(f"{stem}{BLANK}{tail}" if tail.strip() else stem).strip()
    body, general_feedback = _without_general_feedback(Piece(text[: pair[1]], 0, block.place, style).part(pair[0] + 1))
    directives = _directives(block)
    type_name, answers, grading = answers_in(body, directives.get("type") == ["short_text"])
    if type_name == "multiple_choice" and directives.get("grading") == [ALL_OR_NOTHING]:
        grading = ALL_OR_NOTHING
    return ParsedQuestion(
        name=_name_in(block) or words(stem, style, place),
        is_named=bool(_name_in(block)),
        type=type_name,
        text=rich(stem, style, place),
        answers=tuple(answers),
        general_feedback=general_feedback.said(rich) if general_feedback else "",
        tags=tuple(directives.get("tag", ())),
        mark=numbers.mark(directives["mark"][0], place) if "mark" in directives else None,
        unit=directives.get("unit", [""])[0],
        grading=grading,
        line=place.line,
        column=place.column,
    )


def _without_general_feedback(body: Piece) -> tuple[Piece, Piece | None]:
    marks = list(bare(body.raw, "####"))
    if not marks:
        return body, None
    return body.part(0, marks[-1].start()), body.part(marks[-1].end())


def _name_end(block: Block) -> int:
    """Where the question's text begins, after its name."""
    text = block.text
    start = len(text) - len(text.lstrip())
    if not text.startswith("::", start):
        return start
    marks = [match for match in bare(text, "::") if match.start() > start]
    if not marks:
        raise Refused(block.place(start), _("The name does not end with ::."))
    return marks[0].end()


def _name_in(block: Block) -> str:
    try:
        end = _name_end(block)
    except Refused:
        return ""
    name = block.text[:end].strip().removeprefix("::").removesuffix("::")
    return one_line(unescaped(name))


def _directives(block: Block) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for _line, comment in block.comments:
        for name, value in _DIRECTIVE.findall(comment):
            found.setdefault(name, []).append(" ".join(_ESCAPED_IN_DIRECTIVE.sub(r"\1", value).split()))
    return found
