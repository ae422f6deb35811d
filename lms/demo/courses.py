"""Courses with their activities, learning paths, and the certifications that the paths lead to."""

from uuid import UUID

from certifications.models import Certification
from certifications.standing import certified_by_path
from courses.models import (
    Activity,
    AssignmentRule,
    CourseGoal,
    CourseIndexPage,
    CoursePage,
    LearningPathIndexPage,
    LearningPathPage,
    LessonPage,
    PathStep,
    QuizPage,
    ReadingPage,
    SignOffPage,
)
from courses.rules import apply_rule
from knowledge.models import ArticlePage
from lms.demo.content import key, labels, lesson, read
from lms.demo.library import article_key
from lms.demo.moments import days_ago
from lms.demo.pages import publish, section
from lms.demo.questions import quiz_key
from people.models import Team
from quizzes.models import Quiz
from strategy.models import ServiceGoal


def course_key(slug: str) -> UUID:
    return key("course", slug)


def activity_key(course: str, slug: str) -> UUID:
    return key("activity", f"{course}/{slug}")


def item_key(course: str, slug: str) -> UUID:
    return key("item", f"{course}/{slug}")


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
        case "signoff":
            return SignOffPage(
                instructions=record["instructions"][language],
                observer_instructions=record["observer_instructions"][language],
                observers=record["observers"],
                checklist=[_item(course, item, language) for item in record["checklist"]],
                **fields,
            )
    raise ValueError(record["kind"])


def _item(course: str, record: dict, language: str) -> dict:
    """One block of a checklist; its id is the same in every language."""
    value = {"text": record[language], "is_required": not record.get("is_optional", False)}
    return {"type": "item", "id": str(item_key(course, record["slug"])), "value": value}


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
    steps = [
        *(
            PathStep(article=ArticlePage.objects.in_language(article_key(slug), language), is_required=required)
            for slug, required in record.get("articles", [])
        ),
        *(
            PathStep(course=CoursePage.objects.in_language(course_key(slug), language), is_required=required)
            for slug, required in record["courses"]
        ),
    ]
    for position, step in enumerate(steps):
        step.sort_order = position
    page.steps = steps
    return page


def load_rules() -> None:
    """Who is given a path by a rule. Each has been in force for a few days, so it gave it to the newest already."""
    for record in read("paths")["rule"]:
        rule = AssignmentRule(
            **labels(record, "name"),
            path=_default_path(record["path"]),
            is_active=True,
            hired_within_days=record["hired_within_days"],
            due_from=AssignmentRule.DueFrom.HIRE_DATE,
            due_days=record["due_days"],
        )
        rule.teams = Team.objects.filter(code__in=record["teams"])
        rule.save()
        apply_rule(rule, days_ago(record["days_ago"], hour=6), excepted=certified_by_path)


def load_certifications() -> None:
    for record in read("certifications")["certification"]:
        certification = Certification.objects.create(
            code=record["code"],
            first_time_path=_default_path(record["first_time"]),
            renewal_path=_default_path(record["renewal"]),
            validity_months=record["validity_months"],
            window_days=record["window_days"],
            late_renewal_days=record.get("late_renewal_days", 0),
            accepts_external_evidence=record.get("accepts_external_evidence", False),
            **labels(record, "title", "description"),
        )
        certification.goals.set(ServiceGoal.objects.filter(code__in=record["goals"]))


def _default_path(slug: str) -> LearningPathPage:
    return LearningPathPage.objects.in_language(path_key(slug), "en")
