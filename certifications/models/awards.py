import secrets
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certifications.models.certifications import Certification
from courses.models import PathAssignment
from people.models import User


def new_public_id() -> str:
    """128 random bits, safe in an address (promise 13)."""
    return secrets.token_urlsafe(16)


class AwardQuerySet(models.QuerySet):
    def visible_to(self, user) -> "AwardQuerySet":
        return self.filter(holder__in=User.objects.visible_to(user))

    def active(self) -> "AwardQuerySet":
        """Neither revoked nor superseded; it may have expired."""
        return self.filter(state=Award.State.ACTIVE)

    def valid(self, at: datetime | None = None) -> "AwardQuerySet":
        """Active and not expired at the instant `at`. The row-wise form is `Award.is_valid`."""
        return self.active().filter(Q(expires_at=None) | Q(expires_at__gt=at or timezone.now()))

    def in_the_cycle_of(self, public_id: str) -> "AwardQuerySet":
        """The award `public_id`, and those that its holder has or had of the same certification."""
        one = Award.objects.filter(public_id=public_id)
        return self.filter(holder=Subquery(one.values("holder")), certification=Subquery(one.values("certification")))

    def with_paths(self) -> "AwardQuerySet":
        """With the holder, the renewal, the certification and its paths; without the evidence, which may be long."""
        paths = ("certification__first_time_path", "certification__renewal_path")
        return self.select_related("holder", "renewal", *paths).defer("evidence")


class Award(models.Model):
    """A certificate that a person was given. It outlives the content that she earned it with."""

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        SUPERSEDED = "superseded", _("superseded")
        REVOKED = "revoked", _("revoked")

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    certification = models.ForeignKey(Certification, on_delete=models.PROTECT, related_name="awards")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="awards")
    holder_name = models.CharField(_("name"), max_length=200)
    certification_title = models.CharField(_("certification"), max_length=200)
    certification_description = models.TextField(_("description"), blank=True)
    language = models.CharField(_("language"), max_length=10)
    awarded_at = models.DateTimeField(_("awarded at"))
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ACTIVE)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoke_reason = models.CharField(_("reason for revoking"), max_length=500, blank=True)
    superseded_by = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="supersedes"
    )
    evidence = models.JSONField(_("evidence"), default=dict)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="awards_granted"
    )
    grant_reason = models.CharField(_("reason"), max_length=500, blank=True)

    renewal = models.ForeignKey(
        PathAssignment,
        verbose_name=_("renewal"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("What was given to the holder when the renewal window opened, or after the award had lapsed."),
    )
    renewal_opened_at = models.DateTimeField(_("renewal window opened at"), null=True, blank=True)
    lapsed_at = models.DateTimeField(
        _("lapsed at"), null=True, blank=True, help_text=_("Since when the first-time path is asked for again.")
    )
    reminders_checked_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("When it was last looked at for what to remind of; see certifications/reminders.py."),
    )

    pdf_due_at = models.DateTimeField(
        null=True,
        blank=True,
        default=timezone.now,
        editable=False,
        help_text=_("When its PDF is to be made; empty when it is made."),
    )

    objects = AwardQuerySet.as_manager()

    class Meta:
        ordering = ["-awarded_at", "-pk"]
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        constraints = [
            models.UniqueConstraint(
                fields=["holder", "certification"],
                condition=Q(state="active"),
                name="award_one_active_per_holder_and_certification",
            ),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=F("awarded_at")), name="award_expires_after_it_is_given"
            ),
            models.CheckConstraint(
                condition=Q(state="revoked", revoked_at__isnull=False) | (~Q(state="revoked") & Q(revoked_at=None)),
                name="award_revoked_says_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["holder", "certification", "expires_at"], condition=Q(state="active"), name="award_by_holder"
            ),
            models.Index(fields=["expires_at"], condition=Q(state="active"), name="award_by_expiry"),
            models.Index(fields=["pdf_due_at"], condition=Q(pdf_due_at__isnull=False), name="award_without_its_pdf"),
        ]

    def __str__(self):
        return f"{self.holder_name}: {self.certification_title}"

    def get_absolute_url(self) -> str:
        return reverse("certifications:certificate", args=[self.public_id])

    @property
    def renewal_opens_at(self) -> datetime | None:
        """From when on it can be renewed: its window, or before that where somebody opened its renewal; None for one
        that never expires and was not asked for."""
        if self.renewal_opened_at and self.renewal and self.renewal.state in PathAssignment.OPEN_STATES:
            return self.renewal_opened_at
        return self.expires_at and self.expires_at - self.certification.window

    def is_valid(self, at: datetime | None = None) -> bool:
        """Whether it holds at the instant `at`: valid until, but not at, `expires_at`."""
        if self.state != self.State.ACTIVE:
            return False
        return self.expires_at is None or self.expires_at > (at or timezone.now())
