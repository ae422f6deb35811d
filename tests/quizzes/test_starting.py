"""Starting an attempt: limits, draws, and the copy of everything that decides its result."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.test import TestCase

from quizzes.attempts import finalise_due_attempts, submit_attempt
from quizzes.checks import problems_of
from quizzes.models import Attempt, AttemptQuestion, Question, Quiz, QuizSlot
from quizzes.refusals import AttemptLimitReached, PoolTooSmall, QuizIsEmpty
from quizzes.starting import start_attempt
from tests.cast import CastMixin
from tests.factories import article
from tests.quizzes import bank

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def draw_from(quiz, shelf, count=1, **fields):
    return QuizSlot.objects.create(quiz=quiz, category=shelf, draw_count=count, **fields)


def asked_in(attempt) -> list:
    return list(attempt.questions.values_list("question_key", flat=True))


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
        self.assertEqual([question.kind for question in attempt.questions.all()], list(bank.BODIES))
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
        source = article("Returns")
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


class Drawing(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.shelf = bank.category("Complaints")
        cls.below = bank.category("Refunds", parent=cls.shelf)
        cls.elsewhere = bank.category("Products")

    def setUp(self):
        self.quiz = bank.quiz_of()

    def start(self, person=None):
        attempt = start_attempt(self.quiz, person or self.maya, uuid4(), at=NOW)
        return set(asked_in(attempt))

    def fill(self, shelf, count, **fields):
        return {bank.question(shelf=shelf, **fields).translation_key for _ in range(count)}

    def test_what_was_not_asked_yet_comes_first_and_then_what_was_asked_least(self):
        pool = self.fill(self.shelf, 6)
        draw_from(self.quiz, self.shelf, 2)
        seen = Counter(key for _ in range(3) for key in self.start())
        self.assertEqual(set(seen), pool)
        seen.update(key for _ in range(3) for key in self.start())
        self.assertEqual(set(seen.values()), {2})

    def test_what_another_person_was_asked_does_not_count(self):
        pool = self.fill(self.shelf, 4)
        draw_from(self.quiz, self.shelf, 2)
        first = self.start()
        self.start(self.sam)
        self.assertEqual(self.start(), pool - first)

    def test_only_ready_questions_of_the_category_are_drawn(self):
        ready = self.fill(self.shelf, 2)
        for state in ("draft", "hidden", "quarantined"):
            self.fill(self.shelf, 2, state=state)
        self.fill(self.elsewhere, 2)
        draw_from(self.quiz, self.shelf, 2)
        self.assertEqual(self.start(), ready)

    def test_subcategories_are_drawn_from_where_the_slot_says_so(self):
        here, below = self.fill(self.shelf, 1), self.fill(self.below, 1)
        draw_from(self.quiz, self.shelf, 2)
        self.assertEqual(self.start(), here | below)
        QuizSlot.objects.update(draw_count=1, include_subcategories=False)
        self.assertEqual(self.start(), here)

    def test_no_question_is_asked_twice(self):
        pool = self.fill(self.shelf, 3)
        fixed = Question.objects.get(translation_key=min(pool))
        QuizSlot.objects.create(quiz=self.quiz, question=fixed)
        draw_from(self.quiz, self.shelf, 1)
        draw_from(self.quiz, self.shelf, 1)
        self.assertEqual(self.start(), pool)

    def test_a_wide_slot_leaves_a_narrow_one_what_it_has_to_have(self):
        self.fill(self.shelf, 3), self.fill(self.below, 1)
        draw_from(self.quiz, self.shelf, 3, sort_order=0)
        draw_from(self.quiz, self.below, 1, sort_order=1)
        for _ in range(5):
            self.assertEqual(len(self.start()), 4)

    def test_too_small_a_pool_is_refused_with_its_numbers(self):
        pool = self.fill(self.shelf, 3)
        QuizSlot.objects.create(quiz=self.quiz, question=Question.objects.get(translation_key=min(pool)))
        slot = draw_from(self.quiz, self.shelf, 3)
        with self.assertRaises(PoolTooSmall) as refused:
            self.start()
        refusal = refused.exception
        self.assertEqual((refusal.slot, refusal.category, refusal.need, refusal.have), (slot, self.shelf, 3, 2))
        self.assertFalse(Attempt.objects.exists())
        self.assertEqual(
            problems_of(self.quiz),
            ["The category “Complaints” has too few ready questions: 3 are needed, 2 are there."],
        )

    def test_a_quiz_has_no_problems_or_says_which(self):
        self.assertEqual(problems_of(self.quiz), ["This quiz has no questions yet."])
        QuizSlot.objects.create(quiz=self.quiz, question=bank.question(name="Angry", state="quarantined"))
        self.assertEqual(problems_of(self.quiz), ["The question “Angry” is not ready."])
        self.fill(self.shelf, 1)
        draw_from(self.quiz, self.shelf, 1)
        Question.objects.update(state="ready")
        self.assertEqual(problems_of(self.quiz), [])


class TheCostOfAStart(CastMixin, TestCase):
    """10 queries, the transaction's two included, however many questions, languages and earlier attempts."""

    def quiz(self, count):
        shelf = bank.category()
        source = article("Source")
        for _ in range(count * 2):
            english = bank.question("multiple_choice", shelf=shelf, source_article=source)
            bank.question("multiple_choice", shelf=shelf, language="ar", translation_of=english)
        quiz = bank.quiz_of(*[bank.question() for _ in range(count)])
        draw_from(quiz, shelf, count, sort_order=99)
        return quiz

    def test_it_does_not_grow_with_the_quiz(self):
        for count in (1, 3, 10):
            quiz = self.quiz(count)
            for person in (self.maya, self.layla):
                with self.subTest(count), self.assertNumQueries(10):
                    attempt = start_attempt(quiz, person, uuid4())
                self.assertEqual(attempt.questions.count(), 2 * count)

    def test_it_does_not_grow_with_earlier_attempts(self):
        quiz, registration = self.quiz(2), uuid4()
        for _ in range(3):
            submit_attempt(start_attempt(quiz, self.maya, registration).pk, self.maya)
        with self.assertNumQueries(10):
            start_attempt(quiz, self.maya, registration)
