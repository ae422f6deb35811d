"""Content in the reader's language: the same thing in another language shares its `translation_key`."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, When
from wagtail.models import Page


def language_rank(language: str, prefix: str = "") -> Case:
    """How well a translation suits a reader of `language`: 0 her own, 1 the default language, then any other."""
    code = f"{prefix}locale__language_code"
    return Case(
        When(**{code: language}, then=0),
        When(**{code: settings.LANGUAGE_CODE}, then=1),
        default=F(f"{prefix}locale_id") + 1,
        output_field=models.IntegerField(),
    )


def titles_in(language: str, keys: Iterable[UUID] | models.QuerySet) -> dict[UUID, str]:
    """The titles of the published pages of `keys` as a reader of `language` sees them; one query."""
    pages = Page.objects.live().filter(translation_key__in=keys).order_by(language_rank(language))
    titles: dict[UUID, str] = {}
    for key, title in pages.values_list("translation_key", "title"):
        titles.setdefault(key, title)
    return titles


class TranslatedQuerySetMixin:
    """For QuerySets of Wagtail's `TranslatableMixin` models."""

    def best_for(self, language: str) -> models.QuerySet:
        """One row a thing: its translation in `language`, else in the default language, else in any."""
        ranked = self.annotate(language_rank=language_rank(language))
        better = (
            self.order_by()
            .annotate(language_rank=language_rank(language))
            .filter(translation_key=OuterRef("translation_key"), language_rank__lt=OuterRef("language_rank"))
        )
        return ranked.filter(~Exists(better))

    def originals(self) -> models.QuerySet:
        """One row a thing: the version whose rules hold for readers of every language."""
        return self.best_for(settings.LANGUAGE_CODE)

    def in_language(self, translation_key, language: str):
        """The thing `translation_key` as a reader of `language` should see it, or None."""
        return self.filter(translation_key=translation_key).order_by(language_rank(language)).first()

    def titles(self, translation_keys) -> dict[tuple[UUID, str], str]:
        """The titles of these things, by key and language; one query."""
        found = self.filter(translation_key__in=translation_keys)
        rows = found.values_list("translation_key", "locale__language_code", "title")
        return {(key, language): title for key, language, title in rows}
