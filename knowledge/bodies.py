"""The text of an article or a lesson, rendered once a revision."""

from typing import NamedTuple

from django.core.cache import cache
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from wagtail.models import Page

from knowledge.blocks import ContentsEntry, contents

KEPT_SECONDS = 3600


class Body(NamedTuple):
    html: SafeString
    contents: list[ContentsEntry]


def body_of(page: Page) -> Body:
    """The published text of `page` and its headings. It names nobody, so one copy serves every reader.

    Links and pictures cost queries, so it is kept for an hour under its revision and the language of the interface.
    """
    if page.live_revision_id is None:
        return rendered(page)
    key = f"body:{page.pk}:{page.live_revision_id}:{get_language()}"
    return cache.get_or_set(key, lambda: rendered(page), KEPT_SECONDS)


def rendered(page: Page) -> Body:
    """The text of `page` as it stands in memory, such as a draft's."""
    return Body(page.body.render_as_block(), contents(page.body))
