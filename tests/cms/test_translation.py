"""“Translate this page”: a draft in the other language, with the same duties, goals, quiz and article."""

from django.test import TestCase
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation

from courses.models import CourseGoal, CoursePage, LessonPage, QuizPage, ReadingPage
from courses.publishing import PublishingRefused
from knowledge.models import ArticlePage, Product, ProductCategory
from knowledge.verification import verify_article
from tests import factories
from tests.cast import CastMixin
from tests.cms.editing import edit_url

BODY = [
    {"type": "heading", "value": {"level": "2", "text": "Within fourteen days"}},
    {"type": "paragraph", "value": "<p>Everybody may <b>return</b> it.</p>"},
    {"type": "list", "value": {"style": "numbered", "items": ["<p>Ask.</p>", "<p>Answer.</p>"]}},
    {"type": "steps", "value": [{"title": "Listen", "text": "<p>To the end.</p>"}]},
    {"type": "callout", "value": {"tone": "tip", "title": "Calm", "text": "<p>Breathe.</p>"}},
    {"type": "table", "value": {"header": True, "rows": [["<p>Day</p>", "<p>Fee</p>"], ["<p>1</p>", "<p>0</p>"]]}},
    {"type": "faq", "value": [{"question": "And after?", "answer": "<p>Ask a lead.</p>"}]},
]


class TranslationTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.arabic = Locale.objects.get(language_code="ar")
        cls.category = ProductCategory.objects.create(code="kitchen", name="Kitchen")
        cls.oven = Product.objects.create(code="oven", name="Oven", category=cls.category)
        cls.article = factories.article("Returns", summary="Who may return what.", products=[cls.oven])
        cls.article.body = BODY
        cls.article.tags.add("returns")
        factories.publish(cls.article)
        verify_article(cls.article, cls.tamar)
        cls.quiz = factories.quiz()
        cls.course = factories.course(lessons=1)
        cls.reading = factories.reading(cls.course, cls.article)
        cls.quiz_page = factories.quiz_page(cls.course, cls.quiz, is_required=False)

    def setUp(self):
        self.client.force_login(self.tamar)

    def submit(self, page, **fields):
        url = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
        self.assertContains(self.client.get(edit_url(page)), url)
        response = self.client.post(url, {"locales": [self.arabic.pk], **fields})
        self.assertEqual(response.status_code, 302)
        return type(page).objects.get(translation_key=page.translation_key, locale=self.arabic)

    def translate_strings(self, page):
        """Says each string of `page` in “Arabic” and publishes it in the translation editor."""
        translation = Translation.objects.get(source__object_id=page.translation_key, target_locale=self.arabic)
        for segment in translation.source.stringsegment_set.all():
            StringTranslation.objects.create(
                translation_of=segment.string,
                locale=self.arabic,
                context=segment.context,
                data=f"ع {segment.string.data}",
            )
        with self.captureOnCommitCallbacks(execute=True):
            return self.client.post(edit_url(page), {"action": "publish"})

    def test_a_course_is_carried_over_as_a_draft_with_its_goal(self):
        copy = self.submit(self.course)
        self.assertFalse(copy.live)
        self.assertEqual(copy.get_parent().locale, self.arabic)
        link = copy.course_goals.get()
        self.assertEqual((link.goal, link.rationale), (factories.goal(), "Calm agents make satisfied customers."))
        self.assertEqual(self.client.get(edit_url(copy)).status_code, 200)

    def test_a_translated_course_is_published_from_the_translation_editor(self):
        copy = self.submit(self.course)
        self.translate_strings(copy)
        copy.refresh_from_db()
        self.assertTrue(copy.live)
        self.assertEqual(copy.title, "ع Handling complaints")

    def test_a_course_without_a_goal_is_refused_there_too(self):
        CourseGoal.objects.filter(course=self.course).delete()
        copy = self.submit(CoursePage.objects.get(pk=self.course.pk))
        with self.assertRaises(PublishingRefused):
            self.translate_strings(copy)
        self.assertFalse(CoursePage.objects.get(pk=copy.pk).live)

    def test_its_activities_come_along_with_the_same_quiz_and_article(self):
        self.submit(self.course, include_subtree="on")
        quiz = QuizPage.objects.get(locale=self.arabic)
        self.assertEqual((quiz.quiz, quiz.is_required), (self.quiz, False))
        self.assertEqual(quiz.translation_key, self.quiz_page.translation_key)
        reading = ReadingPage.objects.get(locale=self.arabic)
        self.assertEqual(reading.article.translation_key, self.article.translation_key)
        self.assertEqual(LessonPage.objects.filter(locale=self.arabic).count(), 1)
        for page in (quiz, reading, LessonPage.objects.get(locale=self.arabic)):
            self.assertEqual(self.client.get(edit_url(page)).status_code, 200)

    def test_an_article_is_carried_over_unverified_with_products_and_tags(self):
        copy = self.submit(self.article)
        self.assertFalse(copy.live)
        self.assertIsNone(copy.verified_until)
        self.assertEqual(list(copy.products.all()), [self.oven])
        self.assertEqual([tag.name for tag in copy.tags.all()], ["returns"])

    def test_each_block_of_an_article_is_translated(self):
        copy = self.submit(self.article)
        self.translate_strings(copy)
        copy = ArticlePage.objects.get(pk=copy.pk)
        self.assertTrue(copy.live)
        self.assertEqual([child.block_type for child in copy.body], [block["type"] for block in BODY])
        by_type = {child.block_type: child.value for child in copy.body}
        self.assertEqual(by_type["heading"]["text"], "ع Within fourteen days")
        self.assertEqual(by_type["heading"]["level"], "2")
        self.assertIn("<b>return</b>", by_type["paragraph"].source)
        self.assertEqual(by_type["list"]["style"], "numbered")
        self.assertIn("ع", by_type["list"]["items"][1].source)
        self.assertEqual(by_type["steps"][0]["title"], "ع Listen")
        self.assertIn("ع", by_type["table"]["rows"][1][0].source)
        self.assertEqual(by_type["faq"][0]["question"], "ع And after?")

    def test_who_may_not_write_may_not_translate(self):
        self.client.force_login(self.maya)
        url = reverse("wagtail_localize:submit_page_translation", args=[self.course.pk])
        self.client.post(url, {"locales": [self.arabic.pk]})
        self.assertFalse(CoursePage.objects.filter(locale=self.arabic).exists())
