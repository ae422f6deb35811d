"""Moodle XML (docs.moodle.org/en/Moodle_XML_format), read."""

from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from quizzes.formats import numbers
from quizzes.formats.categories import names_in
from quizzes.formats.moodle_xml_answers import READERS
from quizzes.formats.moodle_xml_cloze import gaps_in
from quizzes.formats.moodle_xml_details import said_in
from quizzes.formats.moodle_xml_texts import has_text, said_lines, said_rich
from quizzes.formats.parsed import ParsedFile, ParsedQuestion, Picture, Refusal, Refused
from quizzes.formats.pictures import Album, Finder
from quizzes.formats.reading import refuse_unsound
from quizzes.formats.texts import name_from, one_line
from quizzes.formats.xml_tree import Element, read_tree

WITH_FILES = ("questiontext", "generalfeedback")
_COMBINED_FEEDBACK = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")


def parse(text: str) -> ParsedFile:
    """All the questions that can be read, and a refusal for each other. Raises Refused for what is not Moodle XML."""
    root = read_tree(text)
    if root.name != "quiz":
        raise Refused(root.place, _("This is not Moodle XML: it begins with <%(name)s>.") % {"name": root.name[:40]})
    file, album = ParsedFile(), Album()
    category: tuple[str, ...] | None = None
    for element in root.children:
        name = one_line(element.said("name", "text"))
        try:
            if element.attributes.get("type") == "category":
                category = names_in(element.said("category", "text")) or None
            else:
                file.questions.append(replace(_question(element, name, album), category=category))
        except Refused as refused:
            file.refusals.append(Refusal.of(refused, name))
    return file


def _question(element: Element, name: str, album: Album) -> ParsedQuestion:
    kind = element.attributes.get("type", "")
    if element.name != "question" or kind not in READERS:
        reason = _("Questions of the type “%(type)s” cannot be imported.")
        raise Refused(element.place, reason % {"type": (kind or element.name)[:40]})
    refuse_unsound(name, element.place)
    read, finders = READERS[kind](element), _finders(element, album)
    unit, details = said_in(element, read.type)
    stem, text = element.first("questiontext"), None
    if read.type == "cloze" and stem:
        text, details["gaps"] = gaps_in(stem.said("text"), stem.place)
    markup = said_rich(stem, finders["questiontext"], text)
    return ParsedQuestion(
        name=name or name_from(markup),
        is_named=bool(name),
        type=read.type,
        text=markup,
        answers=tuple(read.answers),
        general_feedback=said_rich(element.first("generalfeedback"), finders["generalfeedback"]),
        tags=_tags(element),
        mark=_mark(element),
        penalty=_penalty(element),
        hints=_hints(element),
        unit=unit,
        grading=read.grading,
        details=details,
        pictures=tuple(finders["questiontext"].found.values()),
        line=element.place.line,
        column=element.place.column,
        notes=read.notes + _notes(element),
    )


def _finders(element: Element, album: Album) -> dict[str, Finder]:
    """One for each text that may hold files: each has its own, and pictures of the same name may be different ones.

    A file elsewhere, as in an answer, has no place in a question of the bank.
    """
    found: dict[str, Picture] = {}
    finders = {name: Finder(album, {}, found) for name in WITH_FILES}
    for child in element.children:
        stray = child if child.name == "file" else child.anywhere("file")
        if child.name not in finders and stray:
            raise Refused(stray.place, _("It holds a file, which only its text and its general feedback may."))
        for file in child.all("file") if child.name in finders else ():
            path, name = file.attributes.get("path", "/").strip("/"), file.attributes.get("name", "")
            finders[child.name].files[f"{path}/{name}" if path else name] = (file.text, file.place)
    return finders


def _penalty(element: Element) -> Decimal | None:
    """Moodle says it as a part of 1; more than that can only be meant in percent."""
    said = element.first("penalty")
    if said is None or not said.text.strip():
        return None
    value = numbers.number(said.text, said.place)
    return (value * 100 if value <= 1 else value).quantize(Decimal("0.01"))


def _hints(element: Element) -> tuple[str, ...]:
    said = (said_lines(hint).replace("\n", " ") for hint in element.all("hint"))
    return tuple(hint for hint in said if hint)


def _tags(element: Element) -> tuple[str, ...]:
    tags = element.first("tags")
    said = [" ".join(tag.said("text").split()) for tag in tags.all("tag")] if tags else []
    return tuple(dict.fromkeys(tag for tag in said if tag))


def _mark(element: Element) -> Decimal | None:
    grade = element.first("defaultgrade")
    return numbers.mark(grade.text, grade.place) if grade and grade.text.strip() else None


def _notes(element: Element) -> tuple[str, ...]:
    notes = []
    if any(has_text(part) for name in _COMBINED_FEEDBACK if (part := element.first(name))):
        notes.append(_("Its feedback to right, partly right and wrong responses was not imported."))
    if element.said("attachments") not in ("", "0"):
        notes.append(_("Files cannot be handed in with an essay here."))
    if element.said("usecase") == "1":
        notes.append(_("Capitals do not matter in short answers here."))
    if element.said("hidden") == "1":
        notes.append(_("It was hidden where it comes from."))
    return tuple(notes)
