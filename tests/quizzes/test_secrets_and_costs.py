"""What an attempt's pages let out before it is finished, and what they cost."""

import json
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

from django.http import HttpResponse
from django.urls import reverse

from quizzes.attempts import submit_attempt
from quizzes.models import Quiz
from quizzes.practising import start_practice
from quizzes.review_rules import Aspect, Phase, everything
from quizzes.starting import start_attempt
from tests.queries import at_most
from tests.quizzes import bank
from tests.quizzes.sitting import JSON, NOW, PageTestCase

HINTS = ["hint-one", "hint-two"]
ESSAY, PENALTY = "I am sorry.", "33.33"
NOTHING_DURING = everything() | {Phase.DURING: []}
# Every way in which an attempt can go.
WAYS = {
    "one after the other": {},
    "forwards only": {"navigation": "sequential"},
    "on one page": {"layout": "one_page"},
    "checked": {"behaviour": "immediate", "review": NOTHING_DURING},
    "checked on one page": {"behaviour": "immediate", "review": NOTHING_DURING, "layout": "one_page"},
    "in several tries": {"behaviour": "several_tries", "review": NOTHING_DURING},
}
SECRETS = [bank.CANARY, *HINTS, "is_correct", "general_feedback", "tolerance", "accepted", "fraction", "rubric"]
SECRETS += ["marker_note", "weight", "pardon", '"key"', PENALTY]


class Crawl(PageTestCase):
    """Every response of a whole attempt with a question of each type, for a search of what only the key knows."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        shelf = bank.category()
        hinted = {"block": {"hints": HINTS}, "penalty": PENALTY, "source_article": cls.source}
        cls.quiz = bank.quiz_of(*[bank.question(kind, shelf, **hinted) for kind in bank.BODIES], time_limit=10)
        cls.secrets = [*SECRETS, cls.source.title, str(cls.source.translation_key)]

    def begin(self, **rules):
        Quiz.objects.filter(pk=self.quiz.pk).update(**rules)
        self.quiz.refresh_from_db()
        self.attempt = start_attempt(self.quiz, self.maya, uuid4())
        self.questions = list(self.attempt.questions.all())

    def right(self, question):
        return ESSAY if question.type.needs_marker or question.type.is_timed else bank.right_response(question)

    def wrong(self, question):
        return "no idea" if question.type.needs_marker or question.type.is_timed else bank.wrong_response(question)

    def reading(self) -> Iterator[HttpResponse]:
        for question in self.questions:
            yield self.page(q=question.position)
        for name in ("attempt", "overview", "review"):
            yield self.page(name)
            yield self.client.get(self.url(name), headers=JSON)
        yield self.client.get(reverse("quizzes:history", args=[self.quiz.key]))
        yield self.client.post(self.url("practise"))

    def acting(self, question) -> Iterator[HttpResponse]:
        """Whatever can be posted about a question: right, wrong, stale, foreign, checked, begun; then it is left."""
        place = question.position
        for headers in (None, JSON):
            for response in (self.wrong(question), self.right(question)):
                yield self.post_answer(place, response, headers=headers)
            yield self.client.post(self.url("answer"), {"position": place, "revision": 0, "x": "1"}, headers=headers)
        prefixed = {f"q{place}-{name}": value for name, value in bank.posted(self.wrong(question)).items()}
        yield self.client.post(self.url("answers"), prefixed | {f"q{place}-revision": 0})
        for go in ("begin", "check", "next"):
            yield self.post_answer(place, self.wrong(question), self.stored(place).revision, go=go)
        yield self.page(q=place)

    def assertNothingIn(self, responses, secrets) -> int:
        count = 0
        typed = [bank.RIGHT["short_text"], "sorry", ESSAY]
        for response in responses:
            count += 1
            self.assertEqual(response.headers["Cache-Control"], "private, no-store")
            text = response.content.decode() + json.dumps(dict(response.headers))
            for words in typed:
                text = text.replace(words, "")
            self.assertEqual([secret for secret in secrets if secret in text], [], response.request)
        return count


class TheKeyStaysOnTheServer(Crawl):
    def crawled(self) -> Iterator[HttpResponse]:
        yield from self.reading()
        for question in self.questions:
            yield from self.acting(question)
        yield from self.reading()

    def test_nothing_but_what_was_typed_is_let_out_whichever_way_it_goes(self):
        for name, rules in WAYS.items():
            with self.subTest(name):
                self.begin(**{"navigation": "free", "layout": "one_question", "behaviour": "deferred"} | rules)
                secrets = self.secrets
                if name == "in several tries":  # she has earned the hints, and is told the penalty in words
                    secrets = [secret for secret in secrets if secret not in (*HINTS, PENALTY)]
                self.assertGreater(self.assertNothingIn(self.crawled(), secrets), 100)

    def test_the_numeric_key_is_in_no_page_either(self):
        for layout in Quiz.Layout:
            self.begin(layout=layout)
            self.assertNothingIn(self.reading(), [bank.RIGHT["numeric"], "canary: be kind."])

    def test_a_hint_is_earned_by_a_wrong_try(self):
        self.begin(behaviour="several_tries")
        place = next(q.position for q in self.questions if q.kind == "numeric")
        self.assertNothingIn(self.reading(), HINTS)
        self.post_answer(place, "7", go="check")
        self.assertContains(self.page(q=place), HINTS[0])
        self.assertNothingIn([self.page(q=place)], HINTS[1:])
        self.assertNothingIn([self.page(q=place + 1)], HINTS)

    def test_what_is_checked_tells_nothing_about_the_other_questions(self):
        self.begin(behaviour="immediate", layout="one_page", review=everything())
        self.client.post(self.url("answers"), {"q3-revision": 0, "q3-answer": "true", "q3-go": "check"})
        text = self.page().content.decode()
        self.assertIn("it stays in one name", text)
        self.assertEqual(text.count(bank.CANARY), 2)  # the feedback on the choice, and in general

    def test_before_it_is_checked_a_practice_tells_nothing(self):
        self.begin()
        submit_attempt(self.attempt.pk, self.maya)
        self.attempt = start_practice(self.attempt.pk, self.maya)
        self.questions = list(self.attempt.questions.all())
        self.assertNothingIn([self.page(q=q.position) for q in self.questions], [*self.secrets, bank.RIGHT["numeric"]])
        self.assertNothingIn([self.page("overview"), self.page("review")], self.secrets)

    def test_while_it_waits_to_be_submitted_nothing_is_told(self):
        self.begin(on_expiry="grace", grace_period=5)
        self.clock.move_to(NOW + timedelta(minutes=11))
        self.assertNothingIn(self.reading(), self.secrets)

    def test_the_search_would_find_a_leak(self):
        self.begin()
        submit_attempt(self.attempt.pk, self.maya)
        text = self.page("review").content.decode()
        self.assertIn(bank.CANARY, text)
        self.assertIn(self.source.title, text)
        with self.assertRaises(AssertionError):
            self.assertNothingIn([self.page("review")], self.secrets)

    def test_a_result_without_its_questions_tells_none_of_them(self):
        self.begin(review={Phase.IMMEDIATELY: [Aspect.MARKS]})
        submit_attempt(self.attempt.pk, self.maya)
        self.assertNothingIn([self.page("review")], [*self.secrets, "What do you say"])


class TheCost(PageTestCase):
    """Queries of whole requests, with the session, the person and the transaction."""

    def attempt_at(self, count):
        shelf = bank.category()
        questions = [
            bank.question(kind, shelf, source_article=self.source) for kind in bank.BODIES for _ in range(count)
        ]
        self.attempt = start_attempt(bank.quiz_of(*questions, time_limit=10), self.maya, uuid4())
        self.questions = list(self.attempt.questions.all())

    def test_no_page_costs_more_with_more_questions(self):
        for count in (1, 4):
            self.attempt_at(count)
            with self.subTest(count):
                with self.assertNumQueries(5):
                    self.page(q=2)
                with self.assertNumQueries(4):
                    self.page("overview")
                with self.assertNumQueries(6):
                    self.post_answer(1, bank.right_response(self.questions[0]))
                with self.assertNumQueries(6):
                    self.post_answer(1, bank.wrong_response(self.questions[0]), revision=1, headers=JSON)
                with self.assertNumQueries(6):
                    self.client.post(self.url("flag"), {"position": 1, "is_flagged": "1"})
                with self.assertNumQueries(8):
                    self.client.post(self.url("submit"))
                with self.assertNumQueries(5):
                    self.page("review")
                with at_most(6):
                    self.client.get(reverse("quizzes:history", args=[self.attempt.quiz_key]))
