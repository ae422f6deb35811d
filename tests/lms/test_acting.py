"""Acting on people by hand: within reach, with a reason, by one verb, and told afterwards."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import time_machine
from django.test import TestCase
from wagtail.models import ModelLogEntry

from certifications.awards import grant_award
from certifications.models import Award
from courses.assignments import assign_path, exempt, suspend
from courses.models import PathAssignment
from lms import acting_views
from tests import factories
from tests.cast import CastMixin, join, person

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
State = PathAssignment.State


class ActingMixin(CastMixin):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.path = factories.path(factories.course("Complaints", lessons=1), title="First weeks", due_days=30)
        cls.certification = factories.certification(cls.path, "Service professional", code="professional")

    def setUp(self):
        clock = time_machine.travel(NOW, tick=False)
        clock.start()
        self.addCleanup(clock.stop)

    def ask(self, user, address, data=None, follow=True):
        self.client.force_login(user)
        if data is None:
            return self.client.get(address, follow=follow)
        return self.client.post(address, data, follow=follow)


class ActOnAssignmentTest(ActingMixin, TestCase):
    def setUp(self):
        super().setUp()
        self.assignment = assign_path(self.maya, self.path)

    def address(self, action, person=None) -> str:
        return f"/team/{(person or self.maya).pk}/paths/{self.assignment.pk}/{action}/"

    def act(self, action, user=None, **data):
        response = self.ask(user or self.daniel, self.address(action), {"reason": "Was ill"} | data)
        self.assignment.refresh_from_db()
        return response

    def test_a_lead_moves_a_due_date_to_the_end_of_a_day_where_the_person_is(self):
        self.assignment = assign_path(self.layla, self.path)  # in Dubai, four hours ahead
        address = self.address("extend", self.layla)
        response = self.ask(self.daniel, address, {"reason": "Was ill", "due_on": "2026-05-01"})
        self.assignment.refresh_from_db()
        self.assertEqual(self.assignment.due_at, datetime(2026, 5, 1, 19, 59, 59, tzinfo=UTC))
        self.assertContains(response, "The due date was moved.")
        self.assertContains(response, "May 1, 2026")

    def test_a_day_that_is_over_or_no_later_than_before_is_refused(self):
        before = self.assignment.due_at
        for day in ("2026-03-01", "2026-03-20", "nonsense", ""):
            with self.subTest(day):
                self.assertContains(self.act("extend", due_on=day), "errorlist")
                self.assertEqual(self.assignment.due_at, before)

    def test_each_act_changes_the_state_and_is_logged_with_who_and_why(self):
        for action, state in (
            ("suspend", State.SUSPENDED),
            ("resume", State.ACTIVE),
            ("exempt", State.EXEMPT),
        ):
            with self.subTest(action):
                self.act(action)
                self.assertEqual(self.assignment.state, state)
                entry = ModelLogEntry.objects.filter(action=f"courses.{action}").get()
                self.assertEqual((entry.user, entry.data["reason"]), (self.daniel, "Was ill"))

    def test_taking_back_says_how_to_undo_it(self):
        self.assertContains(self.act("remove"), "To undo it, assign the path anew.")
        self.assertEqual(self.assignment.state, State.REMOVED)

    def test_without_a_reason_nothing_is_done(self):
        for reason in ("", "   "):
            self.assertContains(self.act("exempt", reason=reason), "errorlist")
            self.assertEqual(self.assignment.state, State.ACTIVE)

    def test_the_day_to_move_is_filled_in(self):
        self.assertContains(self.ask(self.daniel, self.address("extend")), 'value="2026-04-01"')

    def test_asking_changes_nothing(self):
        for action in ("extend", "suspend", "exempt", "remove"):
            self.assertContains(self.ask(self.daniel, self.address(action)), "Reason")
        self.assignment.refresh_from_db()
        self.assertEqual(self.assignment.state, State.ACTIVE)

    def test_what_somebody_did_meanwhile_is_said_and_not_done_again(self):
        suspend(self.assignment, self.giorgi, "On leave")
        self.assertContains(self.act("suspend"), "this has changed meanwhile")
        exempt(self.assignment, self.giorgi, "Knows it")
        self.assertContains(self.act("resume"), "this has changed meanwhile")
        self.assertEqual(self.assignment.state, State.EXEMPT)

    def test_nobody_acts_outside_her_teams_or_on_somebody_elses_record(self):
        join(self.maya, self.service.add_child(code="new", name="New"), "lead")  # leads, but not herself
        for user in (self.maya, self.hala, self.sam, self.tamar):
            self.assertEqual(self.act("exempt", user).status_code, 404)
        wrong = self.ask(self.daniel, self.address("exempt", self.layla), {"reason": "x"})
        self.assertEqual(wrong.status_code, 404)
        self.assertEqual(self.assignment.state, State.ACTIVE)

    def test_nobody_acts_on_herself(self):
        for user in (self.daniel, self.ana):
            join(user, self.phone)
            self.assignment = assign_path(user, self.path)
            self.assertEqual(self.ask(user, self.address("exempt", user), {"reason": "x"}).status_code, 404)

    def test_only_whoever_leads_further_up_acts_on_who_leads_the_same_team(self):
        join(second := person("Second Lead"), self.phone, "lead")
        join(second, self.phone)
        self.assignment = assign_path(second, self.path)
        refused = self.ask(self.daniel, self.address("exempt", second), {"reason": "x"})
        self.assertEqual(refused.status_code, 404)
        for user in (self.giorgi, self.ana):
            self.assertEqual(self.ask(user, self.address("exempt", second)).status_code, 200)
        join(self.daniel, self.service, "lead")
        self.assertEqual(self.ask(self.daniel, self.address("exempt", second)).status_code, 200)

    def test_a_lead_does_not_act_on_her_own_lead_who_is_in_her_team(self):
        join(self.giorgi, self.phone)
        self.assignment = assign_path(self.giorgi, self.path)
        refused = self.ask(self.daniel, self.address("exempt", self.giorgi), {"reason": "x"})
        self.assertEqual(refused.status_code, 404)

    def test_who_leads_another_team_is_a_member_like_any_other(self):
        join(self.hala, self.phone)
        self.assignment = assign_path(self.hala, self.path)
        self.assertEqual(self.ask(self.daniel, self.address("exempt", self.hala)).status_code, 200)

    def test_an_act_that_there_is_not_is_not_found(self):
        self.assertEqual(self.act("forget").status_code, 404)


class LearnerReadsTest(ActingMixin, TestCase):
    def page(self):
        return self.ask(self.maya, f"/paths/{self.path.translation_key}/")

    def change(self, action, **data):
        assignment = PathAssignment.objects.of(self.maya).get()
        address = f"/team/{self.maya.pk}/paths/{assignment.pk}/{action}/"
        self.ask(self.daniel, address, {"reason": "Was ill"} | data)

    def test_the_learner_reads_on_her_path_who_changed_what_and_why(self):
        assign_path(self.maya, self.path)
        self.assertIsNone(self.page().context["change"])
        steps = (
            ("extend", {"due_on": "2026-05-01"}, "Daniel Mercer moved the due date: Was ill"),
            ("suspend", {}, "Daniel Mercer let it rest, and nothing is due meanwhile: Was ill"),
            ("resume", {}, "Daniel Mercer let it go on: Was ill"),
            ("exempt", {}, "Daniel Mercer exempted you: Was ill"),
        )
        for minute, (action, data, words) in enumerate(steps):
            with self.subTest(action), time_machine.travel(NOW + timedelta(minutes=minute), tick=False):
                self.change(action, **data)
                self.assertContains(self.page(), words)

    def test_a_path_that_rests_is_not_due(self):
        assign_path(self.maya, self.path, due_at=NOW + timedelta(days=2))
        self.assertEqual(self.page().context["state"], "due")
        self.change("suspend")
        context = self.page().context
        self.assertEqual((context["state"], context["word"], context["due_at"]), ("suspended", "Rests", None))

    def test_a_path_taken_back_is_no_duty_and_says_so(self):
        assign_path(self.maya, self.path)
        self.change("remove")
        page = self.page()
        self.assertContains(page, "Daniel Mercer took it back: Was ill")
        self.assertIsNone(page.context["due_at"])

    def test_a_path_given_again_says_nothing_of_what_was_before(self):
        assign_path(self.maya, self.path)
        self.change("remove")
        assign_path(self.maya, self.path)
        self.assertIsNone(self.page().context["change"])


class ActOnAwardTest(ActingMixin, TestCase):
    def setUp(self):
        super().setUp()
        self.award = grant_award(self.certification, self.maya, {}, NOW)

    def act(self, action, user=None, **data):
        address = f"/team/{self.maya.pk}/certificates/{self.award.public_id}/{action}/"
        response = self.ask(user or self.ana, address, {"reason": "Copied"} | data)
        self.award.refresh_from_db()
        return response

    def test_an_administrator_revokes_and_reinstates(self):
        self.assertContains(self.act("revoke"), "You can reinstate it.")
        self.assertEqual(self.award.state, Award.State.REVOKED)
        self.act("reinstate")
        self.assertEqual(self.award.state, Award.State.ACTIVE)

    def test_a_certificate_is_not_reinstated_beside_a_newer_one(self):
        self.act("revoke")
        grant_award(self.certification, self.maya, {}, NOW)
        self.assertContains(self.act("reinstate"), "there is a newer certificate")
        self.assertEqual(self.award.state, Award.State.REVOKED)

    def test_an_administrator_changes_the_expiry(self):
        self.act("expiry", expires_on="2026-12-31")
        self.assertEqual(self.award.expires_at, datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC))
        self.act("expiry", never="on")
        self.assertIsNone(self.award.expires_at)

    def test_an_expiry_that_says_nothing_or_too_much_is_refused(self):
        before = self.award.expires_at
        for data in ({}, {"expires_on": "2026-12-31", "never": "on"}, {"expires_on": "2026-03-01"}):
            with self.subTest(data):
                self.assertContains(self.act("expiry", **data), "errorlist")
                self.assertEqual(self.award.expires_at, before)

    def test_certificates_are_not_for_leads(self):
        for action in ("revoke", "expiry", "reinstate"):
            self.assertEqual(self.act(action, self.daniel).status_code, 404)
        address = f"/team/{self.maya.pk}/certify/professional/"
        self.assertEqual(self.ask(self.daniel, address).status_code, 404)
        self.assertEqual(self.award.state, Award.State.ACTIVE)

    def test_an_administrator_certifies_with_evidence_and_a_reason(self):
        address = f"/team/{self.layla.pk}/certify/professional/"
        self.assertContains(self.ask(self.ana, address, {"reason": "Transferred"}), "errorlist")
        self.assertFalse(Award.objects.filter(holder=self.layla).exists())
        said = {"reason": "Transferred", "evidence": "Certificate 7 of the sister company"}
        self.assertContains(self.ask(self.ana, address, said), "Certified.")
        award = Award.objects.get(holder=self.layla)
        self.assertEqual(award.evidence, {"statement": "Certificate 7 of the sister company"})
        self.assertEqual((award.granted_by, award.grant_reason), (self.ana, "Transferred"))
        proof = self.ask(self.ana, f"{award.get_absolute_url()}proof/")
        self.assertContains(proof, "Certificate 7 of the sister company")


class AssignTest(ActingMixin, TestCase):
    def assign(self, user=None, **data):
        said = {"path": str(self.path.translation_key), "reason": "New product", "due_on": ""}
        return self.ask(user or self.daniel, "/team/assign/", said | data)

    def having(self) -> set[str]:
        names = PathAssignment.objects.open().values_list("person__name", flat=True)
        return {name.split()[0] for name in names}

    def test_one_person_is_given_a_path_at_once(self):
        response = self.assign(people=[self.maya.pk], due_on="2026-04-01")
        self.assertContains(response, "1 person was given the path.")
        given = PathAssignment.objects.get()
        self.assertEqual((given.person, given.assigned_by, given.reason), (self.maya, self.daniel, "New product"))
        self.assertEqual(given.due_at, datetime(2026, 4, 1, 23, 59, 59, tzinfo=UTC))

    def test_without_a_day_it_is_due_as_the_path_says(self):
        self.assign(people=[self.maya.pk])
        self.assertEqual(PathAssignment.objects.get().due_at, NOW + timedelta(days=30))

    def test_a_second_time_nothing_changes(self):
        assign_path(self.maya, self.path, at=NOW - timedelta(days=1))
        self.assertContains(self.assign(people=[self.maya.pk]), "1 person has the path already")
        self.assertEqual(PathAssignment.objects.count(), 1)

    def test_several_are_confirmed_first_with_how_many_have_it(self):
        assign_path(self.maya, self.path, at=NOW - timedelta(days=1))
        people = [self.maya.pk, self.layla.pk]
        response = self.assign(people=people)
        self.assertEqual((response.context["missing"], response.context["having"]), (1, 1))
        self.assertEqual(self.having(), {"Maya"})
        self.assertContains(self.assign(people=people, confirmed="2-1"), "1 person was given the path.")
        self.assertEqual(self.having(), {"Maya", "Layla"})

    def test_what_changed_since_is_confirmed_again(self):
        response = self.assign(people=[self.maya.pk, self.layla.pk], confirmed="2-1")
        self.assertEqual(response.context["missing"], 2)
        self.assertEqual(self.having(), set())

    def test_everybody_shown_means_the_filters_and_the_reach_of_the_reader(self):
        join(self.daniel, self.phone)  # a member of his own team too: not he himself
        response = self.assign(who="shown", team="phone")
        self.assertEqual({one.name.split()[0] for one in response.context["people"]}, {"Maya", "Layla"})
        self.assign(who="shown", team="phone", confirmed="2-0")
        self.assertEqual(self.having(), {"Maya", "Layla"})
        response = self.ask(self.giorgi, "/team/assign/?who=shown&team=chat")
        self.assertEqual([one.name for one in response.context["people"]], ["Sam Whitfield"])

    def test_the_board_asks_for_those_selected_and_keeps_its_filters(self):
        response = self.ask(self.daniel, f"/team/assign/?who=selected&people={self.maya.pk}&team=phone&state=")
        self.assertContains(response, "Maya Osei")
        self.assertContains(response, 'name="team" value="phone"')

    def test_nobody_selected_leads_back_to_the_board(self):
        response = self.ask(self.daniel, "/team/assign/?who=selected&team=phone")
        self.assertRedirects(response, "/team/?team=phone")
        self.assertContains(response, "Select the people first.")

    def test_somebody_out_of_reach_makes_the_whole_not_found(self):
        leaver = person("Lea Left", is_active=False)
        join(leaver, self.phone)
        for pk in (self.sam.pk, self.daniel.pk, leaver.pk, "x", "9" * 30):
            with self.subTest(pk):
                self.assertEqual(self.assign(people=[self.maya.pk, pk], confirmed="2-0").status_code, 404)
        self.assertEqual(self.assign(self.maya, people=[self.layla.pk]).status_code, 404)
        self.assertEqual(self.having(), set())

    def test_more_people_than_one_request_can_serve_are_for_a_rule(self):
        with patch.object(acting_views, "MOST_AT_ONCE", 1):
            self.assertContains(self.assign(who="shown", confirmed="2-0"), "an administrator makes a rule")
        self.assertEqual(self.having(), set())

    def test_a_path_and_a_reason_are_needed(self):
        for data in ({"reason": " "}, {"path": ""}, {"path": "nonsense"}, {"due_on": "2026-03-01"}):
            with self.subTest(data):
                self.assertContains(self.assign(people=[self.maya.pk], **data), "errorlist")
        self.assertEqual(self.having(), set())
