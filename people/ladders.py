"""Ladders of reminders. A rung is a whole number of days before (negative) or after an event; it is reached in the
morning of that day, where the person is, and then there is something to say."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# A rung that was reached longer ago, because nothing ran, is no reminder any more.
LATEST = timedelta(days=7)
# From a day's offset to the instant: the hours of the day, a change of clocks, an island that skips a day.
_SLACK = timedelta(days=3)


def morning_of(day: date, time_zone: str, first_time: time) -> datetime:
    """The instant at which the morning of `day` begins in `time_zone`, in UTC. A time that the clocks skip is the one
    that they jump to; of one that comes twice it is the first."""
    return datetime.combine(day, first_time, ZoneInfo(time_zone)).astimezone(UTC)


def last_morning(at: datetime, time_zone: str, first_time: time) -> datetime:
    """The newest morning in `time_zone` that is not later than `at`."""
    today = at.astimezone(ZoneInfo(time_zone)).date()
    mornings = (morning_of(today - timedelta(days=back), time_zone, first_time) for back in range(3))
    return next(morning for morning in mornings if morning <= at)


def rung_reached(
    rungs: Iterable[int], event: datetime, since: datetime, at: datetime, time_zone: str, first_time: time
) -> int | None:
    """The last of the `rungs` of `event` that was reached later than `since` and not later than `at`, if any.

    Of several only the last is said, and none that was reached longer ago than LATEST.
    """
    day = event.astimezone(ZoneInfo(time_zone)).date()
    since = max(since, at - LATEST)
    reached = (rung for rung in rungs if since < morning_of(day + timedelta(days=rung), time_zone, first_time) <= at)
    return max(reached, default=None)


def within_reach(rungs: Iterable[int], at: datetime) -> tuple[datetime, datetime]:
    """Between which instants, both included, an event lies of which `rung_reached` finds any of `rungs` at `at`."""
    return at - LATEST - timedelta(days=max(rungs)) - _SLACK, at - timedelta(days=min(rungs)) + _SLACK
