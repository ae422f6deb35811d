"""What the page of a quiz says before an attempt: the rules as they hold for her, and why she cannot start."""

from datetime import UTC, datetime, timedelta

import time_machine
from django.test import TestCase
from django.urls import reverse

from courses.enrolling import enrol
from quizzes.attempts import save_answer, submit_attempt
from quizzes.models import Attempt, Quiz, QuizOverride
from quizzes.review_rules import Phase, everything
from quizzes.starting import start_attempt
from tests import factories
from tests.cast import CastMixin
from tests.quizzes import bank

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class QuizIntroductionTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.course = factories.course("Handling complaints")
        cls.quiz = bank.quiz_of(bank.question("true_false"), bank.question("true_false"))
        cls.quiz_page = factories.quiz_page(cls.course, cls.quiz)
        cls.registration = enrol(cls.maya, cls.course).registration

    def setUp(self):
        clock = time_machine.travel(NOW, tick=False)
        self.clock = clock.start()
        self.addCleanup(clock.stop)
        self.client.force_login(self.maya)

    def address(self, name="activity"):
        return reverse(f"courses:{name}", args=[self.course.translation_key, self.quiz_page.translation_key])

    def page(self, **rules):
        Quiz.objects.update(**rules)
        self.quiz.refresh_from_db()
        return self.client.get(self.address())

    def assertCannotStart(self, reason):
        page = self.page()
        self.assertContains(page, reason)
        self.assertNotContains(page, self.address("start_quiz"))
        before = Attempt.objects.count()
        self.assertContains(self.client.post(self.address("start_quiz"), follow=True), reason, count=2)
        self.assertEqual(Attempt.objects.count(), before)

    def attempt(self, right=0):
        attempt = start_attempt(self.quiz, self.maya, self.registration)
        for position in (1, 2):
            save_answer(attempt.pk, self.maya, position, position <= right, 0)
        return submit_attempt(attempt.pk, self.maya)

    def test_it_says_when_it_opens_and_that_it_closed(self):
        self.page(opens_at=NOW + HOUR, closes_at=NOW + 3 * HOUR)
        self.assertCannotStart("This quiz opens on Mar 2, 2026")
        self.clock.shift(HOUR)
        self.assertContains(self.page(), "It closes on Mar 2, 2026")
        self.clock.shift(2 * HOUR)
        self.assertCannotStart("This quiz closed on Mar 2, 2026")

    def test_it_says_from_when_she_may_try_again(self):
        self.page(first_delay=90)
        self.attempt()
        self.assertCannotStart("You can try again from Mar 2, 2026")
        self.clock.shift(timedelta(minutes=90))
        self.assertContains(self.page(), "Try again")

    def test_her_override_changes_what_it_says(self):
        self.page(opens_at=NOW + HOUR, time_limit=20, attempt_limit=1)
        override = {"opens_at": NOW - HOUR, "attempt_limit": 4, "extra_time": "1.5", "reason": "Dyslexia"}
        QuizOverride.objects.create(quiz=self.quiz, person=self.maya, **override)
        page = self.page()
        self.assertContains(page, "30 minutes")
        self.assertEqual((page.context["attempts_left"], page.context["can_start"]), (4, True))
        self.client.force_login(self.sam)
        self.assertContains(self.page(), "20 minutes")
        self.assertContains(self.page(), "This quiz opens on")

    def test_it_says_what_counts_and_what_it_comes_to(self):
        for right in (2, 0, 1):
            self.attempt(right)
        for method, result in (("highest", 100), ("average", 50), ("first", 100), ("last", 50)):
            page = self.page(grading_method=method)
            self.assertEqual(page.context["result"], result)
            name = "best" if method == "highest" else method
            self.assertContains(page, f"The {name}")

    def test_no_percentage_is_told_where_marks_are_not_shown(self):
        review = everything() | {Phase.IMMEDIATELY: ["attempt"]}
        self.page(review=review)
        self.attempt(1)
        page = self.page()
        self.assertNotContains(page, "50%")
        self.assertContains(page, "Not passed")
        self.clock.shift(timedelta(minutes=2))
        self.assertContains(self.page(), "50%")

    def test_it_says_how_it_goes(self):
        for rules, words in (
            ({"navigation": "sequential"}, "It goes forwards only"),
            ({"behaviour": "immediate"}, "A checked answer cannot be changed"),
            ({"behaviour": "several_tries"}, "and try again"),
            ({"time_limit": 10}, "the saved answers are submitted by themselves"),
            ({"on_expiry": "abandon"}, "otherwise the attempt does not count"),
            ({"on_expiry": "grace", "grace_period": 5}, "you have 5 minutes to submit, but not to answer"),
        ):
            with self.subTest(rules):
                self.assertNotContains(self.page(), words)
                self.assertContains(self.page(**rules), words)

    def test_it_says_how_many_questions_have_to_be_right(self):
        self.assertNotContains(self.page(), "right, whatever the mark")
        self.quiz.slots.update(is_critical=True)
        self.assertContains(self.page(), "2 questions have to be right, whatever the mark.")

    def test_the_state_of_each_attempt(self):
        self.page(on_expiry="abandon", time_limit=10)
        abandoned = start_attempt(self.quiz, self.maya, self.registration)
        self.clock.shift(HOUR)
        submit_attempt(abandoned.pk, self.maya)
        self.assertContains(self.page(), "Abandoned")
        Attempt.objects.update(state="submitted")
        self.assertContains(self.page(), "Waits for marking")

    def test_one_whose_time_is_over_is_not_there_to_continue(self):
        self.page(time_limit=10, attempt_limit=1)
        start_attempt(self.quiz, self.maya, self.registration)
        self.assertContains(self.page(), "Continue your attempt")
        self.clock.shift(HOUR)
        self.assertCannotStart("You have used the one attempt that this quiz allows.")

    def test_the_history_is_reached_from_it(self):
        self.assertNotContains(self.page(), "All my attempts")
        self.attempt()
        self.assertContains(self.page(), reverse("quizzes:history", args=[self.quiz.key]))

    def test_practice_is_not_among_the_attempts(self):
        self.attempt()
        Attempt.objects.update(purpose="practice")
        self.assertEqual(self.page().context["attempts"], [])
