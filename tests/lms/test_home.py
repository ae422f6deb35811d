from datetime import timedelta

from django.test import TestCase
from django.utils import timezone

from certifications.awards import grant_award, revoke_award
from courses.assignments import assign_path, suspend
from courses.enrolling import enrol
from courses.models import Enrolment
from courses.progress import complete_activity
from tests import factories
from tests.cast import CastMixin
from tests.queries import at_most

HOME_QUERIES = 6


class HomeTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.now = timezone.now()
        cls.first = factories.course("Complaints", lessons=2)
        cls.second = factories.course("Visits", lessons=1)
        cls.path = factories.path(cls.first, cls.second, title="First weeks", due_days=30)

    def home(self, user=None):
        self.client.force_login(user or self.maya)
        return self.client.get("/")

    def do(self, course, *, lessons=1):
        enrol(self.maya, course)
        for lesson in course.get_children().specific()[:lessons]:
            complete_activity(Enrolment.objects.of(self.maya).for_course(course.translation_key), lesson)

    def test_it_is_for_people_who_are_signed_in(self):
        self.assertRedirects(self.client.get("/"), "/accounts/login/?next=/", fetch_redirect_response=False)

    def test_with_nothing_to_do_it_offers_the_courses(self):
        response = self.home()
        self.assertIsNone(response.context["continue_card"])
        self.assertEqual([c["title"] for c in response.context["courses"]], ["Complaints", "Visits"])

    def test_it_says_what_to_do_next(self):
        assign_path(self.maya, self.path)
        card = self.home().context["continue_card"]
        self.assertEqual((card["course_title"], card["activity_title"]), ("Complaints", "Complaints, lesson 1"))
        self.assertFalse(card["is_started"])
        self.do(self.first)
        card = self.home().context["continue_card"]
        self.assertEqual((card["activity_title"], card["percent"]), ("Complaints, lesson 2", 50))
        self.do(self.first, lessons=2)
        self.assertEqual(self.home().context["continue_card"]["course_title"], "Visits")

    def test_a_path_that_is_withdrawn_waits_unseen(self):
        assign_path(self.maya, self.path)
        self.path.unpublish()
        self.assertEqual(self.home().context["duties"], [])
        factories.publish(self.path)
        self.assertEqual(len(self.home().context["duties"]), 1)

    def test_a_duty_says_how_far_how_long_and_why(self):
        assign_path(self.maya, self.path, by=self.daniel, reason="You start on the phones on Monday.")
        self.do(self.first, lessons=2)
        duty = self.home().context["duties"][0]
        self.assertEqual((duty["steps_done"], duty["steps_total"], duty["percent"]), (1, 2, 50))
        self.assertEqual((duty["minutes_left"], duty["state"]), (5, "active"))
        self.assertIn("Daniel Mercer", duty["why"])
        self.assertIn("You start on the phones on Monday.", duty["why"])

    def test_what_she_was_given_is_not_offered_again(self):
        assign_path(self.maya, self.path)
        factories.course("Writing clearly")
        self.assertEqual([c["title"] for c in self.home().context["courses"]], ["Writing clearly"])

    def test_the_overdue_comes_before_the_due(self):
        other = factories.path(self.second, title="Visits path", due_days=3)
        assign_path(self.maya, self.path, at=self.now - timedelta(days=40))
        assign_path(self.maya, other, at=self.now)
        duties = self.home().context["duties"]
        self.assertEqual(
            [(d["path_title"], d["state"]) for d in duties], [("First weeks", "overdue"), ("Visits path", "due")]
        )

    def test_it_speaks_her_language_where_there_is_a_translation(self):
        factories.course("الشكاوى", language="ar", translation_of=self.first)
        titles = [course["title"] for course in self.home(self.layla).context["courses"]]
        self.assertCountEqual(titles, ["الشكاوى", "Visits"])
        self.assertContains(self.client.get("/"), 'lang="ar" dir="rtl"')

    def test_certificates_show_their_state(self):
        certification = factories.certification(self.path, window_days=60)
        grant_award(certification, self.maya, {}, self.now - timedelta(days=340))
        self.assertEqual([a.standing for a in self.home().context["awards"]], ["expiring"])

    def test_what_asks_for_something_comes_first_and_says_what(self):
        renewal = factories.path(self.second, title="Once a year")
        given = [("Valid", 30), ("Expired", 400), ("Renewal open", 340), ("Revoked", 10), ("Renewal open first", 350)]
        for title, days in given:
            certification = factories.certification(self.path, title, renewal_path=renewal, validity_months=12)
            award = grant_award(certification, self.maya, {}, self.now - timedelta(days=days))
            if title == "Revoked":
                revoke_award(award, self.ana, "Copied")
        response = self.home()
        self.assertEqual(
            [(award.certification_title, award.path and award.path.title) for award in response.context["awards"]],
            [
                ("Renewal open first", "Once a year"),
                ("Renewal open", "Once a year"),
                ("Expired", "First weeks"),
                ("Valid", None),
                ("Revoked", None),
            ],
        )
        self.assertContains(response, "Renew it: Once a year")
        self.assertContains(response, "Earn it again: First weeks")
        self.assertNotContains(response, "Overdue")

    def test_a_path_that_rests_comes_last_says_so_and_is_not_what_to_do_next(self):
        suspend(assign_path(self.maya, self.path), self.daniel, "On leave.")
        assign_path(self.maya, factories.path(factories.course("Chat", lessons=1), title="Chat path"))
        response = self.home()
        self.assertEqual([d["path_title"] for d in response.context["duties"]], ["Chat path", "First weeks"])
        self.assertContains(response, "Rests")
        self.assertEqual(response.context["continue_card"]["course_title"], "Chat")

    def test_a_superseded_certificate_is_found_through_the_newer_one(self):
        certification = factories.certification(self.path, validity_months=12)
        old = grant_award(certification, self.maya, {}, self.now - timedelta(days=340))
        new = grant_award(certification, self.maya, {}, self.now)
        self.assertEqual(self.home().context["awards"], [new])
        self.assertContains(self.client.get(new.get_absolute_url()), old.get_absolute_url())

    def test_nobody_sees_what_is_anothers(self):
        assign_path(self.maya, self.path)
        self.assertEqual(self.home(self.sam).context["duties"], [])

    def test_a_page_is_kept_by_no_shared_cache(self):
        self.assertEqual(self.home()["Cache-Control"], "private, no-store")

    def test_it_costs_the_same_whatever_there_is_on_it(self):
        certification = factories.certification(self.path)
        for number in range(3):
            course = factories.course(f"Course {number}", lessons=number + 1)
            assign_path(self.maya, factories.path(course, title=f"Path {number}"))
            self.do(course) if number else None
            grant_award(certification, self.maya, {}, self.now, by=self.ana, reason="By hand")
            self.client.force_login(self.maya)
            with at_most(HOME_QUERIES):
                self.client.get("/")
