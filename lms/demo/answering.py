"""Answers to a frozen question, right or wrong on purpose, as its form would send them."""

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

from people.models import User
from quizzes.answering import GivenAnswer, begin_question, check_answer, save_answers
from quizzes.models import Attempt, AttemptQuestion, Quiz


def answer(
    attempt: Attempt,
    person: User,
    rng: Random,
    at: datetime,
    *,
    wrong: int = 0,
    count: int | None = None,
    essay: str = "",
) -> None:
    """Answers the first `count` questions of `attempt` (default: all), `wrong` of them wrongly, but no critical one.

    essay: what is written where a person marks it.
    """
    questions = list(attempt.questions.order_by("position"))[:count]
    missed = {question.pk for question in rng.sample([one for one in questions if not one.is_critical], wrong)}
    given = []
    for question in questions:
        response = wrong_response(question) if question.pk in missed else right_response(question)
        response = essay if essay and question.type.needs_marker else response
        if question.type.is_timed:
            begin_question(attempt.pk, person, question.position, at=at - fast_enough(question))
        given.append(GivenAnswer(question.position, response, seen_revision=0, is_flagged=False))
    if attempt.rule("behaviour") == Quiz.Behaviour.DEFERRED:
        save_answers(attempt.pk, person, given, at=at)
        return
    for one in given:
        check_answer(attempt.pk, person, one.position, one.response, one.seen_revision, at=at)


def right_response(question: AttemptQuestion):
    key = question.content["key"]
    match question.kind:
        case "single_choice":
            return key["correct"][0]
        case "multiple_choice":
            return sorted(key["correct"])
        case "true_false":
            return key["is_true"]
        case "numeric":
            return key["answer"]
        case "short_text":
            return question.type.answer_in_words(question.content)[0]
        case "matching":
            return key["pairs"]
        case "ordering":
            return _in_places(key["order"])
        case "cloze":
            return {pk: _best(gap["answers"])["text"] for pk, gap in key["gaps"].items()}
        case "essay":
            return " ".join(["word"] * (question.content["minimum_words"] or 3))
        case "typing_speed":
            return question.content["passage"]
    raise ValueError(question.kind)


def fast_enough(question: AttemptQuestion) -> timedelta:
    """The time in which typing the passage of a question earns the whole mark, just about."""
    words = Decimal(len(question.content["passage"])) / 5
    return timedelta(minutes=float(words / question.content["target"] * Decimal("0.9")))


def wrong_response(question: AttemptQuestion):
    """A response that earns nothing, unless a part of it is right by its fractions."""
    key = question.content["key"]
    match question.kind:
        case "single_choice":
            return _wrong_options(question)[0]
        case "multiple_choice":
            return sorted([key["correct"][0], _wrong_options(question)[0]])
        case "true_false":
            return not key["is_true"]
        case "numeric":
            return str(Decimal(key["answer"]) + Decimal(key["tolerance"]) + 1)
        case "short_text" | "essay" | "typing_speed":
            return "?"
        case "cloze":
            return {pk: _wrong_content(gap) for pk, gap in key["gaps"].items()}
        case "matching":
            answers = [answer["id"] for answer in question.content["answers"]]
            return {prompt: next(pk for pk in answers if pk != right) for prompt, right in key["pairs"].items()}
        case "ordering":
            order, by_neighbours = key["order"], key["grading"] == "neighbours"
            return _in_places(order[::-1] if by_neighbours else order[1:] + order[:1])
    raise ValueError(question.kind)


def _in_places(order: list[str]) -> dict[str, str]:
    return {pk: str(place) for place, pk in enumerate(order, start=1)}


def _wrong_options(question: AttemptQuestion) -> list[str]:
    options = [option["id"] for option in question.content["options"]]
    return [option for option in options if option not in question.content["key"]["correct"]]


def _best(answers: list[dict]) -> dict:
    return max(answers, key=lambda answer: Fraction(answer["fraction"]))


def _wrong_content(gap: dict) -> str:
    worst = min(gap["answers"], key=lambda answer: Fraction(answer["fraction"]))
    return worst["text"] if gap["kind"] == "choice" else "?"
