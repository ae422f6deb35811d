"""The library in the CMS: articles with the state of their verification, products and their categories."""

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import ButtonsColumnMixin, Column, LocaleColumn, StatusTagColumn, TitleColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.pages.listing import IndexView, PageFilterSet
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.admin.widgets.boolean_radio_select import BooleanRadioSelect
from wagtail.admin.widgets.button import Button

from knowledge.models import ArticlePage, Product, ProductCategory
from knowledge.verification import verify_article
from people.labels import label_editor, label_panel
from people.models import User


def verification_words(article: ArticlePage) -> str:
    if article.is_verified():
        return _("Until %(date)s") % {"date": date_format(localtime(article.verified_until), "DATE_FORMAT")}
    return _("Due for verification") if article.live else _("Not published")


def verifiers(request) -> "User.objects":
    return User.objects.filter(pk__in=ArticlePage.objects.order_by().values("verifier"))


class ArticleFilterSet(PageFilterSet):
    site = has_child_pages = owner = edited_by = None
    due = django_filters.BooleanFilter(
        label=gettext_lazy("Due for verification"), method="filter_due", widget=BooleanRadioSelect
    )
    verifier = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Verifier"), queryset=verifiers, null_label=gettext_lazy("Nobody")
    )

    class Meta(PageFilterSet.Meta):
        model = ArticlePage

    def filter_due(self, queryset, name: str, value: bool):
        due = ArticlePage.objects.due_for_verification()
        return queryset.filter(pk__in=due) if value else queryset.exclude(pk__in=due)


def may_verify(user, article: ArticlePage) -> bool:
    return article.live and article.permissions_for_user(user).can_publish()


def verify_button(article: ArticlePage, next_url: str | None = None, **look) -> Button:
    """Posts at once, as Wagtail's own “Unlock” does."""
    url = reverse("verify_article", args=[article.pk])
    if next_url:
        url += "?" + urlencode({"next": next_url})
    attrs = {"data-controller": "w-action", "data-action": "w-action#post", "data-w-action-url-value": url}
    return Button(_("Verify: it is still right"), priority=5, attrs=attrs, **look)


class ArticleTitleColumn(ButtonsColumnMixin, TitleColumn):
    """Without the explorer's menu, which asks the database about each row."""

    def get_buttons(self, article, parent_context):
        request = parent_context["request"]
        if article.is_verified() or not may_verify(request.user, article):
            return []
        look = "button button-small button-secondary"
        return [verify_button(article, request.get_full_path(), classname=look)]


class ArticleIndexView(IndexView):
    def annotate_queryset(self, pages):
        pages = pages.defer_streamfields().select_related("verifier").prefetch_related("locale", "content_type")
        return pages.prefetch_workflow_states().annotate_site_root_state().annotate_approved_schedule()

    def order_queryset(self, queryset):
        if self.ordering in ("verified_until", "-verified_until") and not self.is_searching:
            verified_until = F("verified_until")
            first_due = self.ordering == "verified_until"
            by_date = verified_until.asc(nulls_first=True) if first_due else verified_until.desc(nulls_last=True)
            return queryset.order_by(by_date, "pk")
        return super().order_queryset(queryset)


class ArticleListing(PageListingViewSet):
    model = ArticlePage
    name = "articles"
    url_prefix = "library/articles"
    icon = "doc-full"
    menu_label = gettext_lazy("Articles")
    index_view_class = ArticleIndexView
    filterset_class = ArticleFilterSet
    ordering = "verified_until"
    columns = [
        BulkActionsColumn("bulk_actions"),
        ArticleTitleColumn("title", label=gettext_lazy("Title"), sort_key="title", url_name="wagtailadmin_pages:edit"),
        LocaleColumn(label=gettext_lazy("Language")),
        Column("verifier", label=gettext_lazy("Verifier"), sort_key="verifier__name"),
        StatusTagColumn(
            "verification",
            label=gettext_lazy("Verified"),
            accessor=verification_words,
            primary=lambda article: article.is_verified(),
            sort_key="verified_until",
        ),
        PageStatusColumn("status", label=gettext_lazy("Status"), sort_key="live"),
    ]


class ProductViewSet(ModelViewSet):
    model = Product
    icon = "tag"
    edit_handler = label_editor(
        label_panel("name", gettext_lazy("Name")),
        FieldPanel("category"),
        FieldPanel("code"),
        FieldPanel("illustration"),
    )
    list_display = ["name", "category", "code"]
    list_filter = ["category"]
    search_fields = ["name", "code"]
    copy_view_enabled = False

    class index_view_class(ModelViewSet.index_view_class):
        def get_base_queryset(self):
            return Product.objects.select_related("category")


class ProductCategoryViewSet(ModelViewSet):
    model = ProductCategory
    icon = "folder-open-inverse"
    edit_handler = label_editor(label_panel("name", gettext_lazy("Name")), FieldPanel("code"))
    list_display = ["name", "code"]
    search_fields = ["name", "code"]
    copy_view_enabled = False


class LibraryGroup(ViewSetGroup):
    menu_label = gettext_lazy("Library")
    menu_icon = "doc-full"
    menu_order = 120
    items = (ArticleListing("articles"), ProductViewSet, ProductCategoryViewSet)


@require_POST
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """“Still right”: said by somebody who may publish the article."""
    article = get_object_or_404(ArticlePage, pk=pk)
    if not may_verify(request.user, article):
        raise PermissionDenied
    until = verify_article(article, by=request.user)
    text = _("“%(article)s” is verified until %(date)s.")
    messages.success(request, text % {"article": article.title, "date": date_format(localtime(until), "DATE_FORMAT")})
    return redirect(get_valid_next_url_from_request(request) or reverse("wagtailadmin_pages:edit", args=[pk]))
