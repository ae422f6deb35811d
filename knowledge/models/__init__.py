from knowledge.models.acknowledgements import ArticleAcknowledgement
from knowledge.models.pages import ArticlePage, ArticleTag, KnowledgeIndexPage
from knowledge.models.products import Product, ProductCategory

__all__ = ["ArticleAcknowledgement", "ArticlePage", "ArticleTag", "KnowledgeIndexPage", "Product", "ProductCategory"]
