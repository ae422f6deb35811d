"""Deciding about proofs from elsewhere: the list, the page of each, and what the reader is told."""

from datetime import UTC, date, datetime, timedelta

import time_machine
from django.test import TestCase

from certifications.awards import grant_award
from certifications.external_evidence import approve_evidence, refuse_evidence, withdraw_evidence
from certifications.models import Award, Certification, ExternalEvidence
from people.models import User
from tests.cast import join
from tests.certifications.proofs import hand_in
from tests.certifications.test_external_evidence import AT, EvidenceMixin
from tests.queries import at_most

LIST_QUERIES = 5  # session, person, the counts of the filters, how many on all pages, the pieces
DAY = timedelta(days=1)
State = ExternalEvidence.State


class TeamListTest(EvidenceMixin, TestCase):
    def get(self, reader=None, query=""):
        self.client.force_login(reader or self.giorgi)
        return self.client.get(f"/team/evidence/{query}")

    def shown(self, query="", reader=None) -> list[tuple[str, str]]:
        pieces = self.get(reader, query).context["page_obj"]
        return [(piece.person.name.split()[0], piece.state) for piece in pieces]

    def test_what_waits_comes_first_the_longest_before_others(self):
        other = self.accepting(self.path, "Other")
        refuse_evidence(hand_in(self.sam, self.certification), self.giorgi, "No", AT + DAY)
        approve_evidence(hand_in(self.layla, self.certification), self.giorgi, "Yes", AT + 2 * DAY)
        hand_in(self.layla, other, at=AT + 4 * DAY)
        hand_in(self.maya, self.certification, at=AT + 3 * DAY)
        withdraw_evidence(hand_in(self.sam, other), AT + 5 * DAY)
        self.assertEqual(
            self.shown(),
            [
                ("Maya", "waiting"),
                ("Layla", "waiting"),
                ("Sam", "withdrawn"),
                ("Layla", "approved"),
                ("Sam", "refused"),
            ],
        )
        self.assertEqual(self.shown("?state=waiting"), [("Maya", "waiting"), ("Layla", "waiting")])
        self.assertEqual(self.shown("?state=refused"), [("Sam", "refused")])
        counts = [(one["count"], one["is_current"]) for one in self.get(query="?state=refused").context["filters"]]
        self.assertEqual(counts, [(5, False), (2, False), (1, False), (1, True), (1, False)])
        self.assertEqual(len(self.shown("?state=no-such&page=99")), 5)

    def test_each_lead_sees_her_people_and_not_herself(self):
        join(self.daniel, self.phone)
        for one in (self.maya, self.sam, self.daniel):
            hand_in(one, self.certification)
        self.assertEqual(self.shown(reader=self.daniel), [("Maya", "waiting")])
        self.assertEqual(self.shown(reader=self.hala), [("Sam", "waiting")])
        self.assertEqual(len(self.shown(reader=self.ana)), 3)

    def test_nobody_decides_about_who_leads_the_same_team_or_has_left(self):
        join(self.maya, self.phone, "lead")
        join(self.giorgi, self.phone)
        for one in (self.maya, self.giorgi, self.layla):
            hand_in(one, self.certification)
        self.assertEqual(self.shown(reader=self.daniel), [("Layla", "waiting")])
        self.assertEqual(self.shown(reader=self.giorgi), [("Maya", "waiting"), ("Layla", "waiting")])
        User.objects.filter(pk=self.layla.pk).update(is_active=False)
        self.assertEqual(self.shown(reader=self.daniel), [])

    def test_nothing_there_is_said(self):
        User.objects.update(language="en")
        self.assertContains(self.get(), "Nobody has handed in anything")
        self.assertContains(self.get(query="?state=refused"), "Nothing matches this filter")

    def test_it_costs_the_same_for_one_and_three(self):
        self.get()
        for number, one in enumerate((self.maya, self.layla, self.sam), 1):
            hand_in(one, self.certification)
            if number != 2:
                with at_most(LIST_QUERIES):
                    self.assertEqual(len(self.client.get("/team/evidence/").context["page_obj"]), number)

    def test_board_and_person_lead_to_what_waits(self):
        evidence = hand_in(self.maya, self.certification)
        self.client.force_login(self.daniel)
        board = self.client.get("/team/")
        self.assertContains(board, 'href="/team/evidence/"')
        self.assertEqual(board.context["evidence_waiting"], 1)
        self.assertContains(self.client.get(f"/team/{self.maya.pk}/"), f"/team/evidence/{evidence.pk}/")
        refuse_evidence(evidence, self.daniel, "No")
        self.assertEqual(self.client.get("/team/").context["evidence_waiting"], 0)
        self.assertNotContains(self.client.get(f"/team/{self.maya.pk}/"), "/team/evidence/")


class DecideTest(EvidenceMixin, TestCase):
    def setUp(self):
        super().setUp()
        self.evidence = hand_in(self.maya, self.certification, expires_on=date(2026, 9, 30))

    def get(self, reader=None):
        self.client.force_login(reader or self.daniel)
        return self.client.get(f"/team/evidence/{self.evidence.pk}/")

    def decide(self, decision, reader=None, **said):
        self.client.force_login(reader or self.daniel)
        data = {"decision": decision} | {f"{decision}-{name}": value for name, value in said.items()}
        response = self.client.post(f"/team/evidence/{self.evidence.pk}/", data, follow=True)
        self.evidence.refresh_from_db()
        return response

    def approve(self, reader=None, **said):
        return self.decide("approve", reader, **({"reason": "Known academy", "valid_until": "2026-09-30"} | said))

    def test_the_page_says_all_and_fills_in_the_sooner_day(self):
        page = self.get()
        for words in ("Maya Osei", "Academy of Service", "Complaints, two days", "January 15, 2026", "Academy.pdf"):
            self.assertContains(page, words)
        self.assertContains(page, 'value="2026-09-30"')
        self.assertContains(page, "At the latest March 2, 2027")
        self.evidence.refresh_from_db()
        self.assertTrue(self.evidence.is_waiting)

    def test_without_an_end_of_its_own_the_rule_of_the_certification_is_filled_in(self):
        for expires_on in (None, date(2030, 1, 1)):
            ExternalEvidence.objects.update(expires_on=expires_on)
            self.assertContains(self.get(), 'value="2027-03-02"')

    def test_approving_certifies_until_the_end_of_that_day_where_the_person_is(self):
        self.evidence = hand_in(self.layla, self.certification)  # in Dubai, four hours ahead
        self.assertContains(self.approve(), "Approved.")
        award = Award.objects.get()
        self.assertEqual(award.expires_at, datetime(2026, 9, 30, 19, 59, 59, tzinfo=UTC))
        self.assertEqual((award.holder, award.granted_by, self.evidence.award), (self.layla, self.daniel, award))
        self.assertContains(self.get(), "Known academy")

    def test_the_last_day_is_the_rule_to_the_second(self):
        self.approve(valid_until="2027-03-02")
        self.assertEqual(Award.objects.get().expires_at, AT.replace(year=2027))

    def test_a_day_that_is_over_too_late_or_missing_is_refused(self):
        for day, words in (
            ("2026-03-01", "This day is over."),
            ("2027-03-03", "later than our own certificate"),
            ("", "errorlist"),
            ("nonsense", "errorlist"),
        ):
            with self.subTest(day):
                response = self.approve(valid_until=day)
                self.assertContains(response, words)
                self.assertContains(response, "Known academy")
                self.assertTrue(self.evidence.is_waiting)

    def test_where_nothing_expires_no_day_is_needed(self):
        Certification.objects.update(validity_months=None)
        self.assertContains(self.get(), "Empty if it never expires.")
        self.approve(valid_until="")
        self.assertIsNone(Award.objects.get().expires_at)

    def test_a_renewal_cannot_end_before_what_it_renews(self):
        self.evidence.delete()
        grant_award(self.certification, self.maya, {}, AT)
        with time_machine.travel(AT + 330 * DAY, tick=False):
            self.evidence = hand_in(self.maya, self.certification)
            response = self.approve(valid_until="2027-02-20")
            self.assertContains(response, "Choose March 2, 2027 or a later day.")
            self.assertTrue(self.evidence.is_waiting)
            self.approve(valid_until="2027-03-02")
        self.assertEqual(Award.objects.active().get().expires_at, datetime(2027, 3, 2, 23, 59, 59, tzinfo=UTC))

    def test_refusing_asks_for_the_reason_only(self):
        self.assertContains(self.decide("refuse", reason=" "), "errorlist")
        self.assertTrue(self.evidence.is_waiting)
        self.assertContains(self.decide("refuse", reason="It is about sales"), "Refused.")
        self.assertEqual((self.evidence.state, self.evidence.reason), (State.REFUSED, "It is about sales"))
        self.assertContains(self.get(), "It is about sales")

    def test_approving_asks_for_a_reason_too(self):
        self.assertContains(self.approve(reason=""), "errorlist")
        self.assertTrue(self.evidence.is_waiting)

    def test_whoever_comes_second_reads_who_decided(self):
        approve_evidence(self.evidence, self.giorgi, "Known academy")
        self.assertContains(self.decide("refuse", reason="No"), "Giorgi Kapanadze approved it already")
        self.assertContains(self.approve(), "Giorgi Kapanadze approved it already")
        self.assertEqual((self.evidence.state, Award.objects.count()), (State.APPROVED, 1))

    def test_a_refusal_and_a_withdrawal_are_told_too(self):
        refuse_evidence(self.evidence, self.ana, "No")
        self.assertContains(self.approve(), "Ana Petrov refused it already")
        self.evidence = hand_in(self.maya, self.certification)
        withdraw_evidence(self.evidence)
        self.assertContains(self.approve(), "Maya Osei has withdrawn it.")
        self.assertContains(self.get(), "The file is erased.")
        self.assertFalse(Award.objects.exists())

    def test_a_certificate_that_came_meanwhile_is_said(self):
        grant_award(self.certification, self.maya, {}, AT)
        self.assertContains(self.get(), "so you can only refuse")
        self.assertNotContains(self.get(), "Approve and certify")
        self.assertContains(self.approve(), "Nothing was done: there is a certificate that holds")
        self.assertTrue(self.evidence.is_waiting)
        self.decide("refuse", reason="Certified by now")
        self.assertEqual(self.evidence.state, State.REFUSED)

    def test_a_certification_that_is_no_longer_given_is_said(self):
        Certification.objects.update(is_active=False)
        self.assertContains(self.get(), "no longer given, so you can only refuse")
        self.assertContains(self.approve(), "Nothing was done: this certification is no longer given.")
        self.assertTrue(self.evidence.is_waiting)

    def test_nobody_decides_outside_her_teams_or_about_herself(self):
        for reader in (self.maya, self.layla, self.sam, self.hala, self.tamar):
            with self.subTest(reader.name):
                self.assertEqual(self.approve(reader).status_code, 404)
        for reader in (self.daniel, self.ana):
            join(reader, self.phone)
            self.evidence = hand_in(reader, self.certification)
            self.assertEqual(self.approve(reader).status_code, 404)
            self.assertEqual(self.get(reader).status_code, 404)
        self.assertFalse(Award.objects.exists())

    def test_a_change_of_team_holds_at_once(self):
        self.maya.team_memberships.all().delete()
        join(self.maya, self.chat)
        self.assertEqual(self.approve().status_code, 404)
        self.assertContains(self.approve(self.hala), "Hala")

    def test_a_decision_that_there_is_not_is_refused(self):
        self.assertEqual(self.decide("forget", reason="x").status_code, 400)
        self.assertEqual(self.client.post(f"/team/evidence/{self.evidence.pk}/").status_code, 400)

    def test_names_of_both_directions_are_set_apart(self):
        self.evidence = hand_in(self.layla, self.certification, issuer="أكاديمية الخدمة")
        self.assertContains(self.get(), "<bdi>أكاديمية الخدمة</bdi>")
        self.assertContains(self.get(), "<bdi>Layla Haddad</bdi>")
