"""Moodle's embedded answers (docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type), read and written.

A gap stands in the text as `{2:SHORTANSWER:=Tbilisi#Right.~%50%Batumi}`: its weight, its kind, and its answers. What is
special in an answer has a backslash before it, and its words are HTML.
"""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from quizzes.formats import numbers
from quizzes.formats.gaps import NUMBERED
from quizzes.formats.parsed import Place, Refused
from quizzes.formats.texts import as_html, lines, words

CHOICE, TEXT, NUMBER = "choice", "text", "number"
KINDS = {
    **dict.fromkeys(("SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"), TEXT),
    **dict.fromkeys(("NUMERICAL", "NM"), NUMBER),
    **{
        f"{name}{order}{shuffled}": CHOICE
        for name, orders in (("MULTICHOICE", ("", "_V", "_H")), ("MC", ("", "V", "H")))
        for order in orders
        for shuffled in ("", "S" if name == "MC" or order else "_S")
    },
}
WRITTEN = {CHOICE: "MULTICHOICE", TEXT: "SHORTANSWER", NUMBER: "NUMERICAL"}
MOST_GAPS = 100
_GAP = re.compile(r"\{(\d*):([A-Z_]+):((?:\\.|[^\\{}])*)\}", re.DOTALL)
_OPENING = re.compile(r"\{\d*:[A-Z_]+:")
_MARK = re.compile(r"\s*(=|%(-?[\d.,]+)%)?(.*)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SPECIAL = re.compile(r"[\\~=#{}/\"]")
_BRACE = re.compile(r"\{(?=\d*:)")


def gaps_in(markup: str, place: Place) -> tuple[str, list[dict]]:
    """The text with [[1]], [[2]] … where the gaps stand, and the gaps as the block holds them."""
    if NUMBERED.search(markup):
        raise Refused(place, _("Numbers in double square brackets mean gaps here: [[1]]."))
    gaps: list[dict] = []

    def numbered(found: re.Match) -> str:
        gaps.append(_gap(*found.groups(), place))
        return f"[[{len(gaps)}]]"

    text = _GAP.sub(numbered, markup)
    if broken := _OPENING.search(text):
        raise Refused(place, _("The gap “%(gap)s” is not closed, or has a brace in it.") % {"gap": broken[0][:40]})
    if not gaps:
        raise Refused(place, _("There is no gap in its text, such as {1:SHORTANSWER:=right}."))
    if len(gaps) > MOST_GAPS:
        raise Refused(place, _("It has more than %(most)d gaps.") % {"most": MOST_GAPS})
    return text, gaps


def _gap(weight: str, kind: str, body: str, place: Place) -> dict:
    if kind not in KINDS:
        raise Refused(place, _("A gap of the kind “%(kind)s” cannot be imported.") % {"kind": kind[:40]})
    answers = [_answer(part, KINDS[kind], place) for part in _parts(body.strip().removeprefix("~"), r"~")]
    return {"kind": KINDS[kind], "weight": int(weight[:6] or 1), "answers": answers}


def _answer(part: str, kind: str, place: Place) -> dict:
    head, *feedback = _parts(part, r"(?<!&)#", 1)
    mark, percent, text = _MARK.fullmatch(head).groups()
    fraction = numbers.fraction(percent, place) if percent else Decimal(100 if mark == "=" else 0)
    said, tolerance = words(_unescaped(text), "html", place), None
    if kind == NUMBER:
        number, _colon, off = said.partition(":")
        said = numbers.written(numbers.number(number, place))
        tolerance = numbers.written(numbers.number(off, place)) if off.strip() else None
    return {
        "text": said,
        "fraction": numbers.written(fraction),
        "tolerance": tolerance,
        "feedback": lines(_unescaped(feedback[0]), "html", place) if feedback else "",
    }


def _parts(text: str, divider: str, most: int = 0) -> list[str]:
    """The parts between the dividers that have no backslash before them."""
    found = [match for match in re.finditer(rf"\\.|({divider})", text, re.DOTALL) if match[1]]
    ends = [match.start() for match in found[: most or None]]
    starts = [0, *(match.end() for match in found[: most or None])]
    return [text[start:end] for start, end in zip(starts, [*ends, len(text)], strict=True)]


def _unescaped(text: str) -> str:
    """An asterisk keeps its backslash: with it, it is no wildcard."""
    return _ESCAPED.sub(lambda found: found[0] if found[1] == "*" else found[1], text).strip()


def with_gaps(markup: str, gaps: list[dict]) -> str:
    """The text with its gaps as Moodle writes them: what `gaps_in` takes out."""
    text = _BRACE.sub("&#123;", markup)
    for number, gap in enumerate(gaps, start=1):
        text = text.replace(f"[[{number}]]", _written(gap))
    return text


def _written(gap: dict) -> str:
    answers = "~".join(_written_answer(answer, gap["kind"]) for answer in gap["answers"])
    return f"{{{gap['weight'] or 1}:{WRITTEN[gap['kind']]}:{answers}}}"


def _written_answer(answer: dict, kind: str) -> str:
    said = _escaped(answer["text"])
    if kind == NUMBER and answer["tolerance"] not in (None, "0"):
        said += f":{answer['tolerance']}"
    fraction = answer["fraction"] or "100"
    mark = {"100": "=", "0": ""}.get(fraction, f"%{fraction}%")
    if not mark and said.startswith("%"):
        mark = "%0%"
    feedback = f"#{_escaped(answer['feedback'])}" if answer["feedback"] else ""
    return mark + said + feedback


def _escaped(text: str) -> str:
    """As HTML whose entities hold nothing special."""
    html = as_html(text).replace("&#91;", "[").replace("\\*", "\0")
    return _SPECIAL.sub(r"\\\g<0>", html).replace("\0", "\\*")
