"""GIFT, written: what `gift.parse` reads back as it was."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from quizzes.formats import details
from quizzes.formats.categories import path_of
from quizzes.formats.numbers import written
from quizzes.formats.parsed import ALL_OR_NOTHING, Answer, ParsedQuestion
from quizzes.formats.pictures import data_uri, joined, with_sources
from quizzes.formats.texts import as_html, looks_like_html, simple_text

_SPECIAL = re.compile(r"[\\~=#{}:]")
_IN_COMMENT = re.compile(r"[\]\\]")
USUAL_MARK, USUAL_PENALTY = Decimal(1), Decimal("33.33")
_ESCAPED = r"\\\g<0>"
_GRADINGS = {
    "places": "ABSOLUTE_POSITION",
    "neighbours": "RELATIVE_NEXT_EXCLUDE_LAST",
    "all_or_nothing": "ALL_OR_NOTHING",
}


def write(questions: Iterable[ParsedQuestion]) -> Iterator[str]:
    """The file in pieces, one or two a question."""
    category = None
    for question in questions:
        if question.category != category and question.category:
            category = question.category
            yield f"$CATEGORY: {path_of(category)}\n\n"
        yield _Writer(question).block()


def _escaped(text: str) -> str:
    return _SPECIAL.sub(_ESCAPED, text).replace("\n", "\\n")


def _in_comment(text: str) -> str:
    return _IN_COMMENT.sub(_ESCAPED, text).replace("\n", "\\n")


class _Writer:
    def __init__(self, question: ParsedQuestion):
        self.question = question
        sources = {picture.digest: data_uri(picture) for picture in question.pictures}
        self.markup = with_sources(joined(question.text, question.image, question.image_alt), sources.__getitem__)
        self.general = with_sources(question.general_feedback, sources.__getitem__)
        self.text = simple_text(self.markup)
        self.feedback = simple_text(self.general)
        self.is_html = self.text is None or self.feedback is None

    def block(self) -> str:
        question = self.question
        text = f"[html]{_escaped(self.markup)}" if self.is_html else _escaped(self.text)
        general = _escaped(self.general if self.is_html else self.feedback)
        answers = getattr(self, f"_{question.type}")()
        end = f"\n\t####{general}" if general else ""
        return f"{self._comment()}::{_escaped(question.name)}:: {text} {{{answers}{end}\n}}\n\n"

    def _comment(self) -> str:
        question = self.question
        words = [("tag", tag) for tag in question.tags] + [("hint", hint) for hint in question.hints]
        words += [("unit", question.unit)] if question.unit else []
        words += [("mark", written(question.mark))] if question.mark not in (None, USUAL_MARK) else []
        words += [("penalty", written(question.penalty))] if question.penalty not in (None, USUAL_PENALTY) else []
        if question.type == "multiple_choice" and question.grading == ALL_OR_NOTHING:
            words.append(("grading", ALL_OR_NOTHING))
        if question.type == "short_text" and any("->" in answer.text + answer.feedback for answer in question.answers):
            words.append(("type", "short_text"))
        words += details.worth_saying(question.type, question.details).items()
        said = " ".join(f"[{name}:{_in_comment(value)}]" for name, value in words if value)
        return f"// {said}\n" if said else ""

    def _plain(self, text: str) -> str:
        """Plain text in the style of the question."""
        must_escape = self.is_html or looks_like_html(text) or text.startswith(("[", "//"))
        return _escaped(as_html(text).replace("//", "&#47;/") if must_escape else text)

    def _reply(self, answer: Answer) -> str:
        return f"#{self._plain(answer.feedback)}" if answer.feedback else ""

    def _single_choice(self) -> str:
        return "".join(self._option(answer, "=" if answer.fraction == 100 else "~") for answer in self.question.answers)

    def _multiple_choice(self) -> str:
        return "".join(self._option(answer, "~") for answer in self.question.answers)

    def _option(self, answer: Answer, mark: str) -> str:
        is_plain = answer.fraction == (100 if mark == "=" else 0) and not answer.text.startswith("%")
        fraction = "" if is_plain else f"%{written(answer.fraction)}%"
        return f"\n\t{mark}{fraction}{self._plain(answer.text)}{self._reply(answer)}"

    def _true_false(self) -> str:
        true, false = self.question.answers
        right, wrong = (true, false) if true.fraction == 100 else (false, true)
        replies = f"#{self._plain(wrong.feedback)}#{self._plain(right.feedback)}"
        return ("TRUE" if right is true else "FALSE") + (replies if replies != "##" else "")

    def _short_text(self) -> str:
        return "".join(
            f"\n\t=%{written(answer.fraction)}%{_escaped(answer.text)}{self._reply(answer)}"
            for answer in self.question.answers
        )

    def _numeric(self) -> str:
        answers = self.question.answers
        if len(answers) == 1 and not answers[0].feedback:
            return f"#{written_number(answers[0])}"
        return "#" + "".join(
            f"\n\t=%{written(answer.fraction)}%{written_number(answer)}{self._reply(answer)}" for answer in answers
        )

    def _essay(self) -> str:
        return ""

    def _matching(self) -> str:
        return "".join(
            f"\n\t={self._prompt(answer.text)} -> {_escaped(answer.match)}" for answer in self.question.answers
        )

    def _prompt(self, text: str) -> str:
        if "->" in text:
            return f"[html]{_escaped(as_html(text))}"
        return self._plain(text)

    def _ordering(self) -> str:
        answers = self.question.answers
        header = f">{len(answers)} ALL VERTICAL {_GRADINGS[self.question.grading]} SHOW"
        return header + "".join(f"\n\t{self._plain(answer.text)}" for answer in answers)


def written_number(answer: Answer) -> str:
    tolerance = f":{written(answer.tolerance)}" if answer.tolerance else ""
    return f"{answer.text}{tolerance}"
