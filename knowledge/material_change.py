"""What a change of an article means: the same in other words, or something else now."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Revision

from knowledge.models import ArticlePage


@transaction.atomic
def note_material_change(article: ArticlePage, revision: Revision, at: datetime | None = None) -> bool:
    """Takes the verification of `article` away if `revision`, which was published just now, changes it materially.

    Nobody relied on anything before a first publication, and one that was only scheduled changes nothing yet. The mark
    is spent: a version that is made from this one has to be marked itself.
    """
    rows = ArticlePage.objects.filter(pk=article.pk, live=True, live_revision=revision)
    if not rows.filter(is_material_change=True).update(is_material_change=False):
        return False
    revision.content["is_material_change"] = False
    revision.save(update_fields=["content"])
    if article.first_published_at == article.last_published_at:
        return False
    rows.update(materially_changed_at=at or timezone.now(), verified_until=None)
    log(instance=article, action="knowledge.material_change", user=revision.user, revision=revision)
    return True
