"""Questions that are not asked while it is doubtful whether they are right."""

from datetime import timedelta

import time_machine
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from knowledge.models import ArticlePage
from knowledge.verification import verify_article
from lms.trainer_work import work_of
from quizzes.models import Question
from quizzes.quarantine import doubts_about, quarantine_question, release_question
from tests import factories
from tests.quizzes import bank
from tests.quizzes.test_cms import BankTestCase, url

State = Question.State


class QuarantineTestCase(BankTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.article = factories.article("Returns")
        verify_article(cls.article, cls.tamar)
        cls.question = bank.question(shelf=cls.shelf, name="Angry", source_article=cls.article)

    def fresh(self) -> Question:
        return Question.objects.get(pk=self.question.pk)

    def is_askable(self) -> bool:
        return Question.objects.askable().filter(pk=self.question.pk).exists()

    def change_article(self):
        page = ArticlePage.objects.get(pk=self.article.pk)
        page.is_material_change = True
        page.save_revision().publish()


class ByHand(QuarantineTestCase):
    def test_it_holds_in_every_language_and_is_logged(self):
        arabic = bank.question(shelf=self.shelf, language="ar", translation_of=self.question)
        self.assertEqual(quarantine_question(self.question, self.tamar, "Two are right."), 2)
        for row in Question.objects.filter(pk__in=[self.question.pk, arabic.pk]):
            self.assertEqual((row.state, row.quarantine_reason), (State.QUARANTINED, "Two are right."))
            self.assertEqual(doubts_about(row), ["Two are right."])
        entries = ModelLogEntry.objects.filter(action="quizzes.quarantine")
        self.assertEqual({(entry.user, entry.data["reason"]) for entry in entries}, {(self.tamar, "Two are right.")})
        self.assertEqual(len(entries), 2)

    def test_drafts_and_hidden_questions_stay_what_they_are(self):
        for state in (State.DRAFT, State.HIDDEN):
            Question.objects.filter(pk=self.question.pk).update(state=state)
            self.assertEqual(quarantine_question(self.fresh(), self.tamar, "Doubtful."), 0)
            self.assertEqual(self.fresh().state, state)

    def test_who_has_checked_it_releases_this_language_of_it(self):
        arabic = bank.question(shelf=self.shelf, language="ar", translation_of=self.question)
        quarantine_question(self.question, self.tamar, "Two are right.")
        at = timezone.now() + timedelta(hours=1)
        self.assertTrue(release_question(self.question, self.tamar, at))
        row = self.fresh()
        self.assertEqual((row.state, row.quarantine_reason, row.checked_at), (State.READY, "", at))
        self.assertEqual(Question.objects.get(pk=arabic.pk).state, State.QUARANTINED)
        self.assertEqual(ModelLogEntry.objects.get(action="quizzes.release").user, self.tamar)

    def test_checking_a_draft_does_not_make_it_ready(self):
        Question.objects.filter(pk=self.question.pk).update(state=State.DRAFT)
        self.assertFalse(release_question(self.fresh(), self.tamar))
        self.assertEqual(self.fresh().state, State.DRAFT)


class BySource(QuarantineTestCase):
    def test_a_verified_source_is_no_doubt(self):
        self.assertEqual((doubts_about(self.fresh()), self.is_askable()), ([], True))

    def test_the_end_of_a_verification_is_one_without_a_sweep(self):
        with time_machine.travel(timezone.now() + timedelta(days=91)):
            self.assertEqual(doubts_about(self.fresh()), ["Its source article “Returns” is not verified."])
            self.assertFalse(self.is_askable())
            self.assertIn(self.question, Question.objects.quarantined())

    def test_a_material_change_is_one_until_the_question_is_checked(self):
        self.change_article()
        self.assertEqual(len(doubts_about(self.fresh())), 2)
        verify_article(ArticlePage.objects.get(pk=self.article.pk), self.tamar)
        (doubt,) = doubts_about(self.fresh())
        self.assertIn("changed materially on", doubt)
        self.assertFalse(self.is_askable())
        self.assertTrue(release_question(self.fresh(), self.tamar))
        self.assertTrue(self.is_askable())

    def test_checking_it_does_not_verify_its_article(self):
        self.change_article()
        self.assertFalse(release_question(self.fresh(), self.tamar))
        self.assertEqual(doubts_about(self.fresh()), ["Its source article “Returns” is not verified."])

    def test_what_is_said_and_what_is_drawn_are_the_same_rule(self):
        for state in State:
            for verified_until in (None, timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1)):
                for changed_at in (None, timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1)):
                    times = {"verified_until": verified_until, "materially_changed_at": changed_at}
                    ArticlePage.objects.filter(pk=self.article.pk).update(**times)
                    Question.objects.filter(pk=self.question.pk).update(state=state)
                    with self.subTest(state=state, **times):
                        is_held = Question.objects.quarantined().filter(pk=self.question.pk).exists()
                        self.assertEqual(bool(doubts_about(self.fresh())), is_held)
                        self.assertEqual(self.is_askable(), state == State.READY and not is_held)


class InTheEditor(QuarantineTestCase):
    def test_the_editor_says_why_and_offers_to_release_it(self):
        edit, release = url(Question, "edit", self.question.pk), reverse("release_question", args=[self.question.pk])
        self.assertNotContains(self.client.get(edit), release)
        quarantine_question(self.question, self.tamar, "Two are right.")
        page = self.client.get(edit)
        self.assertContains(page, "Two are right.")
        self.assertContains(page, release)
        self.assertContains(self.client.get(url(Question, "list")), release)
        self.assertRedirects(self.client.post(release), edit, fetch_redirect_response=False)
        self.assertEqual(self.fresh().state, State.READY)

    def test_where_only_the_article_has_to_be_verified_it_leads_there(self):
        ArticlePage.objects.filter(pk=self.article.pk).update(verified_until=None)
        page = self.client.get(url(Question, "edit", self.question.pk))
        self.assertContains(page, "It is asked again when somebody verifies the article.")
        self.assertContains(page, reverse("wagtailadmin_pages:edit", args=[self.article.pk]))
        self.assertNotContains(page, reverse("release_question", args=[self.question.pk]))

    def test_what_still_holds_it_is_said(self):
        self.change_article()
        answer = self.client.post(reverse("release_question", args=[self.question.pk]), follow=True)
        self.assertContains(answer, "“Angry” is checked. Its source article “Returns” is not verified.")

    def test_a_get_releases_nothing_and_learners_may_not(self):
        quarantine_question(self.question, self.tamar, "Two are right.")
        release = reverse("release_question", args=[self.question.pk])
        self.assertEqual(self.client.get(release).status_code, 405)
        self.client.force_login(self.maya)
        self.client.post(release)
        self.assertEqual(self.fresh().state, State.QUARANTINED)

    def test_my_work_lists_what_is_in_quarantine(self):
        def held():
            (work,) = [work for work in work_of(self.tamar) if work.heading == "Questions in quarantine"]
            return work.total, [item.title for item in work.items], [item.note for item in work.items]

        self.assertEqual(held(), (0, [], []))
        quarantine_question(self.question, self.tamar, "Two are right.")
        self.assertEqual(held(), (1, ["Angry"], ["Two are right."]))
