"""The text of a message in HTML."""

from django import template
from django.conf import settings

register = template.Library()


@register.filter
def paragraphs(body: str) -> list[tuple[str, str]]:
    """Each paragraph, with the address on this site that it leads to, if any: in the text, that is the paragraph after
    it."""
    found: list[tuple[str, str]] = []
    for text in filter(None, map(str.strip, body.split("\n\n"))):
        if text.startswith(f"{settings.SITE_URL}/") and found and " " not in text:
            found[-1] = (found[-1][0], text)
        else:
            found.append((text, ""))
    return found
