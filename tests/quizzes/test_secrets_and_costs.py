"""What an attempt's pages let out before it is finished, and what they cost."""

import json
from uuid import uuid4

from quizzes.starting import start_attempt
from tests.quizzes import bank
from tests.quizzes.sitting import JSON, PageTestCase


class TheKeyStaysOnTheServer(PageTestCase):
    """Every response of a whole attempt is searched for what only the key knows."""

    def responses(self):
        for question in self.questions:
            yield self.page(q=question.position)
            for headers in (None, JSON):
                for response in (bank.right_response(question), bank.wrong_response(question)):
                    yield self.post_answer(question.position, response, revision=0, headers=headers)
                    yield self.post_answer(question.position, response, revision=1, headers=headers)
                yield self.post_answer(question.position, "nonsense", headers=headers)
                yield self.client.post(self.url("flag"), {"position": question.position}, headers=headers)
            yield self.page(q=question.position)
        yield self.page()
        yield self.page("overview")
        yield self.page("review")
        yield self.client.get(self.url("review"), follow=True)
        yield self.client.get(self.url("review"), headers=JSON)

    def test_nothing_but_what_was_typed_is_let_out(self):
        secrets = [bank.CANARY, "is_correct", "general_feedback", "tolerance", "accepted", self.source.title]
        secrets.append(str(self.source.translation_key))
        count = 0
        for response in self.responses():
            count += 1
            self.assertEqual(response.headers["Cache-Control"], "private, no-store")
            text = response.content.decode() + json.dumps(dict(response.headers))
            typed = text.replace(bank.RIGHT["short_text"], "")
            self.assertEqual([secret for secret in secrets if secret in typed], [], response.request)
        self.assertGreater(count, 60)

    def test_the_numeric_key_is_in_no_page_either(self):
        for position in range(1, bank.COUNT + 1):
            self.assertNotContains(self.page(q=position), bank.RIGHT["numeric"])

    def test_the_search_would_find_a_leak(self):
        self.finish()
        self.assertIn(bank.CANARY, self.page("review").content.decode())


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
