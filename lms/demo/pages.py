"""Publishing pages as an editor would."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db.models.signals import post_save
from modelsearch.index import get_indexed_models
from modelsearch.signal_handlers import post_save_signal_handler
from wagtail.models import Page
from wagtail.signal_handlers import disable_reference_index_auto_update


def section(model: type[Page], language: str) -> Page:
    """The section of the site in `language` that `setup` made, such as its library."""
    return model.objects.select_related("locale").get(locale__language_code=language)


def publish(page: Page, parent: Page) -> Page:
    """Adds `page` under `parent`, in the language of `parent`, and publishes its first revision."""
    page.locale = parent.locale
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


@contextmanager
def indexing_at_the_end() -> Iterator[None]:
    """Indexes pages and questions once, after the block, instead of at each of the three saves of a publication."""
    models = get_indexed_models()
    for model in models:
        post_save.disconnect(post_save_signal_handler, sender=model)
    try:
        with disable_reference_index_auto_update():
            yield
    finally:
        for model in models:
            post_save.connect(post_save_signal_handler, sender=model)
    call_command("rebuild_references_index", verbosity=0)
    call_command("update_index", verbosity=0)
