"""Aiken (docs.moodle.org/en/Aiken_format): a question, options that begin with a letter, and a line `ANSWER: B`."""

import re
from decimal import Decimal
from string import ascii_uppercase

from django.utils.translation import gettext as _

from quizzes.formats.parsed import Answer, ParsedFile, ParsedQuestion, Place, Refusal, Refused
from quizzes.formats.texts import lines, rich

_OPTION = re.compile(r"\s*([A-Z])[.)](?:\s+(.*))?$")
_ANSWER = re.compile(r"\s*ANSWER\s*:(.*)$", re.IGNORECASE)


class _Draft:
    """The lines of the question that is being read."""

    def __init__(self):
        self.text: list[str] = []
        self.options: list[tuple[str, str, Place]] = []
        self.place = Place(1, 1)
        self.has_gap = False  # a blank line stood above

    @property
    def is_empty(self) -> bool:
        return not self.text and not self.options


def parse(text: str) -> ParsedFile:
    file, draft = ParsedFile(), _Draft()
    for number, line in enumerate(text.split("\n"), start=1):
        place = Place(number, len(line) - len(line.lstrip()) + 1)
        try:
            draft = _taken(file, draft, line, place)
        except Refused as refused:
            file.refusals.append(Refusal.of(refused, " ".join(draft.text)))
            draft = _Draft()
            if not _OPTION.match(line) and not _ANSWER.match(line):
                draft = _taken(file, draft, line, place)
    if not draft.is_empty:
        file.refusals.append(Refusal.of(_unanswered(draft), " ".join(draft.text)))
    return file


def _taken(file: ParsedFile, draft: _Draft, line: str, place: Place) -> _Draft:
    """The draft with one more line; a new one where the line ends it. Raises Refused where it does not fit."""
    if not line.strip():
        draft.has_gap = True
        return draft
    if answer := _ANSWER.match(line):
        file.questions.append(_question(draft, answer[1].strip(), place))
        return _Draft()
    if draft.is_empty:
        draft.place = place
    option = _OPTION.match(line)
    if option and draft.text:
        draft.options.append((option[1], option[2] or "", place))
    elif draft.options:
        raise _unanswered(draft)
    elif draft.text and draft.has_gap:
        raise Refused(draft.place, _("The question has no options: they begin with A. or A)."))
    else:
        draft.text.append(line.strip())
    draft.has_gap = False
    return draft


def _unanswered(draft: _Draft) -> Refused:
    if not draft.options:
        return Refused(draft.place, _("The question has no options: they begin with A. or A)."))
    return Refused(draft.place, _("The line “ANSWER:” with the letter of the right option is missing."))


def _question(draft: _Draft, letter: str, place: Place) -> ParsedQuestion:
    if not draft.text:
        raise Refused(place, _("There is no question above this answer."))
    letters = [option[0] for option in draft.options]
    for position, (found, _text, option_place) in enumerate(draft.options):
        if found != ascii_uppercase[position : position + 1]:
            reason = _("The options are not in the order of their letters: here is %(letter)s.")
            raise Refused(option_place, reason % {"letter": found})
    if letter.upper() not in letters:
        reason = _("The answer “%(letter)s” is the letter of no option.")
        raise Refused(place, reason % {"letter": letter[:40]})
    answers = [
        Answer(lines(text, "plain", at), Decimal(100 if found == letter.upper() else 0), place=at)
        for found, text, at in draft.options
    ]
    text = "\n".join(draft.text)
    return ParsedQuestion(
        name=lines(text, "plain", draft.place).replace("\n", " "),
        is_named=False,
        type="single_choice",
        text=rich(text, "plain", draft.place),
        answers=tuple(answers),
        line=draft.place.line,
        column=draft.place.column,
    )
