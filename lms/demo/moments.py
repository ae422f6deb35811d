"""When things happened at Marjani Home. Every instant is an offset from today, so the demo never grows old."""

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone


def today() -> date:
    return timezone.now().date()


def days_ago(days: int, hour: int = 9, minute: int = 0) -> datetime:
    """That many days before today (1 is yesterday), at a time of the working day in UTC."""
    return datetime.combine(today() - timedelta(days=days), time(hour, minute), UTC)
