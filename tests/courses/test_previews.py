"""The editor's preview shows a page as a learner will see it, and counts nothing."""

from django.test import TestCase
from django.urls import reverse

from courses.models import ActivityCompletion, Enrolment, LessonPage
from tests import factories
from tests.cast import CastMixin
from tests.quizzes import bank


class PreviewTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.course = factories.course("Complaints")
        cls.lesson = factories.lesson(cls.course, "Listen first", text="Let them finish.", minimum_dwell=30)
        cls.article = factories.article("Returns", text="Fourteen days.")

    def setUp(self):
        self.client.force_login(self.ana)

    def draft(self, page):
        """Wagtail shows the latest draft through the same preview as the editor does."""
        return self.client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))

    def test_a_lesson_with_changes_that_are_not_published(self):
        self.lesson.body = factories.paragraphs("Let them breathe.")
        self.lesson.save_revision()
        response = self.draft(self.lesson)
        self.assertContains(response, "Let them breathe.")
        self.assertContains(response, "after at least 30 seconds")
        self.assertNotContains(
            response, reverse("courses:complete", args=[self.course.translation_key, self.lesson.translation_key])
        )

    def test_a_preview_leaves_nothing_behind(self):
        self.lesson.body = factories.paragraphs("Let them breathe.")
        self.lesson.save_revision()
        self.draft(self.lesson)
        self.assertEqual((Enrolment.objects.count(), ActivityCompletion.objects.count()), (0, 0))
        self.client.force_login(self.maya)
        address = reverse("courses:activity", args=[self.course.translation_key, self.lesson.translation_key])
        self.assertContains(self.client.get(address), "Let them finish.")

    def test_every_kind_of_page(self):
        quiz = bank.quiz_of(bank.question("true_false"))
        pages = {
            "Returns": self.article,
            "Complaints": self.course,
            "Read this": factories.reading(self.course, self.article, "Read this"),
            "Check": factories.quiz_page(self.course, quiz, "Check"),
            "First weeks": factories.path(self.course, title="First weeks"),
        }
        for title, page in pages.items():
            with self.subTest(kind=type(page).__name__):
                self.assertContains(self.draft(page), f"{title}</h1>")

    def test_it_speaks_the_language_of_the_page(self):
        arabic = factories.course("الشكاوى", language="ar", translation_of=self.course)
        self.assertContains(self.draft(arabic), '<html lang="ar" dir="rtl"')

    def test_the_editor_may_show_it_in_a_frame(self):
        self.assertIn("frame-ancestors 'self'", self.draft(self.lesson).headers["Content-Security-Policy"])

    def test_a_page_that_was_never_saved(self):
        page = LessonPage(title="New", body=factories.paragraphs("Fresh."), locale=self.course.locale)
        page.path, page.depth = self.course.path + "00ZZ", self.course.depth + 1
        request = self.client.get("/").wsgi_request
        self.assertContains(page.make_preview_request(request, ""), "Fresh.")

    def test_wagtails_own_address_leads_to_the_learners_page(self):
        self.client.force_login(self.maya)
        for page in (self.course, self.lesson, self.article):
            self.assertRedirects(self.client.get(page.url), page.get_view_url(), fetch_redirect_response=False)
