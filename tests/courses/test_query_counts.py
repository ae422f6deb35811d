"""What each page costs: at most six queries, session and person included, however much there is to show."""

from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from courses.assignments import assign_path
from courses.enrolling import enrol
from courses.models import Enrolment
from courses.progress import complete_activity
from quizzes.attempts import submit_attempt
from quizzes.starting import start_attempt
from tests import factories
from tests.cast import CastMixin
from tests.queries import at_most
from tests.quizzes import bank

LIMIT = 6
SIZES = (1, 3, 10)
LINK = '<p>See <a linktype="page" id="{}">this</a>.</p>'


class QueryCountsTest(CastMixin, TestCase):
    def setUp(self):
        self.client.force_login(self.maya)

    def cost_of_get(self, address, limit=LIMIT):
        self.client.get(address)  # the text is rendered once a revision
        with at_most(limit) as queries:
            self.assertEqual(self.client.get(address).status_code, 200)
        return len(queries)

    def address(self, name, course, *activity):
        return reverse(f"courses:{name}", args=[course.translation_key, *(a.translation_key for a in activity)])

    def course(self, size, person=None):
        """A course of `size` lessons, of which the first links to each; begun by the person."""
        course = factories.course(f"Course of {size}", lessons=size)
        lessons = list(course.get_children().specific())
        lessons[0].body = [{"type": "paragraph", "value": LINK.format(lesson.pk)} for lesson in lessons]
        factories.publish(lessons[0])
        if person:
            enrol(person, course)
        return course, lessons

    def assertSameCost(self, costs):
        self.assertEqual(len(set(costs)), 1, costs)

    def test_a_course_and_a_lesson_before_and_after_she_has_begun(self):
        courses = [self.course(size) for size in SIZES]
        for _before_and_after in range(2):
            self.assertSameCost([self.cost_of_get(self.address("course", course)) for course, _lessons in courses])
            self.assertSameCost(
                [self.cost_of_get(self.address("activity", course, lessons[0])) for course, lessons in courses]
            )
            for course, _lessons in courses:
                enrol(self.maya, course)

    def test_a_lesson_in_another_language(self):
        self.client.force_login(self.layla)
        costs = []
        for size in SIZES:
            course, lessons = self.course(size, self.layla)
            arabic = factories.course(f"دورة {size}", language="ar", translation_of=course)
            for lesson in lessons:
                factories.lesson(arabic, "درس", translation_of=lesson)
            costs.append(self.cost_of_get(self.address("activity", course, lessons[0])))
        self.assertSameCost(costs)

    def test_a_reading(self):
        costs = []
        for size in SIZES:
            course, _lessons = self.course(size, self.maya)
            reading = factories.reading(course, factories.article(f"Article {size}"))
            costs.append(self.cost_of_get(self.address("activity", course, reading)))
        self.assertSameCost(costs)

    def test_a_quiz_with_attempts(self):
        course, _lessons = self.course(1)
        quiz = bank.quiz_of(bank.question("true_false"))
        page = factories.quiz_page(course, quiz)
        address, limit = self.address("activity", course, page), LIMIT + 1  # and her overrides
        costs = [self.cost_of_get(address, limit)]
        enrolment = enrol(self.maya, course)
        for _number in SIZES:
            submit_attempt(start_attempt(quiz, self.maya, enrolment.registration).pk, self.maya)
            costs.append(self.cost_of_get(address, limit))
        self.assertSameCost(costs)

    def test_completing_a_lesson(self):
        costs = []
        for size in SIZES:
            course, lessons = self.course(size, self.maya)
            factories.lesson(course, "The last one")
            with at_most(LIMIT) as queries:
                self.assertEqual(self.client.post(self.address("complete", course, lessons[0])).status_code, 302)
            costs.append(len(queries))
        self.assertSameCost(costs)

    def test_completing_the_last_lesson_costs_the_same_in_a_small_and_in_a_large_course(self):
        costs = []
        for size in SIZES:
            course, lessons = self.course(size, self.maya)
            for lesson in lessons[1:]:
                complete_activity(Enrolment.objects.of(self.maya).for_course(course.translation_key), lesson)
            with at_most(LIMIT + 1) as queries:
                self.client.post(self.address("complete", course, lessons[0]))
            self.assertIsNotNone(Enrolment.objects.get(course_key=course.translation_key).completed_at)
            costs.append(len(queries))
        self.assertSameCost(costs)

    def test_acknowledging_costs_the_same_whatever_else_she_has_begun(self):
        article, costs = factories.article("Returns"), []
        for size in SIZES:
            for _number in range(size):
                self.course(1, self.maya)
            self.client.force_login(self.maya)
            factories.publish(article)
            with at_most(99) as queries:
                self.client.post(reverse("knowledge:acknowledge", args=[article.translation_key]))
            costs.append(len(queries))
        self.assertSameCost(costs)

    def test_a_path(self):
        costs = []
        for size in SIZES:
            path = factories.path(*(self.course(1)[0] for _number in range(size)), title=f"Path of {size}")
            assign_path(self.maya, path, by=self.daniel, due_at=timezone.now())
            costs.append(self.cost_of_get(reverse("path", args=[path.translation_key])))
        self.assertSameCost(costs)

    def test_the_catalogue(self):
        costs = []
        for size in SIZES:
            for _number in range(size):
                self.course(1, self.maya)
            costs.append(self.cost_of_get(reverse("courses:catalogue")))
        self.assertSameCost(costs)
