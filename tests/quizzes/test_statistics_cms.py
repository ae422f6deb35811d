"""The statistics in the CMS: the page of a quiz, its exports, and the panel in the editor of a question."""

import csv
from io import StringIO
from unittest.mock import patch

from django.test import RequestFactory
from django.urls import reverse

from quizzes.models import Question, Quiz, QuizSlot, StatisticsReport
from quizzes.statistics import reports
from quizzes.statistics.reports import compute_report
from quizzes.statistics_admin import QuestionStatisticsPanel
from tests.cms.costs import queries_of
from tests.quizzes import bank
from tests.quizzes.answering_many import learners, sit, version_of
from tests.quizzes.test_statistics import StatisticsTestCase


class StatisticsPageTestCase(StatisticsTestCase):
    def setUp(self):
        self.client.force_login(self.tamar)

    def url(self, quiz=None):
        return reverse("quiz_statistics", args=[(quiz or self.quiz).pk])

    def page(self, **query):
        response = self.client.get(self.url(), query)
        self.assertEqual(response.status_code, 200)
        return response

    def names(self, **query):
        return [row.name for row in self.page(**query).context["page"]]

    def exported(self, table, **query):
        response = self.client.get(reverse("quiz_statistics_export", args=[self.quiz.pk, table]), query)
        text = b"".join(response.streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(StringIO(text)))


class PageTest(StatisticsPageTestCase):
    def test_it_tells_what_each_number_means(self):
        self.everybody_sits()
        page = self.page()
        self.assertContains(page, "What an attempt earned on average, of all marks.")
        self.assertContains(page, "50.0%")
        self.assertContains(page, "You waited all day.")
        self.assertContains(page, "What blind guessing would earn.")

    def test_too_few_attempts_say_how_many_are_missing(self):
        self.everybody_sits(8)
        page = self.page()
        self.assertContains(page, "8 attempts count so far.")
        self.assertContains(page, "2 are missing.")
        self.assertNotContains(page, "Facility index")

    def test_it_opens_where_nobody_took_the_quiz(self):
        self.assertContains(self.page(), "10 are missing.")

    def test_the_table_is_sorted_by_the_address(self):
        self.everybody_sits()
        self.assertEqual(self.names(), ["easy", "hard", "medium"])
        self.assertEqual(self.names(order="facility"), ["hard", "medium", "easy"])
        self.assertEqual(self.names(order="-facility"), ["easy", "medium", "hard"])
        self.assertEqual(self.names(order="no such column"), ["easy", "hard", "medium"])

    def test_where_there_is_no_number_the_question_comes_last_either_way(self):
        self.everybody_sits()
        late = version_of(bank.question(name="late"))
        QuizSlot.objects.create(quiz=self.quiz, question=late, sort_order=9)
        self.quiz = Quiz.objects.get(pk=self.quiz.pk)
        sit(self.quiz, learners(1, "late")[0], {"late"})
        self.assertEqual(self.names(order="facility")[-1], "late")
        self.assertEqual(self.names(order="-facility")[-1], "late")

    def test_each_question_leads_to_its_editor(self):
        self.everybody_sits()
        self.assertContains(self.page(), reverse("wagtailsnippets_quizzes_question:edit", args=[self.easy.pk]))

    def test_the_versions_are_told_apart_on_request(self):
        self.everybody_sits()
        version_of(self.easy)
        for who in learners(10, "later"):
            sit(self.quiz, who, {"easy"})
        self.assertEqual(self.names(), ["easy", "hard", "medium"])
        self.assertEqual(self.names(versions="each"), ["easy", "easy", "hard", "medium"])
        page = self.page(versions="latest", order="-n")
        self.assertEqual([(row.name, row.values["n"]) for row in page.context["page"]][-1], ("easy", 10))

    def test_a_doubtful_question_has_its_warning_in_words(self):
        for number, who in enumerate(self.people):
            sit(self.quiz, who, {"hard"} if number < 6 else {"easy", "medium"})
        page = self.page()
        self.assertContains(page, "Negative discrimination")
        self.assertContains(page, "statistics-warning--critical")

    def test_filters_that_make_no_sense_are_left_out(self):
        self.everybody_sits()
        page = self.page(which="nonsense", language="xx", versions="none", p="abc")
        self.assertEqual(page.context["attempts"], 12)

    def test_only_who_may_change_quizzes_may_look(self):
        self.client.force_login(self.maya)
        self.assertNotEqual(self.client.get(self.url()).status_code, 200)
        export = reverse("quiz_statistics_export", args=[self.quiz.pk, "quiz"])
        self.assertNotEqual(self.client.get(export).status_code, 200)

    def test_the_cost_does_not_depend_on_the_questions(self):
        self.everybody_sits()
        alone = bank.quiz_of(version_of(bank.question(name="only")))
        for who in self.people:
            sit(alone, who, {"only"})
        one, three = queries_of(self.client, self.url(alone)), queries_of(self.client, self.url())
        self.assertEqual(len(one), len(three))
        self.assertLessEqual(len(three), 20)

    def test_the_list_of_quizzes_and_the_editor_lead_to_it(self):
        urls = Question.snippet_viewset, self.quiz.snippet_viewset
        self.assertContains(self.client.get(reverse(urls[1].get_url_name("list"))), self.url())
        edit = reverse(urls[1].get_url_name("edit"), args=[self.quiz.pk])
        self.assertContains(self.client.get(edit), self.url())


class ExportTest(StatisticsPageTestCase):
    def test_the_questions(self):
        self.everybody_sits()
        rows = self.exported("questions", order="-facility")
        self.assertEqual([row["Question"] for row in rows], ["easy", "medium", "hard"])
        self.assertEqual((rows[0]["Facility index"], rows[0]["Answers"]), ("0.7500", "12"))

    def test_the_responses(self):
        self.everybody_sits()
        rows = [row for row in self.exported("responses") if row["Question"] == "medium"]
        self.assertEqual({(row["Response"], row["Answers"]) for row in rows}, {("True", "6"), ("False", "6")})

    def test_the_whole_quiz(self):
        self.everybody_sits()
        values = {row["Statistic"]: row["Value"] for row in self.exported("quiz")}
        self.assertEqual((values["Attempts"], values["Mean"]), ("12", "50.0000"))

    def test_a_name_that_a_spreadsheet_would_run_is_made_plain(self):
        Question.objects.filter(pk=self.easy.pk).update(name="=1+1")
        for who in self.people:
            sit(self.quiz, who, {"medium"})
        self.assertIn("'=1+1", [row["Question"] for row in self.exported("questions")])

    def test_another_table_does_not_exist(self):
        response = self.client.get(reverse("quiz_statistics_export", args=[self.quiz.pk, "secrets"]))
        self.assertEqual(response.status_code, 404)


class LargeQuizTest(StatisticsPageTestCase):
    def setUp(self):
        super().setUp()
        self.everybody_sits()
        small = patch.object(reports, "SMALL", 10)
        small.start()
        self.addCleanup(small.stop)

    def test_its_statistics_are_asked_for_and_then_shown(self):
        self.assertContains(self.page(), "Compute them")
        self.assertEqual(StatisticsReport.objects.count(), 0)
        self.client.post(self.url())
        waiting = self.page()
        self.assertContains(waiting, "0% is done")
        self.assertEqual(waiting["Refresh"], "3")
        self.assertTrue(compute_report(StatisticsReport.objects.get().pk))
        done = self.page()
        self.assertContains(done, "Compute them anew")
        self.assertContains(done, "50.0%")
        self.assertNotIn("Refresh", done)
        self.assertEqual(self.exported("quiz")[0]["Value"], "12")

    def test_the_export_of_what_is_not_computed_does_not_exist(self):
        response = self.client.get(reverse("quiz_statistics_export", args=[self.quiz.pk, "quiz"]))
        self.assertEqual(response.status_code, 404)

    def test_a_report_that_failed_says_why_and_can_be_asked_for_again(self):
        StatisticsReport.objects.create(quiz=self.quiz, state="failed", error="the disk is full")
        page = self.page()
        self.assertContains(page, "the disk is full")
        self.assertContains(page, "Compute them")


class QuestionPanelTest(StatisticsPageTestCase):
    def panel(self, question):
        request = RequestFactory().get("/")
        request.user = self.tamar
        panel = QuestionStatisticsPanel(heading="Statistics").bind_to_model(Question)
        form = panel.get_form_class()(instance=question) if hasattr(panel, "get_form_class") else None
        return panel.get_bound_panel(instance=question, request=request, form=form, prefix="panel")

    def html(self, question):
        return self.panel(question).render_html({})

    def test_a_question_that_nobody_answered(self):
        self.assertIn("Nobody has answered it", self.html(self.easy))

    def test_facility_and_discrimination_over_all_quizzes(self):
        self.everybody_sits()
        other = bank.quiz_of(self.easy, self.hard)
        for who in learners(8, "other"):
            sit(other, who, {"easy"})
        html = self.html(self.easy)
        self.assertIn("20 first attempts in all quizzes count.", html)
        self.assertIn("85.0%", html)

    def test_too_few_answers_tell_nothing(self):
        self.everybody_sits(9)
        html = self.html(self.easy)
        self.assertIn("Statistics are told from 10 answers on.", html)
        self.assertNotIn("%", html)

    def test_a_question_that_is_not_saved_has_none(self):
        self.assertFalse(self.panel(Question()).is_shown())
