"""GIFT, written: what `gift.parse` reads back as it was."""

import re
from collections.abc import Iterable, Iterator

from quizzes.formats.categories import path_of
from quizzes.formats.numbers import written
from quizzes.formats.parsed import ALL_OR_NOTHING, Answer, ParsedQuestion
from quizzes.formats.texts import as_html, looks_like_html, simple_text

_SPECIAL = re.compile(r"[\\~=#{}:]")
STAR = "\\*"
_IN_COMMENT = re.compile(r"[\]\\]")
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


class _Writer:
    def __init__(self, question: ParsedQuestion):
        self.question = question
        self.text = simple_text(question.text)
        self.feedback = simple_text(question.general_feedback)
        self.is_html = self.text is None or self.feedback is None

    def block(self) -> str:
        question = self.question
        text = f"[html]{_escaped(question.text)}" if self.is_html else _escaped(self.text)
        general = _escaped(question.general_feedback if self.is_html else self.feedback)
        answers = getattr(self, f"_{question.type}")()
        end = f"\n\t####{general}" if general else ""
        return f"{self._comment()}::{_escaped(question.name)}:: {text} {{{answers}{end}\n}}\n\n"

    def _comment(self) -> str:
        question = self.question
        words = [("tag", tag) for tag in question.tags]
        words += [("unit", question.unit)] if question.unit else []
        words += [("mark", written(question.mark))] if question.mark is not None and question.mark != 1 else []
        if question.type == "multiple_choice" and question.grading == ALL_OR_NOTHING:
            words.append(("grading", ALL_OR_NOTHING))
        if question.type == "short_text" and any("->" in answer.text for answer in question.answers):
            words.append(("type", "short_text"))
        said = " ".join(f"[{name}:{_IN_COMMENT.sub(_ESCAPED, value)}]" for name, value in words)
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
        answers = self.question.answers
        return "".join(f"\n\t=%100%{_escaped(answer.text.replace('*', STAR))}" for answer in answers)

    def _numeric(self) -> str:
        [answer] = self.question.answers
        return f"#{written_number(answer)}"

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
