"""Sending the outbox: each mail at least once, in the reader's hours, and through whatever a mail server does."""

import logging
import time
from collections import defaultdict
from contextlib import suppress
from datetime import datetime, timedelta

from django.core.mail import get_connection
from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone
from wagtail.log_actions import log

from people.mail_faults import MailFault, fault_of
from people.mails import mail_of
from people.messages import kind_of
from people.models import MessageSettings, Notification, User
from people.muting import wants_mail
from people.quiet_times import mail_time

logger = logging.getLogger(__name__)

# Longer than sending one mail takes: then whoever claimed it has died, and it is tried again.
CLAIM = timedelta(minutes=10)
# A slow mail server holds up nothing else that the sweep does.
LONGEST_BATCH = 45  # seconds
LONGEST_BACK_OFF = 240  # minutes
GIVE_UP_AFTER = timedelta(days=7)


def send_notifications(at: datetime | None = None, limit: int = 500) -> int:
    """Sends the e-mails that are due, over one connection, and returns how many.

    Each is claimed by moving its next try ahead, so two senders never send one twice at once; a sender that dies may
    have sent it, and then it goes out again with the same Message-ID. A mail that fails is tried again after 1, 2, 4
    ... minutes, at most 4 hours, and given up after 7 days, or at once where the server refuses it for good. Where it
    is the server that fails, all others wait, untried.
    """
    at = at or timezone.now()
    ready = _ready(at, limit)
    if not ready:
        return 0
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        _wait_for_the_server(fault_of(error), at)
        return 0
    try:
        return _send_all(ready, connection, at)
    finally:
        with suppress(OSError):  # what was sent is sent, however the server says goodbye
            connection.close()


def _ready(at: datetime, limit: int) -> list[Notification]:
    """Up to `limit` messages that are to be sent now. What is to be sent later, or never, is put out of the way."""
    rules = MessageSettings.current()
    due = Notification.objects.waiting_for_mail(at).select_related("recipient").order_by("next_try_at", "pk")
    while found := list(due[:limit]):
        moments = {message: _moment_to_send(message, rules, at) for message in found}
        _postpone(moments, at)
        if ready := [message for message, moment in moments.items() if moment == at]:
            return ready
    return []


def _moment_to_send(message: Notification, rules: MessageSettings, at: datetime) -> datetime | None:
    """`at` or later; None where she does not want it, or is not with us any more."""
    kind, reader = kind_of(message.kind), message.recipient
    if not wants_mail(reader, kind):
        return None
    return at if kind.is_urgent else mail_time(message.created_at, reader.time_zone, rules, at)


def _postpone(moments: dict[Notification, datetime | None], at: datetime) -> None:
    by_moment = defaultdict(list)
    for message, moment in moments.items():
        if moment != at:
            by_moment[moment].append(message.pk)
    for moment, pks in by_moment.items():
        Notification.objects.waiting_for_mail(at).filter(pk__in=pks).update(next_try_at=moment)


def _send_all(ready: list[Notification], connection, at: datetime) -> int:
    sent = 0
    ends_at = time.monotonic() + LONGEST_BATCH
    for message in ready:
        if time.monotonic() > ends_at:
            break
        if not _claim(message, at):
            continue
        try:
            connection.send_messages([mail_of(message)])
        except Exception as error:  # noqa: BLE001 a fault of one mail must not hold up the next
            fault = fault_of(error)
            _note_failure(message, fault, at)
            if fault.is_about_the_server:
                break
        else:
            Notification.objects.filter(pk=message.pk).update(sent_at=at, next_try_at=None, problem="")
            sent += 1
    return sent


def _claim(message: Notification, at: datetime) -> bool:
    """Whether nobody else has it; if so it is out of everybody's way for a while."""
    message.attempts += 1
    message.first_tried_at = message.first_tried_at or at
    tried = {"attempts": message.attempts, "first_tried_at": message.first_tried_at, "next_try_at": at + CLAIM}
    return bool(Notification.objects.waiting_for_mail(at).filter(pk=message.pk).update(**tried))


def _note_failure(message: Notification, fault: MailFault, at: datetime) -> None:
    tried = Notification.objects.filter(pk=message.pk)
    if fault.is_permanent or at - message.first_tried_at >= GIVE_UP_AFTER:
        _give_up(tried, fault, at)
    else:
        logger.warning("Message %s could not be sent (%s); it will be tried again.", message.pk, fault.name)
        tried.update(next_try_at=at + back_off(message.attempts), problem=fault.words[:255])


def back_off(attempts: int) -> timedelta:
    """How long to wait after so many tries."""
    return timedelta(minutes=min(2 ** (attempts - 1), LONGEST_BACK_OFF))


def _wait_for_the_server(fault: MailFault, at: datetime) -> None:
    """Nothing was tried. What has been due for longer than anything is tried is given up."""
    logger.warning("The mail server cannot be reached (%s); all mails wait.", fault.name)
    waiting = Notification.objects.waiting_for_mail(at).annotate(due_since=Coalesce("first_tried_at", "next_try_at"))
    _give_up(waiting.filter(due_since__lte=at - GIVE_UP_AFTER), fault, at)


def _give_up(messages, fault: MailFault, at: datetime) -> None:
    for pk in messages.values_list("pk", flat=True):
        logger.error("Message %s could not be delivered (%s); it is given up.", pk, fault.name)
        Notification.objects.filter(pk=pk).update(gave_up_at=at, next_try_at=None, problem=fault.words[:255])


@transaction.atomic
def try_again(message: Notification, by: User, at: datetime | None = None) -> bool:
    """Puts a message that was given up back into the outbox, as if it had never been tried. Returns whether it was."""
    given_up = Notification.objects.given_up().filter(pk=message.pk)
    fresh = {"attempts": 0, "first_tried_at": None, "gave_up_at": None, "problem": ""}
    changed = given_up.update(next_try_at=at or timezone.now(), **fresh)
    if changed:
        log(instance=message, action="people.try_again", user=by)
    return bool(changed)
