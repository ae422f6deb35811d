"""What keeps a quiz from being published, in the exact words, and what is only said."""

from datetime import UTC, datetime, timedelta

from django.core.exceptions import ValidationError
from django.test import TestCase

from courses.publishing import PublishingRefused
from quizzes.checks import problems_of, warnings_of
from quizzes.models import Question, QuizSlot
from quizzes.refusals import StartRefused
from quizzes.starting import start_preview
from tests import factories
from tests.cast import CastMixin
from tests.queries import at_most
from tests.quizzes import bank

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class ChecksTestCase(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.shelf = bank.category("Complaints")
        cls.below = bank.category("Refunds", parent=cls.shelf)

    def setUp(self):
        self.quiz = bank.quiz_of()

    def question(self, shelf=None, tags=(), **fields):
        made = bank.question("true_false", shelf or self.shelf, **fields)
        made.tags.add(*tags)
        made.save()
        return made

    def ask(self, question, **fields):
        return QuizSlot.objects.create(quiz=self.quiz, question=question, **{"sort_order": 0} | fields)

    def draw(self, count=1, shelf=None, **fields):
        fields = {"sort_order": 0} | fields
        return QuizSlot.objects.create(quiz=self.quiz, category=shelf or self.shelf, draw_count=count, **fields)

    def assertProblems(self, *problems):
        self.assertEqual(problems_of(self.quiz, NOW), list(problems))


class FixedQuestions(ChecksTestCase):
    def test_a_quiz_without_slots(self):
        self.assertProblems("This quiz has no questions yet.")

    def test_what_is_ready_is_no_problem(self):
        self.ask(self.question())
        self.assertProblems()

    def test_each_that_is_not_ready_says_why(self):
        rows = [
            ({"state": "draft"}, "it is a draft."),
            ({"state": "hidden"}, "it is hidden."),
            ({"state": "quarantined"}, "it is in quarantine. It was put into quarantine by hand."),
            (
                {"state": "quarantined", "quarantine_reason": "The limit is 500 now."},
                "it is in quarantine. The limit is 500 now.",
            ),
        ]
        for fields, why in rows:
            with self.subTest(why):
                QuizSlot.objects.all().delete()
                self.ask(self.question(name="Angry", **fields))
                self.assertProblems(f"The question “Angry” is not ready: {why}")

    def test_a_source_that_is_not_verified_or_has_changed(self):
        source = factories.article("Returns", verified_until=NOW + timedelta(days=1))
        self.ask(self.question(name="Days", source_article=source, checked_at=NOW))
        self.assertProblems()
        type(source).objects.update(verified_until=NOW)
        why = "it is in quarantine. Its source article “Returns” is not verified."
        self.assertProblems(f"The question “Days” is not ready: {why}")

    def test_a_critical_one_keeps_everybody_out(self):
        self.ask(self.question(name="Angry", state="quarantined"), is_critical=True)
        text = "The critical question “Angry” cannot be asked, so nobody can start: it is in quarantine."
        [problem] = problems_of(self.quiz, NOW)
        self.assertTrue(problem.startswith(text), problem)
        with self.assertRaises(StartRefused):
            start_preview(self.quiz, self.tamar, at=NOW)

    def test_one_without_a_version_in_the_default_language(self):
        self.ask(self.question(name="Arabic", language="ar"))
        self.assertProblems("The question “Arabic” is not ready: it has no version in English.")

    def test_a_translation_that_is_not_ready_is_no_problem(self):
        english = self.question()
        self.question(language="ar", translation_of=english, state="draft")
        self.ask(english)
        self.assertProblems()


class Draws(ChecksTestCase):
    def too_few(self, need, have, category="Complaints"):
        return f"The category “{category}” has too few ready questions: {need} are needed, {have} are there."

    def test_only_what_may_be_drawn_counts(self):
        for state in ("ready", "ready", "draft", "hidden", "quarantined"):
            self.question(state=state)
        self.question(source_article=factories.article(verified_until=NOW))
        self.draw(2)
        self.assertProblems()
        QuizSlot.objects.update(draw_count=3)
        self.assertProblems(self.too_few(3, 2))

    def test_sub_categories_count_where_the_slot_says_so(self):
        self.question(), self.question(self.below)
        slot = self.draw(2)
        self.assertProblems()
        QuizSlot.objects.filter(pk=slot.pk).update(include_subcategories=False)
        self.assertProblems(self.too_few(2, 1))

    def test_what_the_quiz_names_is_not_drawn_too(self):
        named = self.question()
        self.question()
        self.ask(named)
        self.draw(2, sort_order=1)
        self.assertProblems(self.too_few(2, 1))

    def test_a_question_counts_once_whatever_its_languages(self):
        self.question(language="ar", translation_of=self.question())
        self.draw(2)
        self.assertProblems(self.too_few(2, 1))

    def test_each_slot_that_finds_too_few_is_named(self):
        self.draw(1), self.draw(3, self.below, sort_order=1)
        self.assertProblems(self.too_few(1, 0), self.too_few(3, 0, "Refunds"))

    def test_slots_that_want_the_same_questions(self):
        self.question(self.below)
        self.draw(1), self.draw(1, self.below, sort_order=1)
        [problem] = problems_of(self.quiz, NOW)
        self.assertIn("The slots draw from the same questions, and no question is asked twice.", problem)
        self.question()
        self.assertProblems()

    def test_only_questions_with_all_tags_count(self):
        self.question(tags=["calm", "phone"]), self.question(tags=["calm"])
        self.draw(2, tag_names="calm, phone")
        self.assertProblems(
            "Too few ready questions of the category “Complaints” have the tags “calm, phone”: "
            "2 are needed, 1 are there."
        )
        QuizSlot.objects.update(tag_names="Calm")
        self.assertProblems()

    def test_a_tag_that_no_question_has(self):
        self.question()
        self.draw(1, tag_names="angry")
        self.assertEqual(problems_of(self.quiz, NOW)[0], "No question has the tag “angry”.")

    def test_what_could_be_drawn_for_those_who_cannot_read_it(self):
        self.question(), self.question(name="Arabic", language="ar")
        self.draw(1)
        self.assertProblems("The question “Arabic” could be drawn, but has no version in English.")

    def test_it_costs_the_same_for_one_slot_and_for_three(self):
        for _ in range(6):
            self.question(tags=["calm"], source_article=factories.article(verified_until=NOW + timedelta(days=9)))
        self.ask(Question.objects.first()), self.draw(1, tag_names="calm", sort_order=1)

        def cost():
            with at_most(100) as queries:
                self.assertProblems()
            return len(queries)

        for_one = cost()
        for number, question in enumerate(Question.objects.all()[1:3], start=2):
            self.ask(question, sort_order=number)
            self.draw(1, tag_names="calm", include_subcategories=bool(number % 2), sort_order=number)
        self.assertEqual((cost(), for_one <= 6), (for_one, True))


class Warnings(ChecksTestCase):
    def warnings(self, **fields):
        for name, value in fields.items():
            setattr(self.quiz, name, value)
        return warnings_of(self.quiz, NOW)

    def test_a_plain_quiz_has_none(self):
        self.ask(self.question())
        self.assertEqual(self.warnings(time_limit=10), [])

    def test_one_that_is_closed(self):
        self.ask(self.question())
        [warning] = self.warnings(closes_at=NOW)
        self.assertRegex(warning, "^The quiz closed on Mar 2, 2026.*: without an override, nobody can start it.$")
        self.assertEqual(self.warnings(closes_at=NOW + timedelta(seconds=1)), [])

    def test_little_time(self):
        self.question(), self.question(), self.draw(2), self.ask(self.question(), sort_order=1)
        self.assertEqual(self.warnings(time_limit=1), [])
        self.question(), self.draw(1, sort_order=2)
        self.assertEqual(self.warnings(time_limit=1), ["The time limit leaves 15 seconds for each question."])

    def test_a_window_that_is_shorter_than_the_time_limit(self):
        self.ask(self.question())
        window = {"opens_at": NOW, "closes_at": NOW + timedelta(minutes=9)}
        self.assertEqual(self.warnings(time_limit=10, **window), ["The quiz is open for less than its time limit."])
        self.assertEqual(self.warnings(time_limit=9, **window), [])

    def test_several_tries_without_a_hint(self):
        self.ask(self.question())
        text = "It allows several tries, but none of its questions has a hint: each has one try."
        self.assertEqual(self.warnings(behaviour="several_tries"), [text])
        self.ask(self.question(block={"hints": ["Think of the owner."]}), sort_order=1)
        self.assertEqual(self.warnings(behaviour="several_tries"), [])

    def test_a_person_has_to_mark(self):
        bank.question("essay", self.below)
        self.draw(1)
        self.assertEqual(self.warnings(), ["A person has to mark some of its questions: results wait for that."])

    def test_a_question_that_is_asked_twice(self):
        question = self.question(name="One owner")
        self.ask(question), self.ask(question, sort_order=1)
        self.assertEqual(self.warnings(), ["The question “One owner” is asked more than once."])


class Publishing(ChecksTestCase):
    def publish(self):
        page = factories.quiz_page(factories.course(), self.quiz, live=False)
        page.save_revision().publish()
        return page

    def test_a_page_of_a_quiz_with_problems_is_refused_with_all_of_them(self):
        self.ask(self.question(name="Angry", state="draft"))
        self.draw(2, sort_order=1)
        with self.assertRaises(PublishingRefused) as refused:
            self.publish()
        self.assertEqual(refused.exception.problems, problems_of(self.quiz))
        self.assertEqual(len(refused.exception.problems), 2)

    def test_warnings_refuse_nothing(self):
        self.ask(self.question())
        self.quiz.closes_at = NOW - timedelta(days=400)
        self.quiz.save()
        self.publish()


class Slots(ChecksTestCase):
    def test_a_slot_is_one_or_the_other(self):
        for fields in ({}, {"question": self.question(), "category": self.shelf}):
            with self.assertRaises(ValidationError):
                QuizSlot(quiz=self.quiz, **fields).full_clean()
