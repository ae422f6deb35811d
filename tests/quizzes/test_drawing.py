"""Which questions an attempt asks: from which pool, in whose order, and what is never asked."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.test import TestCase

from quizzes.attempts import submit_attempt
from quizzes.checks import problems_of
from quizzes.drawing import candidates_for, slots_of, times_asked
from quizzes.models import Attempt, AttemptQuestion, Question, QuizSlot
from quizzes.practising import start_practice
from quizzes.refusals import CriticalQuestionMissing, PoolTooSmall
from quizzes.starting import start_attempt
from tests.cast import CastMixin
from tests.factories import article
from tests.quizzes import bank
from tests.quizzes.bank import asked_in, draw_from

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


class DrawingTestCase(CastMixin, TestCase):
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

    def fill(self, shelf, count, tags=(), **fields):
        made = [bank.question(shelf=shelf, **fields) for _ in range(count)]
        for question in made:
            question.tags.add(*tags)
            question.save()
        return {question.translation_key for question in made}


class Drawing(DrawingTestCase):
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

    def test_slots_that_want_the_same_questions_share_them(self):
        """Whatever the lots, the only way is: one of the two that only the first may draw goes to the first."""
        self.fill(self.shelf, 1, tags=["calm"])
        self.fill(self.shelf, 2, tags=["calm", "angry"])
        self.fill(self.shelf, 1, tags=["angry", "late"])
        draw_from(self.quiz, self.shelf, 2, tag_names="calm")
        draw_from(self.quiz, self.shelf, 1, tag_names="angry")
        draw_from(self.quiz, self.shelf, 1, tag_names="late")
        for _ in range(6):
            self.assertEqual(len(self.start()), 4)

    def test_every_question_has_its_chance(self):
        pool = self.fill(self.shelf, 3) | self.fill(self.below, 1)
        draw_from(self.quiz, self.shelf, 1)
        first = {candidates_for(slots_of(self.quiz))[0].key for _ in range(60)}
        self.assertEqual(first, pool)

    def test_no_more_rows_come_back_than_can_be_needed(self):
        self.fill(self.shelf, 9), self.fill(self.elsewhere, 9)
        draw_from(self.quiz, self.shelf, 2)
        draw_from(self.quiz, self.shelf, 1)
        self.assertEqual(len(candidates_for(slots_of(self.quiz), self.maya)), 3)

    def test_practice_does_not_count_as_asked(self):
        self.fill(self.shelf, 2)
        draw_from(self.quiz, self.shelf, 1)
        attempt = start_attempt(self.quiz, self.maya, uuid4(), at=NOW)
        submit_attempt(attempt.pk, self.maya, NOW)
        for _ in range(2):
            start_practice(attempt.pk, self.maya, NOW)
        self.assertEqual(AttemptQuestion.objects.filter(attempt__purpose="practice").count(), 1)
        asked = dict(times_asked(self.maya).values_list("question_key", "times"))
        self.assertEqual(asked, {asked_in(attempt)[0]: 1})
        self.assertNotEqual(self.start(), set(asked))


class Tags(DrawingTestCase):
    def setUp(self):
        super().setUp()
        self.both = self.fill(self.shelf, 1, tags=["Refund", "angry"])
        self.fill(self.shelf, 1, tags=["Refund"])
        self.fill(self.shelf, 1, tags=["angry"])
        self.fill(self.shelf, 1)

    def test_only_questions_with_all_of_the_tags_are_drawn_whatever_their_case(self):
        slot = draw_from(self.quiz, self.shelf, 1)
        for tag_names in ("refund, ANGRY", "angry,Refund,", " REFUND ,angry , angry"):
            QuizSlot.objects.filter(pk=slot.pk).update(tag_names=tag_names)
            self.assertEqual(self.start(), self.both)

    def test_without_tags_all_are_drawn(self):
        draw_from(self.quiz, self.shelf, 4, tag_names=" , ")
        self.assertEqual(len(self.start()), 4)

    def test_they_count_below_and_not_elsewhere(self):
        below = self.fill(self.below, 1, tags=["refund", "angry"])
        self.fill(self.elsewhere, 1, tags=["refund", "angry"])
        draw_from(self.quiz, self.shelf, 2, tag_names="refund,angry")
        self.assertEqual(self.start(), self.both | below)

    def test_too_few_with_the_tags_are_refused(self):
        draw_from(self.quiz, self.shelf, 2, tag_names="refund,angry")
        with self.assertRaises(PoolTooSmall) as refused:
            self.start()
        self.assertEqual((refused.exception.need, refused.exception.have), (2, 1))

    def test_a_translation_counts_by_the_tags_of_its_original(self):
        english = Question.objects.get(translation_key=min(self.both))
        bank.question(name="Arabic", shelf=self.shelf, language="ar", translation_of=english)
        draw_from(self.quiz, self.shelf, 1, tag_names="refund,angry")
        attempt = start_attempt(self.quiz, self.layla, uuid4(), at=NOW)
        self.assertEqual(attempt.questions.get().question_name, "Arabic")


class Quarantine(DrawingTestCase):
    """What nobody should trust now is not asked."""

    def doubtful(self):
        """One question for each reason."""
        lapsed, changed = article("Lapsed", verified_until=NOW), article("Changed", verified_until=NOW + DAY)
        type(changed).objects.filter(pk=changed.pk).update(materially_changed_at=NOW - DAY)
        old = {"source_article": changed, "checked_at": NOW - 2 * DAY}
        reasons = [{"source_article": article("Never verified")}, {"source_article": lapsed}, old]
        return [bank.question(shelf=self.shelf, **reason) for reason in [*reasons, {"state": "quarantined"}]]

    def sound(self):
        source = article("Sound", verified_until=NOW + DAY)
        type(source).objects.filter(pk=source.pk).update(materially_changed_at=NOW - 2 * DAY)
        return bank.question(shelf=self.shelf, source_article=source, checked_at=NOW - DAY)

    def test_it_is_not_drawn(self):
        self.doubtful()
        sound = self.sound()
        draw_from(self.quiz, self.shelf, 1)
        for _ in range(4):
            self.assertEqual(self.start(), {sound.translation_key})
        QuizSlot.objects.update(draw_count=2)
        with self.assertRaises(PoolTooSmall):
            self.start()

    def test_a_slot_that_names_it_is_left_out(self):
        sound = self.sound()
        for question in [*self.doubtful(), sound]:
            QuizSlot.objects.create(quiz=self.quiz, question=question)
        self.assertEqual(self.start(), {sound.translation_key})

    def test_a_critical_one_keeps_the_quiz_from_starting(self):
        for question in self.doubtful():
            QuizSlot.objects.all().delete()
            QuizSlot.objects.create(quiz=self.quiz, question=question, is_critical=True)
            QuizSlot.objects.create(quiz=self.quiz, question=self.sound())
            with self.subTest(question.name), self.assertRaises(CriticalQuestionMissing):
                self.start()
        self.assertFalse(Attempt.objects.exists())

    def test_a_question_that_a_slot_names_is_asked_although_it_was_hidden_since(self):
        for state in ("hidden", "draft"):
            question = bank.question(shelf=self.shelf, state=state)
            QuizSlot.objects.create(quiz=self.quiz, question=question)
            self.assertIn(question.translation_key, self.start())

    def test_who_reads_the_doubtful_language_is_not_asked_in_one_that_she_cannot_read(self):
        english = bank.question(shelf=self.shelf, state="quarantined")
        bank.question(name="Arabic", shelf=self.shelf, language="ar", translation_of=english)
        other = self.sound()
        draw_from(self.quiz, self.shelf, 1)
        self.assertEqual([self.start() for _ in range(3)], [{other.translation_key}] * 3)
        both = self.start(self.layla) | self.start(self.layla)
        self.assertEqual(both, {english.translation_key, other.translation_key})

    def test_where_her_language_is_doubtful_the_default_one_is_asked(self):
        english = bank.question(name="English", shelf=self.shelf)
        bank.question(shelf=self.shelf, language="ar", translation_of=english, state="quarantined")
        draw_from(self.quiz, self.shelf, 1)
        attempt = start_attempt(self.quiz, self.layla, uuid4(), at=NOW)
        self.assertEqual(attempt.questions.get().question_name, "English")

    def test_what_is_in_one_other_language_only_is_asked_in_it(self):
        bank.question(name="Georgian", shelf=self.shelf, language="ka")
        draw_from(self.quiz, self.shelf, 1)
        for person in (self.maya, self.layla):
            attempt = start_attempt(self.quiz, person, uuid4(), at=NOW)
            self.assertEqual(attempt.questions.get().question_name, "Georgian")
