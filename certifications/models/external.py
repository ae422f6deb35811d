from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certifications.models.awards import Award
from certifications.models.certifications import Certification
from people.models import User


class ExternalEvidenceQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ExternalEvidenceQuerySet":
        return self.filter(person__in=User.objects.visible_to(user))

    def of(self, person) -> "ExternalEvidenceQuerySet":
        return self.filter(person=person)

    def waiting(self) -> "ExternalEvidenceQuerySet":
        return self.filter(state=ExternalEvidence.State.WAITING)


class ExternalEvidence(models.Model):
    """A certificate or another proof from elsewhere that a person handed in to be certified by it.

    Its file is in the media storage, below a folder that no address leads to; see certifications/evidence_files.py.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="external_evidence")
    certification = models.ForeignKey(Certification, on_delete=models.PROTECT, related_name="external_evidence")
    certification_title = models.CharField(_("certification"), max_length=200)
    statement = models.TextField(_("what it shows"))
    issuer = models.CharField(_("issuer"), max_length=200)
    issued_on = models.DateField(_("issued on"))
    expires_on = models.DateField(_("expires on"), null=True, blank=True)

    stored_as = models.CharField(
        max_length=200, blank=True, help_text=_("The name of the file in the storage; empty when it is erased.")
    )
    file_name = models.CharField(_("file"), max_length=120, blank=True)
    content_type = models.CharField(max_length=50)
    size = models.PositiveIntegerField(_("size"), help_text=_("In bytes."))
    sha256 = models.CharField(max_length=64, help_text=_("Of the file, in hexadecimal."))

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    submitted_at = models.DateTimeField(_("handed in at"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence_decided"
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    award = models.OneToOneField(
        Award, null=True, blank=True, on_delete=models.PROTECT, related_name="external_evidence"
    )

    objects = ExternalEvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        verbose_name = _("proof from elsewhere")
        verbose_name_plural = _("proofs from elsewhere")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "certification"],
                condition=Q(state="waiting"),
                name="external_evidence_one_waiting_per_person_and_certification",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None) | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="external_evidence_says_when_it_stopped_waiting",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("person")),
                name="external_evidence_is_decided_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(award=None) | Q(state="approved"), name="external_evidence_with_an_award_is_approved"
            ),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("issued_on")),
                name="external_evidence_expires_after_it_is_issued",
            ),
        ]
        indexes = [
            models.Index(fields=["submitted_at"], condition=Q(state="waiting"), name="external_evidence_waiting"),
        ]

    def __str__(self):
        return f"{self.person_id} {self.certification_title}"

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING
