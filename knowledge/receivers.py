"""What follows from publishing. Wagtail's editor and its API publish past `Page.publish`, so this signal is the one
place that every way of publishing passes."""

from django.dispatch import receiver
from wagtail.models import Revision
from wagtail.signals import page_published

from knowledge.material_change import note_material_change
from knowledge.models import ArticlePage


@receiver(page_published, sender=ArticlePage, dispatch_uid="knowledge_follow_a_material_change")
def follow_material_change(sender, instance: ArticlePage, revision: Revision, **kwargs):
    note_material_change(instance, revision)
