from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class NotificationQuerySet(models.QuerySet):
    def visible_to(self, user) -> "NotificationQuerySet":
        return self.filter(recipient=user) if user.is_authenticated else self.none()

    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)

    def waiting_for_mail(self, at=None) -> "NotificationQuerySet":
        """Messages whose e-mail is still to be sent and whose next try is due at `at`."""
        return self.filter(sent_at=None, next_try_at__lte=at or timezone.now())

    def given_up(self) -> "NotificationQuerySet":
        """Messages whose e-mail could not be delivered and is not tried any more."""
        return self.filter(sent_at=None, gave_up_at__isnull=False)


class Notification(models.Model):
    """One message to one person: shown in the application, and sent by e-mail from this outbox.

    `next_try_at` is when its e-mail is due; None once it is sent, given up, or not to be sent at all.
    """

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.SlugField(_("kind"))
    dedupe_key = models.CharField(max_length=200, unique=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, blank=True)
    subject = models.CharField(_("subject"), max_length=255)
    body = models.TextField(_("text"), blank=True)
    url = models.CharField(_("address"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    first_tried_at = models.DateTimeField(_("first tried at"), null=True, blank=True)
    next_try_at = models.DateTimeField(_("next try at"), null=True, blank=True)
    gave_up_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    problem = models.CharField(_("problem"), max_length=255, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes = [
            models.Index(fields=["recipient", "-created_at"], name="notification_newest_first"),
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="notification_unread"),
            models.Index(fields=["next_try_at"], condition=Q(sent_at=None), name="notification_outbox"),
            models.Index(fields=["-gave_up_at"], condition=Q(gave_up_at__isnull=False), name="notification_given_up"),
        ]

    def __str__(self):
        return self.subject
