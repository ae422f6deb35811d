from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from knowledge.acknowledgement import acknowledge_article
from knowledge.bodies import body_of
from knowledge.library import article_for, articles_for, related_to, shelves, tags_for
from knowledge.models import Product

ARTICLES_ON_A_PAGE = 24
FILTERS = ("category", "product", "tag")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    chosen = {name: request.GET[name] for name in FILTERS if request.GET.get(name) and "\0" not in request.GET[name]}
    articles = Paginator(articles_for(request.user, **chosen), ARTICLES_ON_A_PAGE).get_page(request.GET.get("page"))
    products = list(Product.objects.select_related("category").order_by("category_id", "name"))
    categories = {product.category.code: product.category.name for product in products}
    context = {
        "shelves": shelves(list(articles), products),
        "categories": [_chip("category", code, name, chosen) for code, name in categories.items()],
        "tags": [_chip("tag", tag.slug, tag.name, chosen) for tag in tags_for(request.user, chosen.get("tag", ""))],
        "product": next((product for product in products if product.code == chosen.get("product")), None),
        "page_obj": articles,
        "query": urlencode(chosen) + "&" if chosen else "",
    }
    return render(request, "knowledge/index.html", context)


def _chip(name: str, value: str, label: str, chosen: dict) -> dict:
    """A filter: pressed, it narrows to `value`; pressed again, it lets go."""
    is_current = chosen.get(name) == value
    kept = {key: choice for key, choice in chosen.items() if key != name}
    query = urlencode(kept if is_current else kept | {name: value})
    return {"label": label, "is_current": is_current, "url": f"{reverse('knowledge:index')}?{query}"}


@require_safe
def article(request: HttpRequest, key: UUID) -> HttpResponse:
    page = article_for(request.user, key)
    context = {
        "article": page,
        "body": body_of(page),
        "products": Product.objects.filter(articles=page.pk),
        "related": related_to(page, request.user),
        "acknowledge_url": reverse("knowledge:acknowledge", args=[key]),
    }
    return render(request, "knowledge/article.html", context)


@require_POST
def acknowledge(request: HttpRequest, key: UUID) -> HttpResponse:
    acknowledge_article(request.user, article_for(request.user, key))
    messages.success(request, _("Noted: you have read this version."))
    return redirect("knowledge:article", key)
