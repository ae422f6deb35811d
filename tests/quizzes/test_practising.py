"""Practising what one missed: an attempt that counts for nothing. The history tells them apart."""

from datetime import timedelta
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from courses.enrolling import enrol
from courses.models import ActivityCompletion
from quizzes.attempts import save_answer, submit_attempt
from quizzes.models import Attempt, Quiz
from quizzes.practising import start_practice
from quizzes.refusals import NothingToPractise
from quizzes.review_rules import Phase, everything
from quizzes.signals import attempt_finished
from quizzes.starting import start_attempt
from tests import factories
from tests.queries import at_most
from tests.quizzes import bank
from tests.quizzes.sitting import NOW, PageTestCase


class Practising(PageTestCase):
    def practise(self):
        """Presses the button on the review; the practice is the attempt from then on."""
        response = self.client.post(self.url("practise"))
        self.attempt = Attempt.objects.filter(purpose="practice").latest("pk")
        self.assertRedirects(response, self.url())
        return self.attempt

    def test_it_asks_what_was_missed_and_nothing_else(self):
        self.finish(right=2)
        self.assertContains(self.page("review"), "Practise what I missed")
        practice = self.practise()
        self.assertEqual((practice.purpose, practice.number, practice.deadline_at), ("practice", 1, None))
        missed = [question.question_key for question in self.questions[2:]]
        self.assertEqual(list(practice.questions.values_list("question_key", flat=True)), missed)
        self.assertFalse(practice.questions.exclude(response=None, mark=None).exists())

    def test_each_of_its_pages_says_that_it_counts_for_nothing(self):
        self.finish(right=bank.COUNT - 1)
        self.practise()
        words = "Practice: it counts for nothing"
        for name in ("attempt", "overview"):
            self.assertContains(self.page(name), words)
        self.client.post(self.url("submit"))
        review = self.page("review")
        self.assertContains(review, words)
        for verdict in ("You passed", "Not passed", "was needed", "Try again"):
            self.assertNotContains(review, verdict)

    def test_an_answer_is_checked_at_once(self):
        self.finish(right=bank.COUNT - 1)
        question = self.practise().questions.get()
        self.post_answer(1, bank.wrong_response(question), go="check")
        self.assertContains(self.page(), "Not right")

    def test_it_never_reaches_the_course(self):
        course = factories.course("Complaints")
        factories.quiz_page(course, self.quiz)
        registration = enrol(self.maya, course).registration
        Attempt.objects.update(registration=registration)
        self.finish(right=0)
        heard = []
        hear = lambda **kwargs: heard.append(kwargs)  # noqa: E731
        attempt_finished.connect(hear)
        self.addCleanup(attempt_finished.disconnect, hear)
        practice = self.practise()
        for question in practice.questions.all():
            save_answer(practice.pk, self.maya, question.position, bank.right_response(question), 0)
        self.assertTrue(submit_attempt(practice.pk, self.maya).passed)
        self.assertEqual((heard, ActivityCompletion.objects.count()), ([], 0))

    def test_where_nothing_was_missed_there_is_nothing_to_practise(self):
        self.finish()
        self.assertNotContains(self.page("review"), "Practise what I missed")
        response = self.client.post(self.url("practise"), follow=True)
        self.assertContains(response, "There is nothing in this attempt to practise.")
        self.assertFalse(Attempt.objects.filter(purpose="practice").exists())

    def test_where_the_review_does_not_show_what_was_missed_it_is_not_practised(self):
        Attempt.objects.update(rules=self.attempt.rules | {"review": {Phase.LATER: ["attempt"]}})
        self.finish(right=0)
        self.assertNotContains(self.page("review"), "Practise what I missed")
        with self.assertRaises(NothingToPractise):
            start_practice(self.attempt.pk, self.maya)

    def test_it_shows_no_more_than_the_review_that_it_comes_from_does_by_then(self):
        closes_at = (NOW + timedelta(hours=1)).isoformat()
        review = everything() | {Phase.CLOSED: []}
        Attempt.objects.update(rules=self.attempt.rules | {"review": review, "closes_at": closes_at})
        self.finish(right=bank.COUNT - 1)
        question = self.practise().questions.get()
        self.post_answer(1, bank.wrong_response(question), go="check")
        self.assertContains(self.page(), "Not right")
        self.clock.shift(timedelta(hours=1))
        self.assertNotContains(self.page(), "Not right")
        self.assertContains(self.page(), 'data-question="1"')
        self.client.post(self.url("submit"))
        self.assertEqual(self.page("review").context["questions"], [])

    def test_a_practice_that_is_open_is_given_up_for_a_new_one(self):
        self.finish(right=0)
        address = self.url("practise")
        for _again in range(2):
            self.client.post(address)
        self.assertEqual(Attempt.objects.filter(purpose="practice").count(), 1)

    def test_what_was_missed_in_a_practice_is_practised_again(self):
        self.finish(right=0)
        self.practise()
        self.client.post(self.url("submit"))
        self.assertContains(self.page("review"), "Practise what I missed")
        self.assertEqual(self.practise().number, 2)

    def test_it_is_a_post_and_nobody_elses(self):
        self.finish(right=0)
        self.assertEqual(self.client.get(self.url("practise")).status_code, 405)
        self.assertEqual(self.client.post(self.url("practise"), {"at": "1"}).status_code, 400)
        for person in (self.sam, self.daniel, self.ana):
            client = Client()
            client.force_login(person)
            with self.assertLogs("quizzes", "WARNING"):
                self.assertEqual(client.post(self.url("practise")).status_code, 404)

    def test_while_the_attempt_runs_there_is_none(self):
        self.client.post(self.url("practise"))
        self.assertFalse(Attempt.objects.filter(purpose="practice").exists())


class TheHistory(PageTestCase):
    def history(self, key=None):
        return self.client.get(reverse("quizzes:history", args=[key or self.quiz.key]))

    def again(self, right):
        self.attempt = start_attempt(self.quiz, self.maya, self.attempt.registration)
        self.questions = list(self.attempt.questions.all())
        self.finish(right)

    def test_it_lists_each_attempt_and_what_counts(self):
        self.finish(right=bank.COUNT)
        first = self.url("review")
        self.again(right=0)
        page = self.history()
        (round_,) = page.context["rounds"]
        self.assertEqual(
            [(a.number, a.percent, a.state) for a in round_.graded], [(1, 100, "passed"), (2, 0, "failed")]
        )
        self.assertEqual((round_.counted, round_.is_passed), (100, True))
        self.assertContains(page, first)
        self.assertContains(page, "The best attempt")

    def test_practice_is_listed_apart_and_counts_for_nothing(self):
        self.finish(right=0)
        practice = start_practice(self.attempt.pk, self.maya)
        for question in practice.questions.all():
            save_answer(practice.pk, self.maya, question.position, bank.right_response(question), 0)
        submit_attempt(practice.pk, self.maya)
        page = self.history()
        (round_,) = page.context["rounds"]
        self.assertEqual((len(round_.graded), round_.counted, round_.is_passed), (1, 0, False))
        self.assertEqual([(past.percent, past.state) for past in round_.practice], [(100, "done")])
        self.assertContains(page, "Practice, which counts for nothing")

    def test_a_new_registration_begins_a_new_round(self):
        self.finish(right=0)
        self.clock.shift(timedelta(days=1))
        start_attempt(self.quiz, self.maya, uuid4())
        page = self.history()
        self.assertEqual([round_.is_counted for round_ in page.context["rounds"]], [False, True])
        self.assertContains(page, "An earlier time")

    def test_one_that_runs_leads_back_to_it(self):
        page = self.history()
        self.assertContains(page, "In progress")
        self.assertContains(page, f'href="{self.url()}"')

    def test_the_review_leads_to_it(self):
        self.finish()
        self.assertContains(self.page("review"), reverse("quizzes:history", args=[self.quiz.key]))

    def test_only_her_own_attempts_are_there_and_no_preview(self):
        self.client.force_login(self.sam)
        self.assertEqual(self.history().status_code, 404)
        self.client.force_login(self.maya)
        self.assertEqual(self.history(uuid4()).status_code, 404)
        Attempt.objects.update(purpose="preview")
        self.assertEqual(self.history().status_code, 404)

    def test_it_is_read_without_its_quiz_too(self):
        self.finish()
        Quiz.objects.all().delete()
        self.assertContains(self.history(), self.attempt.quiz_title)

    def test_more_attempts_cost_no_more(self):
        Quiz.objects.update(attempt_limit=0)
        self.quiz.refresh_from_db()
        self.finish(right=0)
        costs = []
        for _size in (1, 3):
            with at_most(6) as queries:
                self.history()
            costs.append(len(queries))
            for _more in range(2):
                self.again(right=1)
                start_practice(self.attempt.pk, self.maya)
        self.assertEqual(costs[0], costs[1])
