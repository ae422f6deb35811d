"""Two of the same person at once. Each race is run again without its guard, and is then lost."""

from datetime import timedelta
from uuid import uuid4

from django.db import connection
from django.test import TransactionTestCase
from django.utils import timezone

from quizzes.attempts import save_answer
from quizzes.models import Attempt, AttemptQuestion
from quizzes.overriding import grant_override
from quizzes.starting import start_attempt
from tests.cast import person
from tests.quizzes import bank
from tests.races.racing import needs_postgresql, race

RACERS = 4
LOCKS, CLAIM, REVISION = "lock on the attempt", "claim", "revision"


@needs_postgresql
class QuizRace(TransactionTestCase):
    def setUp(self):
        self.maya = person("Maya Osei")
        self.registration = str(uuid4())

    def drop_constraints(self):
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX attempt_one_in_progress_per_person_quiz_and_registration")
            name = "attempt_number_is_unique_per_person_quiz_and_registration"
            cursor.execute(f"ALTER TABLE quizzes_attempt DROP CONSTRAINT {name}")

    def all_run(self, act, *args, **how):
        return race(*[{"act": act, "args": args, **how}] * RACERS)


class Starts(QuizRace):
    def start_together(self, quiz, act="start"):
        return self.all_run(act, quiz.pk, self.maya.pk, self.registration, stop="quizzes.starting._create")

    def test_parallel_starts_are_one_attempt(self):
        finishes = self.start_together(bank.quiz_of_each_type())
        attempt = Attempt.objects.get()
        self.assertEqual([finish.result for finish in finishes], [attempt.pk] * RACERS)
        self.assertEqual(attempt.questions.count(), bank.COUNT)

    def test_without_the_constraints_there_are_several(self):
        self.drop_constraints()
        self.start_together(bank.quiz_of_each_type())
        self.assertGreater(Attempt.objects.in_progress().count(), 1)

    def test_parallel_starts_never_pass_the_limit(self):
        finishes = self.start_together(bank.quiz_of_each_type(attempt_limit=3), "use_up")
        self.assertEqual([finish.error for finish in finishes], [None] * RACERS)
        self.assertEqual(sorted(Attempt.objects.values_list("number", flat=True)), [1, 2, 3])
        self.assertEqual(sum(finish.signals for finish in finishes), 3)

    def test_parallel_starts_never_pass_the_limit_of_an_override(self):
        quiz = bank.quiz_of_each_type(attempt_limit=1)
        grant_override(quiz, person("Tamar Lomidze"), "She was ill.", person=self.maya, attempt_limit=3)
        finishes = self.start_together(quiz, "use_up")
        self.assertEqual([finish.error for finish in finishes], [None] * RACERS)
        self.assertEqual(sorted(Attempt.objects.values_list("number", flat=True)), [1, 2, 3])

    def test_without_the_constraints_they_do(self):
        self.drop_constraints()
        self.start_together(bank.quiz_of_each_type(attempt_limit=3), "use_up")
        self.assertGreater(Attempt.objects.count(), 3)


class Submits(QuizRace):
    def setUp(self):
        super().setUp()
        self.attempt = start_attempt(bank.quiz_of_each_type(), self.maya, self.registration)
        for question in self.attempt.questions.all():
            save_answer(self.attempt.pk, self.maya, question.position, bank.right_response(question), 0)

    def submit_together(self, **how):
        return self.all_run("submit", self.attempt.pk, self.maya.pk, stop="quizzes.attempts._end", **how)

    def test_parallel_submits_finish_once_and_say_the_same(self):
        finishes = self.submit_together()
        self.assertEqual({finish.result for finish in finishes}, {f"{bank.COUNT}.00"})
        self.assertEqual(sum(finish.signals for finish in finishes), 1)

    def test_without_the_claim_it_finishes_several_times(self):
        self.assertGreater(sum(finish.signals for finish in self.submit_together(without=[CLAIM])), 1)

    def test_sweeps_that_run_at_once_finish_each_attempt_once(self):
        quiz = bank.quiz_of_each_type(time_limit=1)
        started = timezone.now() - timedelta(hours=1)
        for _ in range(6):
            start_attempt(quiz, self.maya, uuid4(), at=started)
        finishes = self.all_run("finalise")
        self.assertEqual(sum(finish.result for finish in finishes), 6)
        self.assertEqual(sum(finish.signals for finish in finishes), 6)
        self.assertEqual(Attempt.objects.filter(state="finished").count(), 6)

    def test_a_sweep_and_a_submit_finish_it_once(self):
        past = timezone.now() - timedelta(minutes=1)
        Attempt.objects.update(deadline_at=past, expires_at=past)
        finishes = race(
            {"act": "finalise", "args": [], "stop": "quizzes.attempts._end"},
            {"act": "submit", "args": [self.attempt.pk, self.maya.pk], "late": True},
        )
        self.assertEqual([finish.error for finish in finishes], [None, None])
        self.assertEqual(sum(finish.signals for finish in finishes), 1)


class ExtensionsAndSubmits(QuizRace):
    """An attempt that gets more time while it is submitted either goes on or is over: never both."""

    def setUp(self):
        super().setUp()
        self.tamar = person("Tamar Lomidze")
        quiz = bank.quiz_of(bank.question("true_false"), time_limit=1)
        self.attempt = start_attempt(quiz, self.maya, self.registration)

    def run_both(self, first):
        """The first one stops with the attempt in its hands, and the other one comes."""
        extend = {"act": "extend", "args": [self.attempt.pk, self.tamar.pk, 5]}
        submit = {"act": "submit", "args": [self.attempt.pk, self.maya.pk]}
        if first == "extend":
            finishes = race({**extend, "stop": "quizzes.overriding.expiry_of"}, {**submit, "late": True})
        else:
            finishes = race({**submit, "stop": "quizzes.attempts._end"}, {**extend, "late": True})
        self.attempt.refresh_from_db()
        return finishes

    def test_an_extension_that_came_first_moves_the_deadline_before_it_is_submitted(self):
        extended, submitted = self.run_both("extend")
        self.assertEqual((extended.error, submitted.error), (None, None))
        self.assertEqual(extended.result, self.attempt.deadline_at.isoformat())
        self.assertEqual(self.attempt.state, "finished")

    def test_one_that_came_second_is_refused(self):
        _submitted, extended = self.run_both("submit")
        self.assertEqual(extended.error, "AttemptClosed")
        self.assertEqual(self.attempt.deadline_at, self.attempt.started_at + timedelta(minutes=1))


class SavesAndSubmits(QuizRace):
    """An answer that was acknowledged counts, and one that came too late is refused: nothing in between."""

    def setUp(self):
        super().setUp()
        self.attempt = start_attempt(bank.quiz_of(bank.question("true_false")), self.maya, self.registration)

    def run_both(self, first, without=()):
        """The save stops between its checks and its UPDATE, or the submit between its claim and its marking."""
        save = {"act": "save", "args": [self.attempt.pk, self.maya.pk, 1, True, 0], "without": list(without)}
        submit = {"act": "submit", "args": [self.attempt.pk, self.maya.pk], "without": list(without)}
        if first == "save":
            finishes = race({**save, "stop": "quizzes.attempts.checked"}, {**submit, "late": True})
        else:
            finishes = reversed(race({**submit, "stop": "quizzes.attempts._end"}, {**save, "late": True}))
        return dict(zip(("save", "submit"), finishes, strict=True))

    def stored(self):
        question = AttemptQuestion.objects.get()
        return question.response, question.mark

    def test_a_save_that_came_first_counts(self):
        finishes = self.run_both("save")
        self.assertEqual((finishes["save"].result, finishes["submit"].result), (1, "1.00"))
        self.assertEqual(self.stored(), (True, 1))

    def test_without_the_lock_it_is_acknowledged_and_lost(self):
        finishes = self.run_both("save", without=[LOCKS])
        self.assertEqual((finishes["save"].result, finishes["submit"].result), (1, "0.00"))
        self.assertEqual(self.stored(), (True, 0))

    def test_a_save_that_came_second_is_refused(self):
        finishes = self.run_both("submit")
        self.assertEqual((finishes["save"].error, finishes["submit"].result), ("AttemptClosed", "0.00"))
        self.assertEqual(self.stored(), (None, 0))

    def test_without_the_lock_it_is_not_refused(self):
        finishes = self.run_both("submit", without=[LOCKS])
        self.assertIsNone(finishes["save"].error)


class Saves(QuizRace):
    def setUp(self):
        super().setUp()
        self.attempt = start_attempt(bank.quiz_of(bank.question("numeric")), self.maya, self.registration)

    def save_together(self, **how):
        args = [self.attempt.pk, self.maya.pk, 1]
        return race(*[{"act": "save", "args": [*args, str(n), 0], **how} for n in range(RACERS)])

    def test_of_parallel_saves_one_wins_and_the_others_are_told(self):
        errors = [finish.error for finish in self.save_together()]
        self.assertEqual(sorted(errors, key=str), [None, *["StaleAnswer"] * (RACERS - 1)])
        self.assertEqual(AttemptQuestion.objects.get().response, str(errors.index(None)))

    def test_without_the_revision_each_overwrites_the_one_before_silently(self):
        finishes = self.save_together(without=[REVISION])
        self.assertEqual([finish.error for finish in finishes], [None] * RACERS)
