from django import template
from django.utils.translation import get_language

from courses.checklists import Texts, in_language

register = template.Library()


@register.filter
def in_our_language(text: Texts) -> str:
    """The text of an item in the language of the page."""
    return in_language(text, get_language() or "")
