"""After a fault in a question was mended: marks are given again, old ones stay in the history, awards stay."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from unittest import mock
from urllib.parse import urlencode
from uuid import uuid4

import time_machine
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from certifications.models import Award
from courses.assignments import assign_path
from courses.enrolling import enrol
from courses.models import ActivityCompletion, Enrolment
from people.models import Notification
from quizzes import regrading
from quizzes.answering import check_answer
from quizzes.attempts import save_answer, submit_attempt
from quizzes.marking import ReasonRequired, SeenMark, mark_question
from quizzes.models import Attempt, AttemptQuestion, MarkChange, QuizSlot
from quizzes.neutralising import Neutralising, neutralise
from quizzes.practising import start_practice
from quizzes.regrade_plans import Selection
from quizzes.regrading import plan, regrade
from quizzes.rescoring import Rescoring
from quizzes.signals import attempt_finished
from quizzes.starting import start_attempt
from tests import factories
from tests.cast import CastMixin
from tests.cms.costs import queries_of
from tests.quizzes import bank

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
WHY = "The second option was right all along."


def with_ids(question):
    """The question as an editor stores it: the parts of its lists keep their ids."""
    store(question, block_of(question))
    return question


def block_of(question) -> dict:
    """Its block's value as JSON, in which each part of a list has its id."""
    body = question.body[0]
    return body.block.get_prep_value(body.value)


def store(question, value) -> None:
    question.body = [{"type": question.kind, "value": value}]
    question.save()
    question.refresh_from_db()


def make_right(question, text: str) -> None:
    """Mends a choice: the option with this text is the right one."""
    value = block_of(question)
    for option in value["options"]:
        option["value"]["is_correct"] = option["value"]["text"] == text
    store(question, value)


class RegradingTestCase(CastMixin, TestCase):
    """A choice whose key has a fault, and a claim; both have to be right to pass."""

    WRONG_KEY, RIGHT_KEY = "You waited all day.", "Calm down."

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        shelf = bank.category()
        cls.choice = with_ids(bank.question("single_choice", shelf, name="A choice"))
        cls.claim = bank.question("true_false", shelf, name="A claim")
        cls.quiz = bank.quiz_of(cls.choice, cls.claim, pass_mark=80)

    def setUp(self):
        self.told = []
        attempt_finished.connect(self.hear)
        self.addCleanup(attempt_finished.disconnect, self.hear)

    def hear(self, attempt, **kwargs):
        self.told.append(attempt.pk)

    def sit(self, person, chosen=RIGHT_KEY, quiz=None, registration=None, at=NOW, **how):
        """A submitted attempt in which the option with the text `chosen` was chosen, and the rest answered right."""
        attempt = start_attempt(quiz or self.quiz, person, registration or uuid4(), at=at, **how)
        for question in attempt.questions.all():
            response = bank.right_response(question)
            if question.kind == "single_choice":
                response = next(one["id"] for one in question.content["options"] if one["text"] == chosen)
            save_answer(attempt.pk, person, question.position, response, 0, at=at)
        return submit_attempt(attempt.pk, person, at=at)

    def selection(self, *questions, **more):
        keys = frozenset(question.translation_key for question in questions) or None
        return Selection(self.quiz.key, keys, **more)

    def regrade(self, *questions, treatment=None, **more):
        return regrade(self.selection(*questions, **more), self.tamar, WHY, treatment, at=LATER)

    def marks(self, attempt):
        return [int(mark) for mark in attempt.questions.values_list("mark", flat=True)]

    def result(self, attempt):
        attempt.refresh_from_db()
        return attempt.mark, attempt.passed


class Regrading(RegradingTestCase):
    def test_the_dry_run_says_each_change_and_writes_nothing(self):
        wronged, favoured = self.sit(self.maya), self.sit(self.sam, self.WRONG_KEY)
        make_right(self.choice, self.RIGHT_KEY)
        found = plan(self.selection(), Rescoring())
        self.assertEqual((found.mark_count, found.answer_count), (2, 4))
        self.assertEqual((found.passing, found.failing), ([wronged.pk], [favoured.pk]))
        result = found.results[0]
        self.assertEqual((result.old_mark, result.new_mark, result.was_passed, result.is_passed), (1, 2, False, True))
        (difference,) = result.marks
        self.assertEqual((difference.question_name, difference.old_mark, difference.new_mark), ("A choice", 0, 1))
        self.assertEqual((self.marks(wronged), self.marks(favoured)), ([0, 1], [1, 1]))
        self.assertFalse(MarkChange.objects.exists())

    def test_a_regrade_marks_again_and_keeps_the_old_mark(self):
        wronged = self.sit(self.maya)
        make_right(self.choice, self.RIGHT_KEY)
        batch = uuid4()
        regrade(self.selection(), self.tamar, WHY, at=LATER, batch=batch)
        self.assertEqual(self.result(wronged), (2, True))
        change = MarkChange.objects.get()
        self.assertEqual((change.old_mark, change.new_mark, change.cause), (0, 1, "regrade"))
        self.assertEqual((change.by, change.at, change.reason, change.batch), (self.tamar, LATER, WHY, batch))

    def test_the_review_shows_the_key_that_marked_and_what_was_shown_stays(self):
        wronged = self.sit(self.maya)
        before = wronged.questions.get(position=1).content
        make_right(self.choice, self.RIGHT_KEY)
        self.regrade()
        question = wronged.questions.get(position=1)
        self.assertEqual(question.type.answer_in_words(question.content), [self.RIGHT_KEY])
        self.assertEqual({**question.content, "key": None}, {**before, "key": None})
        self.assertEqual(question.content["key"]["penalty"], before["key"]["penalty"])

    def test_who_keeps_her_mark_sees_the_mended_key_too(self):
        wrong = self.sit(self.maya, "Order number, please.")
        make_right(self.choice, self.RIGHT_KEY)
        self.assertEqual(self.regrade().mark_count, 0)
        question = wrong.questions.get(position=1)
        self.assertEqual(question.type.answer_in_words(question.content), [self.RIGHT_KEY])
        self.assertFalse(MarkChange.objects.exists())

    def test_a_second_regrade_changes_nothing(self):
        self.sit(self.maya)
        make_right(self.choice, self.RIGHT_KEY)
        self.regrade()
        rows = list(AttemptQuestion.objects.values())
        self.told.clear()
        self.assertEqual(self.regrade().mark_count, 0)
        self.assertEqual(MarkChange.objects.count(), 1)
        self.assertEqual(list(AttemptQuestion.objects.values()), rows)
        self.assertEqual(self.told, [])

    def test_passing_by_a_regrade_completes_the_course_and_tells_her_once(self):
        course = factories.course("Complaints")
        factories.quiz_page(course, self.quiz)
        attempt = self.sit(self.maya, registration=enrol(self.maya, course).registration)
        make_right(self.choice, self.RIGHT_KEY)
        self.told.clear()
        for _time in range(2):
            self.regrade()
        self.assertEqual(self.told, [attempt.pk])
        self.assertEqual(ActivityCompletion.objects.count(), 1)
        self.assertIsNotNone(Enrolment.objects.get().completed_at)
        self.assertEqual(Notification.objects.filter(kind="attempt-regraded").count(), 1)

    def test_failing_by_a_regrade_is_said_and_takes_nothing_away(self):
        course = factories.course("Complaints")
        factories.quiz_page(course, self.quiz)
        learning_path = factories.path(course)
        factories.certification(learning_path)
        assign_path(self.maya, learning_path)
        attempt = self.sit(self.maya, self.WRONG_KEY, registration=enrol(self.maya, course).registration)
        self.assertEqual(Award.objects.get().state, "active")
        make_right(self.choice, self.RIGHT_KEY)
        done = self.regrade()
        self.assertEqual(done.failing, [attempt.pk])
        self.assertEqual(self.result(attempt), (1, False))
        self.assertIsNotNone(Enrolment.objects.get().completed_at)
        self.assertEqual(ActivityCompletion.objects.count(), 1)
        self.assertEqual(Award.objects.get().state, "active")

    def test_a_regrade_without_a_reason_is_refused(self):
        for reason in ("", " \n"):
            with self.assertRaises(ReasonRequired):
                regrade(self.selection(), self.tamar, reason)

    def test_a_regrade_is_in_the_audit_log(self):
        attempt = self.sit(self.maya, self.WRONG_KEY)
        make_right(self.choice, self.RIGHT_KEY)
        batch = uuid4()
        regrade(self.selection(), self.tamar, WHY, batch=batch)
        entry = ModelLogEntry.objects.get(action="quizzes.regrade")
        self.assertEqual((entry.object_id, entry.user, entry.uuid), (str(self.quiz.pk), self.tamar, batch))
        self.assertEqual((entry.data["marks"], entry.data["failing"]), (1, [attempt.pk]))

    def test_attempts_go_by_in_batches(self):
        attempts = [self.sit(person) for person in (self.maya, self.sam, self.layla)]
        make_right(self.choice, self.RIGHT_KEY)
        with mock.patch.object(regrading, "BATCH", 2):
            self.assertEqual(len(self.regrade().results), 3)
        self.assertEqual([self.result(attempt)[1] for attempt in attempts], [True] * 3)

    def test_where_the_average_counts_a_better_mark_completes_without_being_a_pass(self):
        words = with_ids(bank.question("short_text", name="Words"))
        self.quiz = bank.quiz_of(words, self.claim, pass_mark=60, grading_method="average")
        course = factories.course("Complaints")
        factories.quiz_page(course, self.quiz)
        registration = enrol(self.maya, course).registration
        for answers in ((f"{bank.CANARY} CSAT", True), ("goal", False)):  # 100 and 0 percent
            attempt = start_attempt(self.quiz, self.maya, registration, at=NOW)
            for position, response in enumerate(answers, start=1):
                save_answer(attempt.pk, self.maya, position, response, 0, at=NOW)
            submit_attempt(attempt.pk, self.maya, at=NOW)
        ActivityCompletion.objects.all().delete()  # the first one had completed it, when it was alone
        store(words, block_of(words) | {"accepted": [{"text": f"{bank.CANARY} CSAT"}, {"text": "goal"}]})
        done = self.regrade()  # 100 and 50 percent
        self.assertEqual((done.mark_count, done.passing), (1, []))
        self.assertTrue(ActivityCompletion.objects.exists())


class Chosen(RegradingTestCase):
    def setUp(self):
        super().setUp()
        self.wronged, self.favoured = self.sit(self.maya), self.sit(self.sam, self.WRONG_KEY)
        make_right(self.choice, self.RIGHT_KEY)

    def changed(self, *questions, **more):
        return [result.attempt for result in self.regrade(*questions, **more).results]

    def test_only_the_attempts_that_are_chosen(self):
        self.assertEqual(self.changed(attempt_pks=frozenset({self.favoured.pk})), [self.favoured.pk])

    def test_only_failed_ones(self):
        self.assertEqual(self.changed(only_failed=True), [self.wronged.pk])
        self.assertEqual(self.result(self.favoured), (2, True))

    def test_only_the_questions_that_are_chosen(self):
        self.assertEqual(self.changed(self.claim), [])
        self.assertEqual(self.changed(self.choice), [self.wronged.pk, self.favoured.pk])

    def test_not_those_of_another_quiz_in_progress_or_for_practice(self):
        Attempt.objects.update(passed=True)
        other = self.sit(self.layla, quiz=bank.quiz_of(self.claim))
        running = start_attempt(self.quiz, self.layla, uuid4(), at=NOW)
        practice = start_practice(self.wronged.pk, self.maya, at=NOW)
        submit_attempt(practice.pk, self.maya, at=NOW)
        untouched = AttemptQuestion.objects.filter(attempt__in=[other, running, practice])
        rows = list(untouched.values())
        self.changed()
        self.assertEqual(list(untouched.all().values()), rows)

    def test_a_mark_by_hand_stays_unless_it_is_chosen(self):
        by_hand = self.wronged.questions.get(position=1)
        seen = SeenMark.of(by_hand)
        mark_question(by_hand.pk, self.ana, seen, mark=Decimal("0.5"), reason="Half of it.", at=NOW)
        self.assertEqual(self.changed(), [self.favoured.pk])
        self.assertEqual(self.changed(treatment=Rescoring(with_by_hand=True)), [self.wronged.pk])
        by_hand.refresh_from_db()
        self.assertEqual((by_hand.mark, by_hand.marked_by, by_hand.marked_at), (1, None, None))

    def test_the_frozen_key_marks_again_where_the_fault_was_not_in_the_question(self):
        self.wronged.questions.filter(position=2).update(mark=0)
        self.assertEqual(self.changed(treatment=Rescoring(is_frozen=True)), [self.wronged.pk])
        self.assertEqual((self.marks(self.wronged), self.marks(self.favoured)), ([0, 1], [1, 1]))


class WhichKey(RegradingTestCase):
    def edit(self, change):
        value = block_of(self.choice)
        change(value["options"])
        store(self.choice, value)

    def test_where_the_options_changed_the_question_is_listed_and_left_alone(self):
        wronged = self.sit(self.maya)

        def replace_the_right_one(options):
            options[:] = [option for option in options if not option["value"]["is_correct"]]
            options.append({"type": "item", "id": str(uuid4()), "value": {"text": "New", "is_correct": True}})

        self.edit(replace_the_right_one)
        done = self.regrade()
        self.assertEqual(done.refused, [{"question": "A choice", "obstacle": "options", "count": 1}])
        self.assertEqual((self.marks(wronged), done.mark_count), ([0, 1], 0))
        self.assertEqual(wronged.questions.get(position=1).content["key"]["correct"], self.key_of(wronged))

    def key_of(self, attempt):
        options = attempt.questions.get(position=1).content["options"]
        return [option["id"] for option in options if option["text"] == self.WRONG_KEY]

    def test_a_wrong_option_that_is_gone_or_new_is_no_obstacle(self):
        gone = self.sit(self.maya, "Order number, please.")
        right = self.sit(self.sam, self.WRONG_KEY)

        def swap_a_wrong_one(options):
            options.pop()
            options.append({"type": "item", "id": str(uuid4()), "value": {"text": "New", "is_correct": False}})

        self.edit(swap_a_wrong_one)
        self.assertEqual(self.regrade().refused, [])
        self.assertEqual((self.marks(gone), self.marks(right)), ([0, 1], [1, 1]))

    def test_options_whose_texts_were_swapped_are_recognised_by_their_texts(self):
        wronged = self.sit(self.maya)

        def swap_the_texts(options):
            first, second = options[0]["value"], options[1]["value"]
            first["text"], second["text"] = second["text"], first["text"]

        self.edit(swap_the_texts)  # now “Calm down.” is the right one
        self.regrade()
        self.assertEqual(self.marks(wronged), [1, 1])

    def test_a_question_that_is_gone_or_of_another_type_is_left_alone(self):
        self.sit(self.maya)
        self.claim.body = [{"type": "essay", "value": bank.BODIES["essay"]}]
        self.claim.save()
        QuizSlot.objects.filter(question=self.choice).delete()
        self.choice.delete()
        found = [(row["question"], row["obstacle"]) for row in self.regrade().refused]
        self.assertEqual(found, [("A choice", "gone"), ("A claim", "type")])

    def test_each_attempt_is_marked_by_its_own_language(self):
        for is_versioned in (False, True):
            with self.subTest(is_versioned):
                english = bank.question("short_text", block={"accepted": ["target"]})
                arabic = bank.question(
                    "short_text", language="ar", translation_of=english, block={"accepted": ["الهدف"]}
                )
                if is_versioned:
                    for row in (english, arabic):
                        row.save_revision()
                self.quiz = bank.quiz_of(english)
                attempts = [self.write(person, "goal") for person in (self.maya, self.layla)]
                store(arabic, block_of(arabic) | {"accepted": [{"text": "goal"}]})
                done = self.regrade()
                self.assertEqual([result.attempt for result in done.results], [attempts[1].pk])

    def write(self, person, text):
        attempt = start_attempt(self.quiz, person, uuid4(), at=NOW)
        save_answer(attempt.pk, person, 1, text, 0, at=NOW)
        return submit_attempt(attempt.pk, person, at=NOW)

    def test_the_version_that_was_asked_tells_the_language_even_where_it_is_another(self):
        english = bank.question("short_text", block={"accepted": ["target"]})
        english.save_revision()
        self.quiz = bank.quiz_of(english)
        attempt = self.write(self.layla, "goal")  # in English: there was no translation yet
        bank.question("short_text", language="ar", translation_of=english, block={"accepted": ["goal"]})
        self.assertEqual(self.regrade().mark_count, 0)
        store(english, block_of(english) | {"accepted": [{"text": "goal"}]})
        self.assertEqual(self.regrade().passing, [attempt.pk])

    def test_wrong_tries_cost_what_they_cost(self):
        value = block_of(self.choice) | {"hints": ["Think of her.", "Not an order."]}
        store(self.choice, value)
        self.quiz = bank.quiz_of(self.choice, behaviour="several_tries")
        attempt = start_attempt(self.quiz, self.maya, uuid4(), at=NOW)
        ids = {option["text"]: option["id"] for option in attempt.questions.get().content["options"]}
        for revision, text in enumerate(("Order number, please.", "Calm down.")):
            check_answer(attempt.pk, self.maya, 1, ids[text], revision, at=NOW)
        submit_attempt(attempt.pk, self.maya, at=NOW)
        make_right(self.choice, "Calm down.")
        type(self.choice).objects.update(penalty=0)
        self.regrade()
        self.assertEqual(attempt.questions.get().mark, Decimal("0.66"))  # one wrong try: a third off


class WaitingForAMarker(RegradingTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.essay = bank.question("essay", name="An essay")
        QuizSlot.objects.create(quiz=cls.quiz, question=cls.essay, sort_order=9)

    def test_a_submitted_attempt_is_regraded_and_goes_on_waiting(self):
        attempt = self.sit(self.maya)
        make_right(self.choice, self.RIGHT_KEY)
        done = self.regrade()
        self.assertEqual([(result.new_mark, result.is_passed) for result in done.results], [(None, None)])
        attempt.refresh_from_db()
        self.assertEqual((attempt.state, attempt.mark), ("submitted", None))
        self.assertEqual(attempt.questions.get(position=1).mark, 1)
        self.assertEqual(self.told, [])

    def test_dropping_what_it_waits_for_finishes_it_and_tells_her(self):
        attempt = self.sit(self.maya, self.WRONG_KEY)
        neutralise(self.essay.translation_key, self.quiz.key, "drop", self.tamar, "Unclear.", at=LATER)
        self.assertEqual(self.result(attempt), (2, True))
        self.assertEqual((attempt.state, attempt.max_mark, attempt.finished_at), ("finished", 2, NOW))
        self.assertEqual(self.told, [attempt.pk])
        self.assertEqual(Notification.objects.get().kind, "attempt-marked")

    def test_dropping_something_else_lowers_what_it_can_reach(self):
        attempt = self.sit(self.maya)
        neutralise(self.choice.translation_key, self.quiz.key, "drop", self.tamar, "Unclear.", at=LATER)
        attempt.refresh_from_db()
        self.assertEqual((attempt.state, attempt.mark, attempt.max_mark), ("submitted", None, 2))


class NeutralisingTest(RegradingTestCase):
    def neutralise(self, how, question=None):
        key = (question or self.choice).translation_key
        return neutralise(key, self.quiz.key, how, self.tamar, "Nobody could know.", at=LATER)

    def test_a_dropped_question_is_0_of_0(self):
        attempt = self.sit(self.maya)
        done = self.neutralise("drop")
        self.assertEqual(done.passing, [attempt.pk])
        question = attempt.questions.get(position=1)
        self.assertEqual((question.mark, question.max_mark, question.is_neutralised), (0, 0, True))
        self.assertEqual(self.result(attempt), (1, True))
        self.assertEqual(attempt.max_mark, 1)
        change = MarkChange.objects.get()
        self.assertEqual((change.old_max_mark, change.new_max_mark, change.cause), (1, 0, "neutralised"))

    def test_full_marks_go_to_everybody_even_without_an_answer(self):
        attempt = submit_attempt(start_attempt(self.quiz, self.maya, uuid4(), at=NOW).pk, self.maya, at=NOW)
        self.neutralise("full_marks")
        self.assertEqual(self.marks(attempt), [1, 0])

    def test_the_dry_run_writes_nothing(self):
        attempt = self.sit(self.maya)
        found = plan(self.selection(self.choice), Neutralising("full_marks"))
        self.assertEqual((found.passing, found.mark_count), ([attempt.pk], 1))
        self.assertEqual(self.result(attempt), (1, False))
        self.assertFalse(MarkChange.objects.exists())

    def test_again_changes_nothing_and_the_other_way_may_follow(self):
        attempt = self.sit(self.maya)
        for how, expected in (("drop", (1, 1)), ("full_marks", (2, 2)), ("drop", (1, 1))):
            self.assertEqual(self.neutralise(how).mark_count, 1)
            self.assertEqual(self.neutralise(how).mark_count, 0)
            attempt.refresh_from_db()
            self.assertEqual((attempt.mark, attempt.max_mark), expected)
        self.assertEqual(MarkChange.objects.count(), 3)

    def test_a_critical_question_that_was_dropped_fails_nobody(self):
        QuizSlot.objects.filter(question=self.choice).update(is_critical=True)
        attempt = self.sit(self.maya)
        self.neutralise("drop")
        self.assertTrue(self.result(attempt)[1])

    def test_a_regrade_leaves_it_alone(self):
        attempt = self.sit(self.maya)
        self.neutralise("full_marks")
        self.assertEqual(self.regrade().mark_count, 0)
        self.assertEqual(self.marks(attempt), [1, 1])

    def test_an_attempt_with_nothing_left_is_0_percent_and_not_passed(self):
        passed = self.sit(self.maya, self.WRONG_KEY)
        self.neutralise("drop")
        done = self.neutralise("drop", self.claim)
        self.assertEqual(done.failing, [passed.pk])
        self.assertEqual(self.result(passed), (0, False))
        self.assertEqual(passed.percent, 0)

    def test_another_way_is_refused(self):
        with self.assertRaises(ValueError):
            self.neutralise("undo")


class Pages(RegradingTestCase):
    def setUp(self):
        super().setUp()
        self.client.force_login(self.tamar)
        self.choices = {"questions": [str(self.choice.translation_key)], "act": "regrade"}

    def url(self, name="regrade"):
        return reverse(f"marking:{name}", args=[self.quiz.key])

    def run_it(self, reason=WHY, follow=True, **choices):
        query = urlencode(self.choices | choices, doseq=True)
        return self.client.post(f"{self.url('run_regrade')}?{query}", {"reason": reason}, follow=follow)

    def test_a_question_that_changed_since_is_proposed(self):
        self.choice.save_revision()
        self.claim.save_revision()
        self.sit(self.maya)
        self.assertEqual(self.proposed(), [])
        make_right(self.choice, self.RIGHT_KEY)
        self.choice.save_revision()
        self.assertEqual(self.proposed(), [str(self.choice.translation_key)])

    def proposed(self):
        return self.client.get(self.url()).context["form"].fields["questions"].initial

    def test_the_dry_run_names_each_change_and_a_get_writes_nothing(self):
        self.sit(self.maya)
        start_attempt(self.quiz, self.layla, uuid4(), at=NOW)
        make_right(self.choice, self.RIGHT_KEY)
        response = self.client.get(self.url(), self.choices)
        for text in ("Maya Osei", "A choice", "from 0.00 of 1.00 to 1.00 of 1.00", "passes now"):
            self.assertContains(response, text)
        self.assertContains(response, "1 attempt is still in progress")
        self.assertFalse(MarkChange.objects.exists())

    def test_the_dry_run_as_a_table(self):
        self.sit(self.maya)
        make_right(self.choice, self.RIGHT_KEY)
        table = self.client.get(self.url(), self.choices | {"csv": 1}).getvalue().decode("utf-8-sig")
        row = "Maya Osei,1,A choice,0.00 of 1.00,1.00 of 1.00,1.00 of 2.00,2.00 of 2.00,no,yes"
        self.assertIn(row, table.splitlines())

    def test_it_is_done_with_a_reason_and_the_result_names_who_would_not_pass(self):
        self.sit(self.maya)
        favoured = self.sit(self.sam, self.WRONG_KEY)
        make_right(self.choice, self.RIGHT_KEY)
        response = self.run_it()
        self.assertEqual(response.redirect_chain[-1][1], 302)
        for text in ("2 marks changed.", "1 attempt is passed now.", "decide by hand", "Sam Whitfield"):
            self.assertContains(response, text)
        self.assertNotContains(response, "Maya Osei")
        self.assertEqual(self.result(favoured), (1, False))
        history = self.client.get(response.context["history_url"])
        for text in ("Maya Osei", "Sam Whitfield", WHY, "Tamar Lomidze"):
            self.assertContains(history, text)

    def test_without_a_reason_the_dry_run_comes_back(self):
        self.sit(self.maya)
        make_right(self.choice, self.RIGHT_KEY)
        response = self.run_it(reason=" ")
        self.assertTrue(response.context["form"].errors["reason"])
        self.assertFalse(MarkChange.objects.exists())

    def test_a_get_does_not_run_it(self):
        self.assertEqual(self.client.get(self.url("run_regrade")).status_code, 405)

    def test_who_may_not_change_quizzes_may_not_regrade(self):
        self.sit(self.maya)
        make_right(self.choice, self.RIGHT_KEY)
        for person in (self.maya, self.giorgi, None):
            self.client.force_login(person) if person else self.client.logout()
            self.run_it(follow=False)
        self.assertFalse(MarkChange.objects.exists())
        self.client.force_login(self.tamar)
        url = self.run_it(follow=False).url
        for person in (self.maya, self.giorgi, None):
            self.client.force_login(person) if person else self.client.logout()
            self.assertEqual(self.client.get(url).status_code, 302)

    def test_a_question_is_neutralised_there_too(self):
        attempt = self.sit(self.maya)
        self.run_it(act="drop")
        self.assertEqual(self.result(attempt), (1, True))
        self.assertTrue(ModelLogEntry.objects.filter(action="quizzes.neutralised", user=self.tamar).exists())

    def test_choices_that_are_not_there_change_nothing(self):
        self.sit(self.maya)
        for choices in ({"act": "all"}, {"questions": ["x"]}, {"questions": [str(uuid4())]}):
            self.assertEqual(self.run_it(**choices).status_code, 200)
        self.assertFalse(MarkChange.objects.exists())

    def test_while_it_is_at_work_the_page_looks_again_and_later_says_that_it_broke_off(self):
        self.sit(self.maya)
        make_right(self.choice, self.RIGHT_KEY)
        with mock.patch("quizzes.regrade_runs.carry_out", side_effect=RuntimeError), self.assertLogs("quizzes"):
            response = self.run_it()
        self.assertEqual(response.headers["Refresh"], "2")
        url = response.request["PATH_INFO"]
        with time_machine.travel(timezone.now() + timedelta(hours=1)):
            self.client.force_login(self.tamar)
            response = self.client.get(url)
        self.assertContains(response, "broke off")
        self.assertNotIn("Refresh", response.headers)
        self.assertEqual(self.client.get(reverse("marking:regraded", args=[uuid4()])).status_code, 404)

    def test_the_dry_run_and_the_result_cost_the_same_with_one_and_with_three_rows(self):
        attempts = [self.sit(person, self.WRONG_KEY) for person in (self.maya, self.sam, self.layla)]
        make_right(self.choice, self.RIGHT_KEY)
        url = f"{self.url()}?{urlencode(self.choices, doseq=True)}"
        Attempt.objects.filter(pk__in=[attempt.pk for attempt in attempts[1:]]).update(purpose="practice")
        one = queries_of(self.client, url)
        Attempt.objects.update(purpose="graded")
        three = queries_of(self.client, url)
        self.assertEqual(len(three), len(one), "\n".join(three))
        self.assertLessEqual(len(three), 25)

    def test_the_row_of_a_quiz_leads_to_its_attempts_and_to_the_regrade(self):
        response = self.client.get(reverse(self.quiz.snippet_viewset.get_url_name("list")))
        for name in ("attempts", "regrade"):
            self.assertContains(response, self.url(name))
        editor = self.client.get(reverse(self.quiz.snippet_viewset.get_url_name("edit"), args=[self.quiz.pk]))
        self.assertContains(editor, self.url("attempts"))

    def test_the_history_is_filtered_by_attempt_and_cause(self):
        first, second = self.sit(self.maya), self.sit(self.sam)
        make_right(self.choice, self.RIGHT_KEY)
        self.run_it()
        self.run_it(act="drop", questions=[str(self.claim.translation_key)])
        for query, count in (({}, 4), ({"attempt": first.pk}, 2), ({"cause": "neutralised"}, 2), ({"cause": "x"}, 4)):
            rows = self.client.get(self.url("history"), query).context["rows"]
            self.assertEqual(len(rows), count, query)
        table = self.client.get(self.url("history"), {"attempt": second.pk, "csv": 1}).getvalue().decode()
        self.assertIn("Sam Whitfield", table)
        self.assertNotIn("Maya", table)

    def test_the_attempts_of_a_quiz_that_was_deleted_are_still_there(self):
        attempt = self.sit(self.maya)
        QuizSlot.objects.filter(quiz=self.quiz).delete()
        self.quiz.delete()
        self.assertContains(self.client.get(self.url("attempts")), "Maya Osei")
        self.assertContains(self.client.get(reverse("marking:attempt", args=[attempt.pk])), "A choice")
        self.assertEqual(self.client.get(self.url("regrade")).status_code, 404)
