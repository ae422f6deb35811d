"""What the pages of a course show to one person, loaded in a fixed number of queries."""

from uuid import UUID

from django.db.models import Case, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from courses.models import Activity, CoursePage, Enrolment, LessonPage, Observation, QuizPage, ReadingPage, SignOffPage
from courses.models.activities import end_of
from courses.prerequisites import CourseLocked, blocking_course
from knowledge.languages import language_rank
from knowledge.models import ArticlePage
from people.compiled import CompiledQuery
from people.models import User
from quizzes.models import Quiz, QuizSlot

NOT_ENROLLED = UUID(int=0)  # nobody's registration


def course_for(person: User, course_key: UUID) -> CoursePage:
    """The published course in her language, with her `registration` and `completed_at`. Raises Http404."""
    course = _best_course.first(course_key=course_key, person=person.pk, language=person.language)
    if course is None:
        raise Http404
    return course


@CompiledQuery
def _best_course(course_key, person, language):
    courses = CoursePage.objects.readable().filter(translation_key=course_key).select_related("locale")
    return courses.with_original_path().with_enrolment_of(person).order_by(language_rank(language))[:1]


def open_course_for(person: User, course_key: UUID) -> CoursePage:
    """The same, for whatever is inside the course. Raises CourseLocked where it is not open to her yet."""
    course = course_for(person, course_key)
    if course.registration is None and (blocker := blocking_course(person, course_key)):
        raise CourseLocked(by=blocker)
    return course


def activities_for(course: CoursePage) -> list[Activity]:
    """What a course from `course_for` asks for, in order and in its language where translated.

    Each has `is_complete`, `observation_state`, `is_current` (the first one that is not complete; one that waits for
    an observer only where nothing else is left) and its `address`.
    """
    rows = _activities_in(
        original=course.original_path,
        original_end=end_of(course.original_path),
        own=course.path,
        own_end=end_of(course.path),
        registration=course.registration or NOT_ENROLLED,
    )
    translated = {a.translation_key: a for a in rows if a.path.startswith(course.path)}
    originals = [a for a in rows if a.path.startswith(course.original_path)]
    activities = [translated.get(a.translation_key, a) for a in originals]
    incomplete = [a for a in activities if not a.is_complete]
    current = min(incomplete, key=lambda a: a.observation_state == Observation.State.ASKED, default=None)
    for activity in activities:
        activity.is_current = activity is current
        activity.address = reverse("courses:activity", args=[course.translation_key, activity.translation_key])
    return activities


@CompiledQuery
def _activities_in(original, original_end, own, own_end, registration):
    rows = Activity.objects.between(original, original_end) | Activity.objects.between(own, own_end)
    return rows.with_completion_in(registration).with_observation_in(registration).select_related("locale")


def percent_of(course: CoursePage, activities: list[Activity]) -> int:
    """How much of what is required is done, in whole percent, rounded down; once complete, always 100."""
    if course.completed_at:
        return 100
    required = [activity for activity in activities if activity.is_required]
    return sum(activity.is_complete for activity in required) * 100 // len(required) if required else 0


def lesson_of(course_key: UUID, activity_key: UUID) -> LessonPage:
    """The lesson as the course asks for it: its original, whose rules hold. Raises Http404."""
    return _original(LessonPage.objects, course_key, activity_key)


def quiz_page_of(course_key: UUID, activity_key: UUID) -> QuizPage:
    """The quiz activity with its quiz, and the quiz's `question_count` and `critical_count`. Raises Http404."""
    counts = _question_counts().filter(quiz=OuterRef("quiz"))
    pages = QuizPage.objects.select_related("quiz").annotate(
        question_count=Coalesce(Subquery(counts.values("total")), 0),
        critical_count=Coalesce(Subquery(counts.filter(is_critical=True).values("total")), 0),
    )
    return _original(pages, course_key, activity_key)


def quiz_to_start(person: User, course_key: UUID, activity_key: UUID) -> QuizPage:
    """The quiz activity with its quiz, and with the `registration` of the person's current enrolment in the course,
    None where there is none. Raises Http404."""
    enrolments = Enrolment.objects.of(person).for_course(course_key).current()
    pages = QuizPage.objects.select_related("quiz").annotate(
        registration=Subquery(enrolments.values("registration")[:1])
    )
    return _original(pages, course_key, activity_key)


def question_count(quiz: Quiz, **only) -> int:
    """How many questions it asks; only: of which slots, as fields of QuizSlot."""
    return next(iter(_question_counts().filter(quiz=quiz, **only).values_list("total", flat=True)), 0)


def _question_counts() -> QuerySet:
    """`total` by quiz: a fixed question counts once, a draw as often as it draws."""
    of_slot = Case(When(question__isnull=False, then=1), default=F("draw_count"), output_field=IntegerField())
    return QuizSlot.objects.order_by().values("quiz").annotate(total=Sum(of_slot))


def reading_of(course_key: UUID, activity_key: UUID) -> ReadingPage:
    """Raises Http404."""
    return _original(ReadingPage.objects, course_key, activity_key)


def sign_off_of(course_key: UUID, activity_key: UUID) -> SignOffPage:
    """Raises Http404."""
    return _original(SignOffPage.objects.select_related("locale"), course_key, activity_key)


def _original(activities: QuerySet, course_key: UUID, activity_key: UUID):
    return get_object_or_404(activities.in_course(course_key).filter(translation_key=activity_key))


def article_to_read(person: User, reading_pk: int) -> ArticlePage | None:
    """The article of the reading in her language; None while it is not published in any."""
    key = ReadingPage.objects.filter(pk=reading_pk).values("article__translation_key")
    articles = ArticlePage.objects.visible_to(person).filter(translation_key=Subquery(key))
    return articles.select_related("locale").order_by(language_rank(person.language)).first()
