"""How long an award holds."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from people.days import end_of_day


class ExpiryBasis(StrEnum):
    """What an award's validity counts from (Totara's "recertification date")."""

    COMPLETION = "completion"
    PREVIOUS_EXPIRY = "previous_expiry"
    FIXED_DATE = "fixed_date"


@dataclass(frozen=True)
class Validity:
    """months: calendar months that an award holds; None for ever. With a fixed date, month and day are those on whose
    end it expires, and minimum_months is how long it holds at least ("minimum active period")."""

    basis: str = ExpiryBasis.PREVIOUS_EXPIRY
    months: int | None = None
    month: int | None = None
    day: int | None = None
    minimum_months: int = 0


def expiry_of(validity: Validity, at: datetime, previous: datetime | None, time_zone: str) -> datetime | None:
    """When an award that is earned at `at` expires; None for never.

    previous: when the award that it renews expires; None where there is none or it never expires. A renewal in time
    counts from there where the basis is the previous expiry, one that is late always from `at` (Totara). No renewal
    shortens a validity: one in time never ends before `previous`.
    """
    in_time = previous if previous is not None and previous > at else None
    if validity.basis == ExpiryBasis.FIXED_DATE:
        earliest = add_months(at, validity.minimum_months, time_zone)
        return next_fixed_date(max(earliest, in_time or earliest), validity.month, validity.day, time_zone)
    if validity.months is None:
        return None
    if validity.basis == ExpiryBasis.PREVIOUS_EXPIRY:
        return add_months(in_time or at, validity.months, time_zone)
    expiry = add_months(at, validity.months, time_zone)
    return max(expiry, in_time or expiry)


def next_fixed_date(after: datetime, month: int, day: int, time_zone: str) -> datetime:
    """The first end of this day of the year, its last second in `time_zone`, later than `after`; an instant in UTC.

    29 February is the last of February in other years.
    """
    year = after.astimezone(ZoneInfo(time_zone)).year
    ends = (_end_of(year + more, month, day, time_zone) for more in range(-1, 3))
    return next(end for end in ends if end > after)


def _end_of(year: int, month: int, day: int, time_zone: str) -> datetime:
    last = calendar.monthrange(year, month)[1]
    return end_of_day(date(year, month, min(day, last)), time_zone).astimezone(ZoneInfo("UTC"))


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
