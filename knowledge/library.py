"""What the pages of the library show to one reader, loaded in a fixed number of queries."""

from itertools import groupby
from uuid import UUID

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils.translation import gettext as _
from taggit.models import Tag

from knowledge.languages import language_rank
from knowledge.models import ArticleAcknowledgement, ArticlePage, ArticleTag, Product
from people.compiled import CompiledQuery
from people.models import User

TAGS_SHOWN = 16
RELATED_SHOWN = 4


def articles_for(person: User, category: str = "", product: str = "", tag: str = "") -> QuerySet[ArticlePage]:
    """The published articles in her language, shelf by shelf; category and product are codes, tag is a slug.

    Each has `shelf`, the category of its first product, or None.
    """
    articles = ArticlePage.objects.visible_to(person).best_for(person.language)
    products = Product.objects.filter(articles=OuterRef("pk"))
    if category:
        articles = articles.filter(Exists(products.filter(category__code=category)))
    if product:
        articles = articles.filter(Exists(products.filter(code=product)))
    if tag:
        articles = articles.filter(Exists(ArticleTag.objects.filter(content_object=OuterRef("pk"), tag__slug=tag)))
    shelf = Subquery(products.order_by("category").values("category")[:1], output_field=IntegerField())
    return articles.annotate(shelf=shelf).order_by(F("shelf").asc(nulls_last=True), "title", "pk")


def shelves(articles: list[ArticlePage], products: list[Product]) -> list[dict]:
    """`articles` from `articles_for` grouped by category, each shelf with its products."""
    categories = {product.category_id: product.category for product in products}
    return [
        {
            "name": categories[shelf].name if shelf else _("Our service"),
            "products": [product for product in products if product.category_id == shelf],
            "articles": list(on_it),
        }
        for shelf, on_it in groupby(articles, key=lambda article: article.shelf)
    ]


def tags_for(person: User, chosen: str = "") -> list[Tag]:
    """The most used tags of the published articles in her language, and the one with the slug `chosen`, by name."""
    articles = ArticlePage.objects.visible_to(person).best_for(person.language)
    used = ArticleTag.objects.filter(content_object__in=articles.values("pk")).values("tag").annotate(n=Count("pk"))
    tags = Tag.objects.annotate(uses=Subquery(used.filter(tag=OuterRef("pk")).values("n"))).filter(uses__gt=0)
    chosen_first = Case(When(slug=chosen, then=0), default=1)
    return sorted(tags.order_by(chosen_first, "-uses", "name")[:TAGS_SHOWN], key=lambda tag: tag.name)


def article_for(person: User, article_key: UUID) -> ArticlePage:
    """The published article in her language, with `acknowledged_at` of its live revision. Raises Http404."""
    article = _best_article.first(article_key=article_key, person=person.pk, language=person.language)
    if article is None:
        raise Http404
    return article


@CompiledQuery
def _best_article(article_key, person, language):
    said = ArticleAcknowledgement.objects.filter(
        person=person, article_key=article_key, revision_id=Coalesce(OuterRef("live_revision"), 0)
    )
    articles = ArticlePage.objects.readable().filter(translation_key=article_key).select_related("locale")
    articles = articles.annotate(acknowledged_at=Subquery(said.values("acknowledged_at")[:1]))
    return articles.order_by(language_rank(language))[:1]


def related_to(article: ArticlePage, person: User) -> list[ArticlePage]:
    """Other articles for her about the same products or under the same tags."""
    return _related(article=article.pk, article_key=article.translation_key, language=person.language)


@CompiledQuery
def _related(article, article_key, language):
    same_product = Product.objects.filter(articles=article).filter(articles=OuterRef("pk"))
    same_tag = ArticleTag.objects.filter(
        content_object=OuterRef("pk"), tag__in=ArticleTag.objects.filter(content_object=article).values("tag")
    )
    others = ArticlePage.objects.readable().best_for(language).exclude(translation_key=article_key)
    return others.filter(Q(Exists(same_product)) | Q(Exists(same_tag))).order_by("title", "pk")[:RELATED_SHOWN]
