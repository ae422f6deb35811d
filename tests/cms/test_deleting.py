"""What is still needed is not deleted, and the author is told by what."""

from django.test import TestCase
from django.utils import timezone

from certifications.awards import grant_award
from certifications.models import Certification
from knowledge.models import ArticlePage, KnowledgeIndexPage
from tests import factories
from tests.cast import CastMixin


class DeletingTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.course = factories.course()
        cls.article = factories.article("Returns")
        factories.reading(cls.course, cls.article, "Read about returns")

    def delete(self, user, address):
        self.client.force_login(user)
        return self.client.post(address, follow=True)

    def test_a_certification_that_somebody_holds_stays(self):
        certification = factories.certification(factories.path(self.course))
        grant_award(certification, self.maya, {}, timezone.now())
        response = self.delete(self.ana, f"/cms/certification/delete/{certification.pk}/")
        self.assertContains(response, "Nothing was deleted")
        self.assertContains(response, "still needs it: awards")
        self.assertTrue(Certification.objects.filter(pk=certification.pk).exists())

    def test_a_section_with_an_article_that_a_course_reads_stays(self):
        library = KnowledgeIndexPage.objects.get(pk=self.article.get_parent().pk)
        response = self.delete(self.ana, f"/cms/pages/{library.pk}/delete/")
        self.assertContains(response, "Read about returns")
        self.assertTrue(KnowledgeIndexPage.objects.filter(pk=library.pk).exists())
        self.assertTrue(ArticlePage.objects.filter(pk=self.article.pk).exists())

    def test_an_article_that_a_course_reads_stays(self):
        self.delete(self.tamar, f"/cms/pages/{self.article.pk}/delete/")
        self.assertTrue(ArticlePage.objects.filter(pk=self.article.pk).exists())
