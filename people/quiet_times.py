"""When a reader is left in peace."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from people.models import MessageSettings

# Where every day is quiet, a mail waits no longer than this.
LONGEST_WAIT = timedelta(days=31)


def mail_time(created_at: datetime, time_zone: str, rules: MessageSettings, at: datetime) -> datetime:
    """When a message of `created_at` may reach a reader in `time_zone` by e-mail, seen from `at`: then, or from the
    first hour of the next day that is not quiet there. An hour that the clocks skip begins when they go on."""
    zone = ZoneInfo(time_zone)
    day = at.astimezone(zone).date()
    last = created_at.astimezone(zone).date() + LONGEST_WAIT
    while day < last and rules.is_quiet(day):
        day += timedelta(days=1)
    return max(at, datetime.combine(day, rules.first_time, zone).astimezone(UTC))
