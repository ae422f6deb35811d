"""Publishing pages as an editor would."""

from wagtail.models import Page


def section(model: type[Page], language: str) -> Page:
    """The section of the site in `language` that `setup` made, such as its library."""
    return model.objects.select_related("locale").get(locale__language_code=language)


def publish(page: Page, parent: Page) -> Page:
    """Adds `page` under `parent`, in the language of `parent`, and publishes its first revision."""
    page.locale = parent.locale
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page
