"""Questions of each type in as few words as a test needs. What only the key knows begins with CANARY."""

from itertools import count
from uuid import uuid4

from django.http import QueryDict
from wagtail.models import Locale

from quizzes.models import Question, QuestionCategory, Quiz, QuizSlot
from quizzes.question_types import QUESTION_TYPES

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
}
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


def quiz_of_each_type(**fields) -> Quiz:
    shelf = category()
    return quiz_of(*[question(kind, shelf) for kind in BODIES], **fields)


def right_response(question):
    """What a learner who knows the answer to a question of an attempt responds."""
    correct = question.content["key"].get("correct")
    if question.kind == "single_choice":
        return correct[0]
    return sorted(correct) if correct else RIGHT[question.kind]


def wrong_response(question):
    if question.kind == "true_false":
        return False
    if question.kind in ("numeric", "short_text"):
        return "no idea"
    wrong = [option["id"] for option in question.content["options"] if option["id"] not in right_response(question)]
    return wrong[0] if question.kind == "single_choice" else wrong


def posted(response) -> dict:
    """A response as the form of its question posts it."""
    if isinstance(response, bool):
        return {"answer": "true" if response else "false"}
    return {"answer": response}


def form_of(*answers: str) -> QueryDict:
    post = QueryDict(mutable=True)
    post.setlist("answer", list(answers))
    return post


def type_of(kind: str):
    return QUESTION_TYPES[kind]
