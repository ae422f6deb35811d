"""A course is published only when it says which service goal it serves, and how; by whichever way."""

from datetime import timedelta
from io import StringIO

from django.contrib.messages import get_messages
from django.core.management import call_command
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry, Workflow

from courses.models import CourseGoal, CoursePage
from courses.publishing import PublishingRefused, publishing_problems
from tests import factories
from tests.cast import CastMixin
from tests.cms.editing import add_course_url, course_data, edit_url

REFUSAL = "Link this course to at least one service goal and say how it serves it: then it can be published."
RATIONALE = "Calm agents make satisfied customers."


class GoalGateTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.goal = factories.goal()
        cls.course = factories.course(live=False)
        cls.course.course_goals.all().delete()
        cls.course = CoursePage.objects.get(pk=cls.course.pk)
        cls.course.save_revision()

    def setUp(self):
        self.client.force_login(self.tamar)

    def assert_not_live(self, course=None):
        self.assertFalse(CoursePage.objects.get(pk=(course or self.course).pk).live)

    def assert_refused(self, response):
        self.assertRedirects(response, edit_url(self.course), fetch_redirect_response=False)
        self.assertIn(REFUSAL, str(next(iter(get_messages(response.wsgi_request)))))
        self.assert_not_live()

    def schedule(self, course):
        course.go_live_at = timezone.now() + timedelta(days=1)
        return course.save_revision()

    def test_a_new_course_without_a_goal_is_refused_beside_the_goals(self):
        response = self.client.post(add_course_url(), course_data("publish"))
        self.assertEqual(response.status_code, 200)
        self.assertFalse(CoursePage.objects.filter(title="Handling complaints", live=True).exists())
        self.assertContains(response, REFUSAL, count=2)
        self.assertIn(REFUSAL, response.context["form"].formsets["course_goals"].non_form_errors())

    def test_a_draft_without_a_goal_is_saved(self):
        self.client.post(add_course_url(), course_data(title="A new idea", slug="a-new-idea"))
        self.assertFalse(CoursePage.objects.get(title="A new idea").live)

    def test_a_course_with_a_goal_and_a_rationale_is_published(self):
        data = course_data("publish", goals=[(self.goal, RATIONALE)], slug="with-a-goal")
        self.client.post(add_course_url(), data)
        course = CoursePage.objects.get(slug="with-a-goal")
        self.assertTrue(course.live)
        self.assertEqual(course.course_goals.get().rationale, RATIONALE)

    def test_a_goal_without_a_rationale_is_not_enough(self):
        for rationale in ("", "   "):
            response = self.client.post(edit_url(self.course), course_data("publish", goals=[(self.goal, rationale)]))
            self.assertContains(response, REFUSAL)
        self.assert_not_live()

    def test_removing_the_last_goal_of_a_published_course_can_only_be_a_draft(self):
        course = factories.course("Returns")
        link = course.course_goals.get()
        removed = course_data(slug=course.slug) | {
            "course_goals-TOTAL_FORMS": "1",
            "course_goals-INITIAL_FORMS": "1",
            "course_goals-0-id": str(link.pk),
            "course_goals-0-goal": str(self.goal.pk),
            "course_goals-0-rationale": RATIONALE,
            "course_goals-0-ORDER": "1",
            "course_goals-0-DELETE": "on",
        }
        self.assertContains(self.client.post(edit_url(course), removed | {"action-publish": "on"}), REFUSAL)
        for _again in range(2):
            self.assertRedirects(self.client.post(edit_url(course), removed), edit_url(course))
        self.assertEqual(CourseGoal.objects.filter(course=course).count(), 1)
        with self.assertRaises(PublishingRefused):
            CoursePage.objects.get(pk=course.pk).get_latest_revision().publish()

    def test_it_cannot_be_scheduled_in_the_editor(self):
        tomorrow = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
        response = self.client.post(edit_url(self.course), course_data("publish", go_live_at=tomorrow))
        self.assertContains(response, REFUSAL)
        self.assertFalse(self.course.revisions.filter(approved_go_live_at__isnull=False).exists())

    def test_it_cannot_be_scheduled_by_code(self):
        with self.assertRaises(PublishingRefused):
            self.schedule(self.course).publish()
        self.assertFalse(self.course.revisions.filter(approved_go_live_at__isnull=False).exists())

    def test_a_schedule_that_comes_due_is_called_off_and_the_next_one_goes_out(self):
        ready = factories.course("Returns", live=False)
        for course in (self.course, ready):
            course.save_revision(approved_go_live_at=timezone.now() - timedelta(minutes=1))
        call_command("publish_scheduled", stdout=StringIO())
        self.assert_not_live()
        self.assertTrue(CoursePage.objects.get(pk=ready.pk).live)
        entry = PageLogEntry.objects.get(page=self.course.pk, action="courses.publishing_refused")
        self.assertEqual(entry.data["problems"], [REFUSAL])
        self.assertFalse(self.course.revisions.filter(approved_go_live_at__isnull=False).exists())

    def test_it_cannot_be_submitted_to_a_workflow(self):
        Workflow.objects.get(name="Moderators approval")
        response = self.client.post(edit_url(self.course), course_data("submit"))
        self.assertContains(response, REFUSAL)
        self.assertIsNone(self.course.current_workflow_state)

    def test_it_cannot_be_approved_in_a_workflow(self):
        workflow = Workflow.objects.get(name="Moderators approval")
        state = workflow.start(self.course, self.ana).current_task_state
        self.client.force_login(self.ana)
        url = reverse("wagtailadmin_pages:workflow_action", args=[self.course.pk, "approve", state.pk])
        self.assert_refused(self.client.post(url))
        state.refresh_from_db()
        self.assertEqual(state.status, "in_progress")

    def test_it_cannot_be_published_in_bulk_and_takes_the_others_along(self):
        ready = factories.course("Returns", live=False)
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
        response = self.client.post(f"{url}?id={ready.pk}&id={self.course.pk}&next=/cms/", {"include_descendants": ""})
        self.assert_refused(response)
        self.assert_not_live(ready)

    def test_it_cannot_be_published_in_bulk_with_its_catalogue(self):
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
        parent = self.course.get_parent()
        response = self.client.post(f"{url}?id={parent.pk}&next=/cms/", {"include_descendants": "on"})
        self.assert_refused(response)

    def test_it_cannot_be_published_by_the_admin_api(self):
        url = reverse("wagtailadmin_api:pages:action", args=[self.course.pk, "publish"])
        response = self.client.post(url, headers={"accept": "application/json"})
        self.assertEqual(response.status_code, 400)
        self.assertIn(REFUSAL, response.json()["message"])
        self.assert_not_live()

    def test_the_admin_api_publishes_a_course_with_a_goal(self):
        ready = factories.course("Returns", live=False)
        response = self.client.post(reverse("wagtailadmin_api:pages:action", args=[ready.pk, "publish"]))
        self.assertEqual(response.status_code, 200)
        self.assertTrue(CoursePage.objects.get(pk=ready.pk).live)

    def test_other_pages_have_no_such_duty(self):
        self.assertEqual(publishing_problems(factories.article()), [])
        self.assertEqual(publishing_problems(factories.lesson(self.course)), [])
