"""What earned an award, written down so that it can be shown when the content has changed or gone."""

from courses.models import ActivityCompletion, Enrolment, LearningPathPage, PathAssignment
from quizzes.models import Attempt


def evidence_of(assignment: PathAssignment) -> dict:
    """The path and its revision, the activities with their times, and the passed attempts with their marks."""
    path = LearningPathPage.objects.filter(translation_key=assignment.path_key).originals().first()
    course_keys = path.steps.get_queryset().values("course__translation_key") if path else []
    enrolments = Enrolment.objects.of(assignment.person).current().filter(course_key__in=course_keys)
    completions = ActivityCompletion.objects.filter(enrolment__in=enrolments).order_by("completed_at", "pk")
    attempts = Attempt.objects.of(assignment.person).filter(
        registration__in=enrolments.values("registration"), passed=True
    )
    return {
        "assignment": assignment.pk,
        "path": {
            "key": str(assignment.path_key),
            "title": assignment.path_title,
            "revision": path and path.live_revision_id,
        },
        "completed_at": assignment.completed_at.isoformat(),
        "activities": [
            {"key": str(c.activity_key), "title": c.activity_title, "completed_at": c.completed_at.isoformat()}
            for c in completions
        ],
        "attempts": [
            {
                "id": a.pk,
                "quiz": a.quiz_title,
                "mark": str(a.mark),
                "max_mark": str(a.max_mark),
                "finished_at": a.finished_at.isoformat(),
            }
            for a in attempts.order_by("finished_at", "pk")
        ],
    }
