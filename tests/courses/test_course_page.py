from django.test import TestCase
from django.urls import reverse

from courses.enrolling import enrol
from courses.models import Enrolment
from courses.progress import complete_activity
from tests import factories
from tests.cast import CastMixin


class CoursePageTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.course = factories.course("Handling complaints")
        cls.first = factories.lesson(cls.course, "Listen first", minutes=4)
        cls.second = factories.lesson(cls.course, "Put it right", minutes=6)

    def setUp(self):
        self.client.force_login(self.maya)

    def page(self, course=None):
        return self.client.get(reverse("courses:course", args=[(course or self.course).translation_key]))

    def done_by(self, person, *lessons):
        enrol(person, self.course)
        for lesson in lessons:
            complete_activity(Enrolment.objects.of(person).for_course(self.course.translation_key), lesson)

    def test_it_is_for_people_who_are_signed_in(self):
        self.client.logout()
        for name in ("catalogue", "course"):
            address = reverse(f"courses:{name}", args=[self.course.translation_key] if name == "course" else [])
            with self.subTest(name):
                self.assertRedirects(
                    self.client.get(address), f"/accounts/login/?next={address}", fetch_redirect_response=False
                )

    def test_it_lists_what_is_in_it_and_which_goal_it_serves_and_why(self):
        response = self.page()
        self.assertEqual([a.title for a in response.context["activities"]], ["Listen first", "Put it right"])
        self.assertEqual(response.context["minutes"], 10)
        self.assertContains(response, "Nine in ten are satisfied")
        self.assertContains(response, "Calm agents make satisfied customers.")

    def test_who_has_not_begun_is_offered_to_start_with_the_first(self):
        response = self.page()
        self.assertContains(response, "Start")
        self.assertEqual(response.context["start"].translation_key, self.first.translation_key)
        self.assertEqual(response.context["percent"], 0)

    def test_who_has_begun_continues_with_the_first_that_is_not_done(self):
        self.done_by(self.maya, self.first)
        response = self.page()
        self.assertContains(response, "Continue")
        self.assertEqual(response.context["start"].translation_key, self.second.translation_key)
        self.assertEqual([a.is_complete for a in response.context["activities"]], [True, False])
        self.assertEqual([a.is_current for a in response.context["activities"]], [False, True])
        self.assertEqual(response.context["percent"], 50)

    def test_who_has_completed_it_is_offered_to_review(self):
        self.done_by(self.maya, self.first, self.second)
        response = self.page()
        self.assertContains(response, "Review")
        self.assertEqual(response.context["start"].translation_key, self.first.translation_key)
        self.assertEqual(response.context["percent"], 100)

    def test_only_what_is_required_counts(self):
        factories.lesson(self.course, "For the curious", is_required=False)
        self.done_by(self.maya, self.first)
        self.assertEqual(self.page().context["percent"], 50)

    def test_the_progress_of_another_is_not_shown(self):
        self.done_by(self.sam, self.first, self.second)
        response = self.page()
        self.assertEqual([a.is_complete for a in response.context["activities"]], [False, False])
        self.assertEqual(response.context["percent"], 0)
        self.assertEqual(response.context["course"].registration, None)

    def test_a_new_registration_starts_afresh(self):
        self.done_by(self.maya, self.first, self.second)
        Enrolment.objects.update(superseded_at="2026-06-01T00:00Z")
        response = self.page()
        self.assertEqual(response.context["percent"], 0)
        self.assertFalse(any(a.is_complete for a in response.context["activities"]))

    def test_drafts_are_not_there(self):
        factories.lesson(self.course, "Not ready", live=False)
        self.assertNotContains(self.page(), "Not ready")
        self.assertEqual(self.page(factories.course("Not ready", live=False)).status_code, 404)

    def test_a_course_without_activities_has_a_page(self):
        response = self.page(factories.course("Empty"))
        self.assertEqual(response.context["start"], None)
        self.assertEqual(response.status_code, 200)

    def test_reading_the_page_writes_nothing(self):
        self.page()
        self.assertEqual(Enrolment.objects.count(), 0)

    def test_the_catalogue_shows_each_course_with_her_progress(self):
        factories.course("Draft", live=False)
        factories.course("Returns", lessons=1)
        self.done_by(self.maya, self.first)
        cards = self.client.get(reverse("courses:catalogue")).context["courses"]
        self.assertEqual([(c["title"], c["percent"]) for c in cards], [("Handling complaints", 50), ("Returns", 0)])

    def test_the_catalogue_is_divided_into_pages(self):
        for number in range(25):
            factories.course(f"Course {number}")
        response = self.client.get(reverse("courses:catalogue"), {"page": 2})
        self.assertEqual(len(response.context["courses"]), 2)
        self.assertContains(response, "Page 2 of 2")

    def test_the_empty_catalogue_says_so(self):
        self.course.unpublish()
        self.assertContains(self.client.get(reverse("courses:catalogue")), "No course is open yet")
