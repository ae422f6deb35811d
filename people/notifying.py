"""Telling people things: in the application at once, and by e-mail from an outbox (people/mailing.py)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone, translation

from people.directions import isolated
from people.models import Notification, User
from people.templatetags.moments import day


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
        language=recipient.language,
        subject=" ".join(texts[0].split())[:255],
        body="\n\n".join(texts[1:]),
        url=message.url,
        created_at=at,
        next_try_at=at,
    )


def _in_words(value: object) -> str:
    """What a message says for `value`, in the language and the time zone of the moment."""
    return day(value) if isinstance(value, date) else isolated(str(value))


def mark_read(notification: Notification, at: datetime | None = None) -> None:
    """Notes when the person opened the message; the first time counts."""
    Notification.objects.unread().filter(pk=notification.pk).update(read_at=at or timezone.now())


@transaction.atomic
def mark_all_read(user: User, at: datetime | None = None) -> int:
    return Notification.objects.visible_to(user).unread().update(read_at=at or timezone.now())
