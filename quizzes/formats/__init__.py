"""File formats of questions: one module reads or writes one format, without a look at the database."""

from collections.abc import Callable, Iterable, Iterator

from django.utils.translation import gettext as _

from quizzes.formats import aiken, gift, gift_writer, moodle_xml, moodle_xml_writer, table
from quizzes.formats.checking import checked
from quizzes.formats.parsed import ParsedFile, ParsedQuestion, Refusal, Refused
from quizzes.formats.reading import MAX_BYTES, read_text

READERS: dict[str, Callable[[str], ParsedFile]] = {
    "gift": gift.parse,
    "moodle-xml": moodle_xml.parse,
    "aiken": aiken.parse,
    "csv": table.parse,
}
WRITERS: dict[str, Callable[[Iterable[ParsedQuestion]], Iterator[str]]] = {
    "gift": gift_writer.write,
    "moodle-xml": moodle_xml_writer.write,
    "csv": table.write,
}
# What a format has no word for: types of questions by format.
UNKNOWN = {"gift": {"cloze", "typing_speed"}, "moodle-xml": {"typing_speed"}, "csv": set()}

__all__ = ["MAX_BYTES", "READERS", "WRITERS", "ParsedFile", "ParsedQuestion", "Refusal", "parse", "problem_of_writing"]


def parse(
    data: bytes, format_name: str, encoding: str | None = None, category: tuple[str, ...] | None = None
) -> ParsedFile:
    """The questions of a file that the bank can hold, and a refusal with its place for everything else in it.

    `category` is that of questions whose category the file does not say.
    """
    try:
        return checked(READERS[format_name](read_text(data, encoding)), category)
    except Refused as refused:
        return ParsedFile(refusals=[Refusal.of(refused)])


def problem_of_writing(question: ParsedQuestion, format_name: str) -> str:
    """Why a format cannot hold a question, in words; empty where it can."""
    if question.type not in UNKNOWN[format_name]:
        return ""
    return _("This format knows no questions of the type “%(type)s”.") % {"type": question.type}
