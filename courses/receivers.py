"""What the rooms below tell the courses."""

from django.dispatch import receiver

from courses.models import Enrolment, QuizPage, ReadingPage
from courses.progress import complete_activity
from knowledge.signals import article_acknowledged
from quizzes.signals import attempt_finished


@receiver(attempt_finished, dispatch_uid="courses_complete_the_quiz_activity")
def complete_the_quiz_activity(sender, attempt, **kwargs) -> None:
    """A passed attempt completes the quiz's activity in the enrolment that it counts for."""
    if not attempt.passed:
        return
    enrolments = Enrolment.objects.filter(registration=attempt.registration)
    enrolment = enrolments.current().first()
    if enrolment is None:
        return
    pages = QuizPage.objects.in_course(enrolment.course_key).filter(quiz__key=attempt.quiz_key)
    for page in pages.best_for(attempt.language):
        complete_activity(enrolments, page, attempt.finished_at, {"attempt": attempt.pk})


@receiver(article_acknowledged, dispatch_uid="courses_complete_the_readings")
def complete_the_readings(sender, acknowledgement, article, **kwargs) -> None:
    """Acknowledging an article completes the readings of it, in every course that the person takes now."""
    for enrolment in Enrolment.objects.of(acknowledgement.person).current():
        pages = ReadingPage.objects.in_course(enrolment.course_key)
        for page in pages.filter(article__translation_key=article.translation_key).best_for(acknowledgement.language):
            complete_activity(
                Enrolment.objects.filter(pk=enrolment.pk),
                page,
                acknowledgement.acknowledged_at,
                {"acknowledgement": acknowledgement.pk},
            )
