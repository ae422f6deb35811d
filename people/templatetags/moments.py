"""Dates for people. Django's Georgian formats say "p.m." and its `timesince` stays English, so Babel speaks here."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from babel.dates import format_date, format_time, format_timedelta, get_datetime_format
from django import template
from django.utils import timezone
from django.utils.translation import get_language, gettext

register = template.Library()

# Beyond this many days, weeks and months say enough.
LONGEST_IN_DAYS = 45


def _locale() -> str:
    return (get_language() or "en").replace("-", "_")


def _local(value: date | datetime) -> date | datetime:
    is_aware = isinstance(value, datetime) and timezone.is_aware(value)
    return timezone.localtime(value) if is_aware else value


def _day(value: date | datetime) -> date:
    local = _local(value)
    return local.date() if isinstance(local, datetime) else local


@lru_cache(maxsize=4096)
def _long(value: date, locale: str) -> str:
    return format_date(value, "long", locale=locale)


@register.filter
def day(value: date | datetime | None) -> str:
    """The day in the person's zone and language: "22 November 2026"."""
    if not value:
        return ""
    return _long(_day(value), _locale())


@register.filter
def moment(value: datetime | None) -> str:
    """Day and time in the person's zone and language: "Nov 22, 2026, 2:05 PM"."""
    if not value:
        return ""
    local, locale = _local(value).replace(tzinfo=None), _locale()
    joined = str(get_datetime_format("medium", locale=locale)).replace("'", "")
    return joined.format(format_time(local, "short", locale=locale), format_date(local, "medium", locale=locale))


@register.filter
def in_words(value: date | datetime | None, at: date | datetime | None = None) -> str:
    """How far the day is, in calendar days of the person's zone: "today", "in 3 days", "2 weeks ago"."""
    if not value:
        return ""
    days = (_day(value) - _day(at or timezone.now())).days
    near = {-1: gettext("yesterday"), 0: gettext("today"), 1: gettext("tomorrow")}
    if days in near:
        return near[days]
    threshold = 2 if abs(days) > LONGEST_IN_DAYS else LONGEST_IN_DAYS
    distance = timedelta(days=days)
    return format_timedelta(distance, "day", threshold=threshold, add_direction=True, locale=_locale())
