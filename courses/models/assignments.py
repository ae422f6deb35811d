from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.enrolments import Enrolment
from courses.models.paths import PathStep
from courses.models.rules import AssignmentRule
from people.models import User


class PathAssignmentQuerySet(models.QuerySet):
    def visible_to(self, user) -> "PathAssignmentQuerySet":
        return self.filter(person__in=User.objects.visible_to(user))

    def of(self, person) -> "PathAssignmentQuerySet":
        return self.filter(person=person)

    def open(self) -> "PathAssignmentQuerySet":
        """Still to be done: held, active or suspended."""
        return self.filter(state__in=PathAssignment.OPEN_STATES)

    def active(self) -> "PathAssignmentQuerySet":
        return self.filter(state=PathAssignment.State.ACTIVE)

    def overdue(self, at: datetime | None = None) -> "PathAssignmentQuerySet":
        """Active, with a due date that has passed at `at`."""
        return self.active().filter(due_at__lte=at or timezone.now())

    def with_start(self) -> "PathAssignmentQuerySet":
        """Each with `has_started`: whether the person is in one of the path's courses now, or completed one for it."""
        of_path = PathStep.objects.filter(path_page__translation_key=OuterRef(OuterRef("path_key")))
        counts = Q(completed_at__gte=Coalesce(OuterRef("counts_from"), F("completed_at")))
        begun = Enrolment.objects.filter(
            Q(superseded_at=None) | counts,
            person=OuterRef("person"),
            course_key__in=of_path.values("course__translation_key"),
        )
        return self.annotate(has_started=Exists(begun))


class PathAssignment(models.Model):
    """A learning path that a person is to complete. `due_at` is advice: passing it takes nothing away."""

    class State(models.TextChoices):
        HELD = "held", _("held")
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")
        COMPLETED = "completed", _("completed")
        EXEMPT = "exempt", _("exempt")
        REMOVED = "removed", _("removed")

    OPEN_STATES = (State.HELD, State.ACTIVE, State.SUSPENDED)

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="path_assignments")
    path_key = models.UUIDField()
    path_title = models.CharField(_("path"), max_length=255)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ACTIVE)
    assigned_at = models.DateTimeField(_("assigned at"), default=timezone.now)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="assignments_made"
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    rule = models.ForeignKey(
        AssignmentRule,
        verbose_name=_("rule"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assignments",
        help_text=_("What gave it; its name stands in the reason."),
    )
    is_suspended_by_rule = models.BooleanField(
        default=False, help_text=_("The person no longer meets the rule; it goes on when she does again.")
    )
    counts_from = models.DateTimeField(
        _("counts from"), null=True, blank=True, help_text=_("Courses completed before do not count; empty: all do.")
    )
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    reminders_checked_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("When it was last looked at for what to remind of; see courses/reminders.py."),
    )

    objects = PathAssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        verbose_name = _("path assignment")
        verbose_name_plural = _("path assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "path_key"],
                condition=Q(state__in=["held", "active", "suspended"]),
                name="path_assignment_one_open_per_person_and_path",
            ),
            models.CheckConstraint(
                condition=~Q(state="completed") | Q(completed_at__isnull=False),
                name="path_assignment_completed_says_when",
            ),
            models.CheckConstraint(
                condition=Q(is_suspended_by_rule=False) | Q(state="suspended"),
                name="path_assignment_suspended_by_its_rule_is_suspended",
            ),
        ]
        indexes = [
            models.Index(fields=["path_key", "person"], name="path_assignment_by_path"),
            models.Index(fields=["rule", "state", "person"], name="path_assignment_by_rule"),
            models.Index(
                fields=["due_at", "reminders_checked_at"],
                condition=Q(state="active"),
                name="path_assignment_to_remind_of",
            ),
        ]

    def __str__(self):
        return f"{self.person_id} {self.path_title}"

    def is_overdue(self, at: datetime | None = None) -> bool:
        return self.state == self.State.ACTIVE and self.due_at is not None and self.due_at <= (at or timezone.now())
