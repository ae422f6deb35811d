import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import User


class EnrolmentQuerySet(models.QuerySet):
    def visible_to(self, user) -> "EnrolmentQuerySet":
        return self.filter(person__in=User.objects.visible_to(user))

    def current(self) -> "EnrolmentQuerySet":
        """Not superseded by a later registration for the same course."""
        return self.filter(superseded_at=None)

    def of(self, person) -> "EnrolmentQuerySet":
        return self.filter(person=person)

    def for_course(self, course_key) -> "EnrolmentQuerySet":
        return self.filter(course_key=course_key)


class Enrolment(models.Model):
    """One person's one go at a course, told apart from her other goes by its `registration`."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    course_key = models.UUIDField()
    course_title = models.CharField(_("course"), max_length=255)
    registration = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolled_at = models.DateTimeField(_("enrolled at"), default=timezone.now)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    superseded_at = models.DateTimeField(_("superseded at"), null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "course_key"],
                condition=Q(superseded_at=None),
                name="enrolment_one_current_per_person_and_course",
            )
        ]

    def __str__(self):
        return f"{self.person_id} {self.course_title}"


class ActivityCompletion(models.Model):
    """An activity that is done, with the evidence for it."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="completions")
    activity_key = models.UUIDField()
    activity_title = models.CharField(_("activity"), max_length=255)
    completed_at = models.DateTimeField(_("completed at"))
    evidence = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("completion")
        verbose_name_plural = _("completions")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "activity_key"], name="activity_completion_one_per_enrolment_and_activity"
            )
        ]

    def __str__(self):
        return f"{self.enrolment_id} {self.activity_title}"
