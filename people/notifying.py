"""Telling people things: in the application at once, by e-mail from an outbox that survives a mail server's absence."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone, translation

from people.directions import isolated
from people.models import Notification, User
from people.templatetags.moments import day

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 8


@dataclass(frozen=True)
class Message:
    """One thing to tell one person.

    `kind` is the code of a kind that a room declares in its messages.py. The same `dedupe_key` is said once. `subject`
    and `body`, or each of its paragraphs, are untranslated message ids with `%(name)s` placeholders, filled from
    `params` in the recipient's language; a date or an instant is written as the day that it is where she is. `url` is
    a path on this site.
    """

    recipient: User
    kind: str
    dedupe_key: str
    subject: str
    body: str | Sequence[str] = ""
    url: str = ""
    params: dict | None = None


def notify(
    recipient: User,
    kind: str,
    dedupe_key: str,
    subject: str,
    body: str | Sequence[str] = "",
    url: str = "",
    params: dict | None = None,
    at: datetime | None = None,
) -> bool:
    """Leaves one message for `recipient`; see `Message`. Returns whether it was new."""
    return bool(notify_many([Message(recipient, kind, dedupe_key, subject, body, url, params)], at))


def notify_many(messages: Iterable[Message], at: datetime | None = None) -> int:
    """Leaves each of `messages` that was not left before, in two queries. Returns how many were new."""
    at = at or timezone.now()
    wanted = {message.dedupe_key: message for message in messages}
    said = Notification.objects.filter(dedupe_key__in=wanted).values_list("dedupe_key", flat=True)
    for dedupe_key in said:
        del wanted[dedupe_key]
    Notification.objects.bulk_create([_written(message, at) for message in wanted.values()], ignore_conflicts=True)
    return len(wanted)


def _written(message: Message, at: datetime) -> Notification:
    """The message in the language of whom it is for."""
    recipient = message.recipient
    paragraphs = [message.body] if isinstance(message.body, str) else message.body
    with translation.override(recipient.language), timezone.override(ZoneInfo(recipient.time_zone)):
        words = {name: _in_words(value) for name, value in (message.params or {}).items()}
        texts = [translation.gettext(text) % words if text else "" for text in (message.subject, *paragraphs)]
    return Notification(
        recipient=recipient,
        kind=message.kind,
        dedupe_key=message.dedupe_key,
        subject=" ".join(texts[0].split())[:255],
        body="\n\n".join(texts[1:]),
        url=message.url,
        created_at=at,
        next_try_at=at,
    )


def _in_words(value: object) -> str:
    """What a message says for `value`, in the language and the time zone of the moment."""
    return day(value) if isinstance(value, date) else isolated(str(value))


def send_notifications(at: datetime | None = None, limit: int = 500) -> int:
    """Sends the e-mails that are due. Each is claimed by moving its next try ahead, so two senders never send one twice
    at once; a failure is tried again with back-off (1, 2, 4, ... minutes). Returns the number sent."""
    at = at or timezone.now()
    due = Notification.objects.waiting_for_mail(at).filter(attempts__lt=MAX_ATTEMPTS).select_related("recipient")
    sent = 0
    for notification in due[:limit]:
        back_off = timedelta(minutes=2**notification.attempts)
        claimed = Notification.objects.filter(pk=notification.pk, sent_at=None, attempts=notification.attempts).update(
            attempts=notification.attempts + 1, next_try_at=at + back_off
        )
        if claimed and _send(notification):
            Notification.objects.filter(pk=notification.pk).update(sent_at=at, next_try_at=None)
            sent += 1
    return sent


def _send(notification: Notification) -> bool:
    address = settings.SITE_URL + notification.url if notification.url else ""
    host = settings.SITE_URL.split("//")[-1].split("/")[0].split(":")[0]
    message = EmailMessage(
        subject=" ".join(notification.subject.split()),
        body="\n\n".join(part for part in (notification.body, address) if part),
        to=[notification.recipient.email],
        headers={"Message-ID": f"<notification-{notification.pk}@{host}>"},
    )
    try:
        message.send()
    except OSError:
        logger.warning("Notification %s could not be sent; it will be tried again.", notification.pk, exc_info=True)
        return False
    return True


def mark_read(notification: Notification, at: datetime | None = None) -> None:
    """Notes when the person opened the message; the first time counts."""
    Notification.objects.unread().filter(pk=notification.pk).update(read_at=at or timezone.now())


@transaction.atomic
def mark_all_read(user: User, at: datetime | None = None) -> int:
    return Notification.objects.visible_to(user).unread().update(read_at=at or timezone.now())
