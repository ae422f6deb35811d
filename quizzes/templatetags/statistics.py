"""Statistics as the CMS writes them."""

from datetime import datetime

from django import template
from django.conf import settings

from quizzes.statistics import wording

register = template.Library()
register.filter("part", wording.part)
register.filter("percent", wording.percent)


@register.filter
def instant(text: str) -> datetime | None:
    """The instant that an ISO text names."""
    return datetime.fromisoformat(text) if text else None


@register.filter
def language_name(code: str) -> str:
    return str(dict(settings.LANGUAGES).get(code, code))
