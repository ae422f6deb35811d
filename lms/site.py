"""What a site needs before anybody writes content: languages, library, catalogue, paths, the groups."""

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Locale, Page, Site

from courses.models import CourseIndexPage, LearningPathIndexPage
from knowledge.models import KnowledgeIndexPage
from people.models import ASSESSORS

TRAINERS = "Trainers"
TRAINER_MODELS = {
    "strategy": ["servicegoal", "kpi", "competency"],
    "knowledge": ["product", "productcategory"],
    "quizzes": ["question", "questioncategory", "quiz"],
    "certifications": ["certification"],
}


@transaction.atomic
def ensure_site() -> None:
    """Makes whatever of it is missing; running it again changes nothing."""
    home = _ensure_home()
    for language, _name in settings.LANGUAGES:
        locale, _is_new = Locale.objects.get_or_create(language_code=language)
        _ensure_sections(home, locale)
    _ensure_trainers(Page.objects.get(depth=1))
    Group.objects.get_or_create(name=ASSESSORS)  # who is in it may sign observations; it needs no permission


def _ensure_home() -> Page:
    """The default language's home: Wagtail's own first page, under the organisation's name."""
    locale, _is_new = Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site:
        home = site.root_page
    else:
        root = Page.objects.filter(depth=1).first() or Page.add_root(title="Root", locale=locale)
        home = root.add_child(instance=Page(title="Home", slug="home", locale=locale))
        Site.objects.create(hostname="localhost", root_page=home, is_default_site=True, site_name="Lodestar")
    Page.objects.filter(pk=home.pk, title__startswith="Welcome to your new Wagtail").update(
        title="Home", draft_title="Home", show_in_menus=False
    )
    return home


def _ensure_sections(home: Page, locale: Locale) -> None:
    local_home = home
    if home.locale_id != locale.pk:
        local_home = home.get_translation_or_none(locale) or home.copy_for_translation(locale)
        if not local_home.live:
            local_home.save_revision().publish()
    with override(locale.language_code):
        sections = [
            (KnowledgeIndexPage, "library", _("Library")),
            (CourseIndexPage, "courses", _("Courses")),
            (LearningPathIndexPage, "paths", _("Learning paths")),
        ]
    for model, slug, title in sections:
        if model.objects.child_of(local_home).exists():
            continue
        section = model(title=title, slug=slug, locale=locale)
        original = model.objects.first()
        if original:
            section.translation_key = original.translation_key
        local_home.add_child(instance=section)
        section.save_revision().publish()


def _ensure_trainers(root: Page) -> None:
    """Trainers write everything that is content, and nothing that is a person, a permission or a record."""
    group, _is_new = Group.objects.get_or_create(name=TRAINERS)
    wanted = Q(codename="access_admin") | Q(codename="submit_translation", content_type__app_label="wagtail_localize")
    for app, models in TRAINER_MODELS.items():
        codenames = [f"{verb}_{model}" for verb in ("view", "add", "change", "delete") for model in models]
        wanted |= Q(content_type__app_label=app, codename__in=codenames)
    group.permissions.add(*Permission.objects.filter(wanted))
    for verb in ("add", "change", "publish"):
        permission = Permission.objects.get(codename=f"{verb}_page", content_type__app_label="wagtailcore")
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    media = Collection.get_first_root_node()
    for app, model in (("wagtailimages", "image"), ("wagtaildocs", "document"), ("wagtailmedia", "media")):
        for verb in ("add", "change", "choose"):
            for permission in Permission.objects.filter(content_type__app_label=app, codename=f"{verb}_{model}"):
                GroupCollectionPermission.objects.get_or_create(group=group, collection=media, permission=permission)
