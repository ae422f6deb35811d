"""Publishing a change of an article says what it means: the same in other words, or something else now."""

from datetime import timedelta
from io import StringIO

import time_machine
from django.core.management import call_command
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from knowledge.models import ArticlePage
from knowledge.verification import verify_article
from tests import factories
from tests.cast import CastMixin

CHANGED = "knowledge.material_change"


class MaterialChangeTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.article = factories.article("Returns")
        verify_article(cls.article, cls.tamar)

    def fresh(self) -> ArticlePage:
        return ArticlePage.objects.get(pk=self.article.pk)

    def draft(self, is_material: bool, text="Thirty days.", **fields):
        page = self.fresh().get_latest_revision_as_object()
        page.body, page.is_material_change = factories.paragraphs(text), is_material
        for name, value in fields.items():
            setattr(page, name, value)
        return page.save_revision(user=self.tamar)

    def logged(self) -> int:
        return PageLogEntry.objects.filter(action=CHANGED).count()

    def test_a_minor_change_keeps_the_verification(self):
        until = self.fresh().verified_until
        self.draft(is_material=False).publish()
        self.assertEqual((self.fresh().verified_until, self.fresh().materially_changed_at), (until, None))

    def test_a_material_change_takes_the_verification_away(self):
        self.draft(is_material=True).publish(user=self.tamar)
        self.assertFalse(self.fresh().is_verified())
        self.assertAlmostEqual(self.fresh().materially_changed_at, timezone.now(), delta=timedelta(seconds=30))
        entry = PageLogEntry.objects.get(action=CHANGED)
        self.assertEqual((entry.user, entry.page_id), (self.tamar, self.article.pk))

    def test_it_takes_effect_once_and_the_next_change_is_minor_again(self):
        revision = self.draft(is_material=True)
        revision.publish()
        verify_article(self.fresh(), self.tamar)
        revision.refresh_from_db()
        revision.publish()
        self.fresh().get_latest_revision_as_object().save_revision().publish()
        self.assertTrue(self.fresh().is_verified())
        self.assertEqual(self.logged(), 1)

    def test_a_draft_changes_nothing_yet(self):
        self.draft(is_material=True)
        self.assertTrue(self.fresh().is_verified())

    def test_the_first_publication_is_never_a_change(self):
        page = factories.article("New", live=False)
        page.is_material_change = True
        page.save_revision().publish()
        page.refresh_from_db()
        self.assertEqual((page.materially_changed_at, page.is_material_change, self.logged()), (None, False, 0))

    def test_a_verification_is_not_brought_back_by_an_older_draft(self):
        old = self.draft(is_material=False)
        ArticlePage.objects.filter(pk=self.article.pk).update(verified_until=None)
        type(old).objects.get(pk=old.pk).publish()
        self.assertIsNone(self.fresh().verified_until)

    def test_a_scheduled_change_takes_effect_when_it_is_due(self):
        later = timezone.now() + timedelta(days=1)
        self.draft(is_material=True, go_live_at=later).publish(user=self.tamar)
        self.assertTrue(self.fresh().is_verified())
        with time_machine.travel(later + timedelta(minutes=1)):
            call_command("publish_scheduled", stdout=StringIO())
            self.assertEqual(self.fresh().materially_changed_at.date(), later.date())
        self.assertIsNone(self.fresh().verified_until)


class EditorTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.article = factories.article("Returns", slug="returns")
        verify_article(cls.article, cls.tamar)

    def setUp(self):
        self.client.force_login(self.tamar)
        self.url = reverse("wagtailadmin_pages:edit", args=[self.article.pk])

    def publish(self, **fields):
        body = streamfield([("paragraph", rich_text("<p>Thirty days.</p>"))])
        data = {"title": "Returns", "slug": "returns", "summary": "", "body": body, "tags": ""}
        comments = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": ""}
        data |= {"verifier": "", "verification_interval": "90", "comments": comments, "action-publish": "on"} | fields
        response = self.client.post(self.url, nested_form_data(data))
        self.assertEqual(response.status_code, 302)
        self.article.refresh_from_db()

    def test_who_publishes_says_what_the_change_means(self):
        self.assertContains(self.client.get(self.url), 'name="is_material_change"')
        self.publish()
        self.assertTrue(self.article.is_verified())
        self.publish(is_material_change="on")
        self.assertFalse(self.article.is_verified())
        self.assertIsNotNone(self.article.materially_changed_at)
        self.assertFalse(self.client.get(self.url).context["form"]["is_material_change"].value())

    def test_what_was_never_published_is_not_asked(self):
        draft = factories.article("New", live=False)
        page = self.client.get(reverse("wagtailadmin_pages:edit", args=[draft.pk]))
        self.assertNotContains(page, 'name="is_material_change"')
