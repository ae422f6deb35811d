"""The review obeys its matrix to the letter: seven aspects in four phases, each on and off; and what is always said."""

from datetime import timedelta
from uuid import uuid4

from django.urls import reverse

from quizzes.attempts import save_answer, submit_attempt
from quizzes.models import Attempt, Quiz, QuizFeedback, QuizSlot
from quizzes.review_rules import Aspect, Phase
from quizzes.starting import start_attempt
from tests.queries import at_most
from tests.quizzes import bank
from tests.quizzes.sitting import NOW, PageTestCase

CLOSES = NOW + timedelta(hours=1)
# When somebody looks, by phase: seconds after submitting.
LOOKS = {Phase.IMMEDIATELY: 119, Phase.LATER: 120, Phase.CLOSED: 3600}
# What of the review belongs to each aspect, and what else has to be shown for it to be there.
TOLD = {
    Aspect.ATTEMPT: ("What do you say <b>first</b>?", "<bdi>Calm down.</bdi>", "Your answer:"),
    Aspect.CORRECTNESS: ("Not right", "is-overdue"),
    Aspect.MARKS: ("Mark: 0 of 1", "50%", "ring__value"),
    Aspect.SPECIFIC_FEEDBACK: ("anger is not the problem", "Marked with care"),
    Aspect.GENERAL_FEEDBACK: ("name what happened", "Returns in 14 days"),
    Aspect.RIGHT_ANSWER: ("<bdi>You waited all day.</bdi>", "Right:"),
    Aspect.OVERALL_FEEDBACK: ("Read the course again.",),
}
ALONE = {Aspect.MARKS: ("50%", "ring__value"), Aspect.OVERALL_FEEDBACK: TOLD[Aspect.OVERALL_FEEDBACK]}


class MatrixTestCase(PageTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        shelf = bank.category()
        questions = [bank.question("single_choice", shelf, source_article=cls.source), bank.question("numeric", shelf)]
        cls.quiz = bank.quiz_of(*questions, closes_at=CLOSES)
        QuizFeedback.objects.create(quiz=cls.quiz, lower_bound=0, text="Read the course again.")

    def submitted(self, review: dict) -> Attempt:
        """An attempt with a wrong choice and a right number, that closes with the quiz."""
        Quiz.objects.filter(pk=self.quiz.pk).update(review=review)
        self.quiz.refresh_from_db()
        self.attempt = start_attempt(self.quiz, self.maya, uuid4())
        choice, number = self.attempt.questions.all()
        anger = next(option["id"] for option in choice.content["options"] if option["text"] == "Calm down.")
        save_answer(self.attempt.pk, self.maya, 1, anger, 0)
        save_answer(self.attempt.pk, self.maya, 2, bank.right_response(number), 0)
        self.attempt = submit_attempt(self.attempt.pk, self.maya)
        self.attempt.questions.filter(position=1).update(comment="Marked with care")
        return self.attempt

    def look(self, phase) -> str:
        self.clock.move_to(NOW + timedelta(seconds=LOOKS[phase]))
        text = self.page("review").content.decode()
        self.clock.move_to(NOW)
        return text

    def told(self, text) -> set[str]:
        return {words for told in TOLD.values() for words in told if words in text}


class TheMatrix(MatrixTestCase):
    def test_each_cell_alone_shows_what_is_its_and_nothing_else(self):
        for phase in LOOKS:
            for aspect in Aspect:
                with self.subTest(phase=phase, aspect=aspect):
                    self.submitted({phase: [aspect]})
                    own = set(TOLD[aspect]) if aspect == Aspect.ATTEMPT else set(ALONE.get(aspect, ()))
                    self.assertEqual(self.told(self.look(phase)), own)
                    for other in LOOKS.keys() - {phase}:
                        self.assertEqual(self.told(self.look(other)), set())

    def test_each_cell_with_the_attempt_shows_what_is_its_and_nothing_else(self):
        for phase in LOOKS:
            for aspect in Aspect:
                with self.subTest(phase=phase, aspect=aspect):
                    self.submitted({phase: [Aspect.ATTEMPT, aspect]})
                    self.assertEqual(self.told(self.look(phase)), {*TOLD[Aspect.ATTEMPT], *TOLD[aspect]})

    def test_each_cell_off_hides_what_is_its_and_nothing_else(self):
        everything = {words for told in TOLD.values() for words in told}
        for phase in LOOKS:
            for aspect in Aspect:
                with self.subTest(phase=phase, aspect=aspect):
                    self.submitted({phase: [other for other in Aspect if other != aspect]})
                    shown = everything - set(TOLD[aspect])
                    if aspect == Aspect.ATTEMPT:
                        shown = {words for told in ALONE.values() for words in told}
                    self.assertEqual(self.told(self.look(phase)), shown)

    def test_passed_or_not_is_always_said(self):
        self.submitted({})
        for phase in LOOKS:
            text = self.look(phase)
            self.assertIn("Not passed this time", text)
            self.assertIn("does not show its questions and your answers now", text)

    def test_an_attempt_keeps_the_matrix_it_began_with(self):
        self.submitted({Phase.LATER: list(Aspect)})
        Quiz.objects.update(review={})
        self.assertIn("Your answer:", self.look(Phase.LATER))

    def test_the_phases_change_at_the_second(self):
        self.submitted({Phase.IMMEDIATELY: ["attempt"], Phase.CLOSED: ["attempt"]})
        for seconds, is_shown in ((0, True), (119, True), (120, False), (3599, False), (3600, True)):
            self.clock.move_to(NOW + timedelta(seconds=seconds))
            self.assertEqual("Your answer:" in self.page("review").content.decode(), is_shown, seconds)

    def test_the_history_and_the_page_of_the_quiz_obey_it_too(self):
        self.submitted({Phase.LATER: ["marks"]})
        history = reverse("quizzes:history", args=[self.quiz.key])
        self.assertNotContains(self.client.get(history), "50%")
        self.clock.move_to(NOW + timedelta(minutes=2))
        self.assertContains(self.client.get(history), "50%")


class WhatTheReviewSays(MatrixTestCase):
    def test_the_band_of_a_result_includes_its_lower_bound_only(self):
        for bound, text in ((50, "Half."), ("50.01", "More."), (100, "All.")):
            QuizFeedback.objects.create(quiz=self.quiz, lower_bound=bound, text=text)
        self.submitted({Phase.LATER: list(Aspect)})
        text = self.look(Phase.LATER)
        self.assertIn("Half.", text)
        for other in ("More.", "All.", "Read the course again."):
            self.assertNotIn(other, text)

    def test_what_no_band_reaches_has_no_feedback(self):
        QuizFeedback.objects.update(lower_bound="50.01")
        self.submitted({Phase.LATER: list(Aspect)})
        self.assertNotIn("Read the course again.", self.look(Phase.LATER))

    def test_a_mark_by_a_person_shows_her_comment_and_points(self):
        quiz = bank.quiz_of(bank.question("essay"))
        self.attempt = start_attempt(quiz, self.maya, uuid4())
        save_answer(self.attempt.pk, self.maya, 1, "I am sorry.", 0)
        submit_attempt(self.attempt.pk, self.maya)
        page = self.page("review")
        self.assertContains(page, "Waits for marking")
        self.assertNotContains(page, bank.CANARY)
        first, second = (c["id"] for c in self.stored(1).content["key"]["rubric"])
        marked = {"comment": "Warm, and to the point.", "mark": 1, "rubric": {first: "2", second: "1"}}
        self.attempt.questions.update(**marked)
        Attempt.objects.filter(pk=self.attempt.pk).update(state="finished", mark=1, passed=True, finished_at=NOW)
        page = self.page("review")
        self.assertContains(page, "Warm, and to the point.")
        self.assertContains(page, f"{bank.CANARY} tone: 2 of 3 points")
        self.assertNotContains(page, f"{bank.CANARY}: be kind.")
        Attempt.objects.filter(pk=self.attempt.pk).update(
            rules=self.attempt.rules | {"review": {Phase.IMMEDIATELY: ["attempt", "specific_feedback"]}}
        )
        self.assertContains(self.page("review"), "Warm, and to the point.")
        self.assertNotContains(self.page("review"), "of 3 points")

    def test_a_question_that_was_neutralised_says_so(self):
        self.submitted({Phase.LATER: list(Aspect)})
        self.attempt.questions.filter(position=1).update(is_neutralised=True)
        text = self.look(Phase.LATER)
        self.assertIn("does not count any more", text)
        self.assertNotIn("Not right", text)

    def test_what_had_to_be_right_is_named(self):
        QuizSlot.objects.filter(quiz=self.quiz, sort_order=0).update(is_critical=True)
        Quiz.objects.filter(pk=self.quiz.pk).update(pass_mark=50)
        self.quiz.refresh_from_db()
        self.submitted({Phase.LATER: list(Aspect)})
        text = self.look(Phase.LATER)
        self.assertIn("Not passed this time", text)
        self.assertIn("Some questions have to be right, whatever the mark.", text)
        self.assertEqual(text.count("Has to be right"), 1)

    def test_after_the_close_nobody_is_asked_to_try_again(self):
        self.submitted({})
        self.assertIn("Try again", self.look(Phase.LATER))
        self.assertNotIn("Try again", self.look(Phase.CLOSED))

    def test_what_it_costs(self):
        self.submitted({Phase.LATER: list(Aspect)})
        self.clock.move_to(NOW + timedelta(minutes=3))
        with at_most(5):
            self.page("review")
