from datetime import datetime

from django.db import transaction
from django.utils import timezone

from knowledge.models import ArticleAcknowledgement, ArticlePage
from knowledge.signals import article_acknowledged
from people.models import User


@transaction.atomic
def acknowledge_article(person: User, article: ArticlePage, at: datetime | None = None) -> ArticleAcknowledgement:
    """Records that `person` has read the live revision of `article`. Saying it twice changes nothing."""
    acknowledgement, is_new = ArticleAcknowledgement.objects.get_or_create(
        person=person,
        article_key=article.translation_key,
        revision_id=article.live_revision_id or 0,
        defaults={
            "article_title": article.title,
            "language": article.locale.language_code,
            "acknowledged_at": at or timezone.now(),
        },
    )
    if is_new:
        article_acknowledged.send(ArticlePage, acknowledgement=acknowledgement, article=article)
    return acknowledgement
