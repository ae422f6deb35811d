"""What a response holds for one part of its question."""

from django import template

register = template.Library()


@register.filter
def given(response: dict | None, part: str) -> str:
    """The value for the part with this id; empty where there is none."""
    return (response or {}).get(part, "")
