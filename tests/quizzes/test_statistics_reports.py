"""Reports of large quizzes, computed in the background, and what is kept of each question."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from unittest.mock import patch
from uuid import uuid4

import time_machine
from django.core.management import call_command
from django.test import override_settings

from quizzes.models import AttemptQuestion, Question, QuestionUse, StatisticsReport
from quizzes.statistics import reports
from quizzes.statistics.reports import (
    ask_for_report,
    compute_report,
    compute_waiting_reports,
    is_under_way,
    shown_statistics,
)
from quizzes.statistics.summaries import refresh_question_use, refresh_questions, summary_of
from tests.queries import at_most
from tests.quizzes import bank
from tests.quizzes.answering_many import learners, sit, version_of
from tests.quizzes.test_statistics import StatisticsTestCase

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
QUEUE = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


class ReportTest(StatisticsTestCase):
    def setUp(self):
        self.everybody_sits()
        small = patch.object(reports, "SMALL", 10)
        small.start()
        self.addCleanup(small.stop)
        clock = time_machine.travel(NOW, tick=False)
        self.clock = clock.start()
        self.addCleanup(clock.stop)

    def ask(self, which="first", language=""):
        return ask_for_report(self.quiz, which, language, self.tamar)

    def test_the_sweep_computes_what_waits(self):
        report = self.ask()
        self.assertEqual((report.state, compute_waiting_reports(), compute_waiting_reports()), ("waiting", 1, 0))
        report.refresh_from_db()
        self.assertEqual((report.state, report.progress, report.answers), ("done", 100, 36))
        self.assertEqual((report.finished_at, report.requested_by), (NOW, self.tamar))
        shown = shown_statistics(self.quiz, "first")
        self.assertAlmostEqual(shown.data["test"]["mean"], 50)
        self.assertEqual(shown.computed_at, NOW)

    def test_the_sweep_command_does_so_and_sums_the_questions_up(self):
        report = self.ask()
        call_command("sweep", stdout=StringIO())
        report.refresh_from_db()
        self.assertEqual((report.state, QuestionUse.objects.count()), ("done", 3))

    def test_looking_computes_nothing_of_a_large_quiz_and_all_of_a_small_one(self):
        self.assertIsNone(shown_statistics(self.quiz, "first").data)
        with patch.object(reports, "SMALL", 36):
            self.assertEqual(shown_statistics(self.quiz, "first").data["answers"], 36)
        self.assertEqual(StatisticsReport.objects.count(), 0)

    def test_asked_for_twice_there_is_one_report_and_another_for_another_choice(self):
        self.assertEqual(self.ask(), self.ask())
        self.assertNotEqual(self.ask(), self.ask("last"))
        self.assertNotEqual(self.ask(), self.ask(language="ar"))

    def test_computed_twice_it_is_computed_once(self):
        report = self.ask()
        self.assertTrue(compute_report(report.pk))
        self.assertFalse(compute_report(report.pk))

    def test_a_new_one_takes_the_place_of_the_one_before(self):
        compute_report(self.ask().pk)
        again = self.ask()
        self.assertEqual(shown_statistics(self.quiz, "first").data["answers"], 36)
        compute_report(again.pk)
        self.assertEqual(list(StatisticsReport.objects.all()), [again])

    def test_one_that_runs_for_too_long_is_given_up_and_asked_for_again(self):
        lost = self.ask()
        StatisticsReport.objects.update(state="running")
        self.clock.shift(timedelta(minutes=9))
        self.assertEqual(self.ask(), lost)
        self.clock.shift(timedelta(minutes=2))
        lost.refresh_from_db()
        self.assertFalse(is_under_way(lost))
        self.assertEqual(compute_waiting_reports(), 0)
        lost.refresh_from_db()
        self.assertEqual(lost.state, "failed")
        self.assertNotEqual(self.ask(), lost)

    def test_a_fault_is_told_and_stops_nothing_else(self):
        broken, other = self.ask(), self.ask("all")
        real = reports.report_data

        def failing(quiz, which, *rest):
            if which == "first":
                raise ValueError("no such number")
            return real(quiz, which, *rest)

        with patch.object(reports, "report_data", failing), self.assertLogs("quizzes", "ERROR"):
            self.assertEqual(compute_waiting_reports(), 1)
        broken.refresh_from_db()
        other.refresh_from_db()
        self.assertEqual((broken.state, broken.error, other.state), ("failed", "no such number", "done"))

    def test_its_progress_is_written_down_and_only_grows(self):
        seen = []
        real = StatisticsReport.objects.filter

        class Progress(reports._Progress):
            def __call__(self, part):
                super().__call__(part)
                seen.append(real(pk=self.report_pk).values_list("progress", flat=True).get())

        with patch.object(reports, "_Progress", Progress):
            compute_report(self.ask().pk)
        self.assertEqual(seen, sorted(seen))
        self.assertGreater(len(set(seen)), 1)

    def test_its_progress_costs_a_statement_a_percent(self):
        report = self.ask()
        progress = reports._Progress(report.pk)
        with at_most(2):
            for part in (0.1, 0.1, 0.105, 0.11, 0.119):
                progress(part)
        report.refresh_from_db()
        self.assertEqual(report.progress, 11)

    @override_settings(TASKS=QUEUE)
    def test_where_there_is_a_queue_its_worker_is_told(self):
        from django_tasks import task_backends

        task_backends["default"].clear()
        with self.captureOnCommitCallbacks(execute=True):
            report = self.ask()
        self.assertEqual([result.args for result in task_backends["default"].results], [[report.pk]])


class QuestionUseTest(StatisticsTestCase):
    def use(self, question) -> QuestionUse:
        return QuestionUse.objects.get(question_key=question.translation_key)

    def test_facility_and_last_use_are_kept_for_all_questions(self):
        self.everybody_sits(at=NOW)
        self.assertEqual(refresh_question_use(), 3)
        for question, facility in ((self.easy, 0.75), (self.hard, 0.25)):
            use = self.use(question)
            self.assertEqual((use.facility, use.answers, use.last_used_at), (facility, 12, NOW))

    def test_under_ten_answers_the_facility_is_hidden(self):
        self.everybody_sits(9, at=NOW)
        refresh_question_use()
        use = self.use(self.easy)
        self.assertEqual((use.facility, use.answers, use.last_used_at), (None, 9, NOW))

    def test_the_discrimination_is_that_of_the_report(self):
        for number, who in enumerate(self.people):
            sit(self.quiz, who, {"easy", "hard"} if number % 3 else {"medium"} if number % 2 else {"hard", "medium"})
        refresh_question_use()
        told = {question["key"]: question["discrimination"] for question in self.told()["questions"]}
        for question in (self.easy, self.medium, self.hard):
            self.assertAlmostEqual(self.use(question).discrimination, told[str(question.translation_key)])

    def test_it_is_the_mean_of_the_quizzes_not_the_correlation_over_them(self):
        """In a second quiz, where everybody does better, it tells nothing: that does not change what it told before."""
        self.everybody_sits()
        refresh_question_use()
        before = self.use(self.easy).discrimination
        other = bank.quiz_of(self.easy, version_of(bank.question(name="other")))
        for who in learners(12, "other"):
            sit(other, who, {"easy", "other"})
        refresh_questions([self.easy.translation_key])
        self.assertAlmostEqual(self.use(self.easy).discrimination, before)
        self.assertEqual(self.use(self.easy).facility, 21 / 24)

    def test_only_questions_that_were_answered_since_are_computed_and_not_more_often_than_hourly(self):
        with time_machine.travel(NOW, tick=False) as clock:
            self.everybody_sits(10)
            self.assertEqual(refresh_question_use(), 3)
            alone = bank.quiz_of(self.easy)
            sit(alone, self.people[10], {"easy"})
            clock.shift(timedelta(minutes=30))
            self.assertEqual(refresh_question_use(), 0)
            clock.shift(timedelta(minutes=31))
            refresh_question_use()
            self.assertEqual(self.use(self.easy).answers, 11)
            clock.shift(timedelta(days=1))
            self.assertEqual(refresh_question_use(), 3)  # in doubt once more
            clock.shift(timedelta(days=1))
            self.assertEqual(refresh_question_use(), 0)

    def test_later_attempts_count_for_the_last_use_alone(self):
        registration = uuid4()
        for who in self.people:
            sit(self.quiz, who, {"easy"}, registration=registration, at=NOW)
        later = NOW + timedelta(days=3)
        sit(self.quiz, self.people[0], set(), registration=registration, at=later)
        refresh_question_use()
        use = self.use(self.easy)
        self.assertEqual((use.answers, use.facility, use.last_used_at), (12, 1, later))

    def test_neutralised_questions_tell_nothing(self):
        self.everybody_sits()
        AttemptQuestion.objects.filter(question_key=self.easy.translation_key).update(is_neutralised=True)
        self.assertEqual(refresh_question_use(), 2)

    def test_the_cost_does_not_depend_on_the_questions(self):
        self.everybody_sits()
        with at_most(3):
            refresh_questions(Question.objects.values_list("translation_key", flat=True))
        with at_most(3):
            refresh_questions([self.easy.translation_key])


class SummaryTest(StatisticsTestCase):
    def test_by_version_and_by_language(self):
        arabic = version_of(bank.question("single_choice", self.shelf, "ar", translation_of=self.easy, name="easy"))
        self.everybody_sits()
        for who in learners(10, "arabic"):
            sit(self.quiz, who, set(), language="ar")
        with at_most(3):
            summary = summary_of(self.easy.translation_key)
        self.assertEqual(summary["whole"].answers, 22)
        facilities = {code: told.facility for code, told in summary["languages"].items()}
        self.assertEqual(facilities, {"en": 0.75, "ar": 0})
        self.assertTrue(summary["language_gap"])
        told = [(version["revision"], version["summary"].answers) for version in summary["versions"]]
        self.assertEqual(told, [(arabic.latest_revision_id, 10), (self.easy.latest_revision_id, 12)])

    def test_of_a_question_that_nobody_answered(self):
        summary = summary_of(self.easy.translation_key)
        self.assertEqual(summary["whole"], (0, None, None, None))
