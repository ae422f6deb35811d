"""The pages of an attempt: whose they are, what they take and what they show."""

from datetime import timedelta
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from quizzes.attempts import save_answer, submit_attempt
from quizzes.models import Attempt
from quizzes.starting import start_attempt
from tests.quizzes import bank
from tests.quizzes.sitting import JSON, NOW, PageTestCase


class WhoseItIs(PageTestCase):
    def test_to_others_it_does_not_exist_whatever_they_are(self):
        for person in (self.sam, self.daniel, self.tamar, self.ana):
            client = Client()
            client.force_login(person)
            for name in ("attempt", "overview", "review"):
                self.assertEqual(client.get(self.url(name)).status_code, 404)
            for name, data in (
                ("answer", {"position": 4, "revision": 0, "answer": "12"}),
                ("flag", {"position": 4, "is_flagged": "1"}),
                ("answers", {"q4-revision": 0, "q4-answer": "12"}),
                ("submit", {}),
            ):
                with self.assertLogs("quizzes", "WARNING"):
                    self.assertEqual(client.post(self.url(name), data).status_code, 404)
        self.attempt.refresh_from_db()
        self.assertEqual((self.attempt.state, self.stored().revision), ("in_progress", 0))

    def test_who_is_not_signed_in_is_asked_to(self):
        self.assertRedirects(Client().get(self.url()), f"/accounts/login/?next={self.url()}")

    def test_an_address_changes_nothing(self):
        for name in ("answer", "answers", "flag", "submit", "practise"):
            self.assertEqual(self.client.get(self.url(name)).status_code, 405)
        for name in ("attempt", "overview", "review"):
            self.assertEqual(self.client.post(self.url(name)).status_code, 405)

    def test_without_a_token_nothing_is_taken(self):
        client = Client(enforce_csrf_checks=True)
        client.force_login(self.maya)
        for name in ("answer", "answers", "flag", "submit", "practise"):
            self.assertEqual(client.post(self.url(name), {"position": 4, "revision": 0}).status_code, 403)


class WhatMayBePosted(PageTestCase):
    def test_what_the_page_does_not_send_is_refused_and_changes_nothing(self):
        for foreign in ("mark", "score", "deadline_at", "person", "attempt", "passed", "at"):
            self.assertEqual(self.post_answer(**{foreign: "1"}).status_code, 400)
            self.assertEqual(self.client.post(self.url("submit"), {foreign: "1"}).status_code, 400)
            flag = {"position": 4, "is_flagged": "1", foreign: "1"}
            self.assertEqual(self.client.post(self.url("flag"), flag).status_code, 400)
        self.assertEqual(self.stored().revision, 0)
        self.assertFalse(Attempt.objects.exclude(state="in_progress").exists())

    def test_what_is_no_answer_to_the_question_is_refused(self):
        other = self.questions[1].content["options"][0]["id"]
        for position, response in ((1, other), (1, "x"), (2, [other, "x"]), (3, "maybe"), (5, "a" * 201), (4, "\0")):
            with self.subTest(position=position, response=response):
                self.assertEqual(self.post_answer(position, response).status_code, 400)
        for changes in ({"position": "x"}, {"position": 0}, {"revision": -1}, {"revision": ""}, {"go": "away"}):
            self.assertEqual(self.post_answer(**changes).status_code, 400)
        self.assertFalse(self.attempt.questions.filter(revision__gt=0).exists())

    def test_a_field_that_is_not_the_questions_is_refused_rather_than_ignored(self):
        part = "answer-" + self.questions[6].content["entries"][0]["id"]
        for position, fields in (
            (1, {part: "1"}),
            (4, {"answer": "12", part: "1"}),
            (7, {part: "1", "answer": "2"}),
            (7, {"answer-x": "1"}),
            (7, {part: "5"}),
            (7, {part: "1\0"}),
        ):
            with self.subTest(fields):
                posted = {"position": position, "revision": 0} | fields
                self.assertEqual(self.client.post(self.url("answer"), posted).status_code, 400)
        self.assertFalse(self.attempt.questions.filter(revision__gt=0).exists())

    def test_a_question_that_the_attempt_does_not_have(self):
        self.assertEqual(self.post_answer(position=bank.COUNT + 1).status_code, 404)
        for q in (str(bank.COUNT + 1), "0", "x", "-1", "9" * 30):
            self.assertEqual(self.page(q=q).status_code, 404)


class Answering(PageTestCase):
    def test_a_question_at_a_time_with_the_time_left_by_the_server(self):
        self.clock.shift(timedelta(seconds=90))
        response = self.page(q=2)
        self.assertContains(response, "What belongs in an apology?")
        self.assertContains(response, 'data-milliseconds-left="510000"')
        self.assertNotContains(response, "A case has one owner.")

    def test_it_opens_at_the_first_question_without_an_answer(self):
        self.post_answer(1, bank.right_response(self.questions[0]))
        self.assertEqual(self.page().context["position"], 2)

    def test_every_type_is_answered_by_its_form_and_shows_what_was_answered(self):
        for question in self.questions:
            with self.subTest(question.kind):
                response = bank.wrong_response(question)
                self.post_answer(question.position, response)
                self.assertEqual(self.stored(question.position).response, response)
                page = self.page(q=question.position).content.decode()
                shown = page.count(" checked>") + page.count(" selected>")
                self.assertEqual(shown, 0 if response == "no idea" else len(bank.posted(response)))
                self.assertEqual('value="no idea"' in page, response == "no idea")

    def test_a_form_goes_on_to_where_its_button_says(self):
        for go, place in (("next", "?q=5"), ("previous", "?q=3"), ("", "?q=4")):
            self.assertRedirects(self.post_answer(go=go), self.url() + place)
        self.assertRedirects(self.post_answer(go="overview"), self.url("overview"))

    def test_a_script_gets_the_new_revision(self):
        self.assertEqual(self.post_answer(headers=JSON).json(), {"revision": 1})
        self.assertEqual(self.post_answer(response="13", revision=1, headers=JSON).json(), {"revision": 2})

    def test_a_script_that_lost_gets_what_won(self):
        self.post_answer(response="12")
        response = self.post_answer(response="13", headers=JSON)
        self.assertEqual(response.status_code, 409)
        body = response.json()
        self.assertEqual((body["error"], body["revision"], body["answer"]), ("stale", 1, [["answer", "12"]]))

    def test_a_form_that_lost_shows_both_answers_and_lets_her_choose(self):
        for choice, is_mine in (({"over": 1}, True), ({"keep": "1"}, False)):
            with self.subTest(choice):
                self.setUp()
                mine, theirs = (option["id"] for option in self.questions[0].content["options"][:2])
                self.post_answer(1, theirs)
                response = self.post_answer(1, mine, is_flagged="1")
                self.assertEqual(response.status_code, 409)
                for option in self.questions[0].content["options"][:2]:
                    self.assertContains(response, f"<bdi>{option['text']}</bdi>", status_code=409)
                self.assertContains(response, f'value="{mine}" checked', status_code=409)
                self.assertEqual(self.stored(1).response, theirs)
                self.assertEqual(self.post_answer(1, mine).status_code, 409)  # as long as she does not choose
                self.post_answer(1, mine, revision=0, **choice)
                self.assertEqual(self.stored(1).response, mine if is_mine else theirs)

    def test_a_choice_that_was_overtaken_again_is_asked_again(self):
        for revision, response in enumerate(("12", "13")):
            self.post_answer(4, response, revision=revision)
        self.assertContains(self.post_answer(4, "14", revision=0, over=1), "<bdi>13</bdi>", status_code=409)
        self.assertEqual(self.stored().response, "13")

    def test_a_form_with_parts_that_lost_holds_all_of_them(self):
        mine, theirs = bank.right_response(self.questions[6]), bank.wrong_response(self.questions[6])
        self.post_answer(7, theirs)
        response = self.post_answer(7, mine)
        self.assertContains(response, "<bdi>1. Listen</bdi>", status_code=409)
        self.assertEqual(response.context["questions"][0].response, mine)
        self.assertContains(response, " selected>", count=len(mine), status_code=409)
        self.post_answer(7, mine, over=1)
        self.assertEqual(self.stored(7).response, mine)

    def test_the_flag_is_part_of_the_form_and_has_an_address_of_its_own(self):
        self.post_answer(is_flagged="1")
        self.assertTrue(self.stored().is_flagged)
        flagged = self.client.post(self.url("flag"), {"position": 4}, headers=JSON)
        self.assertEqual(flagged.json(), {"is_flagged": False})
        self.assertFalse(self.stored().is_flagged)
        self.assertRedirects(
            self.client.post(self.url("flag"), {"position": 4, "is_flagged": "1"}), self.url() + "?q=4"
        )

    def test_a_question_that_there_is_not_is_not_found(self):
        for position in ("0", "999", "abc", "-1", "9" * 5000, ""):
            with self.subTest(position[:10]):
                self.assertEqual(self.client.get(f"{self.url()}?q={position}").status_code, 404)

    def test_the_overview_says_what_has_no_answer(self):
        self.post_answer(4, "12", is_flagged="1")
        response = self.page("overview")
        self.assertContains(response, f"{bank.COUNT - 1} questions have no answer yet.")
        self.assertContains(response, "What do you say first?")
        self.assertEqual(
            [e["is_answered"] for e in response.context["answered"]], [n == 4 for n in range(1, bank.COUNT + 1)]
        )

    def test_without_a_time_limit_there_is_no_clock(self):
        attempt = start_attempt(bank.quiz_of_each_type(), self.maya, uuid4())
        self.assertNotContains(self.client.get(reverse("quizzes:attempt", args=[attempt.pk])), "data-clock")

    def test_arabic_and_georgian_have_the_page_too(self):
        for person in (self.layla, self.giorgi):
            attempt = start_attempt(self.quiz, person, uuid4())
            self.client.force_login(person)
            self.assertContains(
                self.client.get(reverse("quizzes:attempt", args=[attempt.pk])), f'lang="{person.language}"'
            )


class TimeIsOver(PageTestCase):
    def setUp(self):
        super().setUp()
        self.post_answer(3, True)
        self.clock.move_to(NOW + timedelta(minutes=10, seconds=11))

    def test_a_late_answer_is_refused_and_earlier_ones_count(self):
        self.assertContains(self.post_answer(4, "14141414"), "takes no more answers", status_code=409)
        late = self.post_answer(4, "14141414", headers=JSON)
        self.assertEqual((late.status_code, late.json()["error"]), (409, "closed"))
        self.assertIsNone(self.stored(4).response)
        review = self.page("review")
        self.assertEqual((review.status_code, review.context["percent"]), (200, 100 // bank.COUNT))

    def test_whoever_looks_first_finishes_it_at_its_deadline(self):
        for name in ("attempt", "overview"):
            self.assertRedirects(self.page(name), self.url("review"))
        self.attempt.refresh_from_db()
        self.assertEqual((self.attempt.state, self.attempt.finished_at), ("finished", NOW + timedelta(minutes=10)))
        self.assertEqual(self.page("review").status_code, 200)

    def test_a_late_submit_leads_to_the_result(self):
        self.assertRedirects(self.client.post(self.url("submit")), self.url("review"))


class Reviewing(PageTestCase):
    def test_before_it_is_finished_there_is_none(self):
        self.assertRedirects(self.page("review"), self.url())

    def test_it_says_what_was_chosen_what_is_right_and_why(self):
        self.finish(right=2)
        response = self.page("review")
        self.assertContains(response, "Not passed this time")
        for text in (
            "You waited all day.",
            "no idea",
            "14141414 days",
            f"{bank.CANARY}: from delivery.",
            "True",
            "False",
        ):
            self.assertContains(response, text)
        self.assertContains(response, f"{bank.CANARY}: she was heard.")
        self.assertNotContains(response, "anger is not the problem")
        questions = response.context["questions"]
        self.assertEqual([question.verdict for question in questions], ["right"] * 2 + ["wrong"] * (bank.COUNT - 2))

    def test_it_names_the_article_as_long_as_that_is_published(self):
        self.finish()
        self.assertContains(self.page("review"), reverse("knowledge:article", args=[self.source.translation_key]))
        self.source.unpublish()
        self.assertNotContains(self.page("review"), "Returns in 14 days")

    def test_a_question_without_an_answer(self):
        submit_attempt(self.attempt.pk, self.maya)
        self.assertContains(self.page("review"), "no answer", count=bank.COUNT)

    def test_the_percentage_is_never_rounded_up_to_the_pass_mark(self):
        quiz = bank.quiz_of(*[bank.question("true_false") for _ in range(3)], pass_mark=67)
        attempt = start_attempt(quiz, self.maya, uuid4())
        for position in (1, 2):
            save_answer(attempt.pk, self.maya, position, True, 0)
        submit_attempt(attempt.pk, self.maya)
        response = self.client.get(reverse("quizzes:review", args=[attempt.pk]))
        self.assertContains(response, "66% right; 67% was needed.")

    def test_it_offers_another_try_while_there_is_one(self):
        self.finish(right=0)
        self.assertContains(self.page("review"), "Try again")
        self.attempt = start_attempt(self.quiz, self.maya, self.attempt.registration)
        submit_attempt(self.attempt.pk, self.maya)
        self.assertNotContains(self.page("review"), "Try again")
        self.assertContains(self.page("review"), reverse("courses:resume", args=[self.attempt.registration]))

    def test_after_it_the_attempt_leads_to_it(self):
        self.finish()
        for name in ("attempt", "overview"):
            self.assertRedirects(self.page(name), self.url("review"))
