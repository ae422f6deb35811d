"""The editor of a quiz in the CMS: its rules, its slots, its review table, its bands; and trying it."""

from datetime import UTC, datetime
from decimal import Decimal

from django.test import TestCase
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from courses.models import Enrolment
from quizzes.attempts import save_answer, submit_attempt
from quizzes.models import Attempt, Quiz, QuizFeedback, QuizSlot
from quizzes.review_matrix import PRESETS, cell, cells_of
from quizzes.review_rules import Aspect, Phase, everything
from quizzes.starting import start_attempt, start_preview
from quizzes.statistics.reports import answers_about
from tests import factories
from tests.cast import CastMixin
from tests.queries import at_most
from tests.quizzes import bank

RULES = {
    "pass_mark": "80",
    "attempt_limit": "3",
    "time_limit": "",
    "opens_at": "",
    "closes_at": "",
    "first_delay": "0",
    "later_delay": "0",
    "on_expiry": "autosubmit",
    "grace_period": "0",
    "layout": "one_question",
    "navigation": "free",
    "behaviour": "deferred",
    "grading_method": "highest",
    "completion_rule": "passed",
    "shuffle_questions": "on",
    "shuffle_options": "on",
}
LANGUAGES = ("en", "ar", "ka")


def url(view, *args):
    return reverse(Quiz.snippet_viewset.get_url_name(view), args=args)


def slot(**fields) -> dict:
    empty = {"question": "", "version": "", "category": "", "draw_count": "1", "include_subcategories": "on"}
    empty |= {"tag_names": "", "mark": "", "section_shuffle": "unknown"}
    return empty | {f"section_title_{code}": "" for code in LANGUAGES} | fields


def band(lower_bound, text) -> dict:
    return {"lower_bound": lower_bound, "text_en": text, "text_ar": "", "text_ka": ""}


class EditorTestCase(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.shelf = bank.category("Complaints")
        cls.question = bank.question("true_false", cls.shelf, name="One owner")
        cls.question.save_revision()
        cls.question.refresh_from_db()

    def setUp(self):
        self.client.force_login(self.tamar)

    def form(self, *slots, bands=(), initial=0, **fields):
        titles = {"title_en": "Check", "title_ar": "اختبار", "title_ka": ""}
        titles |= {f"introduction_{code}": "" for code in LANGUAGES}
        formsets = {
            "slots": inline_formset(slots or [slot(question=self.question.pk)], initial=initial),
            "feedback_bands": inline_formset(bands),
        }
        return nested_form_data(RULES | titles | formsets) | fields

    def add(self, *slots, **fields):
        return self.client.post(url("add"), self.form(*slots, **fields), follow=True)

    def edit(self, quiz, *slots, **fields):
        return self.client.post(url("edit", quiz.pk), self.form(*slots, **fields), follow=True)

    def assertRefused(self, response, text):
        self.assertContains(response, text)
        self.assertFalse(Quiz.objects.exists())


class Rules(EditorTestCase):
    def test_every_rule_is_kept(self):
        given = {
            "time_limit": "30",
            "opens_at": "2026-03-02 09:00",
            "closes_at": "2026-03-09 09:00",
            "first_delay": "60",
            "later_delay": "1440",
            "on_expiry": "grace",
            "grace_period": "5",
            "navigation": "sequential",
            "behaviour": "several_tries",
            "grading_method": "average",
            "completion_rule": "passed_or_used_up",
            "is_marked_blind": "on",
        }
        self.add(**given)
        quiz = Quiz.objects.get()
        self.assertEqual((quiz.title_en, quiz.title_ar), ("Check", "اختبار"))
        self.assertEqual(quiz.opens_at, datetime(2026, 3, 2, 9, tzinfo=UTC))
        self.assertEqual(quiz.closes_at, datetime(2026, 3, 9, 9, tzinfo=UTC))
        self.assertIs(quiz.is_marked_blind, True)
        for name in set(given) - {"opens_at", "closes_at", "is_marked_blind"}:
            self.assertEqual(str(getattr(quiz, name)), given[name], name)

    def test_rules_that_contradict_each_other_are_refused_with_the_reason(self):
        rows = [
            (
                {"opens_at": "2026-03-02 09:00", "closes_at": "2026-03-02 09:00"},
                "The quiz has to close after it opens.",
            ),
            ({"on_expiry": "grace", "time_limit": "9"}, "Say how many minutes there are to submit."),
            ({"on_expiry": "grace", "grace_period": "5"}, "Time to submit needs a time limit"),
            ({"grace_period": "5", "time_limit": "9"}, "There is time to submit only where"),
            ({"attempt_limit": "1", "first_delay": "5"}, "A delay needs more than one attempt."),
            ({"attempt_limit": "2", "later_delay": "5"}, "A delay after later attempts needs more than two attempts."),
            (
                {"attempt_limit": "0", "completion_rule": "passed_or_used_up"},
                "Attempts without a limit are never used up.",
            ),
            (
                {"layout": "one_page", "navigation": "sequential"},
                "Without a way back there has to be one question a page.",
            ),
            ({"pass_mark": "101"}, "Ensure this value is less than or equal to 100."),
            ({"title_en": ""}, "This field is required."),
        ]
        for fields, text in rows:
            with self.subTest(fields):
                self.assertRefused(self.add(**fields), text)

    def test_delays_go_with_attempts_without_a_limit(self):
        self.add(attempt_limit="0", first_delay="5", later_delay="5")
        self.assertEqual(Quiz.objects.get().later_delay, 5)

    def test_the_editor_shows_every_rule(self):
        quiz = bank.quiz_of(self.question)
        response = self.client.get(url("edit", quiz.pk))
        for name in RULES:
            with self.subTest(name):
                self.assertContains(response, f'name="{name}"')


class Slots(EditorTestCase):
    def test_a_slot_is_a_question_or_a_draw(self):
        for fields in ({}, {"question": self.question.pk, "category": self.shelf.pk}):
            response = self.add(slot(**fields))
            self.assertRefused(response, "Choose a question, or a category to draw from, not both.")

    def test_a_draw_with_tags_and_a_section(self):
        self.question.tags.add("calm", "second line")
        self.question.save()
        given = {"category": self.shelf.pk, "draw_count": "1", "tag_names": 'calm, "second line"', "mark": "2"}
        section = {"section_title_en": "Listening", "section_title_ka": "მოსმენა", "section_shuffle": "false"}
        self.add(slot(**given, **section, is_critical="on"))
        made = QuizSlot.objects.get()
        self.assertEqual((made.tag_names, made.mark, made.is_critical), ("calm, second line", Decimal(2), True))
        self.assertEqual((made.section_title_en, made.section_title_ka), ("Listening", "მოსმენა"))
        self.assertIs(made.section_shuffle, False)
        response = self.client.get(url("edit", made.quiz.pk))
        self.assertContains(response, 'value="&quot;second line&quot;, calm"')

    def test_a_tag_that_is_not_there_is_refused(self):
        response = self.add(slot(category=self.shelf.pk, tag_names="calm, angry"))
        self.assertRefused(response, "There are no tags “angry”, “calm”.")

    def test_shuffling_is_as_the_quiz_says_or_not(self):
        self.add(slot(question=self.question.pk))
        self.assertIsNone(QuizSlot.objects.get().section_shuffle)

    def test_categories_are_asked_for_as_often_however_many_slots(self):
        def times_asked(count):
            quiz = bank.quiz_of(*[self.question] * count)
            with at_most(1000) as queries:
                self.client.get(url("edit", quiz.pk))
            return len([sql for sql in queries if 'FROM "quizzes_questioncategory"' in sql])

        self.assertEqual(times_asked(1), times_asked(4))


class Versions(EditorTestCase):
    def edit_slot(self, made, **fields):
        row = slot(question=self.question.pk, id=made.pk, **fields)
        response = self.edit(made.quiz, row, initial=1)
        made.refresh_from_db()
        return response

    def made(self):
        self.add(slot(question=self.question.pk, version="present"))
        return QuizSlot.objects.get()

    def test_the_present_version_is_kept_when_the_question_changes(self):
        made, kept = self.made(), self.question.latest_revision
        self.assertEqual(made.pinned_revision, kept)
        self.question.name = "Changed"
        self.question.save_revision()
        self.edit_slot(made, version="kept", mark="3")
        self.assertEqual((made.pinned_revision, made.mark), (kept, 3))
        self.assertContains(self.client.get(url("edit", made.quiz.pk)), "keep the version of")

    def test_the_present_version_replaces_the_one_that_was_kept(self):
        made = self.made()
        later = self.question.save_revision()
        self.edit_slot(made, version="present")
        self.assertEqual(made.pinned_revision, later)

    def test_it_is_the_latest_again(self):
        made = self.made()
        self.edit_slot(made, version="")
        self.assertIsNone(made.pinned_revision)

    def test_a_version_of_another_question_is_refused(self):
        made, other = self.made(), bank.question("true_false", self.shelf, name="Another")
        response = self.edit(made.quiz, slot(question=other.pk, id=made.pk, version="kept"), initial=1)
        self.assertContains(response, "This is a version of another question.")
        made.refresh_from_db()
        self.assertEqual(made.question, self.question)

    def test_a_draw_keeps_no_version(self):
        response = self.add(slot(category=self.shelf.pk, version="present"))
        self.assertRefused(response, "Only a slot with a question of its own can keep a version.")

    def test_a_question_that_was_never_saved_in_the_editor_has_none_to_keep(self):
        other = bank.question("true_false", self.shelf)
        response = self.add(slot(question=other.pk, version="present"))
        self.assertRefused(response, "This question has no version yet")


class ReviewTable(EditorTestCase):
    def review(self, cells):
        self.add(review=["", *cells])
        return Quiz.objects.get().review

    def test_the_default_is_kept_where_the_form_has_no_table(self):
        self.add()
        self.assertEqual(Quiz.objects.get().review, everything())

    def test_what_is_ticked_is_shown_and_nothing_else(self):
        review = self.review([cell("later", "marks"), cell("closed", "right_answer")])
        self.assertEqual(
            review, {"during": ["attempt"], "immediately": [], "later": ["marks"], "closed": ["right_answer"]}
        )

    def test_a_table_without_a_tick_is_kept(self):
        self.assertEqual(cells_of(self.review([])), [cell("during", "attempt")])

    def test_two_cells_are_as_they_are(self):
        review = self.review([cell("during", "overall_feedback")])
        self.assertEqual(review["during"], ["attempt"])

    def test_a_cell_that_there_is_not_is_refused(self):
        self.assertRefused(self.add(review=["later:key"]), "The table has no such cell.")

    def test_the_table_has_7_by_4_boxes_each_with_its_name(self):
        quiz = bank.quiz_of(self.question, review={"later": ["marks"]})
        response = self.client.get(url("edit", quiz.pk))
        for phase in Phase.values:
            for aspect in Aspect.values:
                self.assertContains(response, f'value="{cell(phase, aspect)}"', count=1)
        checked = 'value="later:marks" aria-labelledby="review-marks review-later" checked'
        self.assertIn(checked, " ".join(response.content.decode().split()))

    def test_what_was_ticked_survives_an_error_elsewhere(self):
        response = self.add(review=["", "later:marks"], title_en="")
        text = " ".join(response.content.decode().split())
        self.assertIn('value="later:marks" aria-labelledby="review-marks review-later" checked', text)
        self.assertNotIn('value="closed:marks" aria-labelledby="review-marks review-closed" checked', text)

    def test_presets_name_cells_of_the_table(self):
        all_cells = {cell(phase, aspect) for phase in Phase.values for aspect in Aspect.values}
        for label, review in PRESETS:
            with self.subTest(str(label)):
                self.assertLessEqual(set(cells_of(review)), all_cells)


class Bands(EditorTestCase):
    def test_bands_have_a_text_in_each_language(self):
        self.add(bands=[band("0", "Read again."), band("80", "Well done.") | {"text_ar": "أحسنت."}])
        bands = QuizFeedback.objects.values_list("lower_bound", "text_en", "text_ar")
        self.assertEqual(list(bands), [(80, "Well done.", "أحسنت."), (0, "Read again.", "")])

    def test_two_that_begin_at_the_same_percentage_are_refused(self):
        response = self.add(bands=[band("80", "A"), band("80.00", "B")])
        self.assertRefused(response, "Two bands of feedback begin at the same percentage.")

    def test_a_band_without_a_text_or_beyond_100_is_refused(self):
        self.assertRefused(self.add(bands=[band("80", "")]), "This field is required.")
        self.assertRefused(self.add(bands=[band("100.5", "A")]), "Ensure this value is less than or equal to 100.")


class WhatIsMissing(EditorTestCase):
    def test_a_quiz_is_saved_and_what_keeps_learners_from_it_is_said(self):
        response = self.add(slot(category=self.shelf.pk, draw_count="2"))
        text = "The category “Complaints” has too few ready questions: 2 are needed, 1 are there."
        self.assertContains(response, text)
        self.assertTrue(Quiz.objects.exists())

    def test_a_warning_is_said_too(self):
        self.assertContains(self.add(closes_at="2020-03-02 09:00"), "without an override, nobody can start it")


class Trying(EditorTestCase):
    def setUp(self):
        super().setUp()
        self.quiz = bank.quiz_of(self.question, attempt_limit=1, closes_at=datetime(2020, 1, 1, tzinfo=UTC))

    def test_the_page_says_what_is_wrong_and_asks_for_the_language(self):
        QuizSlot.objects.create(quiz=self.quiz, category=self.shelf, draw_count=9, sort_order=1)
        response = self.client.get(url("try", self.quiz.pk))
        self.assertContains(response, "has too few ready questions: 9 are needed")
        self.assertContains(response, "without an override, nobody can start it")
        self.assertContains(response, '<option value="ar">', html=False)
        self.assertFalse(Attempt.objects.exists())

    def test_it_leads_to_an_attempt_that_no_limit_holds_back(self):
        bank.question("true_false", self.shelf, name="Arabic", language="ar", translation_of=self.question)
        for _ in range(2):
            response = self.client.post(url("try", self.quiz.pk), {"language": "ar"})
            preview = Attempt.objects.get()
            self.assertRedirects(response, reverse("quizzes:attempt", args=[preview.pk]))
        self.assertEqual((preview.purpose, preview.language, preview.person), ("preview", "ar", self.tamar))
        self.assertEqual(preview.questions.get().question_name, "Arabic")

    def test_what_cannot_be_drawn_is_said(self):
        QuizSlot.objects.create(quiz=self.quiz, category=self.shelf, draw_count=9, sort_order=1)
        response = self.client.post(url("try", self.quiz.pk), {"language": "en"})
        self.assertContains(response, "has too few ready questions: 9 are needed", status_code=200)
        self.assertFalse(Attempt.objects.exists())

    def test_a_language_that_there_is_not_is_refused(self):
        self.assertEqual(self.client.post(url("try", self.quiz.pk), {"language": "xx"}).status_code, 200)
        self.assertFalse(Attempt.objects.exists())

    def test_it_completes_no_course_and_counts_for_nobody(self):
        quiz = bank.quiz_of(self.question, attempt_limit=1)
        course = factories.course()
        factories.quiz_page(course, quiz)
        preview = start_preview(quiz, self.tamar)
        save_answer(preview.pk, self.tamar, 1, True, 0)
        self.assertTrue(submit_attempt(preview.pk, self.tamar).passed)
        self.assertFalse(Enrolment.objects.exists())
        self.assertFalse(Attempt.objects.graded().exists())
        self.assertEqual(answers_about(quiz), 0)
        counted = start_attempt(quiz, self.tamar, preview.registration)
        self.assertEqual((counted.number, counted.purpose), (1, "graded"))

    def test_learners_and_leads_may_not(self):
        for person in (self.maya, self.daniel):
            self.client.force_login(person)
            self.assertNotEqual(self.client.get(url("try", self.quiz.pk)).status_code, 200)
            self.client.post(url("try", self.quiz.pk), {"language": "en"})
        self.assertFalse(Attempt.objects.exists())

    def test_editor_and_list_lead_to_it_and_to_the_overrides(self):
        for page in (url("edit", self.quiz.pk), url("list")):
            response = self.client.get(page)
            for name in ("try", "overrides"):
                self.assertContains(response, url(name, self.quiz.pk))
