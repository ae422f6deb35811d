"""The question bank and the quizzes that are made of it."""

from typing import Any
from uuid import UUID

from markdown_it import MarkdownIt
from wagtail.models import Locale

from knowledge.models import ArticlePage
from lms.demo.content import key, labels, read
from lms.demo.library import article_key
from quizzes.models import Question, QuestionCategory, Quiz, QuizSlot
from strategy.models import Competency

# One a course, in the order of the courses.
CATEGORIES = {
    "service-strategy": "Service strategy",
    "complaints": "Complaints",
    "after-sales": "After-sales service",
    "products": "Products",
    "returns": "Returns and refunds",
    "writing": "Writing",
    "measurement": "Measuring service",
    "tools": "Digital tools",
}
_MARKDOWN = MarkdownIt("commonmark")


def question_key(slug: str) -> UUID:
    return key("question", slug)


def quiz_key(slug: str) -> UUID:
    return key("quiz", slug)


def load_questions() -> None:
    competencies = {competency.code: competency for competency in Competency.objects.all()}
    locales = {locale.language_code: locale for locale in Locale.objects.all()}
    for slug, name in CATEGORIES.items():
        category = QuestionCategory.add_root(slug=slug, name=name)
        for record in read(f"questions/{slug}")["question"]:
            for language in locales.keys() & record.keys():
                question = _question(record, language, category)
                question.locale = locales[language]
                question.competency = competencies[record["competency"]]
                question.save()
                question.save_revision()


def _question(record: dict, language: str, category: QuestionCategory) -> Question:
    body = body_of(record, language) | {"general_feedback": _html(record[language].get("general_feedback", ""))}
    return Question(
        name=record[language]["name"],
        translation_key=question_key(record["slug"]),
        category=category,
        body=[{"type": record["type"], "value": body, "id": _block_id(record, language)}],
        default_mark=record["mark"],
        source_article=ArticlePage.objects.in_language(article_key(record["source_article"]), language),
    )


def body_of(record: dict, language: str) -> dict[str, Any]:
    """The value of a question's block, without its general feedback."""
    texts = record[language]
    body = {"text": _html(texts["text"])}
    match record["type"]:
        case "single_choice" | "multiple_choice":
            body["options"] = _items(record, language, [_option(option) for option in texts["options"]])
            if "grading" in record:
                body["grading"] = record["grading"]
        case "true_false":
            body |= {name: texts.get(name, "") for name in ("true_feedback", "false_feedback")}
            body["is_true"] = record["answer"]
        case "numeric":
            body |= {"answer": str(record["answer"]), "tolerance": str(record["tolerance"]), "unit": record["unit"]}
        case "short_text":
            body["accepted"] = _items(record, language, texts["accepted"])
        case "matching":
            body["pairs"] = _items(record, language, texts["pairs"])
            body["distractors"] = _items(record, language, texts["distractors"], "extra")
        case "ordering":
            body["entries"] = _items(record, language, texts["entries"])
            body["grading"] = record["grading"]
    return body


def _option(option: dict) -> dict:
    return {"text": option["text"], "is_correct": option["correct"], "feedback": option.get("feedback", "")}


def _items(record: dict, language: str, values: list, part: str = "") -> list[dict]:
    return [
        {"type": "item", "value": value, "id": _block_id(record, language, f"{part}{position}")}
        for position, value in enumerate(values)
    ]


def _block_id(record: dict, language: str, part: str = "") -> str:
    return str(key("block", f"{record['slug']}/{language}/{part}"))


def _html(markdown: str) -> str:
    return _MARKDOWN.render(markdown).strip()


def load_quizzes() -> None:
    for record in read("quizzes")["quiz"]:
        quiz = Quiz(
            key=quiz_key(record["slug"]),
            pass_mark=record["pass_mark"],
            attempt_limit=record["attempt_limit"],
            time_limit=record["time_limit"] or None,
            shuffle_questions=record["shuffle_questions"],
            shuffle_options=record["shuffle_options"],
            **labels(record, "title", "introduction"),
        )
        quiz.slots = [_slot(slot, position) for position, slot in enumerate(record["slot"])]
        quiz.save()


def _slot(record: dict, position: int) -> QuizSlot:
    if draw := record.get("draw"):
        category = QuestionCategory.objects.get(slug=draw)
        return QuizSlot(category=category, draw_count=record["count"], sort_order=position)
    question = Question.objects.filter(translation_key=question_key(record["question"]))
    return QuizSlot(question=question.get(locale=Locale.get_default()), sort_order=position)
