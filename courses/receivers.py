"""What the rooms below tell the courses."""

from contextlib import suppress

from django.dispatch import receiver

from courses.models import Enrolment, PathStep, QuizPage, ReadingPage
from courses.progress import complete_activity, complete_paths_with
from knowledge.signals import article_acknowledged
from people.holding import hold
from quizzes.results import completes_quiz
from quizzes.signals import attempt_finished


@receiver(attempt_finished, dispatch_uid="courses_complete_the_quiz_activity")
def complete_the_quiz_activity(sender, attempt, **kwargs) -> None:
    """An attempt after which the quiz is passed, or complete by its rule, completes the quiz's activity in the
    enrolment that it counts for."""
    if not completes_quiz(attempt):
        return
    enrolments = Enrolment.objects.filter(registration=attempt.registration)
    enrolment = enrolments.current().first()
    if enrolment is None:
        return
    for page in QuizPage.objects.in_course(enrolment.course_key).filter(quiz__key=attempt.quiz_key):
        with suppress(Enrolment.DoesNotExist):  # she has begun the course anew in this moment
            complete_activity(enrolments, page, attempt.finished_at, {"attempt": attempt.pk})


@receiver(article_acknowledged, dispatch_uid="courses_complete_the_readings")
def complete_the_readings(sender, acknowledgement, article, **kwargs) -> None:
    """Acknowledging an article completes the readings of it, in every course that the person takes now, and the steps
    of her paths that ask for it."""
    enrolments = Enrolment.objects.of(acknowledgement.person).current()
    readings = ReadingPage.objects.with_course_key().filter(article__translation_key=article.translation_key)
    for reading in readings.filter(course_key__in=enrolments.values("course_key")):
        complete_activity(
            enrolments.for_course(reading.course_key),
            reading,
            acknowledgement.acknowledged_at,
            {"acknowledgement": acknowledgement.pk},
        )
    if PathStep.objects.filter(article__translation_key=article.translation_key).exists():
        hold(acknowledgement.person_id)
        complete_paths_with(acknowledgement.person_id, acknowledgement.acknowledged_at)
