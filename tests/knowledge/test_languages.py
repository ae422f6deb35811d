from django.test import TestCase

from knowledge.models import ArticlePage
from tests import factories
from tests.queries import at_most


class LanguagesTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.english = factories.article("Returns")
        cls.arabic = factories.article("الإرجاع", language="ar", translation_of=cls.english)
        cls.georgian = factories.article("მხოლოდ ქართულად", language="ka")

    def titles(self, language):
        return set(ArticlePage.objects.live().best_for(language).values_list("title", flat=True))

    def test_her_own_language_comes_before_the_default_and_the_default_before_any(self):
        self.assertEqual(self.titles("ar"), {"الإرجاع", "მხოლოდ ქართულად"})
        self.assertEqual(self.titles("ka"), {"Returns", "მხოლოდ ქართულად"})
        self.assertEqual(self.titles("en"), {"Returns", "მხოლოდ ქართულად"})

    def test_a_draft_translation_is_passed_over(self):
        self.arabic.unpublish()
        self.assertEqual(self.titles("ar"), {"Returns", "მხოლოდ ქართულად"})

    def test_without_the_default_language_any_other_will_do(self):
        self.english.unpublish()
        self.assertEqual(self.titles("ka"), {"الإرجاع", "მხოლოდ ქართულად"})

    def test_one_thing_by_its_key(self):
        found = ArticlePage.objects.live().in_language
        self.assertEqual(found(self.english.translation_key, "ar"), self.arabic)
        self.assertEqual(found(self.english.translation_key, "ka"), self.english)
        self.assertEqual(found(self.georgian.translation_key, "en"), self.georgian)

    def test_originals_are_in_the_default_language_where_there_is_one(self):
        self.assertEqual(set(ArticlePage.objects.live().originals()), {self.english, self.georgian})

    def test_a_list_is_one_query(self):
        with at_most(1):
            self.titles("ar")
