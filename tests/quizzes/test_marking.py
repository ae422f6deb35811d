"""What a person marks: the verb, the history, the queue, and that a blind queue is blind."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from django.test import TestCase
from wagtail.models import ModelLogEntry

from courses.enrolling import enrol
from courses.models import ActivityCompletion
from people.models import Notification
from quizzes.attempts import save_answer, submit_attempt
from quizzes.marking import (
    MarkOutOfRange,
    NotMarkable,
    OwnAnswer,
    ReasonRequired,
    SeenMark,
    StaleMark,
    mark_question,
    rubric_of,
)
from quizzes.models import MarkChange
from quizzes.neutralising import neutralise
from quizzes.signals import attempt_finished
from quizzes.starting import start_attempt
from tests import factories
from tests.cast import CastMixin
from tests.quizzes import bank

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class MarkingTestCase(CastMixin, TestCase):
    """A quiz of a true/false question and two essays, the first with a rubric of 3 + 1 points; each worth 5."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        shelf = bank.category()
        cls.claim = bank.question("true_false", shelf, default_mark=5, name="One owner")
        cls.letter = bank.question("essay", shelf, default_mark=5, name="A letter")
        cls.note = bank.question("essay", shelf, default_mark=5, name="A note", block={"rubric": []})
        cls.quiz = bank.quiz_of(cls.claim, cls.letter, cls.note, pass_mark=60)

    def sit(self, person, quiz=None, registration=None, at=NOW):
        """A submitted attempt with the claim right and both essays written."""
        attempt = start_attempt(quiz or self.quiz, person, registration or uuid4(), at=at)
        for question in attempt.questions.all():
            response = f"From {question.position}" if question.kind == "essay" else bank.right_response(question)
            save_answer(attempt.pk, person, question.position, response, 0, at=at)
        return submit_attempt(attempt.pk, person, at=at)

    def answer(self, attempt, position):
        return attempt.questions.get(position=position)

    def mark(self, question, mark=None, by=None, seen=None, at=NOW + HOUR, **more):
        mark = None if mark is None else Decimal(mark)
        return mark_question(question.pk, by or self.tamar, seen or SeenMark.of(question), mark=mark, at=at, **more)

    def points(self, question, *points):
        return {criterion["id"]: Decimal(given) for criterion, given in zip(rubric_of(question), points, strict=True)}


class Marking(MarkingTestCase):
    def setUp(self):
        self.attempt = self.sit(self.maya)
        self.letter_answer, self.note_answer = self.answer(self.attempt, 2), self.answer(self.attempt, 3)
        self.told = []
        attempt_finished.connect(self.hear)
        self.addCleanup(attempt_finished.disconnect, self.hear)

    def hear(self, attempt, **kwargs):
        self.told.append((attempt.pk, attempt.passed))

    def test_an_attempt_with_an_essay_waits_for_its_marker(self):
        self.assertEqual((self.attempt.state, self.attempt.mark), ("submitted", None))
        self.assertEqual(self.told, [])

    def test_the_last_mark_finishes_the_attempt_and_tells_the_learner_once(self):
        self.mark(self.letter_answer, "3", comment="Warm.")
        self.attempt.refresh_from_db()
        self.assertEqual(self.attempt.state, "submitted")
        self.assertFalse(Notification.objects.exists())
        self.mark(self.note_answer, "2.5")
        self.attempt.refresh_from_db()
        self.assertEqual(
            (self.attempt.state, self.attempt.mark, self.attempt.passed), ("finished", Decimal("10.5"), True)
        )
        self.assertEqual(self.attempt.finished_at, NOW)
        self.assertEqual(self.told, [(self.attempt.pk, True)])
        message = Notification.objects.get()
        self.assertEqual((message.recipient, message.url), (self.maya, f"/attempts/{self.attempt.pk}/review/"))

    def test_a_mark_says_who_gave_it_when_and_with_which_comment(self):
        self.mark(self.letter_answer, "3", comment="Warm.")
        stored = self.answer(self.attempt, 2)
        given = (stored.mark, stored.comment, stored.marked_by, stored.marked_at)
        self.assertEqual(given, (Decimal(3), "Warm.", self.tamar, NOW + HOUR))
        change = MarkChange.objects.get()
        self.assertEqual((change.old_mark, change.new_mark, change.by, change.at), (None, 3, self.tamar, NOW + HOUR))
        self.assertEqual(change.cause, "by_hand")

    def test_passing_by_a_mark_completes_the_quiz_in_the_course(self):
        course = factories.course("Complaints")
        page = factories.quiz_page(course, self.quiz)
        enrolment = enrol(self.sam, course)
        attempt = self.sit(self.sam, registration=enrolment.registration)
        self.mark(self.answer(attempt, 2), "5")
        self.assertFalse(ActivityCompletion.objects.exists())
        self.mark(self.answer(attempt, 3), "5")
        self.assertEqual(ActivityCompletion.objects.get().activity_key, page.translation_key)

    def test_points_become_the_mark_rounded_down(self):
        points = self.points(self.letter_answer, "2", "0.99")
        self.mark(self.letter_answer, points=points)  # 2.99 of 4 points, of 5: 3.7375
        stored = self.answer(self.attempt, 2)
        self.assertEqual(stored.mark, Decimal("3.73"))
        self.assertEqual(stored.rubric, {pk: str(given) for pk, given in points.items()})

    def test_all_points_are_the_whole_mark(self):
        self.mark(self.letter_answer, points=self.points(self.letter_answer, "3", "1"))
        self.assertEqual(self.answer(self.attempt, 2).mark, 5)

    def test_marks_and_points_that_cannot_be_are_refused(self):
        first, second = (criterion["id"] for criterion in rubric_of(self.letter_answer))
        wrong = [{"mark": mark} for mark in ("-0.01", "5.01", "1.001", "NaN", "Infinity", None)]
        wrong += [
            {"points": points}
            for points in (
                {first: Decimal(3)},
                {first: Decimal(4), second: Decimal(0)},
                {first: Decimal(-1), second: Decimal(1)},
                {first: Decimal("NaN"), second: Decimal(1)},
                {first: Decimal(1), "x": Decimal(1)},
            )
        ]
        for given in wrong:
            with self.subTest(given), self.assertRaises(MarkOutOfRange):
                self.mark(self.letter_answer, **given)
        with self.assertRaises(MarkOutOfRange):
            self.mark(self.note_answer, points={})
        self.assertFalse(MarkChange.objects.exists())

    def test_who_saw_another_mark_is_told_instead_of_overwriting_it(self):
        self.mark(self.letter_answer, "3")
        with self.assertRaises(StaleMark) as refused:
            self.mark(self.letter_answer, "1", by=self.ana)
        self.assertEqual(refused.exception.question.mark, 3)
        self.assertEqual(self.answer(self.attempt, 2).mark, 3)
        self.assertEqual(MarkChange.objects.count(), 1)

    def test_the_same_mark_posted_twice_is_one_mark(self):
        for _time in range(2):
            self.mark(self.letter_answer, "3", comment="Warm.")
        self.assertEqual(MarkChange.objects.count(), 1)

    def test_what_was_seen_travels_as_text(self):
        for question in (self.letter_answer, self.mark(self.letter_answer, "3.5")):
            question.refresh_from_db()
            self.assertEqual(SeenMark.from_token(SeenMark.of(question).token), SeenMark.of(question))
        for token in ("", "x|5|", "1|2", "1|2|3|4"):
            with self.assertRaises(ValueError):
                SeenMark.from_token(token)

    def test_nobody_marks_her_own_answers(self):
        with self.assertRaises(OwnAnswer):
            self.mark(self.letter_answer, "5", by=self.maya)

    def test_an_answer_of_an_attempt_in_progress_takes_no_mark(self):
        running = start_attempt(self.quiz, self.sam, uuid4(), at=NOW)
        with self.assertRaises(NotMarkable):
            self.mark(self.answer(running, 2), "5")


class MarkingAgain(MarkingTestCase):
    def setUp(self):
        self.attempt = self.sit(self.maya)
        self.mark(self.answer(self.attempt, 2), "2")
        self.mark(self.answer(self.attempt, 3), "1")  # 8 of 15: not passed

    def result(self):
        self.attempt.refresh_from_db()
        return self.attempt.mark, self.attempt.passed

    def test_a_finished_attempt_gets_its_result_again_and_no_second_message(self):
        self.assertEqual(self.result(), (8, False))
        self.mark(self.answer(self.attempt, 3), "2", by=self.ana)
        self.assertEqual(self.result(), (9, True))
        self.assertEqual(Notification.objects.count(), 1)
        self.assertEqual(self.attempt.finished_at, NOW)
        changes = MarkChange.objects.filter(question__position=3).values_list("old_mark", "new_mark", "by")
        self.assertEqual(list(changes), [(None, 1, self.tamar.pk), (1, 2, self.ana.pk)])

    def test_a_computed_mark_is_changed_only_with_a_reason(self):
        claim = self.answer(self.attempt, 1)
        for reason in ("", "  "):
            with self.assertRaises(ReasonRequired):
                self.mark(claim, "0", reason=reason)
        self.mark(claim, "0", reason="She guessed aloud.")
        self.assertEqual(self.result(), (3, False))
        change = MarkChange.objects.get(question=claim)
        self.assertEqual((change.old_mark, change.new_mark, change.reason), (5, 0, "She guessed aloud."))

    def test_a_comment_can_be_mended_without_another_mark(self):
        self.mark(self.answer(self.attempt, 3), "1", comment="Better.")
        self.assertEqual(self.answer(self.attempt, 3).comment, "Better.")
        self.assertEqual(self.result(), (8, False))

    def test_a_neutralised_question_takes_no_mark(self):
        neutralise(self.note.translation_key, self.quiz.key, "drop", self.tamar, "Unclear.", at=NOW)
        with self.assertRaises(NotMarkable):
            self.mark(self.answer(self.attempt, 3), "0", reason="So.")

    def test_the_audit_log_has_the_quiz_and_no_name(self):
        entry = ModelLogEntry.objects.filter(action="quizzes.mark").first()
        self.assertEqual((entry.object_id, entry.user), (str(self.quiz.pk), self.tamar))
        for text in (str(entry.data), entry.label, str(entry)):
            self.assertNotIn("Maya", text)
            self.assertNotIn("maya", text)
