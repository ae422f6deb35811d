"""The question bank and the quizzes that are made of it."""

from typing import Any
from uuid import UUID

from markdown_it import MarkdownIt
from wagtail.models import Locale

from knowledge.models import ArticlePage
from lms.demo.content import key, labels, read
from lms.demo.library import article_key
from quizzes.models import Question, QuestionCategory, Quiz, QuizFeedback, QuizSlot
from strategy.models import Competency

# One a course, in the order of the courses, and what only a practice asks for.
CATEGORIES = {
    "service-strategy": "Service strategy",
    "complaints": "Complaints",
    "after-sales": "After-sales service",
    "products": "Products",
    "returns": "Returns and refunds",
    "writing": "Writing",
    "measurement": "Measuring service",
    "tools": "Digital tools",
    "replies": "Replies to customers",
}
# Shelves on a shelf: their questions are drawn with its own.
SUBCATEGORIES = {"deadlines": ("Dates and deadlines", "after-sales")}
RULES = ("behaviour", "layout")  # that a quiz of the demo may have otherwise than the model
_MARKDOWN = MarkdownIt("commonmark")


def question_key(slug: str) -> UUID:
    return key("question", slug)


def quiz_key(slug: str) -> UUID:
    return key("quiz", slug)


def load_questions() -> None:
    competencies = {competency.code: competency for competency in Competency.objects.all()}
    locales = {locale.language_code: locale for locale in Locale.objects.all()}
    for category in _categories():
        for record in read(f"questions/{category.slug}")["question"]:
            for language in locales.keys() & record.keys():
                question = _question(record, language, category)
                question.locale = locales[language]
                question.competency = competencies[record["competency"]]
                question.tags.add(*record.get("tags", []))
                question.save()
                question.save_revision()


def _categories() -> list[QuestionCategory]:
    shelves = {slug: QuestionCategory.add_root(slug=slug, name=name) for slug, name in CATEGORIES.items()}
    below = [shelves[parent].add_child(slug=slug, name=name) for slug, (name, parent) in SUBCATEGORIES.items()]
    return [*shelves.values(), *below]


def _question(record: dict, language: str, category: QuestionCategory) -> Question:
    texts = record[language]
    body = body_of(record, language) | {"general_feedback": _html(texts.get("general_feedback", ""))}
    if "hints" in texts:
        body["hints"] = _items(record, language, texts["hints"], "hint")
    return Question(
        name=texts["name"],
        translation_key=question_key(record["slug"]),
        category=category,
        body=[{"type": record["type"], "value": body, "id": _block_id(record, language)}],
        default_mark=record["mark"],
        difficulty=record["difficulty"],
        source_article=ArticlePage.objects.in_language(article_key(record["source_article"]), language),
    )


def body_of(record: dict, language: str) -> dict[str, Any]:
    """The value of a question's block, without what every type may have beside its text."""
    texts = record[language]
    body = {"text": _html(texts["text"])}
    match record["type"]:
        case "single_choice" | "multiple_choice":
            body["options"] = _items(record, language, [_option(option) for option in texts["options"]])
            body |= {name: record[name] for name in ("grading", "keep_last") if name in record}
        case "true_false":
            body |= {name: texts.get(name, "") for name in ("true_feedback", "false_feedback")}
            body["is_true"] = record["answer"]
        case "numeric":
            body |= _numbers(record, language)
        case "short_text":
            accepted = [answer if isinstance(answer, str) else _in_json(answer) for answer in texts["accepted"]]
            body["accepted"] = _items(record, language, accepted)
        case "matching":
            body["pairs"] = _items(record, language, texts["pairs"])
            body["distractors"] = _items(record, language, texts["distractors"], "extra")
        case "ordering":
            body["entries"] = _items(record, language, texts["entries"])
            body["grading"] = record["grading"]
        case "cloze":
            body["gaps"] = _items(record, language, [_gap(record, language, *gap) for gap in enumerate(texts["gaps"])])
        case "essay":
            body |= {name: record[name] for name in ("minimum_words", "maximum_words", "rows")}
            body |= {name: texts[name] for name in ("template", "marker_note")}
            body["rubric"] = _items(record, language, [_in_json(criterion) for criterion in texts["rubric"]])
        case "typing_speed":
            body |= _in_json({"minimum_accuracy": record["minimum_accuracy"]})
            body |= {name: texts[name] for name in ("passage", "target")}
    return body


def _numbers(record: dict, language: str) -> dict:
    """Where an answer may be given in several units, their names are in each language."""
    texts = record[language]
    value = _in_json({"answer": record["answer"], "tolerance": record["tolerance"]})
    value |= {"unit": texts.get("unit", record.get("unit", "")), "feedback": texts.get("feedback", "")}
    for name in ("other_answers", "other_units"):
        others = [_in_json(other) for other in texts.get(name, [])]
        value[name] = _items(record, language, others, name)
    return value


def _gap(record: dict, language: str, number: int, gap: dict) -> dict:
    answers = [{"fraction": "100"} | _in_json(answer) for answer in gap["answers"]]
    return gap | {"answers": _items(record, language, answers, f"gap{number}/")}


def _in_json(value: dict) -> dict:
    """Decimals are strings in the value of a block."""
    return {name: str(part) if isinstance(part, int | float) else part for name, part in value.items()}


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
            **{name: record[name] for name in RULES if name in record},
            **labels(record, "title", "introduction"),
        )
        quiz.feedback_bands = [
            QuizFeedback(lower_bound=band["from"], **labels(band, "text")) for band in record.get("band", [])
        ]
        quiz.slots = [_slot(slot, position) for position, slot in enumerate(record["slot"])]
        quiz.save()


def _slot(record: dict, position: int) -> QuizSlot:
    titles = {f"section_title_{language}": title for language, title in record.get("section", {}).items()}
    slot = QuizSlot(sort_order=position, is_critical=record.get("is_critical", False), **titles)
    if draw := record.get("draw"):
        slot.category, slot.draw_count = QuestionCategory.objects.get(slug=draw), record["count"]
    else:
        question = Question.objects.filter(translation_key=question_key(record["question"]))
        slot.question = question.get(locale=Locale.get_default())
    return slot
