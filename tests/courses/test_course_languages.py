"""One course in several languages: the words are the reader's, what is asked for is the same for everybody."""

from django.test import TestCase
from django.urls import reverse

from courses.assignments import assign_path
from courses.enrolling import enrol
from courses.models import Enrolment, PathAssignment
from courses.progress import complete_activity
from quizzes.attempts import save_answer, submit_attempt
from quizzes.starting import start_attempt
from tests import factories
from tests.cast import CastMixin
from tests.quizzes import bank


class CourseLanguagesTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.course = factories.course("Complaints")
        cls.first = factories.lesson(cls.course, "Listen first", text="Let them finish.")
        cls.second = factories.lesson(cls.course, "Put it right", text="Say what you will do.")
        cls.arabic = factories.course("الشكاوى", language="ar", translation_of=cls.course)
        cls.arabic_first = factories.lesson(cls.arabic, "استمع أولا", text="دعهم ينهون.", translation_of=cls.first)

    def page(self, person, name="course", *activity):
        self.client.force_login(person)
        keys = [self.course.translation_key, *(a.translation_key for a in activity)]
        return self.client.get(reverse(f"courses:{name}", args=keys))

    def titles(self, person):
        return [activity.title for activity in self.page(person).context["activities"]]

    def test_each_reads_in_her_language_and_else_in_the_default_one(self):
        self.assertEqual(self.titles(self.maya), ["Listen first", "Put it right"])
        self.assertEqual(self.titles(self.layla), ["استمع أولا", "Put it right"])
        self.assertEqual(self.titles(self.giorgi), ["Listen first", "Put it right"])

    def test_a_fallback_is_marked_as_what_it_is(self):
        response = self.page(self.layla, "activity", self.second)
        self.assertContains(response, '<html lang="ar" dir="rtl"')
        self.assertContains(response, '<div lang="en" dir="ltr">')
        self.assertContains(response, "Say what you will do.")
        self.assertContains(self.page(self.layla, "activity", self.first), '<div lang="ar" dir="rtl">')

    def test_the_language_switches_in_place_and_progress_is_kept(self):
        self.page(self.layla)
        self.client.post(reverse("courses:complete", args=[self.course.translation_key, self.first.translation_key]))
        self.assertContains(self.page(self.layla, "activity", self.first), "دعهم ينهون.")
        self.layla.language = "en"
        self.layla.save()
        response = self.page(self.layla, "activity", self.first)
        self.assertContains(response, "Let them finish.")
        self.assertContains(response, "Well done.")
        self.assertEqual(response.context["percent"], 50)

    def test_a_translation_with_fewer_activities_is_no_shortcut(self):
        assignment = assign_path(self.layla, factories.path(self.course, title="First weeks"))
        enrol(self.layla, self.arabic)
        enrolments = Enrolment.objects.of(self.layla)
        self.assertIsNone(complete_activity(enrolments, self.arabic_first).completed_at)
        self.assertIsNotNone(complete_activity(enrolments, self.second).completed_at)
        assignment.refresh_from_db()
        self.assertEqual(assignment.state, PathAssignment.State.COMPLETED)

    def test_an_activity_that_only_a_translation_has_is_not_asked_for(self):
        extra = factories.lesson(self.arabic, "زيادة")
        self.assertEqual(self.titles(self.layla), ["استمع أولا", "Put it right"])
        self.assertEqual(self.page(self.layla, "activity", extra).status_code, 404)

    def test_a_translated_lesson_of_a_draft_course_is_not_shown(self):
        self.arabic.unpublish(log_action=False)
        self.assertEqual(self.titles(self.layla), ["Listen first", "Put it right"])

    def test_a_course_in_one_other_language_is_read_by_everybody(self):
        course = factories.course("მხოლოდ ქართულად", language="ka", lessons=1)
        self.client.force_login(self.maya)
        response = self.client.get(reverse("courses:course", args=[course.translation_key]))
        self.assertContains(response, "მხოლოდ ქართულად")
        self.assertEqual(len(response.context["activities"]), 1)

    def test_the_catalogue_has_each_course_once(self):
        self.client.force_login(self.layla)
        cards = self.client.get(reverse("courses:catalogue")).context["courses"]
        self.assertEqual([card["title"] for card in cards], ["الشكاوى"])

    def test_a_path_is_read_in_her_language(self):
        path = factories.path(self.course, title="First weeks")
        factories.path(self.arabic, title="الأسابيع الأولى", language="ar", translation_of=path)
        self.client.force_login(self.layla)
        response = self.client.get(reverse("path", args=[path.translation_key]))
        self.assertContains(response, "الأسابيع الأولى")
        self.assertEqual([step["title"] for step in response.context["steps"]], ["الشكاوى"])

    def test_a_quiz_passed_in_a_translation_completes_it_in_all(self):
        quiz = bank.quiz_of(bank.question("true_false"))
        page = factories.quiz_page(self.course, quiz, "Check")
        factories.quiz_page(self.arabic, quiz, "اختبار", translation_of=page)
        enrolment = enrol(self.layla, self.arabic)
        attempt = start_attempt(quiz, self.layla, enrolment.registration)
        save_answer(attempt.pk, self.layla, 1, True, 0)
        submit_attempt(attempt.pk, self.layla)
        self.assertEqual(list(enrolment.completions.values_list("activity_key", flat=True)), [page.translation_key])

    def test_a_reading_shows_the_article_in_her_language(self):
        article = factories.article("Returns", text="Fourteen days.")
        factories.article("الإرجاع", text="أربعة عشر يوما.", language="ar", translation_of=article)
        reading = factories.reading(self.course, article)
        response = self.page(self.layla, "activity", reading)
        self.assertContains(response, "أربعة عشر يوما.")
        self.client.post(reverse("courses:acknowledge", args=[self.course.translation_key, reading.translation_key]))
        self.assertContains(self.page(self.maya, "activity", reading), "Fourteen days.")
        self.assertEqual(Enrolment.objects.get(person=self.layla).completions.count(), 1)
