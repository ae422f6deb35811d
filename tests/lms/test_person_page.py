"""A person as her lead sees her: who may open the page, what it says, and what it costs."""

from datetime import timedelta

from django.test import TestCase
from django.utils import timezone

from certifications.awards import change_expiry, grant_award, revoke_award
from courses.assignments import assign_path, exempt, extend_due_date, remove, suspend
from courses.enrolling import enrol
from courses.models import Enrolment, PathAssignment
from courses.progress import complete_activity
from lms.person_page import people_to_open, person_page
from tests import factories
from tests.cast import CastMixin, join, person
from tests.queries import at_most

PAGE_QUERIES = 9  # one of them finds the proofs from elsewhere that wait


class PersonPageTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.course = factories.course("Complaints")
        cls.lessons = [factories.lesson(cls.course, f"Lesson {n}") for n in (1, 2)]
        cls.path = factories.path(cls.course, title="First weeks", due_days=30)
        cls.certification = factories.certification(cls.path, "Service professional")
        cls.now = timezone.now()

    def get(self, reader, person=None):
        self.client.force_login(reader)
        return self.client.get(f"/team/{(person or self.maya).pk}/")

    def page(self, reader=None) -> dict:
        reader = reader or self.daniel
        return person_page(people_to_open(reader).get(pk=self.maya.pk), reader, timezone.now())

    def test_a_lead_opens_the_people_of_her_teams_and_nobody_else(self):
        self.assertEqual(self.get(self.daniel).status_code, 200)
        self.assertEqual(self.get(self.giorgi).status_code, 200)
        self.assertEqual(self.get(self.ana).status_code, 200)
        for reader, whom in ((self.hala, self.maya), (self.daniel, self.sam), (self.tamar, self.maya)):
            with self.subTest(reader=reader, person=whom):
                self.assertEqual(self.get(reader, whom).status_code, 404)

    def test_who_leads_nobody_has_no_such_page_not_even_of_herself(self):
        self.assertEqual(self.get(self.maya).status_code, 404)

    def test_a_lead_may_look_at_herself_but_is_offered_nothing_to_do(self):
        assign_path(self.daniel, self.path)
        response = self.get(self.daniel, self.daniel)
        self.assertContains(response, "First weeks")
        self.assertNotContains(response, "/paths/")
        self.assertNotContains(response, "/team/assign/")

    def test_leads_of_one_team_see_each_other_but_are_offered_nothing_to_do(self):
        join(second := person("Second Lead"), self.phone, "lead")
        assign_path(second, self.path)
        self.assertFalse(self.get(self.daniel, second).context["may_act"])
        self.assertNotContains(self.get(self.daniel, second), "/paths/")
        for reader in (self.giorgi, self.ana):
            self.assertTrue(self.get(reader, second).context["may_act"])

    def test_the_board_leads_to_it(self):
        self.client.force_login(self.daniel)
        self.assertContains(self.client.get("/team/"), f'href="/team/{self.maya.pk}/"')

    def test_it_says_where_she_stands_as_the_board_does(self):
        for at, expected in ((40, "overdue"), (1, "assigned")):
            PathAssignment.objects.all().delete()
            assign_path(self.maya, self.path, at=self.now - timedelta(days=at))
            self.assertEqual([row.state for row in self.page()["certified"]], [expected])
        enrol(self.maya, self.course)
        self.assertEqual([row.state for row in self.page()["certified"]], ["in_progress"])
        award = grant_award(self.certification, self.maya, {}, self.now)
        self.assertEqual([row.state for row in self.page()["certified"]], ["certified"])
        revoke_award(award, self.ana, "Copied")
        self.assertEqual([row.state for row in self.page()["certified"]], ["revoked"])
        newer = grant_award(self.certification, self.maya, {}, self.now)
        self.assertEqual([row.award for row in self.page()["certified"]], [newer])

    def test_a_renewed_certificate_is_shown_once_as_it_is_now(self):
        grant_award(self.certification, self.maya, {}, self.now - timedelta(days=340))
        newer = grant_award(self.certification, self.maya, {}, self.now)
        self.assertEqual([row.award for row in self.page()["certified"]], [newer])

    def test_the_earlier_ones_are_listed_and_lead_to_their_pages(self):
        first = grant_award(self.certification, self.maya, {}, self.now - timedelta(days=700))
        second = grant_award(self.certification, self.maya, {}, self.now - timedelta(days=360))
        newer = grant_award(self.certification, self.maya, {}, self.now)
        (row,) = self.page()["certified"]
        self.assertEqual((row.award, [cycle.award for cycle in row.others]), (newer, [second, first]))
        response = self.get(self.daniel)
        self.assertContains(response, "2 earlier certificates")
        self.assertContains(response, first.get_absolute_url())

    def test_only_an_administrator_sees_what_can_be_done_to_certificates(self):
        grant_award(self.certification, self.maya, {}, self.now)
        self.assertEqual(self.page(self.daniel)["certified"][0].choices, [])
        labels = [str(choice.label) for choice in self.page(self.ana)["certified"][0].choices]
        self.assertEqual(labels, ["Change the expiry", "Revoke the certificate", "Certify by hand"])

    def test_a_duty_says_its_state_progress_and_who_gave_it_and_why(self):
        assign_path(self.maya, self.path, by=self.daniel, reason="You start on Monday.")
        enrol(self.maya, self.course)
        complete_activity(Enrolment.objects.of(self.maya), self.lessons[0])
        duty = self.page()["duties"][0]
        self.assertEqual((duty.state, duty.percent, duty.steps_done, duty.steps_total), ("active", 50, 0, 1))
        response = self.get(self.daniel)
        self.assertContains(response, "Given by Daniel Mercer on")
        self.assertContains(response, "You start on Monday.")

    def test_closed_duties_stand_apart_and_offer_nothing(self):
        exempt(assign_path(self.maya, self.path), self.daniel, "Knows it all")
        remove(assign_path(self.maya, factories.path(self.course, title="Chat")), self.daniel, "By mistake")
        page = self.page()
        self.assertEqual(page["duties"], [])
        self.assertEqual({duty.word for duty in page["closed"]}, {"Exempt", "Taken back"})
        self.assertEqual([duty.choices for duty in page["closed"]], [[], []])

    def test_the_history_says_who_did_what_and_why_the_latest_first(self):
        assignment = assign_path(self.maya, self.path, by=self.daniel, reason="New here")
        extend_due_date(assignment, self.now + timedelta(days=60), self.giorgi, "Was ill")
        suspend(assignment, self.daniel, "On leave")
        award = grant_award(self.certification, self.maya, {}, by=self.ana, reason="Seen at work")
        change_expiry(award, None, self.ana, "Holds for ever")
        assign_path(self.layla, self.path, by=self.daniel, reason="Somebody else's")
        history = [(event.by.split()[0], event.reason, event.has_dates) for event in self.page()["history"]]
        expected = [
            ("Ana", "Holds for ever", True),
            ("Ana", "Seen at work", False),
            ("Daniel", "On leave", False),
            ("Giorgi", "Was ill", True),
            ("Daniel", "New here", False),
        ]
        self.assertEqual(history, expected)
        extended = self.page()["history"][3]
        self.assertEqual(extended.after, self.now + timedelta(days=60))
        response = self.get(self.daniel)
        self.assertContains(response, "Was ill")
        self.assertNotContains(response, "Somebody else's")

    def test_its_team_is_named_in_the_language_of_who_reads_it(self):
        self.phone.name_ar = "الهاتف"
        self.phone.save()
        join(self.hala, self.phone, "lead")
        self.assertEqual(self.get(self.hala).context["person"].team_name, "الهاتف")
        self.assertEqual(self.get(self.daniel).context["person"].team_name, "Phone")

    def test_its_titles_are_in_the_language_of_who_reads_it(self):
        factories.path(title="الأسابيع الأولى", language="ar", translation_of=self.path)
        join(self.hala, self.phone, "lead")
        assign_path(self.maya, self.path)
        self.assertContains(self.get(self.hala), "الأسابيع الأولى")
        self.assertContains(self.get(self.daniel), "First weeks")

    def test_its_cost_does_not_grow_with_what_there_is_to_show(self):
        costs = []
        for number in (1, 4):
            for n in range(number):
                course = factories.course(f"Course {number} {n}", lessons=1)
                path = factories.path(course, title=f"Path {number} {n}", due_days=9)
                extend_due_date(
                    assign_path(self.maya, path, by=self.daniel, reason="x"), self.now, self.daniel, "Because"
                )
                certification = factories.certification(path)
                for _cycle in range(number):
                    grant_award(certification, self.maya, {}, by=self.ana, reason="Seen")
            self.get(self.ana)
            with at_most(PAGE_QUERIES) as queries:
                self.assertEqual(self.client.get(f"/team/{self.maya.pk}/").status_code, 200)
            costs.append(len(queries))
        self.assertEqual(costs[0], costs[1])
