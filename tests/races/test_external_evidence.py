"""Leads who decide about one proof at once. Run again without the claim of the row, each believes that she decided."""

from datetime import date

from django.test import TransactionTestCase
from wagtail.models import ModelLogEntry

from certifications.models import Award, ExternalEvidence
from people.models import Notification, Team
from tests import factories
from tests.cast import join, person
from tests.certifications.proofs import hand_in
from tests.races.racing import needs_postgresql, race

RACERS = 30
CLAIM = "claim of the proof"


@needs_postgresql
class Decisions(TransactionTestCase):
    def setUp(self):
        self.maya = person("Maya Osei")
        self.leads = [person("Daniel Mercer"), person("Giorgi Kapanadze")]
        team = Team.add_root(code="phone", name="Phone")
        join(self.maya, team)
        for lead in self.leads:
            join(lead, team, "lead", date(2026, 1, 5))
        path = factories.path(factories.course(lessons=1))
        certification = factories.certification(path, validity_months=12, accepts_external_evidence=True)
        self.evidence = hand_in(self.maya, certification)

    def decide_together(self, *verbs, without=()):
        """Each has read that it waits, and stops before she decides; the leads take turns."""
        start = {"act": "decide", "stop": "certifications.external_evidence._stop_waiting", "without": without}
        leads = [self.leads[number % 2] for number in range(len(verbs))]
        finishes = race(
            *[{**start, "args": [self.evidence.pk, lead.pk, verb]} for lead, verb in zip(leads, verbs, strict=True)]
        )
        self.evidence.refresh_from_db()
        return finishes, leads

    def decisions(self) -> list[str]:
        verbs = ("certifications.approve_evidence", "certifications.refuse_evidence")
        return list(ModelLogEntry.objects.filter(action__in=verbs).values_list("action", flat=True))

    def assert_one_decided(self, finishes, leads):
        """And everybody else was told that it was decided already."""
        decided = [number for number, finish in enumerate(finishes) if finish.error is None]
        self.assertEqual(len(decided), 1, finishes)
        self.assertEqual(finishes[decided[0]].result, self.evidence.state)
        self.assertEqual(self.evidence.decided_by, leads[decided[0]])
        errors = {finish.error for finish in finishes} - {None}
        self.assertEqual(errors, {"AlreadyDecided"})
        self.assertEqual(len(self.decisions()), 1)

    def test_two_leads_approve_at_once_and_she_has_one_award_and_one_message(self):
        self.assert_one_decided(*self.decide_together("approve", "approve"))
        self.assertEqual(Award.objects.get(), self.evidence.award)
        self.assertEqual([told.kind for told in Notification.objects.filter(recipient=self.maya)], ["certified"])

    def test_thirty_decisions_at_once_are_one(self):
        self.assert_one_decided(*self.decide_together(*["approve", "refuse", "refuse"] * (RACERS // 3)))
        is_approved = self.evidence.state == ExternalEvidence.State.APPROVED
        self.assertEqual(Award.objects.count(), int(is_approved))
        told = Notification.objects.filter(recipient=self.maya)
        self.assertEqual([one.kind for one in told], ["certified" if is_approved else "evidence-refused"])

    def test_without_the_claim_both_refuse_and_the_second_writes_over_the_first(self):
        finishes, _leads = self.decide_together("refuse", "refuse", without=[CLAIM])
        self.assertEqual([finish.error for finish in finishes], [None, None])
        self.assertEqual(self.decisions(), ["certifications.refuse_evidence"] * 2)

    def test_without_the_claim_the_second_approval_is_not_told_but_fails_at_the_award(self):
        finishes, _leads = self.decide_together("approve", "approve", without=[CLAIM])
        self.assertEqual(sorted(finish.error or "" for finish in finishes), ["", "AlreadyCertified"])
        self.assertEqual(Award.objects.count(), 1)
