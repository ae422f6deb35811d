from django.db.models import Q
from wagtail.admin.forms import WagtailAdminPageForm

from people.models import User


class ArticlePageForm(WagtailAdminPageForm):
    """Offers as verifiers those who write in the CMS, not the whole staff."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        authors = User.objects.authors()
        self.fields["verifier"].queryset = User.objects.filter(Q(pk__in=authors) | Q(pk=self.instance.verifier_id))
