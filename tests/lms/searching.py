from django.contrib.contenttypes.models import ContentType

from lms.search import KINDS
from tests.cast import CastMixin


class SearchMixin(CastMixin):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        ContentType.objects.get_for_models(*KINDS)

    def search(self, query, person=None, **page):
        self.client.force_login(person or self.maya)
        return self.client.get("/search/", {"q": query, **page})

    def titles(self, query, person=None):
        return [result.title for result in self.search(query, person).context["results"]]
