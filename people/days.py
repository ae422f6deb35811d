"""Days as instants, where somebody is."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

LAST_SECOND = time(23, 59, 59)


def end_of_day(day: date, time_zone: str) -> datetime:
    """The last second of a day in `time_zone`: written out, it is still that day."""
    return datetime.combine(day, LAST_SECOND, ZoneInfo(time_zone))
