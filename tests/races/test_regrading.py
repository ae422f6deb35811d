"""Two regrades at once that let the same people pass, each in its own order."""

from django.test import TransactionTestCase

from courses.enrolling import enrol
from courses.models import ActivityCompletion
from quizzes.attempts import submit_attempt
from quizzes.starting import start_attempt
from tests import factories
from tests.cast import person
from tests.quizzes import bank
from tests.races.racing import needs_postgresql, race


@needs_postgresql
class RegradesAtOnce(TransactionTestCase):
    def setUp(self):
        self.tamar = person("Tamar Lomidze")
        maya, sam = person("Maya Osei"), person("Sam Okafor")
        shelf = bank.category()
        self.starts = [self.start(shelf, people) for people in ((maya, sam), (sam, maya))]

    def start(self, shelf, people) -> dict:
        """A quiz that all of these people failed, one after the other, and the act that gives them full marks for it.

        It stops when the first of them has passed and the next has not yet.
        """
        question, course = bank.question("true_false", shelf), factories.course()
        quiz = bank.quiz_of(question, pass_mark=80)
        factories.quiz_page(course, quiz)
        for one in people:
            attempt = start_attempt(quiz, one, enrol(one, course).registration)
            self.assertIs(submit_attempt(attempt.pk, one).passed, False)
        args = [str(question.translation_key), str(quiz.key), self.tamar.pk]
        return {"act": "neutralise", "args": args, "stop": "quizzes.regrading.finish_marked", "time": 2}

    def test_both_let_everybody_pass(self):
        finishes = race(*self.starts)
        self.assertEqual([(finish.result, finish.error) for finish in finishes], [(2, None), (2, None)])
        self.assertEqual(ActivityCompletion.objects.count(), 4)

    def test_without_holding_all_first_they_wait_for_each_other(self):
        finishes = race(*[start | {"without": ["hold of the regrade"]} for start in self.starts])
        self.assertCountEqual([finish.error for finish in finishes], [None, "DeadlockDetected"])
