"""“I have read this” is said of one revision."""

from django.test import TestCase
from django.urls import reverse

from knowledge.acknowledgement import acknowledge_article
from knowledge.models import ArticleAcknowledgement
from knowledge.signals import article_acknowledged
from tests import factories
from tests.cast import CastMixin

ASKED = "I have read and understood this"


class AcknowledgementTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.article = factories.article("Returns")

    def setUp(self):
        self.client.force_login(self.maya)
        self.address = reverse("knowledge:acknowledge", args=[self.article.translation_key])

    def page(self, person=None):
        self.client.force_login(person or self.maya)
        return self.client.get(self.article.get_view_url())

    def test_it_is_noted_with_the_revision_and_shown(self):
        self.assertContains(self.page(), ASKED)
        self.assertRedirects(self.client.post(self.address), self.article.get_view_url(), fetch_redirect_response=False)
        noted = ArticleAcknowledgement.objects.get()
        self.assertEqual(
            (noted.person, noted.revision_id, noted.article_title),
            (self.maya, self.article.live_revision_id, "Returns"),
        )
        self.assertContains(self.page(), "that you had read this")
        self.assertNotContains(self.page(), ASKED)

    def test_twice_is_once(self):
        told = []

        def tell(sender, acknowledgement, **kwargs):
            told.append(acknowledgement)

        article_acknowledged.connect(tell)
        self.addCleanup(article_acknowledged.disconnect, tell)
        first = acknowledge_article(self.maya, self.article)
        self.assertEqual(acknowledge_article(self.maya, self.article), first)
        self.assertEqual(told, [first])

    def test_a_new_revision_is_not_acknowledged_by_the_old_one(self):
        self.client.post(self.address)
        self.article.body = factories.paragraphs("Thirty days.")
        factories.publish(self.article)
        self.assertContains(self.page(), ASKED)
        self.client.post(self.address)
        self.assertEqual(ArticleAcknowledgement.objects.filter(person=self.maya).count(), 2)

    def test_a_draft_takes_no_acknowledgement_away(self):
        self.client.post(self.address)
        self.article.body = factories.paragraphs("Half a thought")
        self.article.save_revision()
        self.assertNotContains(self.page(), ASKED)

    def test_it_is_hers_alone(self):
        self.client.post(self.address)
        self.assertContains(self.page(self.sam), ASKED)

    def test_what_is_not_published_cannot_be_acknowledged(self):
        self.article.unpublish()
        self.assertEqual(self.client.post(self.address).status_code, 404)
        self.assertFalse(ArticleAcknowledgement.objects.exists())

    def test_looking_acknowledges_nothing(self):
        self.page()
        self.assertEqual(self.client.get(self.address).status_code, 405)
        self.assertFalse(ArticleAcknowledgement.objects.exists())
