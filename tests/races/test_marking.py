"""Two people who mark at once. Each race is run again without its guard, and is then lost."""

from uuid import uuid4

from django.test import TransactionTestCase

from people.models import Notification
from quizzes.attempts import save_answer, submit_attempt
from quizzes.marking import SeenMark
from quizzes.models import MarkChange
from quizzes.starting import start_attempt
from tests.cast import person
from tests.quizzes import bank
from tests.races.racing import needs_postgresql, race

SEEN, ATTEMPT_LOCK = "mark that was seen", "lock on the attempt"


@needs_postgresql
class Markers(TransactionTestCase):
    def setUp(self):
        self.tamar, self.ana = person("Tamar Lomidze"), person("Ana Petrov")
        maya, shelf = person("Maya Osei"), bank.category()
        essays = [bank.question("essay", shelf, default_mark=5, block={"rubric": []}) for _ in range(2)]
        self.attempt = start_attempt(bank.quiz_of(*essays, pass_mark=50), maya, uuid4())
        for position in (1, 2):
            save_answer(self.attempt.pk, maya, position, "Dear Mrs Osei", 0)
        submit_attempt(self.attempt.pk, maya)
        self.answers = list(self.attempt.questions.all())

    def start(self, marker, answer, given, **how):
        args = [answer.pk, marker.pk, given, SeenMark.of(answer).token]
        return {"act": "mark", "args": args, **how}

    def mark_the_same(self, **how):
        """Each has seen the answer without a mark."""
        first = self.answers[0]
        return race(self.start(self.tamar, first, "5", **how), self.start(self.ana, first, "1", **how))

    def test_the_second_is_told_instead_of_overwriting(self):
        finishes = self.mark_the_same()
        self.assertEqual(sorted(str(finish.error) for finish in finishes), ["None", "StaleMark"])
        winner = next(finish.result for finish in finishes if finish.error is None)
        self.answers[0].refresh_from_db()
        self.assertEqual((str(self.answers[0].mark), MarkChange.objects.count()), (f"{winner}.00", 1))

    def test_without_the_mark_that_was_seen_it_is_overwritten(self):
        finishes = self.mark_the_same(without=[SEEN])
        self.assertEqual([finish.error for finish in finishes], [None, None])
        self.assertEqual(MarkChange.objects.count(), 2)

    def mark_the_last_two(self, **how):
        """Each stops when she has looked whether the other has marked already; the lock lets only one come so far."""
        how |= {"stop_after": "quizzes.marking._finish_if_marked"}
        first, second = self.answers
        finishes = race(self.start(self.tamar, first, "5", **how), self.start(self.ana, second, "5", **how))
        self.assertEqual([finish.error for finish in finishes], [None, None])
        self.attempt.refresh_from_db()
        return sum(finish.signals for finish in finishes)

    def test_the_last_two_answers_marked_at_once_finish_the_attempt_once(self):
        self.assertEqual(self.mark_the_last_two(), 1)
        self.assertEqual((self.attempt.state, self.attempt.mark), ("finished", 10))
        self.assertEqual(Notification.objects.count(), 1)

    def test_without_the_lock_it_waits_for_ever(self):
        """Both have marked and looked before either commits: each has seen the other's answer unmarked."""
        self.assertEqual(self.mark_the_last_two(without=[ATTEMPT_LOCK]), 0)
        self.assertEqual(self.attempt.state, "submitted")
