"""What somebody does twice at once during an attempt, and while it ends. Without its guard, each race is lost."""

from datetime import timedelta

from django.utils import timezone

from quizzes.attempts import save_answer, submit_attempt
from quizzes.models import Attempt, AttemptQuestion
from quizzes.starting import start_attempt
from tests.quizzes import bank
from tests.races.racing import race
from tests.races.test_quizzes import LOCKS, RACERS, QuizRace

FINALISE, END = "quizzes.attempts._finalise", "quizzes.attempts._end"
SWEEPS_LOOK, QUESTION_LOCK = "second look of the sweep", "lock on the question"


class Checks(QuizRace):
    """An answer that was checked during the attempt stands, and no try is forgotten."""

    def start(self, **fields):
        quiz = bank.quiz_of(bank.question("true_false", block=fields.pop("block", {})), **fields)
        self.attempt = start_attempt(quiz, self.maya, self.registration)

    def check_and(self, act, response, without=()):
        """Her check of a wrong answer is under way; what she sends meanwhile knows its revision already."""
        args = [self.attempt.pk, self.maya.pk, 1]
        return race(
            {"act": "check", "args": [*args, False, 0], "stop": "quizzes.answering.part_of", "without": list(without)},
            {"act": act, "args": [*args, response, 1], "late": True, "without": list(without)},
        )

    def stored(self):
        question = AttemptQuestion.objects.get()
        return question.response, question.tries, question.mark

    def test_the_same_check_twice_is_one_try(self):
        self.start(behaviour="several_tries", block={"hints": ["Look again.", "And again."]})
        finishes = self.all_run("check", self.attempt.pk, self.maya.pk, 1, False, 0)
        self.assertEqual([finish.error for finish in finishes], [None] * RACERS)
        self.assertEqual(self.stored(), (False, [False], None))

    def test_what_is_sent_during_a_check_that_settles_it_is_refused(self):
        for act in ("save", "check"):
            self.start(behaviour="immediate")
            finishes = self.check_and(act, True)
            self.assertEqual([finish.error for finish in finishes], [None, "AnswerStands"], act)
            self.assertEqual(self.stored(), (False, [False], 0))
            Attempt.objects.all().delete()

    def test_without_the_lock_on_the_question_it_is_overwritten(self):
        self.start(behaviour="immediate")
        finishes = self.check_and("save", True, without=[QUESTION_LOCK])
        self.assertEqual([finish.error for finish in finishes], [None, None])
        self.assertEqual(self.stored()[0], True)

    def test_of_two_tries_none_is_forgotten(self):
        self.start(behaviour="several_tries", block={"hints": ["Look again.", "And again."]})
        self.check_and("check", True)
        self.assertEqual(self.stored()[1], [False, True])


class GoingOn(QuizRace):
    def setUp(self):
        super().setUp()
        quiz = bank.quiz_of(*[bank.question("true_false") for _ in range(3)], navigation="sequential")
        self.attempt = start_attempt(quiz, self.maya, self.registration)

    def leave_and_save(self, without=()):
        args = [self.attempt.pk, self.maya.pk, 1]
        return race(
            {"act": "leave", "args": args, "stop": "quizzes.answering._leave", "without": list(without)},
            {"act": "save", "args": [*args, True, 0], "late": True, "without": list(without)},
        )

    def test_going_on_several_times_at_once_is_one_step(self):
        finishes = self.all_run("leave", self.attempt.pk, self.maya.pk, 1)
        self.assertEqual({finish.result for finish in finishes}, {2})

    def test_an_answer_to_a_question_that_is_being_left_is_refused(self):
        self.assertEqual([finish.error for finish in self.leave_and_save()], [None, "NoWayBack"])
        self.assertFalse(AttemptQuestion.objects.filter(response=True).exists())

    def test_without_the_lock_it_is_taken(self):
        self.assertEqual([finish.error for finish in self.leave_and_save(without=[LOCKS])], [None, None])


class Sweeps(QuizRace):
    """The sweep among people who still do something."""

    def setUp(self):
        super().setUp()
        self.over = timezone.now() - timedelta(seconds=11)  # the network's tolerance has just passed
        started = self.over - timedelta(minutes=1)
        quiz = bank.quiz_of(bank.question("true_false"), time_limit=1)
        self.attempt = start_attempt(quiz, self.maya, self.registration, at=started)
        save_answer(self.attempt.pk, self.maya, 1, True, 0, at=started)

    def extend_and_sweep(self, sweep, extend, without=()):
        args = [self.attempt.pk, self.maya.pk, 10, self.over.isoformat()]
        return race(
            {"act": "finalise", "args": [], "without": list(without), **sweep},
            {"act": "extend", "args": args, "without": list(without), **extend},
        )

    def test_submit_save_and_sweep_at_once_end_it_once_with_the_acknowledged_answer(self):
        args = [self.attempt.pk, self.maya.pk]
        finishes = race(
            {"act": "submit", "args": args},
            {"act": "save", "args": [*args, 1, False, 1]},
            {"act": "finalise", "args": []},
            {"act": "submit", "args": args},
        )
        self.assertEqual([finish.error for finish in finishes], [None, "AttemptClosed", None, None])
        self.assertEqual(sum(finish.signals for finish in finishes), 1)
        question = AttemptQuestion.objects.select_related("attempt").get()
        self.assertEqual((question.response, question.mark, question.attempt.mark), (True, 1, 1))

    def test_who_gets_more_time_while_the_sweep_comes_keeps_her_attempt(self):
        sweep, extension = self.extend_and_sweep({"stop": FINALISE}, {"late": True})
        self.assertEqual((sweep.result, extension.error), (0, None))
        self.attempt.refresh_from_db()
        self.assertEqual(self.attempt.state, "in_progress")

    def test_without_the_sweeps_second_look_she_loses_it(self):
        sweep, extension = self.extend_and_sweep({"stop": FINALISE}, {"late": True}, without=[SWEEPS_LOOK])
        self.assertEqual((sweep.result, extension.error), (1, None))

    def test_an_attempt_that_the_sweep_is_ending_gets_no_more_time(self):
        sweep, extension = self.extend_and_sweep({"stop": END}, {"late": True})
        self.assertEqual((sweep.result, extension.error), (1, "AttemptClosed"))

    def test_without_the_lock_it_is_said_to_have_more_although_it_is_over(self):
        sweep, extension = self.extend_and_sweep({"stop": END}, {"late": True}, without=[LOCKS])
        self.assertEqual((sweep.result, extension.error), (1, None))


class Practice(QuizRace):
    def setUp(self):
        super().setUp()
        self.attempt = start_attempt(bank.quiz_of(bank.question("true_false")), self.maya, self.registration)
        submit_attempt(self.attempt.pk, self.maya)

    def practise_together(self, without=()):
        return self.all_run(
            "practise", self.attempt.pk, self.maya.pk, stop="quizzes.practising.save_new", without=list(without)
        )

    def test_parallel_starts_leave_one_open(self):
        finishes = self.practise_together()
        self.assertEqual([finish.error for finish in finishes], [None] * RACERS)
        self.assertEqual(Attempt.objects.in_progress().count(), 1)

    def test_without_the_lock_somebody_gets_an_error(self):
        self.assertIn("IntegrityError", [finish.error for finish in self.practise_together(without=[LOCKS])])
