"""Questions of each type in as few words as a test needs. What only the key knows begins with CANARY."""

from itertools import count
from uuid import uuid4

from django.http import QueryDict
from wagtail.models import Locale

from lms.demo import answering
from lms.demo.answering import right_response
from quizzes.models import Question, QuestionCategory, Quiz, QuizSlot
from quizzes.question_types import QUESTION_TYPES, fields

__all__ = ["right_response"]  # what a learner who knows the answer to a question of an attempt responds

CANARY = "canary"
_numbers = count(1)

BODIES = {
    "single_choice": {
        "text": "<p>What do you say <b>first</b>?</p>",
        "options": [
            {"text": "Calm down.", "is_correct": False, "feedback": f"{CANARY}: anger is not the problem."},
            {"text": "You waited all day.", "is_correct": True, "feedback": f"{CANARY}: she was heard."},
            {"text": "Order number, please.", "is_correct": False, "feedback": ""},
        ],
        "general_feedback": f"<p>{CANARY}: name what happened.</p>",
    },
    "multiple_choice": {
        "text": "<p>What belongs in an apology?</p>",
        "options": [
            {"text": "What happened", "is_correct": True, "feedback": f"{CANARY}: name it."},
            {"text": "An exact next step", "is_correct": True, "feedback": ""},
            {"text": "The culprit", "is_correct": False, "feedback": f"{CANARY}: nobody cares."},
        ],
        "general_feedback": f"<p>{CANARY}: once, and then a step.</p>",
    },
    "true_false": {
        "text": "<p>A case has one owner.</p>",
        "is_true": True,
        "true_feedback": f"{CANARY}: always one.",
        "false_feedback": f"{CANARY}: always one person.",
        "general_feedback": f"<p>{CANARY}: it stays in one name.</p>",
    },
    "numeric": {
        "text": "<p>Within how many days may it be returned?</p>",
        "answer": "14141414",
        "tolerance": "0.5",
        "unit": "days",
        "general_feedback": f"<p>{CANARY}: from delivery.</p>",
    },
    "short_text": {
        "text": "<p>What do we call the target?</p>",
        "accepted": [f"{CANARY} CSAT", f"{CANARY} satisfaction"],
        "general_feedback": f"<p>{CANARY}: satisfaction.</p>",
    },
    "matching": {
        "text": "<p>Who decides?</p>",
        "pairs": [
            {"prompt": "A refund of 200", "answer": "You"},
            {"prompt": "A refund of 400", "answer": "Your lead"},
            {"prompt": "A journalist calls", "answer": "The head of service"},
        ],
        "distractors": ["Nobody"],
        "general_feedback": f"<p>{CANARY}: up to 300.</p>",
    },
    "ordering": {
        "text": "<p>In which order?</p>",
        "entries": ["Listen", "Name it", "Say sorry", "Solve"],
        "grading": "places",
        "general_feedback": f"<p>{CANARY}: sorry before a solution.</p>",
    },
    "cloze": {
        "text": "<p>Say [[2]] once, then give [[1]] within <b>[[3]]</b> hours.</p>",
        "gaps": [
            {
                "kind": "choice",
                "answers": [
                    {"text": "a date", "fraction": "100", "feedback": f"{CANARY}: an exact one."},
                    {"text": "a voucher", "fraction": "0", "feedback": f"{CANARY}: she did not ask for it."},
                ],
                "weight": 2,
            },
            {"kind": "text", "answers": [{"text": "sorry"}, {"text": "pardon", "fraction": "50"}]},
            {"kind": "number", "answers": [{"text": "24", "tolerance": "1"}]},
        ],
        "general_feedback": f"<p>{CANARY}: once, and then a date.</p>",
    },
    "essay": {
        "text": "<p>Write to her.</p>",
        "minimum_words": 3,
        "maximum_words": 120,
        "marker_note": f"{CANARY}: be kind.",
        "rubric": [{"name": f"{CANARY} tone", "points": "3"}, {"name": f"{CANARY} step", "points": "1"}],
    },
    "typing_speed": {
        "text": "<p>Type what she says.</p>",
        "passage": "I waited all day for the driver, and nobody told me that he would not come.",
        "target": 30,
        "minimum_accuracy": "90",
        "general_feedback": f"<p>{CANARY}: look at the screen.</p>",
    },
}
# Those that are marked by what was answered alone: neither by a person nor by the time that it took.
MARKED_AT_ONCE = [kind for kind in BODIES if not (QUESTION_TYPES[kind].needs_marker or QUESTION_TYPES[kind].is_timed)]
COUNT = len(MARKED_AT_ONCE)
RIGHT = {"true_false": True, "numeric": "14141414", "short_text": f"{CANARY} CSAT"}


def category(name="Complaints", parent: QuestionCategory | None = None) -> QuestionCategory:
    node = QuestionCategory(name=name, slug=f"category-{next(_numbers)}")
    if parent is None:
        return QuestionCategory.add_root(instance=node)
    return QuestionCategory.objects.get(pk=parent.pk).add_child(instance=node)


def question(kind="single_choice", shelf=None, language="en", translation_of=None, **fields) -> Question:
    """A ready question; fields of its block are replaced by those that `block` holds."""
    body = BODIES[kind] | fields.pop("block", {})
    fields.setdefault("name", f"Question {next(_numbers)}")
    fields["translation_key"] = translation_of.translation_key if translation_of else uuid4()
    locale = Locale.objects.get(language_code=language)
    body = [{"type": kind, "value": body}]
    made = Question.objects.create(category=shelf or category(), body=body, locale=locale, **fields)
    return Question.objects.get(pk=made.pk)


def quiz_of(*questions, **fields) -> Quiz:
    """A quiz that asks these questions in this order."""
    fields = {"title": "Check", "shuffle_questions": False, "pass_mark": 80} | fields
    made = Quiz.objects.create(**fields)
    for position, fixed in enumerate(questions):
        QuizSlot.objects.create(quiz=made, question=fixed, sort_order=position)
    return made


def draw_from(quiz, shelf, count=1, **fields) -> QuizSlot:
    return QuizSlot.objects.create(quiz=quiz, category=shelf, draw_count=count, **fields)


def asked_in(attempt) -> list:
    """The keys of its questions, in its order."""
    return list(attempt.questions.values_list("question_key", flat=True))


def quiz_of_each_type(**fields) -> Quiz:
    """A quiz of COUNT questions, each worth 1, in the order of MARKED_AT_ONCE."""
    shelf = category()
    return quiz_of(*[question(kind, shelf) for kind in MARKED_AT_ONCE], **fields)


def wrong_response(question):
    """A response that earns nothing."""
    if question.kind in ("numeric", "short_text"):
        return "no idea"
    if question.kind == "multiple_choice":
        return [option["id"] for option in question.content["options"] if option["id"] not in right_response(question)]
    if question.kind == "cloze":
        return {"1": "a voucher"}
    return answering.wrong_response(question)


def posted(response) -> dict:
    """A response as the form of its question posts it."""
    post = form_of(*fields.posted(response))
    return {name: post.getlist(name) for name in post} or {"answer": ""}


def form_of(*pairs: tuple[str, str]) -> QueryDict:
    post = QueryDict(mutable=True)
    for name, value in pairs:
        post.appendlist(name, value)
    return post


def answer_of(*values: str) -> QueryDict:
    """The form of a question that has no parts."""
    return form_of(*(("answer", value) for value in values))


def type_of(kind: str):
    return QUESTION_TYPES[kind]
