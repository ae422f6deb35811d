from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.enrolments import Enrolment
from people.models import User


class Observers(models.TextChoices):
    LEADS = "leads", _("a lead of hers")
    LEADS_AND_ASSESSORS = "assessors", _("a lead of hers or an assessor")


class ObservationQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ObservationQuerySet":
        """Her own, those of the people whom she leads, those that she signed, and for an assessor those that assessors
        are asked for."""
        if not user.is_authenticated:
            return self.none()
        asked_of_assessors = Q(state=Observation.State.ASKED, observers=Observers.LEADS_AND_ASSESSORS)
        is_assessor = Exists(User.objects.assessors().filter(pk=user.pk))
        return self.filter(
            Q(person=user)
            | Q(person__in=User.objects.led_by(user))
            | Q(observed_by=user)
            | (asked_of_assessors & Q(is_assessor))
        )

    def of(self, person) -> "ObservationQuerySet":
        return self.filter(person=person)

    def open(self) -> "ObservationQuerySet":
        """Asked for, or signed by the observer and not yet answered by the person who was observed."""
        return self.filter(state__in=Observation.OPEN_STATES)

    def asked(self) -> "ObservationQuerySet":
        return self.filter(state=Observation.State.ASKED)

    def current(self) -> "ObservationQuerySet":
        """Those that count for an enrolment of today, not for an earlier go at the course."""
        return self.filter(Exists(Enrolment.objects.current().filter(registration=OuterRef("registration"))))

    def for_activity(self, registration, activity_key) -> "ObservationQuerySet":
        """Those in one go at a course for one activity, the latest first."""
        return self.filter(registration=registration, activity_key=activity_key).order_by("-pk")


class Observation(models.Model):
    """One time that somebody is watched at her work: what was looked at, what was seen, who signed it, and what she
    who was observed says to it. Both of them have to agree before it counts."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked for")
        OBSERVED = "observed", _("signed by the observer")
        CONFIRMED = "confirmed", _("confirmed by both")
        DISPUTED = "disputed", _("seen differently")
        WITHDRAWN = "withdrawn", _("taken back")

    class Outcome(models.TextChoices):
        MET = "met", _("met")
        NOT_YET = "not_yet", _("not yet")

    OPEN_STATES = (State.ASKED, State.OBSERVED)

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="observations")
    registration = models.UUIDField()
    course_key = models.UUIDField()
    course_title = models.CharField(_("course"), max_length=255)
    activity_key = models.UUIDField()
    activity_title = models.CharField(_("activity"), max_length=255)
    observers = models.CharField(_("who observes"), max_length=10, choices=Observers)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(
        _("asked at"), null=True, blank=True, help_text=_("Empty where the observer began by herself.")
    )
    items = models.JSONField(
        _("checklist"),
        default=list,
        blank=True,
        help_text=_("As it was signed: id, text by language, is_required, is_met and comment of each item."),
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    observed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="observations_signed"
    )
    observed_at = models.DateTimeField(_("observed at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closing_comment = models.TextField(
        _("last word"), blank=True, help_text=_("Why she sees it differently, or why it was taken back.")
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "activity_key"],
                condition=Q(state__in=["asked", "observed"]),
                name="observation_one_open_per_registration_and_activity",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "withdrawn"])
                | (Q(observed_by__isnull=False, observed_at__isnull=False) & ~Q(outcome="")),
                name="observation_signed_says_by_whom_when_and_with_what_outcome",
            ),
            models.CheckConstraint(
                condition=Q(observed_by=None) | ~Q(observed_by=F("person")), name="observation_is_not_of_the_observer"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "observed"], closed_at=None)
                | (~Q(state__in=["asked", "observed"]) & Q(closed_at__isnull=False)),
                name="observation_closed_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="disputed") | ~Q(closing_comment=""), name="observation_disputed_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["registration", "activity_key"], name="observation_by_activity"),
            models.Index(fields=["person", "state"], name="observation_by_person"),
            models.Index(fields=["asked_at"], condition=Q(state="asked"), name="observation_asked_for"),
        ]

    def __str__(self):
        return f"{self.person_id} {self.activity_title}"

    @property
    def is_asked(self) -> bool:
        return self.state == self.State.ASKED

    @property
    def waits_for_answer(self) -> bool:
        """Signed, and she who was observed has not said what she thinks."""
        return self.state == self.State.OBSERVED

    @property
    def is_met(self) -> bool:
        return self.outcome == self.Outcome.MET

    @property
    def mark(self) -> str:
        """What tells whether anything has happened since somebody looked at it."""
        return f"{self.pk}-{self.state}"
