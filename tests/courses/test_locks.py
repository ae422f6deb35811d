"""A step of a sequential path is locked until the required steps before it are complete, by whatever address."""

from django.test import TestCase
from django.urls import reverse

from courses.assignments import assign_path, exempt
from courses.enrolling import enrol
from courses.models import ActivityCompletion, Enrolment, PathStep
from courses.prerequisites import CourseLocked
from courses.progress import complete_activity
from knowledge.models import ArticleAcknowledgement
from quizzes.models import Attempt
from tests import factories
from tests.cast import CastMixin
from tests.quizzes import bank


class LockTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.first = factories.course("Complaints", lessons=1)
        cls.second = factories.course("Visits")
        cls.lesson = factories.lesson(cls.second, "At the door")
        cls.reading = factories.reading(cls.second, factories.article("Warranty"), "Read the warranty")
        cls.quiz_page = factories.quiz_page(cls.second, bank.quiz_of(bank.question()))
        cls.path = factories.path(cls.first, cls.second, title="First weeks")

    def setUp(self):
        self.client.force_login(self.maya)

    def address(self, name, *activity):
        return reverse(f"courses:{name}", args=[self.second.translation_key, *(a.translation_key for a in activity)])

    def complete_first(self):
        enrol(self.maya, self.first)
        complete_activity(
            Enrolment.objects.of(self.maya).for_course(self.first.translation_key),
            self.first.get_children().specific().get(),
        )

    def is_locked(self):
        return self.client.get(self.address("activity", self.lesson)).status_code == 302

    def test_the_course_page_says_why_and_leads_to_what_opens_it(self):
        assign_path(self.maya, self.path)
        response = self.client.get(self.address("course"))
        self.assertContains(response, "Complete “Complaints” first.")
        self.assertContains(response, reverse("courses:course", args=[self.first.translation_key]))
        for activity in (self.lesson, self.reading, self.quiz_page):
            self.assertNotContains(response, self.address("activity", activity))

    def test_no_address_gets_round_it(self):
        assign_path(self.maya, self.path)
        for activity in (self.lesson, self.reading, self.quiz_page):
            with self.subTest(activity=activity.title):
                response = self.client.get(self.address("activity", activity))
                self.assertRedirects(response, self.address("course"), fetch_redirect_response=False)
        posts = [("complete", self.lesson), ("acknowledge", self.reading), ("start_quiz", self.quiz_page)]
        for name, activity in posts:
            with self.subTest(post=name):
                response = self.client.post(self.address(name, activity))
                self.assertRedirects(response, self.address("course"), fetch_redirect_response=False)
        for model in (Enrolment, ActivityCompletion, ArticleAcknowledgement, Attempt):
            self.assertEqual(model.objects.count(), 0, model)

    def test_the_verb_refuses_too(self):
        assign_path(self.maya, self.path)
        with self.assertRaises(CourseLocked) as refusal:
            enrol(self.maya, self.second)
        self.assertEqual(refusal.exception.by.title, "Complaints")

    def test_completing_what_comes_before_opens_it(self):
        assign_path(self.maya, self.path)
        self.assertTrue(self.is_locked())
        self.complete_first()
        self.assertFalse(self.is_locked())

    def test_it_is_open_to_who_was_not_given_the_path(self):
        assign_path(self.sam, self.path)
        self.assertFalse(self.is_locked())

    def test_it_is_open_to_who_was_exempted(self):
        exempt(assign_path(self.maya, self.path), by=self.daniel, reason="She has done it elsewhere.")
        self.assertFalse(self.is_locked())

    def test_a_path_in_any_order_locks_nothing(self):
        assign_path(self.maya, factories.path(self.first, self.second, title="Any order", is_sequential=False))
        self.assertFalse(self.is_locked())

    def test_an_optional_step_locks_nothing(self):
        PathStep.objects.filter(course=self.first).update(is_required=False)
        assign_path(self.maya, self.path)
        self.assertFalse(self.is_locked())

    def test_what_was_begun_before_stays_open(self):
        enrol(self.maya, self.second)
        assign_path(self.maya, self.path)
        self.assertFalse(self.is_locked())
        self.assertNotContains(self.client.get(self.address("course")), "This course is locked")

    def test_a_course_that_is_not_published_keeps_nobody_waiting(self):
        assign_path(self.maya, self.path)
        self.first.unpublish()
        self.assertFalse(self.is_locked())

    def test_two_paths_lock_each_their_own(self):
        third = factories.course("Returns", lessons=1)
        assign_path(self.maya, self.path)
        assign_path(self.maya, factories.path(third, self.first, title="Another order"))
        response = self.client.get(reverse("courses:course", args=[self.first.translation_key]))
        self.assertContains(response, "Complete “Returns” first")
        self.assertContains(self.client.get(self.address("course")), "Complete “Complaints” first")

    def test_the_reason_names_the_course_in_her_language(self):
        factories.course("الشكاوى", language="ar", translation_of=self.first)
        assign_path(self.layla, self.path)
        self.client.force_login(self.layla)
        self.assertContains(self.client.get(self.address("course")), "الشكاوى")
