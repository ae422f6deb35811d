from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from courses.enrolling import enrol
from courses.models import Enrolment
from courses.progress import complete_activity
from quizzes.attempts import submit_attempt
from quizzes.models import Attempt, QuizSlot
from quizzes.starting import start_attempt
from tests import factories
from tests.cast import CastMixin
from tests.quizzes import bank


class ActivityPagesTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.course = factories.course("Handling complaints")
        cls.lesson = factories.lesson(cls.course, "Listen first", text="Let them finish.")
        cls.article = factories.article("Returns", text="Fourteen days.")
        cls.reading = factories.reading(cls.course, cls.article, "Read about returns")
        cls.quiz = bank.quiz_of(bank.question("true_false"), introduction="Ten minutes.", attempt_limit=2)
        cls.quiz_page = factories.quiz_page(cls.course, cls.quiz)

    def setUp(self):
        self.client.force_login(self.maya)

    def address(self, activity, name="activity", course=None):
        return reverse(f"courses:{name}", args=[(course or self.course).translation_key, activity.translation_key])

    def page(self, activity, **kwargs):
        return self.client.get(self.address(activity, **kwargs))

    def test_a_lesson_shows_its_text_and_where_she_is(self):
        response = self.page(self.lesson)
        self.assertContains(response, "Let them finish.")
        self.assertEqual((response.context["position"], response.context["total"]), (1, 3))
        self.assertEqual(response.context["previous"], None)
        self.assertContains(response, self.address(self.reading))
        self.assertContains(response, "This lesson is complete when you reach the end and say so.")

    def test_headings_are_its_contents(self):
        lesson = factories.lesson(self.course, "With headings")
        lesson.body = [{"type": "heading", "value": {"level": "2", "text": "Breathe"}}, *lesson.body.raw_data]
        factories.publish(lesson)
        self.assertContains(self.page(lesson), '<a href="#section-breathe">Breathe</a>')

    def test_a_new_revision_is_shown_at_once(self):
        self.page(self.lesson)
        self.lesson.body = factories.paragraphs("Let them breathe.")
        factories.publish(self.lesson)
        self.assertContains(self.page(self.lesson), "Let them breathe.")

    def test_a_draft_of_a_published_lesson_is_not_shown(self):
        self.lesson.body = factories.paragraphs("Half a thought")
        self.lesson.save_revision()
        self.assertNotContains(self.page(self.lesson), "Half a thought")

    def test_a_reading_embeds_the_article_and_asks_for_an_acknowledgement(self):
        response = self.page(self.reading)
        self.assertContains(response, "Fourteen days.")
        self.assertContains(response, self.address(self.reading, "acknowledge"))

    def test_a_reading_of_a_withdrawn_article_says_so(self):
        self.article.unpublish()
        response = self.page(self.reading)
        self.assertContains(response, "This article is being revised.")
        self.assertNotContains(response, "Fourteen days.")
        self.client.post(self.address(self.reading, "acknowledge"))
        self.assertEqual(Enrolment.objects.count(), 0)

    def test_a_quiz_says_its_rules_before_it_starts(self):
        response = self.page(self.quiz_page)
        self.assertContains(response, "Ten minutes.")
        self.assertContains(response, "80%")
        self.assertEqual(response.context["question_count"], 1)
        self.assertEqual(response.context["attempts_left"], 2)
        self.assertContains(response, self.address(self.quiz_page, "start_quiz"))

    def test_a_draw_counts_as_often_as_it_draws(self):
        QuizSlot.objects.create(quiz=self.quiz, category=bank.question("true_false").category, draw_count=4)
        self.assertEqual(self.page(self.quiz_page).context["question_count"], 5)

    def test_starting_a_quiz_enrols_and_leads_to_the_attempt(self):
        response = self.client.post(self.address(self.quiz_page, "start_quiz"))
        attempt = Attempt.objects.get()
        self.assertEqual(attempt.registration, Enrolment.objects.get(person=self.maya).registration)
        self.assertRedirects(response, reverse("quizzes:attempt", args=[attempt.pk]), fetch_redirect_response=False)

    def test_starting_again_resumes_the_attempt_in_progress(self):
        for _again in range(2):
            self.client.post(self.address(self.quiz_page, "start_quiz"))
        self.assertEqual(Attempt.objects.count(), 1)
        response = self.page(self.quiz_page)
        self.assertContains(response, "Continue your attempt")
        self.assertContains(response, reverse("quizzes:attempt", args=[Attempt.objects.get().pk]))

    def failed_attempts(self, count):
        enrolment = enrol(self.maya, self.course)
        for _number in range(count):
            attempt = start_attempt(self.quiz, self.maya, enrolment.registration)
            submit_attempt(attempt.pk, self.maya)

    def test_when_all_attempts_are_used_none_can_be_started(self):
        self.failed_attempts(2)
        response = self.page(self.quiz_page)
        self.assertContains(response, "You have used all 2 attempts that this quiz allows.")
        self.assertNotContains(response, self.address(self.quiz_page, "start_quiz"))
        response = self.client.post(self.address(self.quiz_page, "start_quiz"), follow=True)
        self.assertContains(response, "You have used all 2 attempts that this quiz allows.")
        self.assertEqual(Attempt.objects.count(), 2)

    def test_earlier_attempts_and_the_best_result_are_shown(self):
        self.failed_attempts(1)
        response = self.page(self.quiz_page)
        self.assertEqual(response.context["result"], 0)
        self.assertEqual(response.context["attempts_left"], 1)
        self.assertContains(response, "Try again")
        self.assertContains(response, reverse("quizzes:review", args=[Attempt.objects.get().pk]))

    def test_the_attempts_of_another_are_not_shown(self):
        self.failed_attempts(1)
        self.client.force_login(self.sam)
        response = self.page(self.quiz_page)
        self.assertEqual(response.context["attempts"], [])
        self.assertEqual(response.context["attempts_left"], 2)

    def test_attempts_of_an_earlier_registration_do_not_count(self):
        self.failed_attempts(2)
        Enrolment.objects.update(superseded_at=timezone.now())
        enrol(self.maya, self.course)
        self.assertEqual(self.page(self.quiz_page).context["attempts_left"], 2)

    def test_an_activity_is_found_under_its_own_course_only(self):
        other = factories.course("Visits", lessons=1)
        self.assertEqual(self.page(self.lesson, course=other).status_code, 404)
        for name, activity in (
            ("complete", self.lesson),
            ("acknowledge", self.reading),
            ("start_quiz", self.quiz_page),
        ):
            with self.subTest(name):
                self.assertEqual(self.client.post(self.address(activity, name, other)).status_code, 404)

    def test_what_is_not_published_is_not_there(self):
        draft = factories.lesson(self.course, "Draft", live=False)
        self.assertEqual(self.page(draft).status_code, 404)
        self.assertEqual(self.client.post(self.address(draft, "complete")).status_code, 404)
        self.course.unpublish()
        for activity in (self.lesson, self.reading, self.quiz_page):
            self.assertEqual(self.page(activity).status_code, 404)
        self.assertEqual(self.client.post(self.address(self.lesson, "complete")).status_code, 404)

    def test_each_post_is_for_its_own_kind(self):
        for name in ("complete", "acknowledge", "start_quiz"):
            for activity in (self.lesson, self.reading, self.quiz_page):
                kind = {"complete": "lesson", "acknowledge": "reading", "start_quiz": "quiz"}[name]
                if activity.kind != kind:
                    with self.subTest(name, kind=activity.kind):
                        self.assertEqual(self.client.post(self.address(activity, name)).status_code, 404)

    def test_reading_writes_nothing_and_changes_are_posts(self):
        for activity in (self.lesson, self.reading, self.quiz_page):
            self.page(activity)
            for name in ("complete", "acknowledge", "start_quiz"):
                self.assertEqual(self.client.get(self.address(activity, name)).status_code, 405)
        self.assertEqual(Enrolment.objects.count(), 0)

    def test_a_completed_activity_leads_on_to_the_next(self):
        enrol(self.maya, self.course)
        complete_activity(Enrolment.objects.of(self.maya), self.lesson)
        response = self.page(self.lesson)
        self.assertContains(response, "Well done. This one is complete.")
        self.assertContains(response, "Next: Read about returns")
        self.assertNotContains(response, self.address(self.lesson, "complete"))

    def test_a_page_is_kept_by_no_shared_cache(self):
        self.assertEqual(self.page(self.lesson).headers["Cache-Control"], "private, no-store")


class ResumeTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.course = factories.course("Handling complaints", lessons=2)
        cls.lessons = list(cls.course.get_children().specific())
        cls.enrolment = enrol(cls.maya, cls.course)

    def resume(self, person):
        self.client.force_login(person)
        return self.client.get(reverse("courses:resume", args=[self.enrolment.registration]))

    def complete(self, *lessons):
        for lesson in lessons:
            complete_activity(Enrolment.objects.filter(pk=self.enrolment.pk), lesson)

    def test_it_leads_to_the_first_activity_that_is_not_complete(self):
        self.complete(self.lessons[0])
        address = reverse("courses:activity", args=[self.course.translation_key, self.lessons[1].translation_key])
        self.assertRedirects(self.resume(self.maya), address, fetch_redirect_response=False)

    def test_it_leads_to_the_course_when_all_is_complete(self):
        self.complete(*self.lessons)
        address = reverse("courses:course", args=[self.course.translation_key])
        self.assertRedirects(self.resume(self.maya), address, fetch_redirect_response=False)

    def test_it_leads_to_the_course_from_an_earlier_registration(self):
        Enrolment.objects.update(superseded_at=timezone.now())
        address = reverse("courses:course", args=[self.course.translation_key])
        self.assertRedirects(self.resume(self.maya), address, fetch_redirect_response=False)

    def test_nobody_resumes_for_another(self):
        for other in (self.sam, self.daniel, self.ana):
            self.assertEqual(self.resume(other).status_code, 404)
