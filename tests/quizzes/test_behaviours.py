"""Feedback during the attempt: immediate, after several tries, and of what was timed."""

from datetime import timedelta
from uuid import uuid4

from quizzes.attempts import save_answer
from quizzes.models import Quiz
from quizzes.review_rules import Aspect, Phase, everything
from quizzes.starting import start_attempt
from tests.queries import at_most
from tests.quizzes import bank
from tests.quizzes.sitting import HINTS, JSON, NOW, PageTestCase, RulesTestCase


class ImmediateFeedback(RulesTestCase):
    rules = {"behaviour": "immediate"}

    def test_a_checked_answer_shows_everything_and_stands(self):
        response = self.check(1, self.wrong(1))
        self.assertRedirects(response, f"{self.url()}?q=1#feedback")
        page = self.page(q=1)
        for words in ("Not right", "Mark: 0 of 1", "You waited all day.", f"{bank.CANARY}: name what happened."):
            self.assertContains(page, words)
        self.assertContains(page, "disabled")
        self.assertNotContains(page, 'value="check"')
        self.assertNotContains(page, HINTS[0])
        late = self.post_answer(1, self.right(1), revision=1)
        self.assertContains(late, "This answer was checked and stands.", status_code=409)
        self.assertEqual(self.stored(1).response, self.wrong(1))

    def test_a_script_that_comes_too_late_is_told_so(self):
        self.check(1, self.wrong(1))
        late = self.post_answer(1, self.right(1), revision=1, headers=JSON)
        self.assertEqual((late.status_code, late.json()["error"]), (409, "stands"))

    def test_a_right_answer_says_so(self):
        self.check(1, self.right(1))
        page = self.page(q=1)
        self.assertContains(page, "Mark: 1 of 1")
        self.assertContains(page, f"{bank.CANARY}: she was heard.")
        self.assertNotContains(page, "Not right")

    def test_no_answer_is_nothing_to_check(self):
        response = self.client.post(self.url("answer"), {"position": 1, "revision": 0, "go": "check"}, follow=True)
        self.assertContains(response, "Give an answer first.")
        self.assertIsNone(self.stored(1).settled_at)

    def test_who_goes_on_from_a_checked_answer_keeps_it(self):
        self.check(1, self.right(1))
        response = self.client.post(self.url("answer"), {"position": 1, "revision": 1, "go": "next"})
        self.assertRedirects(response, f"{self.url()}?q=2")
        self.assertEqual(self.stored(1).response, self.right(1))

    def test_only_what_the_review_shows_during_the_attempt_is_shown(self):
        told = {
            Aspect.CORRECTNESS: "Not right",
            Aspect.MARKS: "Mark: 0 of 1",
            Aspect.SPECIFIC_FEEDBACK: "anger is not the problem",
            Aspect.GENERAL_FEEDBACK: "name what happened",
            Aspect.RIGHT_ANSWER: "<bdi>You waited all day.</bdi>",
        }
        for shown in [[], *([aspect] for aspect in told)]:
            with self.subTest(shown):
                self.begin(review=everything() | {Phase.DURING: shown})
                anger = next(o["id"] for o in self.questions[0].content["options"] if o["text"] == "Calm down.")
                self.check(1, anger)
                text = self.page(q=1).content.decode()
                self.assertEqual([aspect for aspect, words in told.items() if words in text], shown)

    def test_what_is_checked_twice_is_checked_once(self):
        for _again in range(2):
            self.check(1, self.wrong(1), revision=0)
        self.assertEqual((self.stored(1).tries, self.stored(1).revision), ([self.wrong(1)], 1))

    def test_with_deferred_feedback_nothing_can_be_checked(self):
        self.begin(behaviour="deferred")
        self.assertNotContains(self.page(q=1), 'value="check"')
        self.assertEqual(self.check(1, self.right(1)).status_code, 400)
        self.assertEqual(self.stored(1).revision, 0)

    def test_the_cost_of_a_check(self):
        with at_most(8):
            self.check(1, self.right(1), revision=0)
        with at_most(6):
            self.page(q=1)


class SeveralTries(RulesTestCase):
    rules = {"behaviour": "several_tries"}

    def test_a_hint_after_each_wrong_try_and_nothing_else_of_the_key(self):
        self.assertContains(self.page(q=3), "3 tries left.")
        self.assertContains(self.page(q=3), "Each wrong try costs 33.33% of the mark.")
        for number, hint in enumerate(HINTS):
            self.assertNotContains(self.page(q=3), hint)
            self.check(3, str(number))
            page = self.page(q=3)
            self.assertContains(page, hint)
            self.assertContains(page, "Not right")
            for secret in (bank.RIGHT["numeric"], "from delivery", "Mark:"):
                self.assertNotContains(page, secret)
            self.assertNotContains(page, "disabled")
        self.assertContains(self.page(q=3), "1 try left.")
        self.check(3, "7")
        page = self.page(q=3)
        self.assertContains(page, bank.RIGHT["numeric"])
        self.assertContains(page, "Mark: 0 of 1")
        self.assertContains(page, "disabled")

    def test_right_at_the_second_try_costs_the_penalty_and_is_right(self):
        self.check(3, "7")
        self.check(3, bank.RIGHT["numeric"])
        page = self.page(q=3)
        self.assertContains(page, "Mark: 0.66 of 1")
        self.assertContains(page, "Right")
        self.assertNotContains(page, "Partly right")

    def test_the_same_answer_again_is_no_try(self):
        for _again in range(3):
            self.check(3, "7")
        self.assertEqual(self.stored(3).tries, ["7"])
        self.assertContains(self.page(q=3), "2 tries left.")

    def test_a_part_that_is_right_is_said(self):
        partly = dict(list(self.right(4).items())[:1])
        self.check(4, partly)
        self.assertContains(self.page(q=4), "Partly right")

    def test_where_correctness_is_not_shown_a_wrong_try_still_earns_its_hint(self):
        self.begin(review=everything() | {Phase.DURING: []})
        self.check(3, "7")
        page = self.page(q=3)
        self.assertContains(page, HINTS[0])
        self.assertNotContains(page, "Not right")

    def test_an_answer_that_was_never_checked_counts_whole(self):
        save_answer(self.attempt.pk, self.maya, 3, bank.RIGHT["numeric"], 0)
        self.client.post(self.url("submit"))
        self.assertEqual(self.stored(3).mark, 1)


class TypingAgainstTheClock(PageTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.quiz = bank.quiz_of(bank.question("typing_speed"), bank.question("essay"))
        cls.passage = bank.BODIES["typing_speed"]["passage"]

    def begin(self, prefix=""):
        name = "answers" if prefix else "answer"
        fields = {f"{prefix}revision": 0, f"{prefix}go": "begin"} | ({} if prefix else {"position": 1})
        return self.client.post(self.url(name), fields)

    def test_the_text_is_shown_and_the_time_runs_from_when_she_begins(self):
        self.assertNotContains(self.page(q=1), self.passage)
        self.assertRedirects(self.begin(), f"{self.url()}?q=1")
        self.assertEqual(self.stored(1).began_at, NOW)
        self.assertContains(self.page(q=1), self.passage)
        self.clock.shift(timedelta(seconds=30))
        self.begin()
        self.assertEqual(self.stored(1).began_at, NOW)

    def test_going_on_later_takes_no_longer(self):
        self.begin()
        self.clock.shift(timedelta(seconds=30))
        self.post_answer(1, self.passage)
        self.clock.shift(timedelta(seconds=30))
        self.post_answer(1, self.passage, revision=1, go="next")
        self.assertEqual(self.stored(1).seconds, 30)

    def test_the_review_says_how_fast_and_what_waits(self):
        self.begin()
        self.clock.shift(timedelta(seconds=30))
        self.post_answer(1, self.passage)
        self.post_answer(2, "I am sorry.")
        self.client.post(self.url("submit"))
        page = self.page("review")
        self.assertContains(page, "words a minute")
        self.assertContains(page, "Waits for marking", count=2)
        self.assertContains(page, "The result follows then.")
        self.assertNotContains(page, "% was needed")

    def test_it_begins_on_a_page_with_all_questions_too(self):
        Quiz.objects.filter(pk=self.quiz.pk).update(layout="one_page")
        self.quiz.refresh_from_db()
        self.attempt = start_attempt(self.quiz, self.maya, uuid4())
        self.assertRedirects(self.begin("q1-"), f"{self.url()}#q1-question")
        self.assertContains(self.page(), self.passage)

    def test_what_has_no_time_of_its_own_cannot_begin(self):
        self.assertEqual(
            self.client.post(self.url("answer"), {"position": 2, "revision": 0, "go": "begin"}).status_code, 400
        )
