"""Content in as few words as a test needs. What learners do is made by the verbs, not here."""

from itertools import count

from wagtail.models import Locale, Page

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
    SignOffPage,
)
from knowledge.models import ArticlePage, KnowledgeIndexPage
from quizzes.models import Quiz
from strategy.models import Kpi, ServiceGoal

_numbers = count(1)


def _add(index_model: type[Page], page: Page, language: str, translation_of: Page | None, live: bool) -> Page:
    locale = Locale.objects.get(language_code=language)
    page.locale = locale
    if translation_of is not None:
        page.translation_key = translation_of.translation_key
    page.slug = page.slug or f"page-{next(_numbers)}"
    page.live = False
    index_model.objects.get(locale=locale).add_child(instance=page)
    return publish(page) if live else page


def publish(page: Page) -> Page:
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def paragraphs(*texts: str) -> list[dict]:
    """A body: each text one paragraph."""
    return [{"type": "paragraph", "value": f"<p>{text}</p>"} for text in texts]


def article(title="Returns", *, text="Fourteen days.", language="en", translation_of=None, live=True, **fields):
    page = ArticlePage(title=title, body=paragraphs(text), **fields)
    return _add(KnowledgeIndexPage, page, language, translation_of, live)


def goal(code="csat-90", title="Nine in ten are satisfied", **fields) -> ServiceGoal:
    """A measurable goal, with the step and the vision above it."""
    vision, _ = ServiceGoal.objects.get_or_create(code="vision", defaults={"level": "vision", "title": "Our vision"})
    step, _ = ServiceGoal.objects.get_or_create(
        code="step", defaults={"level": "step", "title": "Set goals", "parent": vision}
    )
    kpi, _ = Kpi.objects.get_or_create(
        code="csat", defaults={"name": "Customer satisfaction", "unit": "percent", "better": "up"}
    )
    defaults = {"level": "goal", "title": title, "parent": step, "kpi": kpi} | fields
    return ServiceGoal.objects.get_or_create(code=code, defaults=defaults)[0]


def course(title="Handling complaints", *, lessons=0, language="en", translation_of=None, live=True, **fields):
    """A published course that serves one goal, with `lessons` lessons."""
    page = CoursePage(title=title, summary=fields.pop("summary", f"About {title}."), **fields)
    page.course_goals.add(CourseGoal(goal=goal(), rationale="Calm agents make satisfied customers."))
    _add(CourseIndexPage, page, language, translation_of, live)
    for number in range(1, lessons + 1):
        lesson(page, f"{title}, lesson {number}")
    return page


def _activity(course_page, page, translation_of=None, live=True):
    page.locale = course_page.locale
    if translation_of is not None:
        page.translation_key = translation_of.translation_key
    page.slug = f"activity-{next(_numbers)}"
    page.live = False
    course_page.add_child(instance=page)
    return publish(page) if live else page


def lesson(course_page, title="Listen first", *, text="Let them finish.", translation_of=None, live=True, **fields):
    page = LessonPage(title=title, body=paragraphs(text), **fields)
    return _activity(course_page, page, translation_of, live)


def reading(course_page, article_page, title="Read the article", *, translation_of=None, live=True, **fields):
    return _activity(course_page, ReadingPage(title=title, article=article_page, **fields), translation_of, live)


def sign_off(course_page, title="Show it", *, items=None, translation_of=None, live=True, **fields) -> SignOffPage:
    """A published sign-off. `items`: the text of each by its id; those whose text begins with “(” are optional."""
    items = items or {"listens": "Listens to the end", "solves": "Offers two options", "thanks": "(Says thank you)"}
    checklist = [
        {"type": "item", "id": pk, "value": {"text": text, "is_required": not text.startswith("(")}}
        for pk, text in items.items()
    ]
    return _activity(course_page, SignOffPage(title=title, checklist=checklist, **fields), translation_of, live)


def quiz(title="Complaints check", **fields) -> Quiz:
    """A quiz without questions; add slots by `QuizSlot.objects.create(quiz=..., question=...)`."""
    return Quiz.objects.create(title=title, **fields)


def quiz_page(course_page, of: Quiz, title="Show that you know", *, translation_of=None, live=True, **fields):
    """A published quiz page, past the gate of publishing: its quiz may get its questions later."""
    page = _activity(course_page, QuizPage(title=title, quiz=of, **fields), translation_of, live=False)
    if live:
        Page.publish(page, page.save_revision())
        page.refresh_from_db()
    return page


def path(*courses, title="First weeks", language="en", translation_of=None, live=True, **fields) -> LearningPathPage:
    """A published path through `courses`, all of them required."""
    page = LearningPathPage(title=title, **fields)
    for position, step in enumerate(courses):
        page.steps.add(PathStep(course=step, sort_order=position))
    return _add(LearningPathIndexPage, page, language, translation_of, live)


def certification(path_page, title="Service professional", **fields) -> Certification:
    fields.setdefault("code", f"certification-{next(_numbers)}")
    return Certification.objects.create(title=title, first_time_path=path_page, **fields)
