from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class QuestionUploadQuerySet(models.QuerySet):
    def visible_to(self, user) -> "QuestionUploadQuerySet":
        """Those that `user` uploaded; all of them to an administrator."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_superuser else self.filter(uploaded_by=user)


class QuestionUpload(models.Model):
    """A file with questions between its dry run and its import. The bytes are here: a web node keeps no files."""

    class State(models.TextChoices):
        CHECKED = "checked", _("checked")
        IMPORTING = "importing", _("being imported")
        IMPORTED = "imported", _("imported")
        REFUSED = "refused", _("refused")
        FAILED = "failed", _("failed")

    file_name = models.CharField(_("file"), max_length=255)
    data = models.BinaryField()
    format_name = models.CharField(_("format"), max_length=20)
    category = models.CharField(_("category"), max_length=500)
    language = models.CharField(_("language"), max_length=10)
    encoding = models.CharField(_("encoding"), max_length=30, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CHECKED)
    progress = models.PositiveSmallIntegerField(_("progress"), default=0, help_text=_("In percent."))
    result = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("uploaded by"), on_delete=models.CASCADE, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    objects = QuestionUploadQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = _("uploaded file of questions")
        verbose_name_plural = _("uploaded files of questions")

    def __str__(self):
        return self.file_name
