"""Images and articles that a question shows, chosen in its block and fetched only when somebody needs them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import SimpleLazyObject, empty
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageChooserBlock
from wagtail.images.models import SourceImageIOError

from knowledge.models import ArticlePage

LARGEST = "max-800x800"  # the rendition that is shown, in pixels


class Later(SimpleLazyObject):
    """A row that is fetched when it is looked at; its `pk` is known before. It is None where there is none by then."""

    def __init__(self, model: type[Model], pk: int):
        super().__init__(lambda: model._default_manager.filter(pk=pk).first())
        self.__dict__["pk"] = pk


class LaterMixin:
    """A chooser whose value costs no query before it is looked at."""

    def to_python(self, value):
        return None if value is None else Later(self.model_class, value)

    def bulk_to_python(self, values):
        return [self.to_python(value) for value in values]


class PictureBlock(LaterMixin, ImageChooserBlock):
    pass


class ReadingBlock(LaterMixin, blocks.PageChooserBlock):
    pass


# What migrations call them, so that they do not name this module.
DECONSTRUCT_ALIASES = {
    PictureBlock: "wagtail.images.blocks.ImageChooserBlock",
    ReadingBlock: "wagtail.blocks.PageChooserBlock",
}


def image_to_show() -> PictureBlock:
    return PictureBlock(required=False, label=_("Picture"))


def alternative_text() -> blocks.CharBlock:
    return blocks.CharBlock(
        required=False,
        default="",
        max_length=255,
        label=_("Alternative text"),
        help_text=_("What the picture shows, for people who cannot see it. Leave it empty only for decoration."),
    )


def article_to_read() -> ReadingBlock:
    return ReadingBlock(
        required=False,
        page_type="knowledge.ArticlePage",
        label=_("Article to read"),
        help_text=_("Learners may open it while they answer."),
    )


def fetch_chosen(values: Iterable[Any]) -> None:
    """Fetches the images and articles of many blocks' values: a query or two for each kind, however many there are."""
    values = list(values)
    _fetch(values, "image", get_image_model().objects.prefetch_renditions(LARGEST))
    _fetch(values, "article", ArticlePage.objects.all())


def _fetch(values: list[Any], field: str, rows: QuerySet) -> None:
    chosen = [value.get(field) for value in values]
    waiting = [row for row in chosen if type(row) is Later and row._wrapped is empty]
    found = rows.in_bulk([row.pk for row in waiting]) if waiting else {}
    for row in waiting:
        row._wrapped = found.get(row.pk)


def picture(image: Any, alt: str) -> dict | None:
    """What a page needs to show `image`: `url`, `alt`, and `width` and `height` in pixels. None where it is gone."""
    if not image:
        return None
    try:
        rendition = image.get_rendition(LARGEST)
    except SourceImageIOError:
        return None
    return {"url": rendition.url, "alt": alt, "width": rendition.width, "height": rendition.height}


def reading(article: Any) -> dict | None:
    """The key and the title of a published article."""
    if not article or not article.live:
        return None
    return {"key": str(article.translation_key), "title": article.title}
