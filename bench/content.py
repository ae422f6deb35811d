"""The content of the bench, made through the product's own models: as an editor would have published it."""

from datetime import timedelta
from random import Random

from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Locale

from bench.wording import ASPECTS, TOPICS, article_body, block_id, items, lesson_body, sentence
from certifications.models import Certification
from courses.models import (
    CourseGoal,
    CourseIndexPage,
    CoursePage,
    LearningPathIndexPage,
    LearningPathPage,
    LessonPage,
    PathStep,
    QuizPage,
    ReadingPage,
)
from knowledge.models import ArticlePage, KnowledgeIndexPage, Product, ProductCategory
from lms.demo.pages import indexing_at_the_end, publish, section
from lms.site import ensure_site
from quizzes.models import Question, QuestionCategory, Quiz, QuizSlot
from strategy.models import Kpi, ServiceGoal

SEED = 20260711
PATHS = 6
COURSES_OF_A_PATH = 10
LESSONS_OF_A_COURSE = 8  # and a reading and a quiz: ten activities
QUESTIONS = 500
DRAWN = 20


def make_content() -> None:
    """60 courses of 10 activities in 6 paths, each with its certification; 200 articles; one quiz of 20 out of 500."""
    call_command("migrate", verbosity=0, interactive=False)
    ensure_site()
    rng = Random(SEED)
    with indexing_at_the_end():
        articles = _articles(rng)
        ArticlePage.objects.update(verified_until=timezone.now() + timedelta(days=9999))
        quiz = _quiz(articles, rng)
        courses = _courses(articles, quiz, rng)
    _certifications(_paths(courses))


def _articles(rng: Random) -> list[ArticlePage]:
    products = _products()
    library = section(KnowledgeIndexPage, "en")
    titles = [(topic, aspect) for topic in TOPICS for aspect in ASPECTS]
    articles = []
    for number, (topic, aspect) in enumerate(titles):
        page = ArticlePage(
            title=f"{topic}: {aspect}", slug=f"article-{number}", summary=sentence(rng), body=article_body(topic, rng)
        )
        page.products = [products[number % len(products)]]
        page.tags.add(topic.lower(), aspect.split()[-1])
        articles.append(publish(page, library))
    return articles


def _products() -> list[Product]:
    categories = [ProductCategory.objects.create(code=f"family-{n}", name=f"Family {n}") for n in range(5)]
    return [
        Product.objects.create(code=f"product-{n}", name=f"Appliance {n}", category=categories[n % 5])
        for n in range(20)
    ]


def _quiz(articles: list[ArticlePage], rng: Random) -> Quiz:
    category = QuestionCategory.add_root(slug="bench", name="Service")
    locale = Locale.objects.get(language_code="en")
    for number in range(QUESTIONS):
        question = Question(
            name=f"Question {number}",
            locale=locale,
            category=category,
            body=[{"type": "single_choice", "value": single_choice(number, rng), "id": block_id(rng)}],
            source_article=articles[number % len(articles)],
        )
        question.save()
        question.save_revision()
    quiz = Quiz(title="Do you know it?", introduction=sentence(rng), pass_mark=80)
    quiz.slots = [QuizSlot(category=category, draw_count=DRAWN)]
    quiz.save()
    return quiz


def single_choice(number: int, rng: Random) -> dict:
    options = [{"text": sentence(rng, 5), "is_correct": place == 0, "feedback": sentence(rng, 6)} for place in range(4)]
    return {
        "text": f"<p>Case {number}: {sentence(rng, 12)}</p>",
        "options": items(options, rng),
        "general_feedback": f"<p>{sentence(rng)}</p>",
    }


def _courses(articles: list[ArticlePage], quiz: Quiz, rng: Random) -> list[CoursePage]:
    goal = service_goal()
    catalogue = section(CourseIndexPage, "en")
    courses = []
    for number in range(PATHS * COURSES_OF_A_PATH):
        topic = TOPICS[number % len(TOPICS)]
        course = CoursePage(title=f"Course {number}: {topic}", slug=f"course-{number}", summary=sentence(rng))
        course.course_goals.add(CourseGoal(goal=goal, rationale=sentence(rng)))
        publish(course, catalogue)
        for place, activity in enumerate(_activities(number, topic, articles, quiz, rng)):
            activity.slug = f"activity-{place}"
            publish(activity, course)
        courses.append(course)
    return courses


def _activities(number: int, topic: str, articles: list[ArticlePage], quiz: Quiz, rng: Random):
    for place in range(LESSONS_OF_A_COURSE):
        yield LessonPage(title=f"Lesson {number}.{place}: {topic}", body=lesson_body(topic, rng))
    yield ReadingPage(title=f"Reading {number}", article=articles[number])
    yield QuizPage(title=f"Quiz {number}", quiz=quiz)


def service_goal() -> ServiceGoal:
    kpi = Kpi.objects.create(code="csat", name="Customer satisfaction", unit="percent", better="up")
    vision = ServiceGoal.objects.create(code="vision", level="vision", title="Service that people remember")
    step = ServiceGoal.objects.create(code="step", level="step", title="Set goals", parent=vision)
    return ServiceGoal.objects.create(code="csat-90", level="goal", title="Nine in ten", parent=step, kpi=kpi)


def _paths(courses: list[CoursePage]) -> list[LearningPathPage]:
    index = section(LearningPathIndexPage, "en")
    paths = []
    for number in range(PATHS):
        page = LearningPathPage(title=f"Path {number}: the way", slug=f"path-{number}", due_days=30)
        steps = courses[number * COURSES_OF_A_PATH : (number + 1) * COURSES_OF_A_PATH]
        for position, course in enumerate(steps):
            page.steps.add(PathStep(course=course, sort_order=position))
        paths.append(publish(page, index))
    return paths


def _certifications(paths: list[LearningPathPage]) -> None:
    for number, path in enumerate(paths):
        title = f"Certified in {number}"
        Certification.objects.create(code=f"certification-{number}", title=title, first_time_path=path)
