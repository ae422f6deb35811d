"""Trying a question out in the CMS: as a learner sees it, scored at once, and nothing is recorded."""

from datetime import timedelta

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from quizzes.bank_trial import trial_of
from quizzes.models import Attempt, AttemptQuestion, Question
from quizzes.question_types import fields
from tests.quizzes import bank
from tests.quizzes.test_cms import BankTestCase, list_of, option, url


def try_url(question) -> str:
    return reverse("try_question", args=[question.pk])


def answer(trial, response) -> QueryDict:
    """What the form of `trial` posts for `response`."""
    return bank.form_of(("seed", str(trial.seed)), *fields.posted(response))


class Trials(BankTestCase):
    def test_every_type_is_scored_as_in_an_attempt(self):
        for kind in bank.BODIES:
            with self.subTest(kind):
                question = bank.question(kind, self.shelf)
                shown = trial_of(question, QueryDict())
                self.assertFalse(shown.is_answered)
                if shown.question.type.needs_marker or shown.question.type.is_timed:
                    continue
                right = trial_of(question, answer(shown, bank.right_response(shown.question)))
                wrong = trial_of(question, answer(shown, bank.wrong_response(shown.question)))
                self.assertEqual((right.question.mark, right.is_right), (1, True))
                self.assertEqual((wrong.question.mark, wrong.is_right), (0, False))

    def test_the_answer_meets_the_order_that_was_shown(self):
        for kind in ("single_choice", "matching", "ordering"):
            question = bank.question(kind, self.shelf)
            shown = trial_of(question, QueryDict())
            again = trial_of(question, bank.form_of(("seed", str(shown.seed))))
            self.assertEqual(again.question.content, shown.question.content)

    def test_an_answer_that_its_form_does_not_have_is_none(self):
        question = bank.question("single_choice", self.shelf)
        trial = trial_of(question, bank.form_of(("seed", "7"), ("answer", "made-up")))
        self.assertEqual((trial.chosen, trial.question.mark), ([], 0))

    def test_what_only_a_person_can_mark_is_said(self):
        question = bank.question("essay", self.shelf)
        trial = trial_of(question, bank.form_of(("seed", "7"), ("answer", "I am sorry that you waited.")))
        self.assertTrue(trial.is_marked_by_hand)
        self.assertTrue(trial.chosen)

    def test_typing_is_timed_by_the_server(self):
        question = bank.question("typing_speed", self.shelf)
        began = timezone.now() - timedelta(seconds=30)
        started = trial_of(question, bank.form_of(("seed", "7"), ("go", "begin")), at=began)
        self.assertFalse(started.is_answered)
        passage = started.question.content["passage"]
        post = bank.form_of(("seed", "7"), ("began_at", began.isoformat()), ("answer", passage))
        trial = trial_of(question, post, at=began + timedelta(seconds=30))
        self.assertEqual(trial.question.seconds, 30)
        self.assertTrue(trial.result)


class TheTrialPage(BankTestCase):
    def setUp(self):
        super().setUp()
        self.question = bank.question("single_choice", self.shelf, name="Angry")

    def test_answering_shows_mark_feedback_and_right_answer_and_records_nothing(self):
        page = self.client.get(try_url(self.question))
        self.assertContains(page, "What do you say <b>first</b>?")
        self.assertNotContains(page, bank.CANARY)
        trial = page.context["trial"]
        wrong = bank.wrong_response(trial.question)
        page = self.client.post(try_url(self.question), {"seed": trial.seed, "answer": wrong})
        for text in ("Mark: 0 of 1", "You waited all day.", f"{bank.CANARY}: name what happened."):
            self.assertContains(page, text)
        self.assertFalse(Attempt.objects.exists() or AttemptQuestion.objects.exists())

    def test_each_language_is_a_link_away_and_shown_in_its_direction(self):
        arabic = bank.question("single_choice", self.shelf, language="ar", translation_of=self.question)
        self.assertContains(self.client.get(try_url(self.question)), try_url(arabic))
        self.assertContains(self.client.get(try_url(arabic)), 'dir="rtl"')

    def test_list_and_editor_lead_to_it(self):
        for view, args in (("list", []), ("edit", [self.question.pk])):
            self.assertContains(self.client.get(url(Question, view, *args)), try_url(self.question))

    def test_learners_and_leads_may_not(self):
        for person in (self.maya, self.daniel):
            self.client.force_login(person)
            self.assertNotEqual(self.client.get(try_url(self.question)).status_code, 200)


class TheLivePreview(BankTestCase):
    """What is written but not saved yet."""

    def form(self, text="What now?", *options):
        block = {"text": rich_text(f"<p>{text}</p>"), "options": list_of(*options)}
        block |= {"general_feedback": rich_text(""), "hints": list_of(), "image": "", "image_alt": "", "article": ""}
        data = {"name": "Opening", "body": streamfield([("single_choice", block)]), "category": self.below.pk}
        data |= {"state": "ready", "default_mark": "1", "penalty": "33.33", "tags": "", "difficulty": ""}
        return nested_form_data(data | {"quarantine_reason": "", "source_article": "", "competency": ""})

    def preview(self, address, data, **answers):
        self.assertTrue(self.client.post(address, data).json()["is_valid"])
        return self.client.get(address, {"mode": "", "in_preview_panel": "true", **answers})

    def test_a_draft_that_was_never_saved_is_tried(self):
        address, data = (
            url(Question, "preview_on_add"),
            self.form("What now?", option("Calm down"), option("I see", True)),
        )
        page = self.preview(address, data)
        self.assertContains(page, "What now?")
        self.assertNotContains(page, "csrfmiddlewaretoken")
        (right,) = page.context["trial"].question.content["key"]["correct"]
        answered = self.preview(address, data, seed=page.context["trial"].seed, answer=right)
        self.assertContains(answered, "Mark: 1 of 1")
        self.assertFalse(Question.objects.exists())

    def test_a_change_is_shown_before_it_is_saved(self):
        question = bank.question("single_choice", self.shelf)
        address = url(Question, "preview_on_edit", question.pk)
        self.assertContains(self.preview(address, self.form("Changed?", option("A"), option("B", True))), "Changed?")
        self.assertNotIn("Changed?", str(Question.objects.get(pk=question.pk).body))

    def test_what_is_not_complete_says_so(self):
        question = Question(name="", locale=Locale.get_default(), category=self.shelf)
        request = self.client.get(url(Question, "list")).wsgi_request
        self.assertContains(question.make_preview_request(request), "as soon as it is complete")
