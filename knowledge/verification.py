from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from knowledge.models import ArticlePage
from people.models import User


@transaction.atomic
def verify_article(article: ArticlePage, by: User | None, at: datetime | None = None) -> datetime:
    """`by` confirms that the live text of `article` is right. Returns until when that holds: `verification_interval`
    days from `at`."""
    until = (at or timezone.now()) + timedelta(days=article.verification_interval)
    ArticlePage.objects.filter(pk=article.pk).update(verified_until=until)
    article.verified_until = until
    log(instance=article, action="knowledge.verify", user=by, data={"verified_until": until.isoformat()})
    return until
