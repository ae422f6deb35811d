from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certifications.models.awards import Award


class CertificateFile(models.Model):
    """The PDF of an award as it was made, so that the same file is given out for ever and can be recognised.

    In the database, because nothing is kept on a node's disk; some 30 KB. An award has a second one where its expiry
    was moved.
    """

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="files")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64, unique=True, help_text=_("Of the PDF, in hexadecimal."))
    made_at = models.DateTimeField(_("made at"), default=timezone.now)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("file of a certificate")
        verbose_name_plural = _("files of certificates")

    def __str__(self):
        return f"{self.award_id} {self.sha256[:8]}"
