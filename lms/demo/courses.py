"""Courses with their activities, learning paths, and the certifications that the paths lead to."""

from uuid import UUID

from certifications.models import Certification
from courses.models import (
    Activity,
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
from knowledge.models import ArticlePage
from lms.demo.content import key, labels, lesson, read
from lms.demo.library import article_key
from lms.demo.pages import publish, section
from lms.demo.questions import quiz_key
from quizzes.models import Quiz
from strategy.models import ServiceGoal


def course_key(slug: str) -> UUID:
    return key("course", slug)


def activity_key(course: str, slug: str) -> UUID:
    return key("activity", f"{course}/{slug}")


def path_key(slug: str) -> UUID:
    return key("path", slug)


def load_courses() -> None:
    goals = {goal.code: goal for goal in ServiceGoal.objects.goals()}
    for record in read("courses")["course"]:
        for language in record["languages"]:
            course = publish(_course(record, language, goals), section(CourseIndexPage, language))
            for activity in record["activity"]:
                publish(_activity(record["slug"], activity, language), course)


def _course(record: dict, language: str, goals: dict[str, ServiceGoal]) -> CoursePage:
    page = CoursePage(
        title=record["title"][language],
        slug=record["slug"],
        translation_key=course_key(record["slug"]),
        summary=record["summary"][language],
        illustration=record["illustration"],
    )
    page.course_goals = [
        CourseGoal(goal=goals[code], rationale=rationale[language], sort_order=position)
        for position, (code, rationale) in enumerate(record["goals"])
    ]
    return page


def _activity(course: str, record: dict, language: str) -> Activity:
    fields = {
        "title": record["title"][language],
        "slug": record["slug"],
        "translation_key": activity_key(course, record["slug"]),
        "minutes": record["minutes"],
        "is_required": record["is_required"],
    }
    match record["kind"]:
        case "lesson":
            return LessonPage(body=lesson(course, record["slug"], language), **fields)
        case "reading":
            article = ArticlePage.objects.in_language(article_key(record["article"]), language)
            return ReadingPage(article=article, **fields)
        case "quiz":
            return QuizPage(quiz=Quiz.objects.get(key=quiz_key(record["quiz"])), **fields)
    raise ValueError(record["kind"])


def load_paths() -> None:
    for record in read("paths")["path"]:
        for language in record["languages"]:
            publish(_path(record, language), section(LearningPathIndexPage, language))


def _path(record: dict, language: str) -> LearningPathPage:
    page = LearningPathPage(
        title=record["title"][language],
        slug=record["slug"],
        translation_key=path_key(record["slug"]),
        summary=record["summary"][language],
        illustration=record["illustration"],
        is_sequential=record["is_sequential"],
        due_days=record["due_days"],
    )
    page.steps = [
        PathStep(
            course=CoursePage.objects.in_language(course_key(slug), language), is_required=required, sort_order=position
        )
        for position, (slug, required) in enumerate(record["courses"])
    ]
    return page


def load_certifications() -> None:
    for record in read("certifications")["certification"]:
        certification = Certification.objects.create(
            code=record["code"],
            first_time_path=_default_path(record["first_time"]),
            renewal_path=_default_path(record["renewal"]),
            validity_months=record["validity_months"],
            window_days=record["window_days"],
            **labels(record, "title", "description"),
        )
        certification.goals.set(ServiceGoal.objects.filter(code__in=record["goals"]))


def _default_path(slug: str) -> LearningPathPage:
    return LearningPathPage.objects.in_language(path_key(slug), "en")
