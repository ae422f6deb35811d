"""What every question must keep to, whatever format it comes in."""

from dataclasses import replace
from decimal import Decimal
from itertools import takewhile

from django.utils.translation import gettext as _

from quizzes.formats.bodies import block_problem, block_value
from quizzes.formats.gaps import in_order
from quizzes.formats.numbers import written
from quizzes.formats.parsed import FRACTIONS, ParsedFile, ParsedQuestion, Refusal, Refused
from quizzes.formats.pictures import parted
from quizzes.formats.reading import refuse_unsound
from quizzes.question_types import QUESTION_TYPES

HAVE_NO_ANSWERS = ("cloze", "essay", "typing_speed")
LONGEST_NAME, LONGEST_CATEGORY, LONGEST_TAG = 200, 160, 100
MOST_DIGITS = 9999
ROUNDING = 1  # a tenth of a percent, times ten


def checked(file: ParsedFile, category: tuple[str, ...] | None = None) -> ParsedFile:
    """The same file with one refusal more for each question that the bank could not hold; in the file's order.

    `category` is that of questions whose category the file does not say.
    """
    good, refusals, taken, numbered = [], list(file.refusals), {}, {}
    for question in file.questions:
        question = replace(_canonical(question), category=question.category or category)
        try:
            _check(question)
            good.append(_named(question, taken, numbered))
        except Refused as refused:
            refusals.append(Refusal.of(refused, question.name[:LONGEST_NAME]))
    if not good and not refusals:
        refusals.append(Refusal(1, 1, _("There is no question in the file.")))
    return ParsedFile(good, sorted(refusals, key=lambda refusal: (refusal.line, refusal.column)))


def _canonical(question: ParsedQuestion) -> ParsedQuestion:
    """With the picture beside its text taken out of it, and its gaps in the order of the text."""
    text, image, image_alt = parted(question.text)
    details = question.details
    if "gaps" in details:
        text, gaps = in_order(text, details["gaps"])
        details = details | {"gaps": gaps}
    return replace(question, text=text, image=image, image_alt=image_alt, details=details)


def _check(question: ParsedQuestion) -> None:
    if question.type not in QUESTION_TYPES:
        reason = _("Questions of the type “%(type)s” cannot be imported yet.")
        raise Refused(question.place, reason % {"type": question.type[:40]})
    _check_texts(question)
    if not question.text:
        raise Refused(question.place, _("The question has no text."))
    if not question.name:
        raise Refused(question.place, _("The question has no name."))
    if question.mark is not None and not 0 < question.mark <= MOST_DIGITS:
        raise Refused(question.place, _("The mark must be more than 0 and at most %(most)d.") % {"most": MOST_DIGITS})
    if question.penalty is not None and not 0 <= question.penalty <= 100:
        raise Refused(question.place, _("The penalty goes from 0 to 100 percent."))
    _check_answers(question)
    _CHECKS.get(question.type, lambda question: None)(question)
    if problem := block_problem(question.type, block_value(question)):
        raise Refused(question.place, problem)


def _check_texts(question: ParsedQuestion) -> None:
    for text in (question.name, question.unit, *question.tags, *question.hints, *(question.category or ())):
        refuse_unsound(text, question.place)
    for answer in question.answers:
        for text in (answer.text, answer.match, answer.feedback):
            refuse_unsound(text, answer.place)
    if question.is_named and len(question.name) > LONGEST_NAME:
        raise Refused(question.place, _("The name has more than %(most)d characters.") % {"most": LONGEST_NAME})
    if any(len(name) > LONGEST_CATEGORY for name in question.category or ()):
        reason = _("The name of its category has more than %(most)d characters.")
        raise Refused(question.place, reason % {"most": LONGEST_CATEGORY})
    if any(len(tag) > LONGEST_TAG for tag in question.tags):
        raise Refused(question.place, _("A tag has more than %(most)d characters.") % {"most": LONGEST_TAG})


def _check_answers(question: ParsedQuestion) -> None:
    if question.type in HAVE_NO_ANSWERS:
        if question.answers:
            raise Refused(question.answers[0].place, _("Questions of this type have no answers here."))
        return
    if not question.answers:
        raise Refused(question.place, _("The question has no answers."))
    for answer in question.answers:
        if not answer.text and not (question.type == "matching" and answer.match):
            raise Refused(answer.place, _("This answer has no text."))


def _check_single_choice(question: ParsedQuestion) -> None:
    right = [answer for answer in question.answers if answer.fraction == 100]
    if not right:
        raise Refused(question.place, _("No option earns 100 percent: none is right."))
    if len(right) > 1:
        reason = _("A second option earns 100 percent. Where several are right together, each earns a part.")
        raise Refused(right[1].place, reason)


def _check_multiple_choice(question: ParsedQuestion) -> None:
    total = sum(answer.fraction for answer in question.answers if answer.fraction > 0)
    if question.grading == FRACTIONS and abs(total - 100) * 10 > ROUNDING:
        reason = _("The right options earn %(total)s percent together; it must be 100.")
        raise Refused(question.place, reason % {"total": written(total)})


def _check_true_false(question: ParsedQuestion) -> None:
    earned = {answer.text: answer.fraction for answer in question.answers}
    if len(question.answers) != 2 or set(earned) != {"true", "false"}:
        raise Refused(question.place, _("A question of true or false has these two answers, each once."))
    if sorted(earned.values()) != [0, 100]:
        raise Refused(question.place, _("Of true and false one earns 100 percent and the other 0."))


def _check_short_text(question: ParsedQuestion) -> None:
    for answer in question.answers:
        if answer.fraction < 0:
            raise Refused(answer.place, _("An accepted answer earns from 0 to 100 percent."))
    if not any(answer.fraction == 100 for answer in question.answers):
        raise Refused(question.place, _("No answer earns 100 percent: none is right."))


def _check_numeric(question: ParsedQuestion) -> None:
    """The right answer is looked at first; what stands before it must not be right too, for then that one would win."""
    _check_short_text(question)
    before = list(takewhile(lambda answer: answer.fraction != 100, question.answers))
    right = question.answers[len(before)]
    for answer in before:
        if abs(Decimal(answer.text) - Decimal(right.text)) <= answer.tolerance + right.tolerance:
            raise Refused(answer.place, _("This answer overlaps with the right one and stands before it."))


_CHECKS = {
    "single_choice": _check_single_choice,
    "multiple_choice": _check_multiple_choice,
    "true_false": _check_true_false,
    "short_text": _check_short_text,
    "numeric": _check_numeric,
}


def _named(question: ParsedQuestion, taken: dict, numbered: dict) -> ParsedQuestion:
    """With a name that no other question of its category has in this file.

    A name that was only made of the text gets a number where it is taken; a given name is refused.
    """
    name = question.name if len(question.name) <= LONGEST_NAME else question.name[: LONGEST_NAME - 1].rstrip() + "…"
    base = name
    while (question.category, name) in taken:
        if question.is_named:
            reason = _("Line %(line)d has a question of the same name in the same category.")
            raise Refused(question.place, reason % {"line": taken[question.category, name]})
        number = numbered[question.category, base] = numbered.get((question.category, base), 1) + 1
        name = f"{base[: LONGEST_NAME - 8]} ({number})"
    taken[question.category, name] = question.line
    return replace(question, name=name)
