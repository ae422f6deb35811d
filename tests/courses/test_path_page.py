from datetime import UTC, datetime, timedelta

import time_machine
from django.test import TestCase
from django.urls import reverse

from courses.assignments import assign_path, exempt, remove, suspend
from courses.enrolling import enrol
from courses.models import Enrolment, LearningPathPage, PathAssignment, PathStep
from courses.progress import complete_activity
from tests import factories
from tests.cast import CastMixin

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@time_machine.travel(NOW, tick=False)
class PathPageTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.first = factories.course("Complaints")
        cls.lessons = [factories.lesson(cls.first, f"Lesson {n}", minutes=10) for n in (1, 2)]
        cls.second = factories.course("Visits", lessons=1)
        cls.path = factories.path(cls.first, cls.second, title="First weeks")

    def page(self, person=None, path=None):
        self.client.force_login(person or self.maya)
        return self.client.get(reverse("path", args=[(path or self.path).translation_key]))

    def states(self, **kwargs):
        return [(step["title"], step["state"]) for step in self.page(**kwargs).context["steps"]]

    def complete(self, *lessons):
        enrol(self.maya, self.first)
        for lesson in lessons:
            complete_activity(Enrolment.objects.of(self.maya), lesson)

    def test_it_shows_the_journey_with_what_is_locked_and_why(self):
        assign_path(self.maya, self.path)
        self.assertEqual(self.states(), [("Complaints", "current"), ("Visits", "locked")])
        response = self.page()
        self.assertContains(response, "Complete “Complaints” first.")
        self.assertContains(response, "Go to what unlocks it")
        self.assertNotContains(response, reverse("courses:course", args=[self.second.translation_key]))

    def test_a_completed_step_opens_the_next(self):
        assign_path(self.maya, self.path)
        self.complete(*self.lessons)
        self.assertEqual(self.states(), [("Complaints", "done"), ("Visits", "current")])

    def test_it_says_how_far_and_how_long(self):
        assign_path(self.maya, self.path)
        self.complete(self.lessons[0])
        response = self.page()
        self.assertEqual(response.context["percent"], 25)
        self.assertEqual(response.context["minutes_left"], 15)
        self.assertEqual([step["percent"] for step in response.context["steps"]], [50, 0])

    def test_optional_steps_count_for_nothing(self):
        PathStep.objects.filter(course=self.second).update(is_required=False)
        assign_path(self.maya, self.path)
        self.complete(*self.lessons)
        response = self.page()
        self.assertEqual((response.context["percent"], response.context["minutes_left"]), (100, 0))
        self.assertContains(response, "Optional")

    def test_it_says_why_she_was_given_it(self):
        assign_path(self.maya, self.path, by=self.daniel, reason="You start on Monday.")
        self.assertContains(self.page(), "Daniel Mercer gave it to you: You start on Monday.")

    def test_the_due_date_stands_in_words_and_exactly_in_her_zone(self):
        assign_path(self.layla, self.path, due_at=datetime(2026, 3, 4, 22, 0, tzinfo=UTC))
        assign_path(self.maya, self.path, due_at=datetime(2026, 3, 4, 22, 0, tzinfo=UTC))
        self.assertContains(self.page(), "Due in 2 days, on March 4, 2026")
        self.assertContains(self.page(person=self.layla), "5 مارس 2026")

    def test_its_state_is_told_in_a_word(self):
        cases = [(timedelta(days=-1), "overdue"), (timedelta(days=3), "due"), (timedelta(days=30), "active")]
        assignment = assign_path(self.maya, self.path)
        for distance, state in cases:
            assignment.due_at = NOW + distance
            assignment.save()
            self.assertEqual(self.page().context["state"], state)
        exempt(assignment, by=self.daniel, reason="Elsewhere.")
        self.assertEqual(self.page().context["state"], "exempt")
        self.assertNotContains(self.page(), "Overdue")

    def test_one_that_is_no_duty_now_says_so_and_why(self):
        cases = [
            (suspend, "Rests", "Daniel Mercer let it rest, and nothing is due meanwhile: On leave."),
            (exempt, "Exempt", "Daniel Mercer exempted you: On leave."),
            (remove, None, "Daniel Mercer took it back: On leave."),
        ]
        for verb, word, reason in cases:
            assignment = assign_path(self.maya, self.path, due_at=NOW + timedelta(days=3))
            verb(assignment, self.daniel, "On leave.")
            response = self.page()
            self.assertContains(response, reason)
            self.assertIsNone(response.context["due_at"])
            self.assertContains(response, word) if word else self.assertIsNone(response.context["state"])
            PathAssignment.objects.all().delete()

    def test_one_that_is_held_says_what_it_waits_for(self):
        assign_path(self.maya, self.path, is_held=True)
        self.assertContains(self.page(), "Waits for the date that it counts from")

    def test_a_completed_one_says_since_when(self):
        assign_path(self.maya, factories.path(self.first, title="Short"))
        self.complete(*self.lessons)
        response = self.page(path=LearningPathPage.objects.get(title="Short"))
        self.assertEqual((response.context["state"], response.context["completed_at"]), ("completed", NOW))
        self.assertContains(response, "March 2, 2026")

    def test_passing_the_due_date_takes_no_access_away(self):
        assignment = assign_path(self.maya, self.path, at=NOW - timedelta(days=90), due_at=NOW - timedelta(days=60))
        self.assertContains(self.page(), "You can still do it")
        lesson = reverse("courses:activity", args=[self.first.translation_key, self.lessons[0].translation_key])
        self.assertEqual(self.client.get(lesson).status_code, 200)
        for course in (self.first, self.second):
            for page in course.get_children().specific():
                posted = self.client.post(
                    reverse("courses:complete", args=[course.translation_key, page.translation_key])
                )
                self.assertEqual(posted.status_code, 302)
        assignment.refresh_from_db()
        self.assertEqual(assignment.state, PathAssignment.State.COMPLETED)
        self.assertNotContains(self.page(), "You can still do it")

    def test_who_was_not_given_it_may_look_and_sees_nothing_of_others(self):
        assign_path(self.maya, self.path, by=self.daniel, reason="You start on Monday.")
        self.complete(*self.lessons)
        response = self.page(person=self.sam)
        self.assertEqual((response.context["state"], response.context["why"]), (None, None))
        self.assertEqual(self.states(person=self.sam), [("Complaints", "current"), ("Visits", "open")])
        self.assertEqual(response.context["percent"], 0)

    def test_a_course_that_was_withdrawn_is_no_dead_end(self):
        assign_path(self.maya, self.path)
        self.first.unpublish()
        self.assertEqual(self.states(), [("Complaints", "locked"), ("Visits", "current")])
        self.assertContains(self.page(), "This step is not open at the moment.")

    def test_a_draft_is_not_there(self):
        self.assertEqual(self.page(path=factories.path(self.first, title="Draft", live=False)).status_code, 404)

    def test_it_is_for_people_who_are_signed_in(self):
        address = reverse("path", args=[self.path.translation_key])
        self.assertRedirects(
            self.client.get(address), f"/accounts/login/?next={address}", fetch_redirect_response=False
        )
