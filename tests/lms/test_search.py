from datetime import timedelta

from django.test import TestCase
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from courses.models import CourseIndexPage
from lms.search import find, results
from tests import factories
from tests.lms.searching import SearchMixin
from tests.queries import at_most

SEARCH_QUERIES = 6


class RecallTest(SearchMixin, TestCase):
    """What a reader types finds the text that has the word in another form or spelling."""

    def setUp(self):
        factories.article("Late parcels", text="<b>Complaints</b> about a late parcel go to the depot.")
        factories.article("الطرود", text="نرد على العُملاء في يوم واحد. خدمة العميل أولا.", language="ar")
        factories.article("ამანათები", text="ჩვენს გუნდებს ყოველდღე ახალი საჩივრები მოსდით.", language="ka")

    def test_inflections_and_spellings_in_three_languages(self):
        cases = [
            (self.maya, "Late parcels", "complaint | complaints | COMPLAINT | late parcels | parcel’s depot | ｐarcel"),
            (self.layla, "الطرود", "عملاء | خدمه العملاء | خدمة | الخدمات | عميلنا | اول"),
            (self.giorgi, "ამანათები", "გუნდი | გუნდის | გუნდში | საჩივარი | საჩივრის | ᲒᲣᲜᲓᲘ | ყოველდღე გუნდთან"),
        ]
        for person, title, queries in cases:
            for query in queries.split(" | "):
                with self.subTest(query=query):
                    self.assertEqual(self.titles(query, person), [title])

    def test_a_slip_or_a_cut_word_is_forgiven(self):
        for person, title, query in [
            (self.maya, "Late parcels", "complant"),
            (self.maya, "Late parcels", "the parcle depto"),
            (self.maya, "Late parcels", "compl"),
            (self.layla, "الطرود", "العملا"),
            (self.giorgi, "ამანათები", "საჩივრბი"),
        ]:
            with self.subTest(query=query):
                self.assertEqual(self.titles(query, person), [title])

    def test_small_words_do_not_hide_an_answer(self):
        self.assertEqual(self.titles("what do I do with a complaint?"), ["Late parcels"])

    def test_all_words_are_wanted_where_some_page_has_them_all(self):
        factories.article("Depots", text="Where each depot is.")
        self.assertEqual(self.titles("depot complaint"), ["Late parcels"])
        self.assertCountEqual(self.titles("depot unicorns"), ["Depots", "Late parcels"])

    def test_a_word_in_the_title_counts_more(self):
        factories.article("Parcels and vans", text="Vans leave at six. A van carries forty boxes.")
        factories.article("Routes", text="A van, another van: vans everywhere, and parcels too. " * 2)
        self.assertEqual(self.titles("vans")[0], "Parcels and vans")


class WhatIsFoundTest(SearchMixin, TestCase):
    def test_it_finds_articles_courses_and_lessons_with_their_addresses(self):
        article = factories.article("Toasters", text="A toaster is no toy.")
        course = factories.course("Toaster course", summary="All about a toaster.")
        lesson = factories.lesson(course, "Toaster lesson", text="Clean the toaster.")
        found = {result.kind: result.url for result in self.search("toaster").context["results"]}
        expected = {
            "article": f"/knowledge/{article.translation_key}/",
            "course": f"/courses/{course.translation_key}/",
            "lesson": f"/courses/{course.translation_key}/{lesson.translation_key}/",
        }
        self.assertEqual(found, expected)
        for url in expected.values():
            self.assertEqual(self.client.get(url).status_code, 200, url)

    def test_a_thing_is_found_once_and_shown_in_her_language(self):
        english = factories.article("Ovens", text="An oven needs air.")
        factories.article("أفران", text="الفرن oven يحتاج الهواء.", language="ar", translation_of=english)
        for query in ("oven", "فرن"):
            self.assertEqual(self.titles(query, self.layla), ["أفران"])
            self.assertEqual(self.titles(query, self.maya), ["Ovens"])
        self.assertEqual(self.titles("oven", self.giorgi), ["Ovens"])

    def test_a_lesson_of_a_translated_course_leads_to_the_course(self):
        course = factories.course("Calls")
        lesson = factories.lesson(course, "Greet", text="Say hello.")
        arabic = factories.course("مكالمات", language="ar", translation_of=course)
        factories.lesson(arabic, "رحّب", text="قل مرحبا للمتصل.", translation_of=lesson)
        found = self.search("مرحبا", self.layla).context["results"][0]
        self.assertEqual(found.url, f"/courses/{course.translation_key}/{lesson.translation_key}/")
        self.assertEqual(self.client.get(found.url).status_code, 200)

    def test_a_lesson_that_only_a_translation_has_is_not_offered(self):
        course = factories.course("Calls")
        arabic = factories.course("مكالمات", language="ar", translation_of=course)
        factories.lesson(arabic, "رحّب", text="قل مرحبا للمتصل.")
        self.assertEqual(self.titles("مرحبا", self.layla), [])

    def test_only_what_is_verified_today_says_so(self):
        now = timezone.now()
        for title, until in (("A", now + timedelta(days=1)), ("B", now - timedelta(days=1)), ("C", None)):
            factories.article(title, text="Kettles boil.", verified_until=until)
        verified = {result.title: result.is_verified for result in self.search("kettle").context["results"]}
        self.assertEqual(verified, {"A": True, "B": False, "C": False})

    def test_a_changed_text_is_found_by_its_new_words_only(self):
        article = factories.article("Irons", text="Steam is hot.")
        article.body = factories.paragraphs("Keep it upright.")
        article.title = "Ironing"
        article.save_revision()
        self.assertEqual(self.titles("steam"), ["Irons"])
        factories.publish(article)
        self.assertEqual(self.titles("upright"), ["Ironing"])
        self.assertEqual(self.titles("steam"), [])


class NotFoundTest(SearchMixin, TestCase):
    """What search must not say."""

    def test_drafts_and_withdrawn_pages_stay_hidden(self):
        factories.article("Secret plan", text="zebra", live=False)
        article = factories.article("Old plan", text="zebra")
        course = factories.course("Old course", summary="zebra")
        factories.lesson(course, "Old lesson", text="zebra")
        self.assertEqual(len(self.titles("zebra")), 3)
        article.unpublish()
        course.unpublish()
        self.assertTrue(Page.objects.get(title="Old lesson").live)
        response = self.search("zebra")
        self.assertNotContains(response, "plan")
        self.assertNotContains(response, "Old")

    def test_private_pages_and_private_sections_stay_hidden(self):
        private = factories.article("Salaries", text="zebra")
        PageViewRestriction.objects.create(page=private, restriction_type="password", password="x")
        course = factories.course("Managers", summary="zebra")
        factories.lesson(course, "Dismissal", text="zebra")
        english_courses = CourseIndexPage.objects.get(locale=course.locale)
        restriction = PageViewRestriction.objects.create(page=english_courses, restriction_type="groups")
        self.assertEqual(self.titles("zebra"), [])
        self.assertEqual(self.titles("zebras salaries"), [])
        restriction.restriction_type = "login"
        restriction.save()
        self.assertCountEqual(self.titles("zebra"), ["Managers", "Dismissal"])

    def test_a_private_translation_is_neither_shown_nor_matched(self):
        english = factories.article("Bonus", text="zebra")
        arabic = factories.article("مكافأة", text="حمار", language="ar", translation_of=english)
        PageViewRestriction.objects.create(page=arabic, restriction_type="groups")
        self.assertEqual(self.titles("zebra", self.layla), ["Bonus"])
        self.assertEqual(self.titles("حمار", self.layla), [])

    def test_nobody_searches_without_signing_in(self):
        response = self.client.get("/search/", {"q": "zebra"})
        self.assertEqual((response.status_code, "/accounts/login/" in response.url), (302, True))


class CostTest(SearchMixin, TestCase):
    def test_one_three_and_thirty_results_cost_the_same(self):
        made, counts = 0, []
        course = factories.course("Trucks", summary="Nothing.")
        for wanted in (1, 3, 30):
            for number in range(made, wanted):
                if number % 3 == 1:
                    factories.lesson(course, f"Lesson {number}", text="An elephant never forgets.")
                else:
                    factories.article(f"Article {number}", text="An elephant never forgets.")
            made = wanted
            self.search("elephant")
            with at_most(SEARCH_QUERIES) as queries:
                response = self.client.get("/search/", {"q": "elephants"})
            counts.append(len(queries))
            self.assertContains(response, f"{wanted} result")
        self.assertEqual(len(set(counts)), 1, counts)
        shown = [r.title for page in (1, 2, 3) for r in self.search("elephant", page=page).context["results"]]
        self.assertEqual(len(set(shown)), 30)

    def test_a_mistyped_word_stays_within_the_budget(self):
        factories.article("Elephants", text="An elephant never forgets.")
        self.client.force_login(self.maya)
        with at_most(SEARCH_QUERIES):
            response = self.client.get("/search/", {"q": "elefant never"})
        self.assertContains(response, "1 result")

    def test_the_functions_take_one_query_each(self):
        factories.article("Elephants", text="An elephant never forgets.")
        with self.assertNumQueries(1):
            found = find(self.maya, "elephant")
        with self.assertNumQueries(1):
            results(self.maya, found.keys, found.terms)


class TrainersSearchTest(SearchMixin, TestCase):
    def test_the_cms_still_finds_pages_by_the_beginning_of_their_title(self):
        factories.article("Dishwasher salt", text="Fill it in.")
        self.client.force_login(self.ana)
        self.assertContains(self.client.get("/cms/pages/search/", {"q": "dishw"}), "Dishwasher salt")

    def test_wagtails_own_search_still_finds_a_title(self):
        article = factories.article("Dishwasher salt", text="Fill it in.")
        self.assertEqual([page.pk for page in Page.objects.search("Dishwasher salt")], [article.pk])
