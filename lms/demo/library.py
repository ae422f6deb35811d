"""Products, and the articles about them in each language."""

from uuid import UUID

from knowledge.models import ArticlePage, KnowledgeIndexPage, Product, ProductCategory
from knowledge.verification import verify_article
from lms.demo.content import Article, articles, key, labels, read
from lms.demo.moments import days_ago
from lms.demo.pages import publish, section
from lms.demo.people import person

VERIFIERS = ["dina", "jonas", "mariam", "levan"]


def article_key(slug: str) -> UUID:
    return key("article", slug)


def load_library() -> None:
    _load_products()
    verifiers = [person(name) for name in VERIFIERS]
    products = {product.code: product for product in Product.objects.all()}
    for article in articles():
        verifier = verifiers[article_key(article.slug).int % len(verifiers)]
        page = _page(article, [products[code] for code in article.fields["products"]], verifier)
        verify_article(page, verifier, at=days_ago(article.fields["verified_days_ago"]))


def _load_products() -> None:
    content = read("products")
    categories = {
        record["code"]: ProductCategory.objects.create(code=record["code"], **labels(record, "name"))
        for record in content["category"]
    }
    for record in content["product"]:
        category, illustration = categories[record["category"]], record["illustration"]
        Product.objects.create(
            code=record["code"], category=category, illustration=illustration, **labels(record, "name")
        )


def _page(article: Article, products: list[Product], verifier) -> ArticlePage:
    page = ArticlePage(
        title=article.fields["title"],
        slug=article.slug,
        translation_key=article_key(article.slug),
        summary=article.fields["summary"],
        body=article.body,
        verifier=verifier,
    )
    page.products = products
    page.tags.add(*article.fields["tags"])
    return publish(page, section(KnowledgeIndexPage, article.language))
