"""From a button at the end of a lesson to a completed path."""

from datetime import timedelta

import time_machine
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from courses.assignments import assign_path
from courses.enrolling import enrol
from courses.models import ActivityCompletion, Enrolment, PathAssignment
from courses.progress import complete_activity
from courses.signals import activity_completed, path_completed
from knowledge.acknowledgement import acknowledge_article
from knowledge.models import ArticleAcknowledgement
from quizzes.attempts import save_answer, submit_attempt
from quizzes.starting import start_attempt
from tests import factories
from tests.cast import CastMixin
from tests.quizzes import bank


class CompletingTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.course = factories.course("Handling complaints")
        cls.lesson = factories.lesson(cls.course, "Listen first")
        cls.article = factories.article("Returns")
        cls.reading = factories.reading(cls.course, cls.article, "Read about returns")
        cls.quiz = bank.quiz_of(bank.question("true_false"))
        cls.quiz_page = factories.quiz_page(cls.course, cls.quiz)

    def setUp(self):
        self.client.force_login(self.maya)

    def post(self, name, activity, **data):
        keys = [self.course.translation_key, activity.translation_key]
        return self.client.post(reverse(f"courses:{name}", args=keys), data)

    def done(self, person=None):
        completions = ActivityCompletion.objects.filter(enrolment__person=person or self.maya)
        return list(completions.order_by("pk").values_list("activity_title", flat=True))

    def pass_the_quiz(self, answer=True):
        enrolment = enrol(self.maya, self.course)
        attempt = start_attempt(self.quiz, self.maya, enrolment.registration)
        save_answer(attempt.pk, self.maya, 1, answer, 0)
        submit_attempt(attempt.pk, self.maya)

    def test_completing_a_lesson_enrols_and_comes_back_to_its_end(self):
        response = self.post("complete", self.lesson)
        address = reverse("courses:activity", args=[self.course.translation_key, self.lesson.translation_key])
        self.assertRedirects(response, address + "#finish", fetch_redirect_response=False)
        self.assertEqual(self.done(), ["Listen first"])
        self.assertEqual(Enrolment.objects.get(person=self.maya).course_title, "Handling complaints")

    def test_doing_it_twice_changes_nothing(self):
        self.post("complete", self.lesson)
        first = ActivityCompletion.objects.get()
        self.assertEqual(self.post("complete", self.lesson).status_code, 302)
        self.assertEqual(ActivityCompletion.objects.get().completed_at, first.completed_at)
        self.assertEqual(Enrolment.objects.count(), 1)

    def test_nothing_is_completed_for_another(self):
        self.post("complete", self.lesson, person=self.sam.pk, user=self.sam.pk)
        self.assertEqual(self.done(self.sam), [])

    def test_acknowledging_a_reading_acknowledges_the_article_and_completes_it(self):
        self.post("acknowledge", self.reading)
        self.assertEqual(self.done(), ["Read about returns"])
        self.assertEqual(ArticleAcknowledgement.objects.get().person, self.maya)
        self.assertEqual(
            ActivityCompletion.objects.get().evidence, {"acknowledgement": ArticleAcknowledgement.objects.get().pk}
        )

    def test_a_reading_whose_article_was_acknowledged_before_can_be_completed(self):
        acknowledge_article(self.maya, self.article)
        self.assertEqual(self.done(), [])
        self.post("acknowledge", self.reading)
        self.assertEqual(self.done(), ["Read about returns"])
        self.assertEqual(ArticleAcknowledgement.objects.count(), 1)

    def test_acknowledging_in_the_library_completes_the_readings_of_her_courses(self):
        elsewhere = factories.course("Elsewhere")
        factories.reading(elsewhere, self.article, "Not begun")
        enrol(self.maya, self.course)
        enrol(self.sam, self.course)
        self.client.post(reverse("knowledge:acknowledge", args=[self.article.translation_key]))
        self.assertEqual(self.done(), ["Read about returns"])
        self.assertEqual(self.done(self.sam), [])

    def test_a_passed_attempt_completes_the_quiz(self):
        self.pass_the_quiz()
        self.assertEqual(self.done(), ["Show that you know"])

    def test_a_failed_attempt_completes_nothing(self):
        self.pass_the_quiz(answer=False)
        self.assertEqual(self.done(), [])

    def test_the_last_required_activity_completes_the_course(self):
        factories.lesson(self.course, "For the curious", is_required=False)
        self.pass_the_quiz()
        self.post("acknowledge", self.reading)
        self.assertIsNone(Enrolment.objects.get().completed_at)
        response = self.post("complete", self.lesson)
        self.assertIsNotNone(Enrolment.objects.get().completed_at)
        self.assertContains(self.client.get(response.url), "You have completed the course “Handling complaints”.")

    def test_an_optional_activity_alone_completes_nothing(self):
        course = factories.course("Optional only")
        lesson = factories.lesson(course, "For the curious", is_required=False)
        factories.lesson(course, "The point")
        enrol(self.maya, course)
        enrolment = complete_activity(Enrolment.objects.of(self.maya), lesson)
        self.assertIsNone(enrolment.completed_at)

    def test_a_completed_course_stays_completed_when_an_activity_is_added(self):
        course = factories.course("Short", lessons=1)
        enrol(self.maya, course)
        complete_activity(Enrolment.objects.of(self.maya), course.get_children().specific().get())
        before = Enrolment.objects.get().completed_at
        added = factories.lesson(course, "Later")
        complete_activity(Enrolment.objects.of(self.maya), added)
        self.assertEqual(Enrolment.objects.get().completed_at, before)


class PathCompletionTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.first = factories.course("Complaints", lessons=1)
        cls.second = factories.course("Visits", lessons=1)
        cls.path = factories.path(cls.first, cls.second, title="First weeks")

    def complete(self, person, course):
        enrol(person, course)
        lesson = course.get_children().specific().get()
        return complete_activity(Enrolment.objects.of(person).for_course(course.translation_key), lesson)

    def test_the_last_course_completes_the_path(self):
        assignment = assign_path(self.maya, self.path)
        self.complete(self.maya, self.first)
        assignment.refresh_from_db()
        self.assertEqual(assignment.state, PathAssignment.State.ACTIVE)
        enrolment = self.complete(self.maya, self.second)
        assignment.refresh_from_db()
        self.assertEqual(assignment.state, PathAssignment.State.COMPLETED)
        self.assertEqual(assignment.completed_at, enrolment.completed_at)

    def test_the_path_of_another_is_untouched(self):
        hers = assign_path(self.sam, self.path)
        assign_path(self.maya, self.path)
        self.complete(self.maya, self.first)
        self.complete(self.maya, self.second)
        hers.refresh_from_db()
        self.assertEqual(hers.state, PathAssignment.State.ACTIVE)

    def test_courses_completed_before_count_at_the_assignment(self):
        self.complete(self.maya, self.first)
        self.complete(self.maya, self.second)
        self.assertEqual(assign_path(self.maya, self.path).state, PathAssignment.State.COMPLETED)

    def test_each_fact_is_told_once_and_from_below(self):
        told = []

        def tell(sender, **facts):
            told.append(next(name for name in ("completion", "assignment") if name in facts))

        for signal in (activity_completed, path_completed):
            signal.connect(tell)
            self.addCleanup(signal.disconnect, tell)
        assign_path(self.maya, self.path)
        for _again in range(2):
            self.complete(self.maya, self.first)
            self.complete(self.maya, self.second)
        self.assertEqual(told, ["completion", "completion", "assignment"])


class DwellTest(CastMixin, TestCase):
    """A lesson may ask for a shortest time, counted by the server from when its page was opened."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.course = factories.course("Handling complaints")
        cls.lesson = factories.lesson(cls.course, "Listen first", minimum_dwell=30)
        cls.other = factories.lesson(cls.course, "Put it right", minimum_dwell=30)
        cls.start = timezone.now()

    def address(self, lesson, name):
        return reverse(f"courses:{name}", args=[self.course.translation_key, lesson.translation_key])

    def opened(self, lesson, person):
        self.client.force_login(person)
        with time_machine.travel(self.start, tick=False):
            response = self.client.get(self.address(lesson, "activity"))
        self.assertContains(response, "after at least 30 seconds")
        self.assertContains(response, response.context["opened"])
        return response.context["opened"]

    def complete(self, token, after):
        self.client.force_login(self.maya)
        with time_machine.travel(self.start + timedelta(seconds=after), tick=False):
            return self.client.post(self.address(self.lesson, "complete"), {"opened": token}, follow=True)

    def test_sooner_is_refused_with_a_word(self):
        response = self.complete(self.opened(self.lesson, self.maya), after=29)
        self.assertContains(response, "That was quick.")
        self.assertFalse(ActivityCompletion.objects.exists())

    def test_at_the_time_it_counts(self):
        response = self.complete(self.opened(self.lesson, self.maya), after=30)
        self.assertContains(response, "Well done.")
        self.assertTrue(ActivityCompletion.objects.exists())

    def test_no_other_opening_counts(self):
        tokens = {
            "none": "",
            "forged": self.opened(self.lesson, self.maya)[:-1] + "x",
            "of another lesson": self.opened(self.other, self.maya),
            "of another person": self.opened(self.lesson, self.sam),
        }
        for name, token in tokens.items():
            with self.subTest(name):
                self.assertContains(self.complete(token, after=3600), "That was quick.")
        self.assertFalse(ActivityCompletion.objects.exists())


class PathWithoutDutiesTest(CastMixin, TestCase):
    def test_a_path_that_requires_nothing_is_never_complete(self):
        empty, optional = factories.path(title="Empty"), factories.path(factories.course("Extra"), title="Optional")
        optional.steps.get_queryset().update(is_required=False)
        for path in (empty, optional):
            with self.subTest(path.title):
                self.assertEqual(assign_path(self.maya, path).state, PathAssignment.State.ACTIVE)
