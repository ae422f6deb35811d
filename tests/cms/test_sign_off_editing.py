"""Trainers write a sign-off: its checklist has to ask for something, and keeps its items in every language."""

from django.test import TestCase
from django.urls import reverse
from wagtail.models import Locale
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield
from wagtail_localize.models import StringTranslation, Translation

from courses.models import Observation, SignOffPage
from courses.publishing import PublishingRefused
from tests import factories
from tests.cast import CastMixin
from tests.cms.editing import edit_url

NOTHING_REQUIRED = "Add at least one required item to the checklist"


class GateTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.course = factories.course()

    def setUp(self):
        self.client.force_login(self.tamar)

    def post(self, *items, **fields):
        blocks = [("item", {"text": text, **({"is_required": "on"} if required else {})}) for text, required in items]
        data = {
            "title": "Show it",
            "slug": "show-it",
            "minutes": "15",
            "is_required": "on",
            "instructions": "",
            "observer_instructions": "",
            "observers": "assessors",
            "checklist": streamfield(blocks),
            "comments": inline_formset([]),
        }
        url = reverse("wagtailadmin_pages:add", args=["courses", "signoffpage", self.course.pk])
        return self.client.post(url, nested_form_data(data | fields))

    def test_a_checklist_that_requires_nothing_is_refused_with_the_reason(self):
        for items in ([], [("Says thank you", False)]):
            response = self.post(*items, **{"action-publish": "on"})
            self.assertContains(response, NOTHING_REQUIRED)
        self.assertFalse(SignOffPage.objects.exists())

    def test_a_draft_of_it_is_saved(self):
        self.post()
        self.assertFalse(SignOffPage.objects.get().live)

    def test_code_is_refused_too(self):
        page = factories.sign_off(self.course, items={"a": "(Says thank you"}, live=False)
        with self.assertRaises(PublishingRefused) as caught:
            page.save_revision().publish()
        self.assertIn(NOTHING_REQUIRED, str(caught.exception))

    def test_one_that_asks_for_something_is_published_and_its_items_keep_their_ids(self):
        self.post(("Listens", True), ("Says thank you", False), **{"action-publish": "on"})
        page = SignOffPage.objects.get()
        self.assertTrue(page.live)
        before = [child.id for child in page.checklist]
        self.assertTrue(all(before))
        page.checklist[0].value["text"] = "Listens to the end"
        factories.publish(page)
        self.assertEqual([child.id for child in SignOffPage.objects.get().checklist], before)

    def test_the_preview_shows_it_to_nobody_in_particular(self):
        page = factories.sign_off(self.course, instructions="Ask when you feel ready.")
        response = self.client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
        for text in ("Show it</h1>", "Ask when you feel ready.", "Offers two options"):
            self.assertContains(response, text)
        self.assertNotContains(response, "Ask for the observation")
        self.assertFalse(Observation.objects.exists())


class TranslationTest(CastMixin, TestCase):
    def setUp(self):
        self.client.force_login(self.tamar)
        course = factories.course()
        self.page = factories.sign_off(course, observers="assessors", instructions="Ask.", is_required=False)
        self.arabic = Locale.objects.get(language_code="ar")
        self.submit(course)
        self.submit(self.page)

    def submit(self, page):
        url = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
        self.assertEqual(self.client.post(url, {"locales": [self.arabic.pk]}).status_code, 302)

    def test_its_words_are_translated_and_its_rules_and_items_are_the_same(self):
        copy = SignOffPage.objects.get(locale=self.arabic)
        translation = Translation.objects.get(source__object_id=copy.translation_key, target_locale=self.arabic)
        strings = translation.source.stringsegment_set.select_related("string")
        self.assertEqual(
            {segment.string.data for segment in strings},
            {"Show it", self.page.slug, "Ask.", "Listens to the end", "Offers two options", "(Says thank you)"},
        )
        for segment in strings:
            StringTranslation.objects.create(
                translation_of=segment.string,
                locale=self.arabic,
                context=segment.context,
                data=f"ع {segment.string.data}" if segment.string.data != self.page.slug else self.page.slug,
            )
        with self.captureOnCommitCallbacks(execute=True):
            self.client.post(edit_url(copy), {"action": "publish"})
        copy.refresh_from_db()
        self.assertTrue(copy.live)
        self.assertEqual((copy.observers, copy.is_required), ("assessors", False))
        self.assertEqual([child.id for child in copy.checklist], ["listens", "solves", "thanks"])
        self.assertEqual([child.value["is_required"] for child in copy.checklist], [True, True, False])
        self.assertEqual(copy.checklist[1].value["text"], "ع Offers two options")
