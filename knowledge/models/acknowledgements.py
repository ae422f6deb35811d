from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import User


class ArticleAcknowledgementQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ArticleAcknowledgementQuerySet":
        return self.filter(person__in=User.objects.visible_to(user))


class ArticleAcknowledgement(models.Model):
    """“I have read this”: said of one revision of an article. A later revision is not acknowledged by it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="acknowledgements")
    article_key = models.UUIDField()
    article_title = models.CharField(max_length=255)
    revision_id = models.BigIntegerField()
    language = models.CharField(max_length=10)
    acknowledged_at = models.DateTimeField(_("acknowledged at"), default=timezone.now)

    objects = ArticleAcknowledgementQuerySet.as_manager()

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "article_key", "revision_id"],
                name="acknowledgement_one_per_person_and_revision",
            )
        ]

    def __str__(self):
        return f"{self.person_id} {self.article_title}"
