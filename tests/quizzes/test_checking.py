"""A page of answers is saved in one go; an answer is checked, and a question is left for good."""

from quizzes.answering import GivenAnswer, begin_question, check_answer, go_on, save_and_leave, save_answers
from quizzes.models import Attempt
from quizzes.refusals import AnswerStands, AttemptClosed, ForeignResponse, NoWayBack
from tests.quizzes import bank
from tests.quizzes.test_answering import DEADLINE, NOW, AttemptTestCase, seconds


class SavingAPage(AttemptTestCase):
    def save_page(self, *given, at=NOW, person=None):
        return save_answers(self.attempt.pk, person or self.maya, [GivenAnswer(*one) for one in given], at)

    def test_each_is_saved_with_a_revision_of_its_own(self):
        self.save(4, "12")
        self.assertEqual(self.save_page((3, True, 0, False), (4, "13", 1, True), (5, None, 0, False)), {})
        stored = [(q.response, q.revision, q.is_flagged) for q in self.attempt.questions.filter(position__in=(3, 4, 5))]
        self.assertEqual(stored, [(True, 1, False), ("13", 2, True), (None, 0, False)])

    def test_what_is_taken_back_is_no_answer(self):
        self.save_page((4, "12", 0, False))
        self.save_page((4, None, 1, False))
        self.assertFalse(self.attempt.questions.filter(response__isnull=False).exists())

    def test_one_that_is_stale_is_named_and_the_rest_is_saved(self):
        self.save(4, "12")
        refused = self.save_page((3, True, 0, False), (4, "13", 0, False))
        self.assertEqual((list(refused), refused[4].revision), ([4], 1))
        self.assertEqual((self.stored(3).response, self.stored(4).response), (True, "12"))

    def test_again_changes_nothing(self):
        for _again in range(2):
            self.assertEqual(self.save_page((4, "12", 0, False)), {})
        self.assertEqual(self.stored(4).revision, 1)

    def test_a_foreign_answer_refuses_all_of_them(self):
        with self.assertRaises(ForeignResponse):
            self.save_page((4, "12", 0, False), (3, "maybe", 0, False))
        self.assertIsNone(self.stored(4).response)

    def test_it_takes_nothing_late_and_from_nobody_else(self):
        with self.assertRaises(AttemptClosed):
            self.save_page((4, "12", 0, False), at=DEADLINE + seconds(11))
        for given, person in (((4, "12", 0, False), self.sam), ((99, "12", 0, False), self.maya)):
            with self.assertRaises(Attempt.DoesNotExist), self.assertLogs("quizzes", "WARNING"):
                self.save_page(given, person=person)

    def test_where_there_is_no_way_back_only_the_present_question_is_taken(self):
        Attempt.objects.update(rules=self.attempt.rules | {"navigation": "sequential"})
        with self.assertRaises(NoWayBack):
            self.save_page((3, True, 0, False))


class CheckingAndGoingOn(AttemptTestCase):
    def setUp(self):
        super().setUp()
        Attempt.objects.update(rules=self.attempt.rules | {"behaviour": "immediate", "navigation": "sequential"})

    def test_a_checked_answer_stands_and_is_left(self):
        wrong = bank.wrong_response(self.questions[0])
        check_answer(self.attempt.pk, self.maya, 1, wrong, 0, at=NOW)
        with self.assertRaises(AnswerStands):
            self.save(1, bank.right_response(self.questions[0]), seen=1)
        with self.assertRaises(AnswerStands):
            save_and_leave(self.attempt.pk, self.maya, 1, bank.right_response(self.questions[0]), 1, at=NOW)
        save_and_leave(self.attempt.pk, self.maya, 1, None, 1, at=NOW)
        self.attempt.refresh_from_db()
        self.assertEqual((self.attempt.reached, self.stored(1).response), (2, wrong))

    def test_going_on_again_goes_no_further(self):
        for _again in range(2):
            self.assertEqual(go_on(self.attempt.pk, self.maya, 1, at=NOW), 2)
        with self.assertRaises(NoWayBack):
            save_and_leave(self.attempt.pk, self.maya, 1, None, 0, at=NOW)

    def test_nothing_of_it_is_possible_once_the_time_is_over(self):
        late = DEADLINE + seconds(11)
        for act in (
            lambda: check_answer(self.attempt.pk, self.maya, 1, None, 0, at=late),
            lambda: go_on(self.attempt.pk, self.maya, 1, at=late),
            lambda: save_and_leave(self.attempt.pk, self.maya, 1, None, 0, at=late),
            lambda: begin_question(self.attempt.pk, self.maya, 1, at=late),
        ):
            with self.assertRaises(AttemptClosed):
                act()

    def test_nobody_else_does_it(self):
        for act in (
            lambda: check_answer(self.attempt.pk, self.sam, 1, None, 0, at=NOW),
            lambda: go_on(self.attempt.pk, self.daniel, 1, at=NOW),
            lambda: save_and_leave(self.attempt.pk, self.ana, 1, None, 0, at=NOW),
            lambda: begin_question(self.attempt.pk, self.tamar, 1, at=NOW),
        ):
            with self.assertRaises(Attempt.DoesNotExist), self.assertLogs("quizzes", "WARNING"):
                act()

    def test_what_was_answered_before_is_not_answered_later_by_sending_it_again(self):
        self.save(1, bank.right_response(self.questions[0]))
        self.save(1, bank.right_response(self.questions[0]), seen=1, at=NOW + seconds(30))
        self.assertEqual(self.stored(1).answered_at, NOW)
