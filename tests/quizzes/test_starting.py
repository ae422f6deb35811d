"""Starting an attempt: limits, draws, and the copy of everything that decides its result."""

from copy import copy
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.test import TestCase
from django.urls import reverse

from quizzes.attempts import finalise_due_attempts, submit_attempt
from quizzes.checks import problems_of
from quizzes.drawing import candidates_for, slots_of
from quizzes.models import Attempt, AttemptQuestion, Question, Quiz, QuizSlot
from quizzes.refusals import AttemptLimitReached, QuizIsEmpty
from quizzes.starting import start_attempt
from tests import factories
from tests.cast import CastMixin
from tests.factories import article
from tests.queries import at_most
from tests.quizzes import bank
from tests.quizzes.bank import asked_in, draw_from

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Starting(CastMixin, TestCase):
    def setUp(self):
        self.registration = uuid4()

    def start(self, quiz, person=None, at=NOW, **kwargs):
        return start_attempt(quiz, person or self.maya, self.registration, at=at, **kwargs)

    def test_the_quiz_is_frozen_as_it_is(self):
        quiz = bank.quiz_of_each_type(time_limit=10, pass_mark="66.67", attempt_limit=3)
        attempt = self.start(quiz)
        Question.objects.update(body=[], name="changed", default_mark=9)
        Quiz.objects.update(title="changed", pass_mark=1, time_limit=1)
        attempt.refresh_from_db()
        self.assertEqual((attempt.quiz_key, attempt.quiz_title, attempt.number), (quiz.key, "Check", 1))
        self.assertEqual(attempt.deadline_at, NOW + timedelta(minutes=10))
        self.assertEqual((str(attempt.pass_mark), attempt.max_mark), ("66.67", bank.COUNT))
        self.assertEqual(attempt.rules["attempt_limit"], 3)
        self.assertEqual([question.kind for question in attempt.questions.all()], bank.MARKED_AT_ONCE)
        self.assertNotIn("changed", {question.question_name for question in attempt.questions.all()})

    def test_deleting_the_quiz_changes_nothing_for_those_who_take_it(self):
        quiz = bank.quiz_of_each_type()
        attempt = self.start(quiz)
        quiz.delete()
        Question.objects.all().delete()
        for question in attempt.questions.all():
            AttemptQuestion.objects.filter(pk=question.pk).update(response=bank.right_response(question))
        self.assertTrue(submit_attempt(attempt.pk, self.maya).passed)

    def test_starting_again_leads_to_the_attempt_in_progress(self):
        quiz = bank.quiz_of_each_type(attempt_limit=1)
        self.assertEqual(self.start(quiz), self.start(quiz, at=NOW + timedelta(hours=1)))

    def test_another_registration_has_its_own_attempts(self):
        quiz = bank.quiz_of_each_type(attempt_limit=1)
        other = start_attempt(quiz, self.maya, uuid4(), at=NOW)
        self.assertEqual((self.start(quiz).number, other.number), (1, 1))

    def test_the_attempt_limit_holds(self):
        quiz = bank.quiz_of_each_type(attempt_limit=2)
        for number in (1, 2):
            attempt = self.start(quiz)
            self.assertEqual(attempt.number, number)
            submit_attempt(attempt.pk, self.maya, NOW)
        with self.assertRaisesMessage(AttemptLimitReached, "You have used all 2 attempts that this quiz allows."):
            self.start(quiz)
        self.start(quiz, self.sam)

    def test_an_attempt_whose_time_is_over_is_finished_before_the_next_one_starts(self):
        quiz = bank.quiz_of_each_type(time_limit=10)
        first = self.start(quiz)
        second = self.start(quiz, at=NOW + timedelta(minutes=11))
        first.refresh_from_db()
        self.assertEqual((first.state, first.finished_at), ("finished", NOW + timedelta(minutes=10)))
        self.assertEqual((second.number, second.state), (2, "in_progress"))

    def test_the_last_attempt_is_finished_even_where_no_other_may_start(self):
        quiz = bank.quiz_of_each_type(time_limit=10, attempt_limit=1)
        attempt = self.start(quiz)
        with self.assertRaises(AttemptLimitReached):
            self.start(quiz, at=NOW + timedelta(minutes=11))
        attempt.refresh_from_db()
        self.assertEqual(attempt.state, "finished")
        self.assertEqual(finalise_due_attempts(NOW + timedelta(minutes=12)), 0)

    def test_a_quiz_without_questions_does_not_start(self):
        with self.assertRaises(QuizIsEmpty):
            self.start(bank.quiz_of())
        self.assertFalse(Attempt.objects.exists())

    def test_a_slot_may_give_another_mark(self):
        quiz = bank.quiz_of(bank.question(default_mark=2), bank.question())
        QuizSlot.objects.filter(sort_order=1).update(mark="0.5")
        attempt = self.start(quiz)
        self.assertEqual([str(question.max_mark) for question in attempt.questions.all()], ["2.00", "0.50"])
        self.assertEqual(str(attempt.max_mark), "2.50")

    def test_questions_are_shuffled_where_the_quiz_says_so(self):
        questions = [bank.question() for _ in range(8)]
        fixed, shuffled = bank.quiz_of(*questions), bank.quiz_of(*questions, shuffle_questions=True)
        keys = [question.translation_key for question in questions]
        self.assertEqual(asked_in(self.start(fixed)), keys)
        orders = [asked_in(start_attempt(shuffled, self.maya, uuid4())) for _ in range(3)]
        self.assertTrue(any(order != keys for order in orders))
        self.assertTrue(all(sorted(order) == sorted(keys) for order in orders))

    def test_the_article_to_read_again_is_remembered(self):
        source = article("Returns", verified_until=NOW + timedelta(days=1))
        attempt = self.start(bank.quiz_of(bank.question(source_article=source)))
        content = attempt.questions.get().content
        self.assertEqual(content["key"]["article"], {"key": str(source.translation_key), "title": "Returns"})


class Languages(CastMixin, TestCase):
    def start(self, quiz, person, **kwargs):
        return start_attempt(quiz, person, uuid4(), at=NOW, **kwargs).questions.get()

    def test_a_question_is_asked_in_the_learners_language(self):
        english = bank.question(name="English")
        bank.question(name="Arabic", language="ar", translation_of=english)
        quiz = bank.quiz_of(english)
        self.assertEqual(self.start(quiz, self.layla).question_name, "Arabic")
        self.assertEqual(self.start(quiz, self.maya).question_name, "English")
        self.assertEqual(self.start(quiz, self.giorgi).question_name, "English")
        self.assertEqual(self.start(quiz, self.maya, language="ar").question_name, "Arabic")

    def test_a_translation_that_is_not_ready_is_not_asked(self):
        english = bank.question(name="English")
        bank.question(name="Arabic", language="ar", translation_of=english, state="draft")
        self.assertEqual(self.start(bank.quiz_of(english), self.layla).question_name, "English")

    def test_a_draw_counts_a_question_once_whatever_its_languages(self):
        shelf = bank.category()
        for number in range(3):
            english = bank.question(name=f"English {number}", shelf=shelf)
            bank.question(name=f"Arabic {number}", shelf=shelf, language="ar", translation_of=english)
        quiz = bank.quiz_of()
        draw_from(quiz, shelf, 3)
        attempt = start_attempt(quiz, self.layla, uuid4(), at=NOW)
        names = set(attempt.questions.values_list("question_name", flat=True))
        self.assertEqual(names, {"Arabic 0", "Arabic 1", "Arabic 2"})
        QuizSlot.objects.update(draw_count=4)
        self.assertEqual(len(problems_of(quiz)), 1)

    def test_the_title_is_in_the_language_of_the_attempt(self):
        quiz = bank.quiz_of(bank.question(), title_ar="اختبار")
        self.assertEqual(start_attempt(quiz, self.layla, uuid4()).quiz_title, "اختبار")
        self.assertEqual(start_attempt(quiz, self.giorgi, uuid4()).quiz_title, "Check")


class TheCostOfAStart(CastMixin, TestCase):
    """However many slots, questions in the bank, languages and earlier attempts."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.source = article("Source", verified_until=NOW + timedelta(days=9999))

    def quiz(self, count, **fields):
        """A quiz that names `count` questions, and draws two from each of `count` categories."""
        quiz = bank.quiz_of(*[bank.question() for _ in range(count)], **fields)
        for _ in range(count):
            shelf = bank.category()
            for _ in range(3):
                english = bank.question("multiple_choice", shelf=shelf, source_article=self.source)
                bank.question("multiple_choice", shelf=shelf, language="ar", translation_of=english)
            draw_from(quiz, shelf, 2, sort_order=99)
        quiz.feedback_bands.create(lower_bound=50, text="Half of it.")
        return quiz

    def test_it_does_not_grow_with_the_quiz(self):
        for count in (1, 3, 10):
            quiz = self.quiz(count)
            for person in (self.maya, self.layla):
                with self.subTest(count), at_most(7):
                    attempt = start_attempt(quiz, person, uuid4())
                self.assertEqual(attempt.questions.count(), 3 * count)

    def test_it_does_not_grow_with_earlier_attempts(self):
        quiz, registration = self.quiz(2), uuid4()
        for _ in range(3):
            submit_attempt(start_attempt(quiz, self.maya, registration).pk, self.maya)
        with at_most(7):
            start_attempt(quiz, self.maya, registration)

    def test_of_a_thousand_questions_only_those_that_may_be_asked_are_fetched(self):
        shelf = bank.category()
        one = bank.question(shelf=shelf)
        copies = [copy(one) for _ in range(1000)]
        for clone in copies:
            clone.pk, clone.translation_key = None, uuid4()
        Question.objects.bulk_create(copies)
        quiz = bank.quiz_of()
        draw_from(quiz, shelf, 40)
        self.assertEqual(len(candidates_for(slots_of(quiz), self.maya, "en")), 40)
        with at_most(7):
            attempt = start_attempt(quiz, self.maya, uuid4())
        self.assertEqual(len(set(asked_in(attempt))), 40)

    def test_the_whole_request_and_the_first_page(self):
        for count in (1, 3):
            course = factories.course(f"Course {count}", lessons=1)
            page = factories.quiz_page(course, self.quiz(count, pass_mark=0))
            self.client.force_login(self.maya)
            address = reverse("courses:start_quiz", args=[course.translation_key, page.translation_key])
            for limit in (15, 10):  # the first time she is enrolled as well
                with self.subTest(count), at_most(limit):
                    response = self.client.post(address)
                with at_most(6):
                    self.assertEqual(self.client.get(response.url).status_code, 200)
                submit_attempt(Attempt.objects.in_progress().get().pk, self.maya)
