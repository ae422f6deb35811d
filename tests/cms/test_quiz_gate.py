"""A quiz page is published only when an attempt at its quiz could be drawn."""

from django.test import TestCase
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from courses.models import QuizPage
from courses.publishing import PublishingRefused
from quizzes.models import QuestionCategory, QuizSlot
from tests import factories
from tests.cast import CastMixin
from tests.quizzes import bank

NO_QUESTIONS = "This quiz has no questions yet."


class QuizGateTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.course = factories.course()
        cls.quiz = factories.quiz()

    def setUp(self):
        self.client.force_login(self.tamar)

    def post(self, **fields):
        data = {"title": "Check", "slug": "check", "minutes": "5", "is_required": "on", "quiz": str(self.quiz.pk)}
        url = reverse("wagtailadmin_pages:add", args=["courses", "quizpage", self.course.pk])
        return self.client.post(url, nested_form_data(data | {"comments": inline_formset([])} | fields))

    def test_a_quiz_without_questions_is_refused_with_the_reason(self):
        response = self.post(**{"action-publish": "on"})
        self.assertContains(response, NO_QUESTIONS)
        self.assertFalse(QuizPage.objects.exists())

    def test_a_draft_with_it_is_saved(self):
        self.post()
        self.assertFalse(QuizPage.objects.get().live)

    def test_code_is_refused_too(self):
        page = factories.quiz_page(self.course, self.quiz, live=False)
        with self.assertRaises(PublishingRefused) as caught:
            page.save_revision().publish()
        self.assertEqual(caught.exception.problems, [NO_QUESTIONS])

    def test_a_pool_that_is_too_small_is_refused(self):
        pool = QuestionCategory.add_root(name="Complaints", slug="complaints")
        QuizSlot.objects.create(quiz=self.quiz, category=pool, draw_count=3)
        page = factories.quiz_page(self.course, self.quiz, live=False)
        with self.assertRaises(PublishingRefused):
            page.save_revision().publish()

    def test_a_quiz_that_can_be_drawn_is_published(self):
        QuizSlot.objects.create(quiz=self.quiz, question=bank.question())
        self.post(**{"action-publish": "on"})
        self.assertTrue(QuizPage.objects.get().live)
