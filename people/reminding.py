"""Looking at rows once each morning, where their person is, for what to remind of.

Rows have `reminders_checked_at`. A chunk of them is told of and noted in one transaction: a sweep that is killed, or
that runs twice at once, says nothing twice and leaves nothing out.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from people.ladders import last_morning
from people.models import User
from people.notifying import Message, notify_many

logger = logging.getLogger("people")

CHUNK = 500


def not_looked_at(person: str, first_time: time, at: datetime | None = None) -> Q:
    """The condition on rows that the morning has come for their active person, who is in the field `person`, since they
    were looked at."""
    at = at or timezone.now()
    zones: dict[datetime, list[str]] = defaultdict(list)
    for zone in User.objects.filter(is_active=True).order_by().values_list("time_zone", flat=True).distinct():
        zones[last_morning(at, zone, first_time)].append(zone)
    before = Q(pk__in=[])
    for morning, those in zones.items():
        before |= Q(reminders_checked_at__lt=morning, **{f"{person}__time_zone__in": those})
    # The first condition follows from the second, and an index serves it.
    before = Q(reminders_checked_at__lt=max(zones, default=at)) & before
    return Q(Q(reminders_checked_at=None) | before, **{f"{person}__is_active": True})


def remind(rows: QuerySet, words: Callable[[Sequence[Any]], list[Message]], at: datetime) -> int:
    """Leaves the messages that `words` has for each chunk of `rows`, and notes that they were looked at. Returns how
    many messages were new. A chunk that fails is logged, holds up no other, and comes again with the next sweep."""
    pks = list(rows.order_by().values_list("pk", flat=True))
    said = 0
    for start in range(0, len(pks), CHUNK):
        try:
            said += _remind_chunk(rows.filter(pk__in=pks[start : start + CHUNK]), words, at)
        except Exception:
            logger.exception("%s: a chunk could not be reminded of", rows.model.__name__)
    return said


@transaction.atomic
def _remind_chunk(rows: QuerySet, words: Callable[[Sequence[Any]], list[Message]], at: datetime) -> int:
    claimed: list[Model] = list(rows.select_for_update(of=("self",), no_key=True, skip_locked=True))
    said = notify_many(words(claimed), at)
    rows.model.objects.filter(pk__in=[row.pk for row in claimed]).update(reminders_checked_at=at)
    return said
