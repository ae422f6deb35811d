"""Pictures of the shipped set: static/img/<kind>/<name>.svg."""

from functools import cache

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static

register = template.Library()


@register.simple_tag
def illustration_url(kind: str, name: str) -> str:
    """The address of a picture of `kind` (courses, paths, products, badges).

    `name` is "writing-clearly", "writing-clearly.svg" or "courses/writing-clearly.svg". A picture that is not in
    the set (a trainer's typing slip) gives the empty picture, so that no page fails for it.
    """
    stem = (name or "").rsplit("/", 1)[-1].removesuffix(".svg")
    path = f"img/{kind}/{stem}.svg"
    try:
        return static(path) if stem and _is_shipped(path) else static("img/empty.svg")
    except ValueError:
        return static("img/empty.svg")


@cache
def _is_shipped(path: str) -> bool:
    return finders.find(path) is not None
