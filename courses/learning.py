"""What a learner does in a course. The first thing that she does there enrols her."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from courses.enrolling import enrol
from courses.models import Enrolment, LessonPage, QuizPage, ReadingPage
from courses.progress import complete_activity
from courses.reading import course_for
from knowledge.acknowledgement import acknowledge_article
from knowledge.models import ArticlePage
from people.models import User
from quizzes.models import Attempt
from quizzes.starting import start_attempt


@transaction.atomic
def complete_lesson(person: User, course_key: UUID, lesson: LessonPage, at: datetime) -> Enrolment:
    """Records that `person` has done `lesson`. Raises CourseLocked, and Http404 for a course that is not published."""
    enrolments = Enrolment.objects.of(person).for_course(course_key)
    try:
        return complete_activity(enrolments, lesson, at)
    except Enrolment.DoesNotExist:
        enrol(person, course_for(person, course_key), at)
        return complete_activity(enrolments, lesson, at)


@transaction.atomic
def complete_reading(
    person: User, course_key: UUID, reading: ReadingPage, article: ArticlePage, at: datetime
) -> Enrolment:
    """Records that `person` has read `article`, which completes `reading`; also where she had said so before.

    Raises CourseLocked, and Http404 for a course that is not published.
    """
    enrol(person, course_for(person, course_key), at)
    acknowledgement = acknowledge_article(person, article, at)
    enrolments = Enrolment.objects.of(person).for_course(course_key)
    return complete_activity(enrolments, reading, at, {"acknowledgement": acknowledgement.pk})


def start_quiz(
    person: User, course_key: UUID, quiz_page: QuizPage, at: datetime, registration: UUID | None = None
) -> Attempt:
    """The attempt that `person` has in progress, or a new one. registration: of her enrolment, where it is known.

    Raises CourseLocked, and what `start_attempt` raises. Not one transaction: `start_attempt` may finish an attempt
    whose time is over and then refuse a new one.
    """
    if registration is None:
        registration = enrol(person, course_for(person, course_key), at).registration
    return start_attempt(quiz_page.quiz, person, registration, at=at)
