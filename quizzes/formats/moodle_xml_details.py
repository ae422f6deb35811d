"""What only some types have, in Moodle's words where Moodle has them, else in an element that Moodle passes over:

<lodestar name="keep_last">yes</lodestar>
"""

from collections.abc import Iterator
from decimal import Decimal, localcontext
from xml.sax.saxutils import escape, quoteattr

from quizzes.formats import details, numbers
from quizzes.formats.moodle_xml_texts import said_lines
from quizzes.formats.parsed import ParsedQuestion
from quizzes.formats.texts import as_html, lines
from quizzes.formats.xml_tree import Element

OWN = "lodestar"
WHOLE_PENALTY = "100"
_IN_WORDS = {"minimum_words": "minwordlimit", "maximum_words": "maxwordlimit", "rows": "responsefieldlines"}
_IN_TEXTS = {"template": "responsetemplate", "marker_note": "graderinfo"}
_DIGITS_KEPT, _DIGITS_WRITTEN = 12, 20  # of a factor: its reciprocal, which Moodle wants, may have no end


def said_in(question: Element, type_name: str) -> tuple[str, dict]:
    """The unit of a question, and its details."""
    unit, found = "", {}
    if type_name == "numeric":
        unit, found = _units(question)
    if type_name == "essay":
        found = _essay(question)
    for element in question.all(OWN):
        name = element.attributes.get("name", "")
        found[name] = details.said(type_name, name, element.text.strip(), element.place)
    return unit, found


def _essay(question: Element) -> dict:
    limits = {name: question.first(tag) for name, tag in _IN_WORDS.items()}
    found = {
        name: details.said("essay", name, element.text, element.place)
        for name, element in limits.items()
        if element is not None and element.text.strip() not in ("", "0")
    }
    texts = {name: said_lines(question.first(tag)) for name, tag in _IN_TEXTS.items()}
    return found | {name: text for name, text in texts.items() if text}


def _units(question: Element) -> tuple[str, dict]:
    units = question.first("units")
    rows = [
        (" ".join(unit.said("unit_name").split()), numbers.number(unit.said("multiplier") or "1", unit.place))
        for unit in (units.all("unit") if units else [])
    ]
    if not rows:
        return "", {}
    first = next((row for row in rows if row[1] == 1), rows[0])
    others = [{"unit": name, "factor": _reciprocal(by, first[1])} for name, by in rows if name != first[0]]
    found = {"other_units": others} if others else {}
    if question.said("unitgradingtype") in ("1", "2"):
        penalty = numbers.number(question.said("unitpenalty") or "1", question.place) * 100
        found |= {"unit_is_required": True, "unit_penalty": numbers.written(penalty)}
    return first[0], found


def _reciprocal(multiplier: Decimal, of: Decimal = Decimal(1)) -> str:
    """How many of the first unit one of the other is: Moodle says how many of the other one of the first is."""
    if multiplier == 0:
        return "0"  # which the block refuses in its own words
    with localcontext(prec=_DIGITS_KEPT):
        return numbers.written((of / multiplier).normalize() + 0)


def written(question: ParsedQuestion) -> Iterator[str]:
    """The elements that `said_in` reads."""
    left = details.worth_saying(question.type, question.details)
    if question.type == "essay":
        yield from _written_essay(question, left)
    if question.type == "numeric":
        yield from _written_units(question, left)
    left.pop("gaps", None)  # they stand in the text
    for name, text in left.items():
        yield f"<{OWN} name={quoteattr(name)}>{escape(text)}</{OWN}>"


def _written_essay(question: ParsedQuestion, left: dict[str, str]) -> Iterator[str]:
    yield "<responseformat>plain</responseformat>"
    yield "<responserequired>1</responserequired>"
    for name, tag in _IN_WORDS.items():
        if question.details.get(name) is not None:
            left.pop(name, None)
            yield f"<{tag}>{question.details[name]}</{tag}>"
    for name, tag in _IN_TEXTS.items():
        text = question.details.get(name) or ""
        if lines(as_html(text), "html", question.place) == text:
            left.pop(name, None)
        yield f'<{tag} format="html"><text>{escape(as_html(text))}</text></{tag}>'


def _written_units(question: ParsedQuestion, left: dict[str, str]) -> Iterator[str]:
    others = question.details.get("other_units") or []
    if question.unit:
        rows = [(question.unit, "1"), *((other["unit"], _multiplier(other["factor"])) for other in others)]
        units = "".join(
            f"<unit><multiplier>{by}</multiplier><unit_name>{escape(name)}</unit_name></unit>" for name, by in rows
        )
        yield f"<units>{units}</units>"
        if [_reciprocal(Decimal(by)) for _name, by in rows[1:]] == [other["factor"] for other in others]:
            left.pop("other_units", None)
    if question.details.get("unit_is_required"):
        penalty = Decimal(question.details.get("unit_penalty") or WHOLE_PENALTY)
        yield f"<unitgradingtype>1</unitgradingtype><unitpenalty>{numbers.written(penalty / 100)}</unitpenalty>"
        left.pop("unit_is_required", None), left.pop("unit_penalty", None)


def _multiplier(factor: str) -> str:
    with localcontext(prec=_DIGITS_WRITTEN):
        return numbers.written(1 / Decimal(factor)) if Decimal(factor) else "0"
