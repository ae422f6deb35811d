"""One course in two certifications of the same person: progress is counted by registration, completions by time."""

from datetime import UTC, datetime, timedelta

import time_machine
from django.test import TestCase

from certifications.models import Award
from certifications.proof import proof_of
from certifications.renewals import open_renewals
from courses.assignments import assign_path
from courses.learning import complete_lesson
from courses.models import ActivityCompletion, Enrolment, PathAssignment
from lms.board import Filters, team_board
from tests import factories
from tests.cast import CastMixin
from tests.certifications.test_renewals import complete

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
State = PathAssignment.State


class SharedCourseTest(CastMixin, TestCase):
    """Calls and chat both ask for the tone of voice; Maya is certified for calls."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.tone, cls.calls, cls.chats = (factories.course(t, lessons=1) for t in ("Tone", "Calls", "Chats"))
        cls.call_path = factories.path(cls.tone, cls.calls, title="Call path")
        cls.chat_path = factories.path(cls.tone, cls.chats, title="Chat path")
        rules = {"validity_months": 12, "window_days": 60}
        cls.for_calls = factories.certification(cls.call_path, title="Calls", **rules)
        cls.for_chats = factories.certification(cls.chat_path, title="Chats", **rules)
        assign_path(cls.maya, cls.call_path, at=AT)
        complete(cls.maya, cls.tone, AT)
        complete(cls.maya, cls.calls, AT)

    def accepts(self, days: int | None) -> None:
        """How old an earlier completion may be for the chat path."""
        self.chat_path.prior_learning_days = days
        factories.publish(self.chat_path)

    def awards(self) -> dict[str, datetime]:
        valid = Award.objects.active().filter(holder=self.maya)
        return dict(valid.values_list("certification_title", "expires_at"))

    def tone_enrolments(self) -> list[tuple[bool, bool]]:
        """Of each go at the shared course, the oldest first: whether it is complete, and whether it is the current."""
        rows = Enrolment.objects.of(self.maya).for_course(self.tone.translation_key).order_by("enrolled_at")
        return [(row.completed_at is not None, row.superseded_at is None) for row in rows]

    def steps(self, path, at) -> list[str]:
        with time_machine.travel(at, tick=False):
            self.client.force_login(self.maya)
            return [step["state"] for step in self.client.get(path.get_view_url()).context["steps"]]

    def test_all_that_was_ever_completed_counts_where_the_path_sets_no_limit(self):
        later = AT + 300 * DAY
        assign_path(self.maya, self.chat_path, at=later)
        self.assertEqual(self.tone_enrolments(), [(True, True)])
        self.assertEqual(self.steps(self.chat_path, later), ["done", "current"])
        complete(self.maya, self.chats, later)
        self.assertEqual(self.awards(), {"Calls": AT.replace(year=2027), "Chats": later.replace(year=2027)})

    def test_a_path_of_shared_courses_alone_is_complete_at_once(self):
        both = factories.path(self.tone, title="Tone alone")
        factories.certification(both, title="Tone", validity_months=12)
        assign_path(self.maya, both, at=AT + 300 * DAY)
        self.assertEqual(set(self.awards()), {"Calls", "Tone"})

    def test_nothing_counts_where_the_path_wants_all_of_it_anew_and_the_other_certificate_stays(self):
        self.accepts(0)
        later = AT + 30 * DAY
        assign_path(self.maya, self.chat_path, at=later)
        self.assertEqual(self.tone_enrolments(), [(True, False)])
        self.assertEqual(self.steps(self.chat_path, later), ["current", "locked"])
        complete(self.maya, self.tone, later + DAY)
        self.assertEqual(self.tone_enrolments(), [(True, False), (True, True)])
        complete(self.maya, self.chats, later + DAY)
        self.assertEqual(self.awards(), {"Calls": AT.replace(year=2027), "Chats": (later + DAY).replace(year=2027)})
        self.assertEqual(Award.objects.filter(certification=self.for_calls).count(), 1)

    def test_it_counts_as_long_as_the_path_says(self):
        self.accepts(30)
        for days, expected in ((30, ["done", "current"]), (31, ["current", "locked"])):
            with self.subTest(days=days):
                given = assign_path(self.maya, self.chat_path, at=AT + days * DAY)
                self.assertEqual(self.steps(self.chat_path, AT + days * DAY), expected)
                PathAssignment.objects.filter(pk=given.pk).update(state=State.REMOVED)

    def test_a_renewal_of_one_takes_nothing_from_an_open_duty_of_the_other(self):
        assign_path(self.maya, self.chat_path, at=AT + 10 * DAY)
        window = AT.replace(year=2027) - 60 * DAY
        self.assertEqual(open_renewals(window), 1)
        self.assertEqual(self.tone_enrolments(), [(True, False)])
        self.assertEqual(self.steps(self.chat_path, window), ["done", "current"])
        self.assertEqual(self.steps(self.call_path, window), ["current", "locked"])
        complete(self.maya, self.chats, window + DAY)
        self.assertEqual(set(self.awards()), {"Calls", "Chats"})
        renewal = PathAssignment.objects.of(self.maya).open().get()
        self.assertEqual((renewal.path_title, renewal.counts_from), ("Call path", window))

    def test_a_new_go_for_the_renewal_leaves_the_other_duty_as_it_was(self):
        """Also while she is in the middle of it."""
        assign_path(self.maya, self.chat_path, at=AT + 10 * DAY)
        second = factories.lesson(self.tone, "Tone, lesson 2")
        window = AT.replace(year=2027) - 60 * DAY
        open_renewals(window)
        complete_lesson(self.maya, self.tone.translation_key, second, window)
        self.assertEqual(self.tone_enrolments(), [(True, False), (False, True)])
        self.assertEqual(self.steps(self.chat_path, window), ["done", "current"])
        complete(self.maya, self.chats, window + DAY)
        self.assertIn("Chats", self.awards())

    def test_one_completion_renews_both_where_both_windows_are_open(self):
        assign_path(self.maya, self.chat_path, at=AT + 10 * DAY)
        complete(self.maya, self.chats, AT + 10 * DAY)
        later = AT.replace(year=2027) - 20 * DAY
        self.assertEqual(open_renewals(later), 2)
        for course in (self.tone, self.calls, self.chats):
            complete(self.maya, course, later + DAY)
        ten = (AT + 10 * DAY).replace(year=2028)
        self.assertEqual(self.awards(), {"Calls": AT.replace(year=2028), "Chats": ten})
        self.assertEqual(self.tone_enrolments(), [(True, False), (True, True)])

    def test_a_completion_before_the_other_window_does_not_renew_the_other(self):
        assign_path(self.maya, self.chat_path, at=AT + 50 * DAY)
        complete(self.maya, self.chats, AT + 50 * DAY)
        first_window = AT.replace(year=2027) - 60 * DAY
        self.assertEqual(open_renewals(first_window), 1)
        complete(self.maya, self.tone, first_window + DAY)
        complete(self.maya, self.calls, first_window + DAY)
        second_window = (AT + 50 * DAY).replace(year=2027) - 60 * DAY
        self.assertEqual(open_renewals(second_window), 1)
        self.assertEqual(self.steps(self.chat_path, second_window), ["current", "locked"])
        complete(self.maya, self.tone, second_window + DAY)
        complete(self.maya, self.chats, second_window + DAY)
        self.assertEqual(self.awards()["Chats"], (AT + 50 * DAY).replace(year=2028))
        self.assertEqual(self.awards()["Calls"], AT.replace(year=2028))

    def test_the_proof_names_the_go_that_counted_although_it_was_superseded(self):
        assign_path(self.maya, self.chat_path, at=AT + 10 * DAY)
        second = factories.lesson(self.tone, "Tone, lesson 2")
        window = AT.replace(year=2027) - 60 * DAY
        open_renewals(window)
        complete_lesson(self.maya, self.tone.translation_key, second, window)
        complete(self.maya, self.chats, window + DAY)
        award = Award.objects.get(certification=self.for_chats)
        counted = Enrolment.objects.of(self.maya).get(course_key=self.tone.translation_key, completed_at__isnull=False)
        registrations = {a["registration"] for a in award.evidence["activities"] if a["course"] == "Tone"}
        self.assertEqual(registrations, {str(counted.registration)})
        self.assertEqual(ActivityCompletion.objects.filter(enrolment=counted).count(), 1)
        self.assertTrue(proof_of(award, self.maya, window))

    def test_the_board_says_that_she_is_under_way_for_the_other(self):
        assign_path(self.maya, self.chat_path, at=AT + 10 * DAY)
        window = AT.replace(year=2027) - 60 * DAY
        open_renewals(window)
        row = next(r for r in team_board(self.daniel, Filters(), 1, window).rows if r.person == self.maya)
        self.assertEqual([cell.state for cell in row.cells], ["due_for_renewal", "in_progress"])
