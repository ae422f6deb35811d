"""Moodle XML (docs.moodle.org/en/Moodle_XML_format), read."""

from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from quizzes.formats import numbers
from quizzes.formats.categories import names_in
from quizzes.formats.moodle_xml_answers import READERS
from quizzes.formats.moodle_xml_texts import has_text, said_rich, said_words
from quizzes.formats.parsed import ParsedFile, ParsedQuestion, Refusal, Refused
from quizzes.formats.reading import refuse_unsound
from quizzes.formats.texts import one_line
from quizzes.formats.xml_tree import Element, read_tree

_COMBINED_FEEDBACK = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")


def parse(text: str) -> ParsedFile:
    """All the questions that can be read, and a refusal for each other. Raises Refused for what is not Moodle XML."""
    root = read_tree(text)
    if root.name != "quiz":
        raise Refused(root.place, _("This is not Moodle XML: it begins with <%(name)s>.") % {"name": root.name[:40]})
    file = ParsedFile()
    category: tuple[str, ...] | None = None
    for element in root.children:
        name = one_line(element.said("name", "text"))
        try:
            if element.attributes.get("type") == "category":
                category = names_in(element.said("category", "text")) or None
            else:
                file.questions.append(replace(_question(element, name), category=category))
        except Refused as refused:
            file.refusals.append(Refusal.of(refused, name))
    return file


def _question(element: Element, name: str) -> ParsedQuestion:
    kind = element.attributes.get("type", "")
    if element.name != "question" or kind not in READERS:
        reason = _("Questions of the type “%(type)s” cannot be imported yet.")
        raise Refused(element.place, reason % {"type": (kind or element.name)[:40]})
    if picture := element.anywhere("file"):
        raise Refused(picture.place, _("It holds a file, which a question cannot hold yet."))
    type_name, answers, grading = READERS[kind](element)
    refuse_unsound(name, element.place)
    return ParsedQuestion(
        name=name or said_words(element.first("questiontext")),
        is_named=bool(name),
        type=type_name,
        text=said_rich(element.first("questiontext")),
        answers=tuple(answers),
        general_feedback=said_rich(element.first("generalfeedback")),
        tags=_tags(element),
        mark=_mark(element),
        unit=_unit(element),
        grading=grading,
        line=element.place.line,
        column=element.place.column,
        notes=_notes(element),
    )


def _tags(element: Element) -> tuple[str, ...]:
    tags = element.first("tags")
    said = [" ".join(tag.said("text").split()) for tag in tags.all("tag")] if tags else []
    return tuple(dict.fromkeys(tag for tag in said if tag))


def _mark(element: Element) -> Decimal | None:
    grade = element.first("defaultgrade")
    return numbers.mark(grade.text, grade.place) if grade and grade.text.strip() else None


def _unit(element: Element) -> str:
    units = element.first("units")
    found = units.all("unit") if units else []
    if len(found) > 1:
        raise Refused(found[1].place, _("A number with several units cannot be imported yet."))
    for unit in found:
        if numbers.number(unit.said("multiplier") or "1", unit.place) != 1:
            raise Refused(unit.place, _("A unit with a factor cannot be imported yet."))
    return " ".join(found[0].said("unit_name").split()) if found else ""


def _notes(element: Element) -> tuple[str, ...]:
    notes = []
    if any(has_text(part) for name in _COMBINED_FEEDBACK if (part := element.first(name))):
        notes.append(_("Its feedback to right, partly right and wrong responses was not imported."))
    if any(has_text(hint) for hint in element.all("hint")):
        notes.append(_("Its hints were not imported."))
    if element.said("usecase") == "1":
        notes.append(_("Capitals do not matter in short answers here."))
    if element.said("hidden") == "1":
        notes.append(_("It was hidden where it comes from."))
    return tuple(notes)
