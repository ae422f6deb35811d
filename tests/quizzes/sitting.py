"""What a test of an attempt's pages stands on: Maya, signed in, with an attempt of each type of question."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import time_machine
from django.test import TestCase
from django.urls import reverse

from quizzes.attempts import save_answer, submit_attempt
from quizzes.models import Question, Quiz
from quizzes.starting import start_attempt
from tests.cast import CastMixin
from tests.factories import article
from tests.quizzes import bank

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
JSON = {"Accept": "application/json"}
HINTS = ["first hint", "second hint"]


class PageTestCase(CastMixin, TestCase):
    time_limit = 10

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.source = article("Returns in 14 days", verified_until=NOW + timedelta(days=9999))
        cls.quiz = bank.quiz_of_each_type(time_limit=cls.time_limit, attempt_limit=2)
        Question.objects.update(source_article=cls.source)

    def setUp(self):
        clock = time_machine.travel(NOW, tick=False)
        self.clock = clock.start()
        self.addCleanup(clock.stop)
        self.attempt = start_attempt(self.quiz, self.maya, uuid4())
        self.questions = list(self.attempt.questions.all())
        self.client.force_login(self.maya)

    def url(self, name="attempt"):
        return reverse(f"quizzes:{name}", args=[self.attempt.pk])

    def page(self, name="attempt", **query):
        return self.client.get(self.url(name), query)

    def post_answer(self, position=4, response="12", revision=0, headers=None, **more):
        data = {"position": position, "revision": revision} | bank.posted(response) | more
        return self.client.post(self.url("answer"), data, headers=headers)

    def stored(self, position=4):
        return self.attempt.questions.get(position=position)

    def finish(self, right=bank.COUNT):
        for question in self.questions:
            response = (bank.right_response if question.position <= right else bank.wrong_response)(question)
            save_answer(self.attempt.pk, self.maya, question.position, response, 0)
        submit_attempt(self.attempt.pk, self.maya)


class RulesTestCase(PageTestCase):
    """Maya with an attempt at two single choices, a number and a matching, under the rules of the class."""

    rules = {}

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        shelf = bank.category()
        kinds = ("single_choice", "single_choice", "numeric", "matching")
        cls.quiz = bank.quiz_of(
            *[bank.question(kind, shelf, block={"hints": HINTS}, penalty="33.33") for kind in kinds], **cls.rules
        )

    def begin(self, **rules):
        """A new attempt under other rules."""
        Quiz.objects.filter(pk=self.quiz.pk).update(**rules)
        self.quiz.refresh_from_db()
        self.attempt = start_attempt(self.quiz, self.maya, uuid4())
        self.questions = list(self.attempt.questions.all())

    def right(self, position):
        return bank.right_response(self.questions[position - 1])

    def wrong(self, position):
        return bank.wrong_response(self.questions[position - 1])

    def check(self, position, response, revision=None):
        revision = self.stored(position).revision if revision is None else revision
        return self.post_answer(position, response, revision, go="check")
