"""No way back, all questions on one page, and what follows when the time is over."""

from datetime import timedelta
from uuid import uuid4

from django.urls import reverse

from quizzes.attempts import finalise_due_attempts, save_answer
from quizzes.models import Attempt, QuizSlot
from quizzes.starting import start_attempt
from tests.queries import at_most
from tests.quizzes import bank
from tests.quizzes.sitting import JSON, NOW, PageTestCase, RulesTestCase


class ForwardsOnly(RulesTestCase):
    rules = {"navigation": "sequential"}

    def go_on(self, position, response=None, **more):
        return self.post_answer(position, response or self.wrong(position), go="next", **more)

    def test_going_on_is_for_good(self):
        self.assertRedirects(self.go_on(1), f"{self.url()}?q=2")
        self.assertEqual(self.page().context["position"], 2)
        for q in (1, 3, 4):
            self.assertRedirects(self.page(q=q), self.url())
        left = self.post_answer(1, self.right(1), revision=1)
        self.assertContains(left, "You are at question 2.", status_code=409)
        self.assertContains(left, f"{self.url()}?q=2", status_code=409)
        self.assertEqual(self.stored(1).response, self.wrong(1))

    def test_a_script_is_told_too(self):
        self.go_on(1)
        for position in (1, 3):
            left = self.post_answer(position, self.right(position), revision=1, headers=JSON)
            self.assertEqual((left.status_code, left.json()["error"]), (409, "left"))

    def test_there_is_no_way_back_on_its_pages(self):
        self.go_on(1)
        page = self.page()
        self.assertNotContains(page, 'value="previous"')
        self.assertNotContains(page, "?q=")
        self.assertNotContains(page, "Mark for later")
        overview = self.page("overview")
        self.assertContains(overview, "3 questions have no answer yet.")
        self.assertNotContains(overview, "What do you say")

    def test_saving_alone_stays(self):
        self.post_answer(1, self.wrong(1))
        self.assertEqual(self.page().context["position"], 1)
        self.post_answer(1, self.right(1), revision=1)
        self.assertEqual(self.stored(1).response, self.right(1))

    def test_at_the_last_question_it_leads_to_the_overview(self):
        for position in (1, 2, 3):
            self.go_on(position)
        self.assertContains(self.page(), "Save and look over")
        self.assertRedirects(self.post_answer(4, self.right(4), go="overview"), self.url("overview"))
        self.assertEqual(self.page().context["position"], 4)

    def test_one_goes_on_from_a_checked_answer(self):
        self.begin(behaviour="immediate")
        self.check(1, self.wrong(1))
        self.client.post(self.url("answer"), {"position": 1, "revision": 1, "go": "next"})
        self.assertEqual(self.page().context["position"], 2)

    def test_a_stale_answer_goes_nowhere(self):
        save_answer(self.attempt.pk, self.maya, 1, self.right(1), 0)
        self.assertEqual(self.go_on(1).status_code, 409)
        self.assertEqual(self.page().context["position"], 1)

    def test_the_cost_of_going_on(self):
        with at_most(6):
            self.go_on(1)


class OnePage(RulesTestCase):
    rules = {"layout": "one_page"}

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        QuizSlot.objects.filter(quiz=cls.quiz, sort_order=2).update(section_title="Money")

    def fields(self, responses, revision=0, **more):
        """The whole form: an answer at each of its positions, and what else is posted."""
        data = dict(more)
        for position in range(1, len(self.questions) + 1):
            data[f"q{position}-revision"] = revision
            if position in responses:
                answers = bank.posted(responses[position])
                data |= {f"q{position}-{name}": value for name, value in answers.items()}
        return data

    def send(self, responses, revision=0, **more):
        return self.client.post(self.url("answers"), self.fields(responses, revision, **more))

    def test_all_questions_are_there_in_their_sections(self):
        text = self.page().content.decode()
        self.assertEqual(text.count('class="question__text"'), 4)
        self.assertLess(text.index('id="q2-question"'), text.index("Money"))
        self.assertLess(text.index("Money"), text.index('id="q3-question"'))
        for position in (1, 2, 3, 4):
            self.assertIn(f'name="q{position}-revision"', text)
        self.assertIn('name="q3-answer"', text)

    def test_all_answers_of_the_form_are_saved(self):
        responses = {1: self.right(1), 3: "12", 4: self.wrong(4)}
        self.assertRedirects(self.send(responses), self.url())
        for position in (1, 2, 3, 4):
            stored = self.stored(position)
            self.assertEqual(stored.response, responses.get(position))
            self.assertEqual(stored.revision, int(position in responses))
        self.assertFalse(self.attempt.questions.filter(position=2, response__isnull=False).exists())
        self.assertContains(self.page(), 'value="12"')

    def test_an_answer_can_be_taken_back(self):
        self.send({1: self.right(1), 3: "12"})
        self.send({1: self.right(1)}, revision=1)
        self.assertFalse(self.attempt.questions.filter(position=3, response__isnull=False).exists())
        self.assertEqual(self.stored(1).revision, 1)

    def test_one_that_is_stale_keeps_back_no_other_and_is_offered_again(self):
        save_answer(self.attempt.pk, self.maya, 3, "theirs", 0)
        response = self.send({1: self.right(1), 3: "mine"}, go="overview")
        self.assertEqual(response.status_code, 409)
        self.assertEqual((self.stored(1).response, self.stored(3).response), (self.right(1), "theirs"))
        self.assertContains(response, 'value="mine"', status_code=409)
        self.assertContains(response, "<bdi>theirs</bdi>", status_code=409)
        for choice, kept in (({"q3-keep": "1"}, "theirs"), ({"q3-over": "1"}, "mine")):
            data = self.fields({1: self.right(1), 3: "mine"}) | {"q1-revision": 1} | choice
            self.assertRedirects(self.client.post(self.url("answers"), data), self.url())
            self.assertEqual(self.stored(3).response, kept)

    def test_foreign_fields_are_refused(self):
        for name in ("q3-mark", "q3-position", "q1-answer-x", "q0-answer", "mark", "q3-", "x3-answer", "q3-answerx"):
            with self.subTest(name):
                self.assertEqual(self.send({}, **{name: "1"}).status_code, 400)
        self.assertEqual(self.send({3: "12\0"}).status_code, 400)
        self.assertEqual(self.send({}, **{"q5-revision": "0"}).status_code, 404)
        self.assertFalse(self.attempt.questions.filter(revision__gt=0).exists())

    def test_a_script_saves_one_question_as_on_a_page_of_its_own(self):
        self.assertEqual(self.post_answer(3, "12", headers=JSON).json(), {"revision": 1})

    def test_flags_are_part_of_the_form(self):
        self.send({}, **{"q2-is_flagged": "1"})
        self.assertEqual([self.stored(n).is_flagged for n in (1, 2)], [False, True])
        self.send({})
        self.assertFalse(self.stored(2).is_flagged)

    def test_a_check_saves_the_rest_too(self):
        self.begin(behaviour="immediate")
        response = self.send({1: self.right(1), 3: "12"}, **{"q3-go": "check"})
        self.assertRedirects(response, f"{self.url()}#q3-feedback")
        self.assertEqual(self.stored(1).response, self.right(1))
        self.assertIsNone(self.stored(1).settled_at)
        self.assertIsNotNone(self.stored(3).settled_at)
        self.assertContains(self.page(), "Not right", count=1)
        data = self.fields({1: self.wrong(1)}) | {"q1-revision": 1, "q3-revision": 1, "q3-is_flagged": "1"}
        self.assertRedirects(self.client.post(self.url("answers"), data), self.url())
        self.assertTrue(self.stored(3).is_flagged)
        self.assertEqual((self.stored(1).response, self.stored(3).response), (self.wrong(1), "12"))

    def test_where_there_is_one_page_there_is_nothing_to_leave(self):
        self.begin(navigation="sequential")
        self.assertRedirects(self.send({4: self.right(4), 1: self.right(1)}), self.url())
        self.assertEqual(self.stored(4).response, self.right(4))

    def test_other_peoples_answers_and_late_ones_are_refused(self):
        self.client.force_login(self.sam)
        self.assertEqual(self.send({3: "12"}).status_code, 404)
        self.client.force_login(self.maya)
        self.client.post(self.url("submit"))
        self.assertContains(self.send({3: "12"}), "takes no more answers", status_code=409)

    def test_many_questions_cost_no_more(self):
        costs = []
        for count in (1, 3):
            shelf = bank.category()
            questions = [bank.question("numeric", shelf) for _ in range(count)]
            quiz = bank.quiz_of(*questions, layout="one_page")
            self.attempt = start_attempt(quiz, self.maya, uuid4())
            self.questions = list(self.attempt.questions.all())
            with at_most(6) as page:
                self.page()
            with at_most(6) as save:
                self.send(dict.fromkeys(range(1, count + 1), "12"), go="overview")
            costs.append((len(page), len(save)))
        self.assertEqual(costs[0], costs[1])


class WhenTheTimeIsOver(RulesTestCase):
    rules = {"time_limit": 10}
    DEADLINE = NOW + timedelta(minutes=10)

    def over(self, seconds=11):
        self.clock.move_to(self.DEADLINE + timedelta(seconds=seconds))

    def test_the_page_that_submits_by_itself(self):
        self.assertContains(self.page(), "data-time-up")
        self.assertNotContains(self.page(), "data-time-over")
        self.assertContains(self.page("overview"), "are submitted by themselves")

    def test_in_the_grace_period_it_is_submitted_but_not_answered(self):
        self.begin(on_expiry="grace", grace_period=5)
        self.post_answer(3, bank.RIGHT["numeric"])
        self.assertNotContains(self.page(), "data-time-up")
        self.assertContains(self.page(), "data-time-over")
        self.over()
        for name in ("attempt", "review"):
            self.assertRedirects(self.page(name), self.url("overview"))
        late = self.post_answer(1, self.right(1))
        self.assertContains(late, "Submit the saved answers", status_code=409)
        page = self.page("overview")
        self.assertContains(page, "The time is over")
        self.assertContains(page, "Submit my answers")
        self.assertNotContains(page, "?q=")
        self.assertNotContains(page, "data-clock")
        self.assertRedirects(self.client.post(self.url("submit")), self.url("review"))
        self.attempt.refresh_from_db()
        self.assertEqual((self.attempt.state, self.attempt.mark), ("finished", 1))
        self.assertEqual(self.attempt.finished_at, self.DEADLINE)

    def test_after_the_grace_period_it_is_abandoned(self):
        self.begin(on_expiry="grace", grace_period=5)
        self.over(5 * 60 + 11)
        self.assertRedirects(self.page("overview"), self.url("review"))
        page = self.page("review")
        self.assertContains(page, "This attempt does not count")
        self.assertContains(page, "Its time was over before it was submitted.")
        for words in ("% was needed", "Waits for marking", "Not right"):
            self.assertNotContains(page, words)

    def test_what_has_to_be_submitted_by_then_is_abandoned(self):
        self.begin(on_expiry="abandon")
        self.assertContains(self.page("overview"), "otherwise the attempt does not count")
        self.assertNotContains(self.page("overview"), "data-time-up")
        self.over()
        self.assertContains(self.page("review"), "This attempt does not count")
        self.assertEqual(Attempt.objects.get(pk=self.attempt.pk).state, "abandoned")

    def test_the_sweep_says_the_same(self):
        self.begin(on_expiry="abandon")
        finalise_due_attempts(self.DEADLINE + timedelta(seconds=11))
        self.over()
        self.assertContains(self.page("review"), "This attempt does not count")

    def test_a_quiz_that_closes_ends_the_attempt(self):
        self.begin(closes_at=NOW + timedelta(minutes=4))
        self.assertContains(self.page(), 'data-milliseconds-left="240000"')


class PreviewsAreTheAuthorsOwn(PageTestCase):
    def test_it_says_that_it_counts_for_nothing_and_leads_to_no_course(self):
        Attempt.objects.update(purpose="preview")
        self.assertContains(self.page(), "Preview: it counts for nothing")
        self.client.post(self.url("submit"))
        page = self.page("review")
        self.assertContains(page, "Preview: it counts for nothing")
        self.assertNotContains(page, reverse("courses:resume", args=[self.attempt.registration]))
        self.assertContains(page, f"/quizzes/quiz/edit/{self.quiz.pk}/")
        self.quiz.delete()
        self.assertNotContains(self.page("review"), "Back to the quiz")
