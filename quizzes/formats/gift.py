"""GIFT, Moodle's plain-text format (docs.moodle.org/en/GIFT_format), read.

A comment above a question may carry tags as Moodle writes them, `// [tag:returns]`, and what GIFT has no word for:
`[unit:days]`, `[mark:2]`, `[penalty:25]`, `[hint:Think of the date]`, `[grading:all_or_nothing]`, the details of its
type such as `[maximum_words:200]` (details.py), and `[type:short_text]` for accepted answers with an arrow. In these,
backslash and n is a new line. A picture stands in the HTML of a text as `<img src="data:…">`.
"""

import re
from dataclasses import replace
from functools import partial

from django.utils.translation import gettext as _

from quizzes.formats import details, numbers
from quizzes.formats.categories import names_in
from quizzes.formats.gift_answers import STYLE, Piece, answers_in
from quizzes.formats.gift_blocks import Block, GiftScanner, bare, unescaped
from quizzes.formats.parsed import ALL_OR_NOTHING, ParsedFile, ParsedQuestion, Place, Refusal, Refused
from quizzes.formats.pictures import Album, Finder
from quizzes.formats.texts import name_from, one_line, rich

_DIRECTIVE = re.compile(rf"\[(tag|type|unit|mark|penalty|hint|grading|{'|'.join(details.NAMES)}):")
_VALUE = re.compile(r"((?:\\.|[^\]\\])*)\]")
_ESCAPED_IN_DIRECTIVE = re.compile(r"\\([\]\\n])")
BLANK = "_____"


def parse(text: str) -> ParsedFile:
    """All the questions of a file that can be read, and a refusal for each other thing in it."""
    file, album = ParsedFile(), Album()
    category: tuple[str, ...] | None = None
    for block in GiftScanner(text).blocks():
        if isinstance(block, Refused):
            file.refusals.append(Refusal.of(block))
        elif block.is_category:
            category = names_in(block.text) or None
        else:
            try:
                file.questions.append(replace(_question(block, Finder(album)), category=category))
            except Refused as refused:
                file.refusals.append(Refusal.of(refused, _name_in(block)))
    return file


def _question(block: Block, finder: Finder) -> ParsedQuestion:
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
    read = answers_in(body, directives.get("type") == ["short_text"])
    is_all_or_nothing = read.type == "multiple_choice" and directives.get("grading") == [ALL_OR_NOTHING]
    markup = rich(stem, style, place, finder)
    return ParsedQuestion(
        name=_name_in(block) or name_from(markup),
        is_named=bool(_name_in(block)),
        type=read.type,
        text=markup,
        answers=tuple(read.answers),
        general_feedback=general_feedback.said(partial(rich, picture_of=finder)) if general_feedback else "",
        grading=ALL_OR_NOTHING if is_all_or_nothing else read.grading,
        notes=read.notes,
        pictures=finder.pictures,
        **_said_in(directives, read.type, place),
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


def _said_in(directives: dict[str, list[str]], type_name: str, place: Place) -> dict:
    """The fields of a question for which GIFT has no word."""
    first = {name: values[0] for name, values in directives.items()}
    own = {name: text for name, text in first.items() if name in details.NAMES}
    return {
        "tags": tuple(" ".join(tag.split()) for tag in directives.get("tag", ())),
        "hints": tuple(" ".join(hint.split()) for hint in directives.get("hint", ())),
        "mark": numbers.mark(first["mark"], place) if "mark" in first else None,
        "penalty": numbers.percent(first["penalty"], place) if "penalty" in first else None,
        "unit": " ".join(first.get("unit", "").split()),
        "details": {name: details.said(type_name, name, text, place) for name, text in own.items()},
    }


def _directives(block: Block) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for _line, comment in block.comments:
        at = 0
        while (begin := _DIRECTIVE.search(comment, at)) and (value := _VALUE.match(comment, begin.end())):
            at = value.end()
            if value[1].strip():
                found.setdefault(begin[1], []).append(_ESCAPED_IN_DIRECTIVE.sub(_unescaped, value[1]))
    return found


def _unescaped(escape: re.Match) -> str:
    return "\n" if escape[1] == "n" else escape[1]
