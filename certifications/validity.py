"""How long an award holds."""

import calendar
from datetime import datetime
from zoneinfo import ZoneInfo


def add_months(at: datetime, months: int, time_zone: str) -> datetime:
    """The same local time `months` calendar months later, as an aware instant in UTC.

    A day that the later month lacks becomes its last one: 31 January + 1 month is the last of February. The months are
    counted in `time_zone`, so that the dates that the holder reads are the same day of the month.
    """
    local = at.astimezone(ZoneInfo(time_zone))
    years, month = divmod(local.month - 1 + months, 12)
    year, month = local.year + years, month + 1
    day = min(local.day, calendar.monthrange(year, month)[1])
    return local.replace(year=year, month=month, day=day).astimezone(ZoneInfo("UTC"))
