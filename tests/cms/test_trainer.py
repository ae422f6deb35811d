"""What a trainer may do in the CMS: everything that is content, nothing that is a person or a setting."""

from django.test import TestCase
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from certifications.awards import grant_award
from courses.models import CourseIndexPage, CoursePage, LearningPathIndexPage, LearningPathPage, LessonPage
from knowledge.models import ArticlePage, KnowledgeIndexPage
from tests import factories
from tests.cast import CastMixin
from tests.cms.editing import add_course_url, course_data

CONTENT = [
    "wagtailadmin_home",
    "wagtailadmin_explore_root",
    "articles:index",
    "product:index",
    "productcategory:index",
    "servicegoal:index",
    "kpi:index",
    "competency:index",
    "certification:index",
    "certification:add",
    "servicegoal:add",
    "wagtailimages:index",
    "wagtaildocs:index",
    "wagtailmedia:index",
    "wagtailadmin_account",
]
ADMINISTRATION = [
    "wagtailusers_users:index",
    "wagtailusers_users:add",
    "wagtailusers_groups:index",
    "wagtailsites:index",
    "wagtaillocales:index",
    "wagtailadmin_collections:index",
    "wagtailadmin_workflows:index",
    "wagtailadmin_workflows:task_index",
    "team:index",
    "team:add",
    "teammembership:index",
    "jobrole:index",
    "kpireading:index",
    "kpireading:add",
    "award:index",
]


class MatrixTest(CastMixin, TestCase):
    def status(self, person, name) -> int:
        self.client.force_login(person)
        return self.client.get(reverse(name)).status_code

    def test_who_may_open_what(self):
        for name in CONTENT:
            with self.subTest(name):
                self.assertEqual(self.status(self.tamar, name), 200)
                self.assertEqual(self.status(self.ana, name), 200)
                self.assertEqual(self.status(self.maya, name), 302)
                self.assertEqual(self.status(self.giorgi, name), 302)
        for name in ADMINISTRATION:
            with self.subTest(name):
                self.assertEqual(self.status(self.tamar, name), 302)
                self.assertEqual(self.status(self.ana, name), 200)
                self.assertEqual(self.status(self.maya, name), 302)
                self.assertEqual(self.status(self.giorgi, name), 302)

    def test_the_menu_offers_a_trainer_only_what_she_may_open(self):
        self.client.force_login(self.tamar)
        page = self.client.get(reverse("wagtailadmin_home"))
        for name in ADMINISTRATION:
            self.assertNotContains(page, f'"{reverse(name)}"')
        for name in ("articles:index", "servicegoal:index", "certification:index"):
            self.assertContains(page, reverse(name))

    def test_awards_are_looked_at_and_not_edited(self):
        path = factories.path(factories.course())
        award = grant_award(factories.certification(path), self.maya, evidence={})
        self.client.force_login(self.ana)
        self.assertContains(self.client.get(reverse("award:index")), "Maya Osei")
        self.assertContains(self.client.get(reverse("award:inspect", args=[award.pk])), award.public_id)
        for name in ("award:edit", "award:delete"):
            response = self.client.post(reverse(name, args=[award.pk]))
            self.assertRedirects(response, reverse("wagtailadmin_home"), fetch_redirect_response=False)
        self.assertEqual(self.client.get(reverse("award:add")).status_code, 302)
        self.client.force_login(self.tamar)
        for name in ("award:inspect", "award:history", "award:usage"):
            self.assertEqual(self.client.get(reverse(name, args=[award.pk])).status_code, 302, name)

    def test_the_history_of_the_site_keeps_peoples_records_from_trainers(self):
        grant_award(factories.certification(factories.path(factories.course())), self.maya, evidence={})
        report = reverse("wagtailadmin_reports:site_history")
        self.client.force_login(self.ana)
        self.assertContains(self.client.get(report), "Award a certificate")
        self.client.force_login(self.tamar)
        self.assertNotContains(self.client.get(report), "Maya Osei")


class WritingTest(CastMixin, TestCase):
    def setUp(self):
        self.client.force_login(self.tamar)

    def add(self, app, model, parent, **fields):
        url = reverse("wagtailadmin_pages:add", args=[app, model, parent.pk])
        data = {"slug": "new", "action-publish": "on", "comments": inline_formset([])} | fields
        return self.client.post(url, nested_form_data(data))

    def body(self, text):
        return streamfield([("paragraph", rich_text(f"<p>{text}</p>", features=["bold"]))])

    def test_a_trainer_publishes_in_every_language(self):
        for language in ("en", "ar", "ka"):
            with self.subTest(language):
                data = course_data("publish", goals=[(factories.goal(), "It helps.")], slug=f"course-{language}")
                self.client.post(add_course_url(language), data)
                course = CoursePage.objects.get(slug=f"course-{language}")
                self.assertTrue(course.live)
                self.assertEqual(course.locale.language_code, language)
                lesson = {"title": "Lesson", "minutes": "5", "minimum_dwell": "0", "body": self.body("Listen.")}
                self.add("courses", "lessonpage", course, **lesson)
                self.assertTrue(LessonPage.objects.child_of(course).get().live)
                library = KnowledgeIndexPage.objects.get(locale__language_code=language)
                article = {"title": "Returns", "verification_interval": "90", "body": self.body("Fourteen days.")}
                self.add("knowledge", "articlepage", library, tags="returns", verifier=self.tamar.pk, **article)
                self.assertTrue(ArticlePage.objects.child_of(library).get().live)
                index = LearningPathIndexPage.objects.get(locale__language_code=language)
                steps = inline_formset([{"course": course.pk, "is_required": "on"}])
                self.add(
                    "courses",
                    "learningpathpage",
                    index,
                    title="Path",
                    is_sequential="on",
                    optional_needed="0",
                    steps=steps,
                )
                self.assertTrue(LearningPathPage.objects.child_of(index).get().live)

    def test_each_kind_of_page_opens_in_the_editor(self):
        course = factories.course(lessons=1)
        article = factories.article()
        pages = [
            course,
            LessonPage.objects.get(),
            factories.reading(course, article),
            factories.quiz_page(course, factories.quiz()),
            article,
            factories.path(course),
            CourseIndexPage.objects.first(),
        ]
        for page in pages:
            with self.subTest(page.title):
                response = self.client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
                self.assertEqual(response.status_code, 200)

    def test_verifiers_are_authors_and_whoever_is_it_already(self):
        article = factories.article(verifier=self.maya)
        page = self.client.get(reverse("wagtailadmin_pages:edit", args=[article.pk]))
        offered = set(page.context["form"].fields["verifier"].queryset)
        self.assertEqual(offered, {self.tamar, self.ana, self.maya})

    def test_the_explorer_shows_each_language(self):
        home = Page.objects.get(depth=2, locale__language_code="ar")
        self.assertContains(self.client.get(reverse("wagtailadmin_explore", args=[home.pk])), "Arabic")
