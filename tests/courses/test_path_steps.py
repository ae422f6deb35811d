"""Steps of a path that are articles, steps that open later, and paths that need some of their optional steps."""

from datetime import UTC, date, datetime, timedelta

import time_machine
from django.test import TestCase

from courses.assignments import assign_path, suspend
from courses.catalogue import catalogue_for
from courses.enrolling import enrol
from courses.models import Enrolment, LearningPathPage, PathAssignment, PathStep
from courses.prerequisites import CourseLocked, locks_in, locks_of
from courses.progress import complete_activity
from knowledge.acknowledgement import acknowledge_article
from tests import factories
from tests.cast import CastMixin
from tests.queries import at_most

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@time_machine.travel(NOW, tick=False)
class PathStepsTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.article = factories.article("Our promise")
        cls.first = factories.course("Complaints", lessons=1)
        cls.second = factories.course("Visits", lessons=1)

    def path(self, *steps: PathStep, **fields) -> LearningPathPage:
        path = factories.path(title="First weeks", **fields)
        for position, step in enumerate(steps):
            step.sort_order = position
        path.steps = list(steps)
        factories.publish(path)
        return LearningPathPage.objects.get(pk=path.pk)

    def complete(self, course, at=NOW):
        enrolment = enrol(self.maya, course, at)
        for lesson in course.get_children().specific():
            complete_activity(Enrolment.objects.filter(pk=enrolment.pk), lesson, at=at)

    def rows(self, path):
        self.client.force_login(self.maya)
        response = self.client.get(path.get_view_url())
        return [(row["title"], row["state"], row.get("reason", "")) for row in response.context["steps"]]

    def test_an_article_is_done_when_it_is_acknowledged_and_opens_what_comes_after(self):
        path = self.path(PathStep(article=self.article), PathStep(course=self.first))
        assignment = assign_path(self.maya, path, at=NOW)
        locked = ("Complaints", "locked", "Read “Our promise” first, and say so there.")
        self.assertEqual(self.rows(path), [("Our promise", "current", ""), locked])
        with self.assertRaises(CourseLocked):
            enrol(self.maya, self.first)
        self.assertEqual(self.client.get("/").context["continue_card"]["activity_title"], "Our promise")
        acknowledge_article(self.maya, self.article, NOW)
        self.assertEqual(self.rows(path), [("Our promise", "done", ""), ("Complaints", "current", "")])
        self.complete(self.first)
        assignment.refresh_from_db()
        self.assertEqual(assignment.state, PathAssignment.State.COMPLETED)

    def test_the_last_article_completes_the_path(self):
        path = self.path(PathStep(course=self.first), PathStep(article=self.article), is_sequential=False)
        assignment = assign_path(self.maya, path, at=NOW)
        self.complete(self.first)
        acknowledge_article(self.maya, self.article, NOW)
        assignment.refresh_from_db()
        self.assertEqual(assignment.state, PathAssignment.State.COMPLETED)

    def test_an_acknowledgement_from_before_counts_as_far_back_as_the_path_lets_it(self):
        acknowledge_article(self.maya, self.article, NOW - 10 * DAY)
        old = self.path(PathStep(article=self.article), prior_learning_days=9)
        self.assertEqual(assign_path(self.maya, old, at=NOW).state, PathAssignment.State.ACTIVE)
        self.assertEqual(self.rows(old)[0][1], "current")
        recent = self.path(PathStep(article=self.article), prior_learning_days=10)
        self.assertEqual(assign_path(self.maya, recent, at=NOW).state, PathAssignment.State.COMPLETED)

    def test_a_step_opens_on_its_day_where_the_person_is(self):
        path = self.path(PathStep(course=self.first, opens_on=date(2026, 3, 5)), is_sequential=False)
        assign_path(self.maya, path, at=NOW)
        self.assertEqual(self.rows(path), [("Complaints", "locked", "It opens on March 5, 2026.")])
        with time_machine.travel(datetime(2026, 3, 4, 23, 59, tzinfo=UTC), tick=False), self.assertRaises(CourseLocked):
            enrol(self.maya, self.first)
        self.client.force_login(self.maya)
        self.assertIsNone(self.client.get("/").context["continue_card"])
        with time_machine.travel(datetime(2026, 3, 5, tzinfo=UTC), tick=False):
            enrol(self.maya, self.first)

    def test_a_step_opens_some_days_after_the_one_before(self):
        path = self.path(
            PathStep(course=self.first), PathStep(course=self.second, opens_after_days=7), is_sequential=False
        )
        assign_path(self.maya, path, at=NOW)
        self.assertEqual(
            self.rows(path)[1], ("Visits", "locked", "Complete “Complaints” first. This opens 7 days later.")
        )
        self.complete(self.first)
        self.assertEqual(self.rows(path)[1], ("Visits", "locked", "It opens on March 9, 2026."))
        with time_machine.travel(NOW + 7 * DAY, tick=False):
            self.assertEqual(self.rows(path)[1], ("Visits", "current", ""))

    def test_in_a_sequential_path_it_says_what_comes_first_and_how_long_after(self):
        path = self.path(PathStep(course=self.first), PathStep(course=self.second, opens_after_days=1))
        assign_path(self.maya, path, at=NOW)
        self.assertEqual(self.rows(path)[1][2], "Complete “Complaints” first. This opens a day later.")

    def test_the_catalogue_says_of_the_locks_what_the_database_says(self):
        third = factories.course("Chat", lessons=1)
        drip = [PathStep(course=self.second, opens_after_days=3), PathStep(course=third, opens_on=date(2026, 3, 20))]
        strict = self.path(PathStep(course=self.first), PathStep(article=self.article), *drip)
        loose = self.path(PathStep(course=third), PathStep(course=self.first, opens_after_days=5), is_sequential=False)

        def agree(*times):
            for at in times:
                duties = PathAssignment.objects.of(self.maya).open()
                self.assertEqual(locks_in(catalogue_for(self.maya), duties, self.maya, at), locks_of(self.maya, at))
            return set(locks_of(self.maya, at))

        keys = [page.translation_key for page in (self.first, self.article, self.second, third)]
        self.assertEqual(agree(NOW), set())
        assign_path(self.maya, strict, at=NOW)
        self.assertEqual(agree(NOW), set(keys[1:]))
        assign_path(self.maya, loose, at=NOW)
        self.assertEqual(agree(NOW), set(keys))
        acknowledge_article(self.maya, self.article, NOW)
        agree(NOW, NOW + 3 * DAY)
        Enrolment.objects.create(person=self.maya, course_key=keys[0], course_title="Complaints")
        self.complete(self.first)
        self.assertEqual(agree(NOW, NOW + 2 * DAY, NOW + 3 * DAY), {keys[3]})
        self.second.unpublish()
        agree(NOW + 3 * DAY, NOW + 20 * DAY)
        PathAssignment.objects.of(self.maya).update(counts_from=NOW + DAY)
        agree(NOW + 3 * DAY)

    def test_what_was_done_before_is_credited_and_says_since_when(self):
        self.complete(self.first, at=NOW - 20 * DAY)
        path = self.path(PathStep(course=self.first), PathStep(course=self.second), prior_learning_days=30)
        assign_path(self.maya, path, at=NOW)
        self.client.force_login(self.maya)
        response = self.client.get(path.get_view_url())
        self.assertContains(response, "Credited")
        self.assertContains(response, "You did it on February 10, 2026, and it counts here.")
        self.complete(self.second)
        rows = self.client.get(path.get_view_url()).context["steps"]
        self.assertEqual([(row["state"], row["is_credited"]) for row in rows], [("done", True), ("done", False)])

    def test_a_step_whose_day_has_passed_was_due_and_stays_open(self):
        path = self.path(PathStep(course=self.first, due_days=3))
        assignment = assign_path(self.maya, path, at=NOW - 5 * DAY)
        self.client.force_login(self.maya)
        self.assertContains(self.client.get(path.get_view_url()), "Was due 2 days ago, on February 28, 2026")
        suspend(assignment, self.daniel, "On leave.")
        self.assertNotContains(self.client.get(path.get_view_url()), "due 2 days ago")

    def test_a_path_can_need_some_of_its_optional_steps_whichever_they_are(self):
        third = factories.course("Chat", lessons=1)
        steps = [PathStep(course=course, is_required=False) for course in (self.second, third)]
        path = self.path(PathStep(course=self.first), *steps, optional_needed=1)
        assignment = assign_path(self.maya, path, at=NOW)
        self.complete(self.first)
        assignment.refresh_from_db()
        self.assertEqual(assignment.state, PathAssignment.State.ACTIVE)
        self.client.force_login(self.maya)
        response = self.client.get(path.get_view_url())
        self.assertEqual(response.context["percent"], 50)
        self.assertContains(response, "Optional steps: 1 of 2 needed, 0 done.")
        self.assertEqual(self.client.get("/").context["continue_card"]["course_title"], "Visits")
        self.complete(third)
        assignment.refresh_from_db()
        self.assertEqual(assignment.state, PathAssignment.State.COMPLETED)

    def test_a_step_says_when_it_is_due(self):
        path = self.path(PathStep(course=self.first, due_days=3))
        assign_path(self.maya, path, at=NOW)
        self.client.force_login(self.maya)
        self.assertContains(self.client.get(path.get_view_url()), "Due in 3 days, on March 5, 2026")

    def test_home_and_path_cost_no_more_with_articles(self):
        steps = [PathStep(article=factories.article(f"Article {number}")) for number in range(5)]
        path = self.path(*steps, PathStep(course=self.first))
        assign_path(self.maya, path, at=NOW)
        self.client.force_login(self.maya)
        for address in ("/", path.get_view_url()):
            self.client.get(address)
            with at_most(6):
                self.client.get(address)
