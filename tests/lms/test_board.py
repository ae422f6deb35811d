from datetime import timedelta

from django.test import TestCase
from django.utils import timezone

from certifications.awards import grant_award, revoke_award
from courses.assignments import assign_path
from tests import factories
from tests.cast import CastMixin, join, person
from tests.queries import at_most

BOARD_QUERIES = 8


class BoardTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.path = factories.path(factories.course(lessons=1), due_days=30)
        cls.certification = factories.certification(cls.path, validity_months=12, window_days=60)
        cls.now = timezone.now()

    def get(self, user, query=""):
        self.client.force_login(user)
        return self.client.get(f"/team/?{query}")

    def names(self, user, query="") -> list[str]:
        return [row.person.name.split()[0] for row in self.get(user, query).context["board"]["rows"]]

    def test_an_empty_team_is_not_called_a_matter_of_filters(self):
        lead = person("Lea Lead")
        join(lead, self.service.add_child(code="new", name="New"), "lead")
        self.assertContains(self.get(lead), "Nobody is in your teams yet")
        self.assertContains(self.get(lead, "state=expired"), "Nobody matches these filters")

    def states(self, user) -> dict[str, str]:
        rows = self.get(user).context["board"]["rows"]
        return {row.person.name.split()[0]: row.cells[0].state for row in rows}

    def test_a_lead_sees_her_team_and_nobody_else(self):
        self.assertEqual(set(self.names(self.daniel)), {"Maya", "Layla"})
        self.assertNotContains(self.get(self.daniel), "Sam")

    def test_the_lead_above_sees_the_sub_teams_and_can_choose_one(self):
        self.assertEqual(set(self.names(self.giorgi)), {"Maya", "Layla", "Sam"})
        self.assertEqual(self.names(self.giorgi, "team=chat"), ["Sam"])

    def test_only_those_can_be_selected_on_whom_she_may_act(self):
        join(self.daniel, self.phone)
        page = self.get(self.daniel)
        self.assertContains(page, f'name="people" value="{self.maya.pk}"')
        self.assertContains(page, f'href="/team/{self.daniel.pk}/"')
        self.assertNotContains(page, f'name="people" value="{self.daniel.pk}"')
        self.assertContains(self.get(self.giorgi), f'name="people" value="{self.daniel.pk}"')

    def test_another_leads_team_in_the_address_shows_nothing_of_it(self):
        self.assertNotIn("Sam", self.names(self.daniel, "team=chat"))

    def test_who_leads_nobody_finds_no_board(self):
        for user in (self.maya, self.tamar):
            self.assertEqual(self.get(user).status_code, 404)
            self.assertEqual(self.client.get("/team/export.csv").status_code, 404)

    def test_the_worst_come_first(self):
        grant_award(self.certification, self.sam, {}, self.now - timedelta(days=400))  # expired
        assign_path(self.maya, self.path, at=self.now - timedelta(days=40))  # overdue
        grant_award(self.certification, self.layla, {}, self.now)  # certified
        self.assertEqual(self.names(self.giorgi), ["Sam", "Maya", "Layla"])
        self.assertEqual(self.states(self.giorgi), {"Sam": "expired", "Maya": "overdue", "Layla": "certified"})

    def test_filters_by_state_count_and_show_the_same_people(self):
        grant_award(self.certification, self.sam, {}, self.now - timedelta(days=400))
        grant_award(self.certification, self.maya, {}, self.now - timedelta(days=340))
        revoke_award(grant_award(self.certification, self.layla, {}, self.now), self.ana, "Copied")
        for state, names in {
            "expired": ["Sam"],
            "expiring-30": ["Maya"],
            "expiring-90": ["Maya"],
            "revoked": ["Layla"],
            "overdue": [],
        }.items():
            with self.subTest(state):
                board = self.get(self.giorgi, f"state={state}").context["board"]
                self.assertEqual([row.person.name.split()[0] for row in board["rows"]], names)
                self.assertEqual([f["count"] for f in board["filters"] if f["is_current"]], [len(names)])

    def test_an_unknown_filter_or_page_shows_everybody(self):
        self.assertEqual(len(self.names(self.giorgi, "state=no-such&team=no-such&page=999")), 3)

    def test_the_export_is_what_the_board_shows_with_formulas_made_harmless(self):
        self.maya.name = "=HYPERLINK(1)"
        self.maya.save()
        grant_award(self.certification, self.maya, {}, self.now - timedelta(days=400))
        self.client.force_login(self.daniel)
        text = b"".join(self.client.get("/team/export.csv?state=expired").streaming_content).decode()
        lines = text.splitlines()
        self.assertTrue(lines[0].startswith("\ufeffName,"))
        self.assertEqual(len(lines), 2)
        self.assertTrue(lines[1].startswith("'=HYPERLINK(1),"))

    def test_it_costs_the_same_for_one_three_and_thirty_people(self):
        for many in (0, 2, 27):
            for number in range(many):
                newcomer = person(f"N{many}x{number} Agent")
                join(newcomer, self.chat)
                assign_path(newcomer, self.path, at=self.now)
            self.client.force_login(self.hala)
            with at_most(BOARD_QUERIES):
                response = self.client.get("/team/")
            self.assertEqual(response.status_code, 200)
        self.assertEqual(len(response.context["board"]["rows"]), 30)
