from django.db.models import Q
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel

from people.models import User


class ArticlePageForm(WagtailAdminPageForm):
    """Offers as verifiers those who write in the CMS, not the whole staff."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        authors = User.objects.authors()
        self.fields["verifier"].queryset = User.objects.filter(Q(pk__in=authors) | Q(pk=self.instance.verifier_id))


class LaterChangePanel(FieldPanel):
    """For what only a change of something published can mean."""

    class BoundPanel(FieldPanel.BoundPanel):
        def is_shown(self) -> bool:
            return super().is_shown() and getattr(self.instance, "first_published_at", None) is not None
