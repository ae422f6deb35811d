"""The tags of the heroicons package, remembering what they have drawn: it copies and writes an XML tree each time.

Settings put this library in the place of the package's own, so templates say `{% load heroicons %}`.
"""

from functools import lru_cache

from django import template
from heroicons.templatetags import heroicons

register = template.Library()


def _remembering(tag):
    """The package's tag; its arguments are written in the templates, so there are few different ones."""
    draw = lru_cache(maxsize=1024)(tag)

    def drawn(name: str, **attributes) -> str:
        return draw(str(name), **attributes)

    return drawn


for _style in ("micro", "mini", "outline", "solid"):
    _name = f"heroicon_{_style}"
    register.simple_tag(_remembering(getattr(heroicons, _name)), name=_name)
