"""New rules move nobody by themselves: a migration shows what it would do, does that, and nothing twice."""

from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import time_machine
from django.test import TestCase
from wagtail.models import ModelLogEntry

from certifications import criteria_moves
from certifications.awards import change_expiry, grant_award, revoke_award
from certifications.criteria import Effect
from certifications.criteria_moves import (
    AlreadyRunning,
    PreviewOutdated,
    go_on,
    go_on_with_migrations,
    start_migration,
    token_of,
)
from certifications.criteria_preview import preview_of
from certifications.cycles import renewal_of
from certifications.models import Award, Certification, CriteriaMigration, ExternalEvidence
from certifications.renewals import lapse_awards, open_renewals
from courses.assignments import assign_path, exempt, suspend
from courses.models import AssignmentRule, Enrolment, PathAssignment
from people.models import Notification, User
from people.reasons import ReasonRequired
from tests import factories
from tests.cast import CastMixin, person
from tests.certifications.test_renewals import complete
from tests.queries import at_most

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
LATER = datetime(2026, 9, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
State = PathAssignment.State


class CriteriaMixin(CastMixin):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.course = factories.course("The course", lessons=1)
        cls.added = factories.course("What came later", lessons=1)
        cls.path = factories.path(cls.course, title="Before")
        cls.certification = factories.certification(cls.path, validity_months=12, window_days=60)

    def setUp(self):
        clock = time_machine.travel(LATER, tick=False)
        clock.start()
        self.addCleanup(clock.stop)

    def certify(self, *people, at=AT) -> list[Award]:
        return [grant_award(self.certification, someone, {}, at) for someone in people]

    def change(self, **rules) -> None:
        Certification.objects.filter(pk=self.certification.pk).update(**rules)
        self.certification = Certification.objects.get(pk=self.certification.pk)

    def migration(self, **choices) -> CriteriaMigration:
        return CriteriaMigration(certification=self.certification, by=self.ana, seen_at=LATER, **choices)

    def effects(self, **choices) -> dict[Effect, int]:
        return preview_of(self.migration(**choices), LATER).counts

    def begin(self, **choices) -> CriteriaMigration:
        migration = self.migration(**choices)
        return start_migration(migration, token_of(migration), "The law changed.", LATER)

    def run_all(self, **choices) -> CriteriaMigration:
        """The migration when it is done; that it does what its preview said is asserted of each."""
        expected = self.effects(**choices)
        migration = self.begin(**choices)
        go_on_with_migrations(LATER)
        migration.refresh_from_db()
        self.assertEqual(migration.state, "done")
        gone = {Effect.REVOKED, Effect.SUPERSEDED}
        self.assertEqual(migration.counts, {e.value: n for e, n in expected.items() if e not in gone})
        return migration

    def award_of(self, someone) -> Award:
        return Award.objects.active().get(holder=someone)

    def told(self, kind) -> int:
        return Notification.objects.filter(kind=kind).count()


class NothingByItselfTest(CriteriaMixin, TestCase):
    def test_changed_rules_leave_every_award_as_it_was(self):
        (award,) = self.certify(self.maya)
        self.change(validity_months=3, expiry_basis="completion")
        open_renewals(LATER), lapse_awards(LATER), go_on_with_migrations(LATER)
        self.assertEqual(self.award_of(self.maya).expires_at, award.expires_at)


class ExpiryTest(CriteriaMixin, TestCase):
    def test_a_longer_validity_is_given_from_the_day_of_the_award(self):
        self.certify(self.maya, self.layla)
        self.change(validity_months=24)
        self.assertEqual(self.effects(moves_expiry=True), {Effect.LATER: 2})
        self.run_all(moves_expiry=True)
        self.assertEqual(self.award_of(self.maya).expires_at, AT.replace(year=2028))
        self.assertEqual(self.told("award-expiry-changed"), 2)
        entry = ModelLogEntry.objects.filter(action="certifications.change_expiry").first()
        self.assertEqual((entry.user, entry.data["reason"]), (self.ana, "The law changed."))

    def test_nobody_loses_time_unless_that_is_chosen(self):
        self.certify(self.maya)
        self.change(validity_months=3)
        self.assertEqual(self.effects(moves_expiry=True), {Effect.KEPT: 1})
        self.run_all(moves_expiry=True)
        self.assertEqual(self.award_of(self.maya).expires_at, AT.replace(year=2027))
        self.assertEqual(self.told("award-expiry-changed"), 0)

    def test_what_would_expire_at_once_is_said_and_a_day_of_grace_prevents_it(self):
        self.certify(self.maya, self.layla)
        self.certify(self.sam, at=LATER - DAY)
        self.change(validity_months=3)
        shorten = {"moves_expiry": True, "never_shortens": False}
        self.assertEqual(self.effects(**shorten), {Effect.ENDS_NOW: 2, Effect.EARLIER: 1})
        self.run_all(**shorten, earliest_on=date(2026, 10, 1))
        self.assertEqual(self.award_of(self.maya).expires_at, datetime(2026, 10, 1, 23, 59, 59, tzinfo=UTC))
        self.assertEqual(self.award_of(self.layla).expires_at, datetime(2026, 10, 1, 19, 59, 59, tzinfo=UTC))
        self.assertEqual(self.award_of(self.sam).expires_at, datetime(2026, 11, 30, 9, tzinfo=UTC))

    def test_grace_gives_nobody_more_than_she_had(self):
        self.certify(self.maya)
        self.change(validity_months=3)
        self.run_all(moves_expiry=True, never_shortens=False, earliest_on=date(2030, 1, 1))
        self.assertEqual(self.award_of(self.maya).expires_at, AT.replace(year=2027))

    def test_without_grace_it_expires_at_once_and_the_first_time_path_is_asked_for(self):
        self.certify(self.maya)
        self.change(validity_months=3)
        self.run_all(moves_expiry=True, never_shortens=False)
        self.assertFalse(self.award_of(self.maya).is_valid(LATER))
        self.assertEqual(lapse_awards(LATER), 1)

    def test_the_award_that_was_renewed_counts_as_when_it_was_renewed(self):
        (first,) = self.certify(self.maya)
        self.certify(self.maya, at=first.expires_at - 30 * DAY)
        self.change(validity_months=24)
        with time_machine.travel(first.expires_at, tick=False):
            migration = self.migration(moves_expiry=True)
            migration.seen_at = first.expires_at
            counts = preview_of(migration, first.expires_at).counts
            self.assertEqual(counts, {Effect.LATER: 1, Effect.SUPERSEDED: 1})
            start_migration(migration, token_of(migration), "The law changed.", first.expires_at)
        self.assertEqual(self.award_of(self.maya).expires_at, AT.replace(year=2029))

    def test_never_is_later_than_any_day(self):
        self.certify(self.maya)
        self.change(validity_months=None)
        self.run_all(moves_expiry=True)
        self.assertIsNone(self.award_of(self.maya).expires_at)

    def test_any_day_is_earlier_than_never(self):
        self.change(validity_months=None)
        self.certify(self.maya)
        self.change(validity_months=12)
        self.assertEqual(self.effects(moves_expiry=True), {Effect.KEPT: 1})
        self.run_all(moves_expiry=True, never_shortens=False)
        self.assertEqual(self.award_of(self.maya).expires_at, AT.replace(year=2027))

    def test_the_same_day_where_the_holder_is_stays_as_it_is_printed(self):
        (award,) = self.certify(self.layla)
        User.objects.filter(pk=self.layla.pk).update(time_zone="Asia/Tbilisi")
        self.change(expiry_basis="completion")
        self.assertEqual(self.effects(moves_expiry=True), {Effect.UNCHANGED: 1})
        self.run_all(moves_expiry=True)
        self.assertEqual(self.award_of(self.layla).expires_at, award.expires_at)

    def test_a_certificate_by_a_proof_from_elsewhere_holds_no_longer_than_the_proof(self):
        (award,) = self.certify(self.maya)
        ExternalEvidence.objects.create(
            person=self.maya,
            certification=self.certification,
            issuer="Another school",
            issued_on=date(2026, 1, 1),
            expires_on=date(2027, 6, 30),
            size=1,
            state="approved",
            decided_at=AT,
            award=award,
        )
        self.change(validity_months=24)
        self.run_all(moves_expiry=True)
        self.assertEqual(self.award_of(self.maya).expires_at, datetime(2027, 6, 30, 23, 59, 59, tzinfo=UTC))

    def test_it_is_said_who_is_left_alone_and_why(self):
        revoked, *_others = self.certify(self.maya, self.layla, self.sam, self.daniel, self.ana)
        revoke_award(revoked, self.ana, "Copied")
        User.objects.filter(pk=self.layla.pk).update(is_active=False)
        change_expiry(self.award_of(self.sam), LATER - DAY, self.ana, "A shorter licence")
        self.change(validity_months=24)
        expected = {Effect.LATER: 1, Effect.EXPIRED: 1, Effect.REVOKED: 1, Effect.LEFT: 1, Effect.ONESELF: 1}
        self.assertEqual(self.effects(moves_expiry=True), expected)
        self.run_all(moves_expiry=True)
        self.assertEqual(self.award_of(self.daniel).expires_at, AT.replace(year=2028))
        self.assertEqual(self.award_of(self.ana).expires_at, AT.replace(year=2027))


class RenewalTest(CriteriaMixin, TestCase):
    def setUp(self):
        super().setUp()
        assign_path(self.maya, self.path, at=AT)
        complete(self.maya, self.course, AT)
        self.first = self.award_of(self.maya)

    def new_path(self, *courses) -> None:
        path = factories.path(*courses, title="Now")
        self.change(first_time_path=path)

    def ask(self, **choices) -> PathAssignment | None:
        self.run_all(**{"renew_by": date(2026, 10, 1), "earlier_counts": True} | choices)
        return PathAssignment.objects.of(self.maya).filter(path_title="Now").first()

    def test_only_what_came_later_is_left_to_do_and_it_renews_long_before_the_window(self):
        self.new_path(self.course, self.added)
        self.assertEqual(self.effects(renew_by=date(2026, 10, 1)), {Effect.ASKED: 1})
        asked = self.ask()
        self.assertEqual((asked.state, asked.reason, asked.assigned_by), (State.ACTIVE, "The law changed.", self.ana))
        self.assertEqual(asked.due_at, datetime(2026, 10, 1, 23, 59, 59, tzinfo=UTC))
        self.assertTrue(self.award_of(self.maya).is_valid(LATER))
        complete(self.maya, self.added, LATER + DAY)
        self.first.refresh_from_db()
        self.assertEqual((self.first.state, self.first.superseded_by), ("superseded", self.award_of(self.maya)))
        self.assertEqual(self.award_of(self.maya).expires_at, AT.replace(year=2028))

    def test_she_is_told_once_with_the_day_and_the_reason(self):
        self.new_path(self.added)
        self.ask()
        go_on_with_migrations(LATER)
        message = Notification.objects.get(kind="renewal-open")
        self.assertIn("The law changed.", message.body)
        self.assertIn("October 1, 2026", message.body)

    def test_her_certificate_says_that_it_can_be_renewed_now(self):
        self.new_path(self.added)
        self.assertFalse(renewal_of(self.award_of(self.maya), LATER).is_open)
        self.ask()
        self.assertTrue(renewal_of(self.award_of(self.maya), LATER).is_open)

    def test_all_of_it_anew_where_earlier_completions_do_not_count(self):
        self.new_path(self.course)
        self.ask(earlier_counts=False)
        self.assertEqual(Enrolment.objects.of(self.maya).get().superseded_at, LATER)
        complete(self.maya, self.course, LATER + DAY)
        self.assertNotEqual(self.award_of(self.maya), self.first)

    def test_the_preview_says_who_is_renewed_at_once_because_all_is_completed(self):
        complete(self.maya, self.added, LATER - DAY)
        self.new_path(self.course, self.added)
        self.assertEqual(self.effects(renew_by=date(2026, 10, 1), earlier_counts=True), {Effect.RENEWED: 1})
        self.assertEqual(self.effects(renew_by=date(2026, 10, 1)), {Effect.ASKED: 1})
        self.ask()
        self.assertEqual(self.award_of(self.maya).expires_at, AT.replace(year=2028))
        self.assertEqual((self.told("certified"), self.told("renewal-open")), (2, 0))

    def test_missing_the_date_takes_nothing_away(self):
        self.new_path(self.added)
        asked = self.ask()
        late = asked.due_at + 30 * DAY
        self.assertEqual((open_renewals(late), lapse_awards(late)), (0, 0))
        self.assertTrue(self.award_of(self.maya).is_valid(late))
        complete(self.maya, self.added, late)
        self.assertEqual(self.award_of(self.maya).expires_at, AT.replace(year=2028))

    def test_who_was_exempted_from_it_is_asked_again_in_the_window(self):
        self.new_path(self.added)
        exempt(self.ask(), self.daniel, "On leave")
        window = self.first.expires_at - 60 * DAY
        self.assertEqual([open_renewals(at) for at in (window - DAY, window, window + DAY)], [0, 1, 0])
        self.assertEqual(PathAssignment.objects.of(self.maya).open().get().due_at, self.first.expires_at)

    def test_it_is_never_due_after_the_certificate_expires(self):
        change_expiry(self.first, LATER + 5 * DAY, self.ana, "A shorter licence")
        self.new_path(self.added)
        self.assertEqual(self.ask().due_at, LATER + 5 * DAY)

    def test_a_certificate_without_expiry_can_be_asked_for_too(self):
        change_expiry(self.first, None, self.ana, "It never expires")
        self.new_path(self.added)
        self.ask()
        self.assertTrue(renewal_of(self.award_of(self.maya), LATER).is_open)
        complete(self.maya, self.added, LATER + DAY)
        self.assertEqual(self.award_of(self.maya).supersedes, self.first)

    def test_whose_renewal_is_open_is_not_asked_again(self):
        window = self.first.expires_at - 60 * DAY
        with time_machine.travel(window, tick=False):
            open_renewals(window)
            migration = self.migration(renew_by=date(2027, 2, 1))
            migration.seen_at = window
            self.assertEqual(preview_of(migration, window).counts, {Effect.RENEWAL_OPEN: 1})
            start_migration(migration, token_of(migration), "The law changed.", window)
        self.assertEqual(PathAssignment.objects.of(self.maya).open().get().due_at, self.first.expires_at)
        self.assertEqual(self.told("renewal-open"), 1)

    def test_a_duty_that_she_has_already_becomes_the_renewal(self):
        self.new_path(self.added)
        had = assign_path(self.maya, self.certification.first_time_path, at=LATER - DAY, due_at=LATER + 9 * DAY)
        self.assertEqual(self.effects(renew_by=date(2026, 10, 1)), {Effect.HAS_DUTY: 1})
        self.assertEqual(self.ask(), had)
        self.assertEqual(PathAssignment.objects.of(self.maya).open().get().due_at, LATER + 9 * DAY)
        complete(self.maya, self.added, LATER + DAY)
        self.assertEqual(self.award_of(self.maya).supersedes, self.first)

    def test_expiry_and_renewal_together(self):
        self.new_path(self.added)
        self.change(validity_months=24)
        self.run_all(moves_expiry=True, renew_by=date(2026, 10, 1))
        self.assertEqual(self.award_of(self.maya).expires_at, AT.replace(year=2028))
        complete(self.maya, self.added, LATER + DAY)
        self.assertEqual(self.award_of(self.maya).expires_at, AT.replace(year=2030))


class UnderWayTest(CriteriaMixin, TestCase):
    def setUp(self):
        super().setUp()
        self.given = assign_path(self.maya, self.path, at=AT, due_at=LATER + 20 * DAY, reason="New here.")
        self.present = factories.path(self.course, self.added, title="Now", due_days=3)
        self.change(first_time_path=self.present)

    def exchange(self) -> CriteriaMigration:
        return self.run_all(previous_path_key=self.path.translation_key)

    def duties(self, someone=None) -> dict[str, str]:
        return dict(PathAssignment.objects.of(someone or self.maya).order_by("pk").values_list("path_title", "state"))

    def test_they_go_on_with_the_present_path_due_on_the_same_day(self):
        self.assertEqual(self.effects(previous_path_key=self.path.translation_key), {Effect.MOVED: 1})
        self.exchange()
        self.assertEqual(self.duties(), {"Before": "removed", "Now": "active"})
        now = PathAssignment.objects.of(self.maya).open().get()
        self.assertEqual((now.due_at, now.reason, now.assigned_by), (self.given.due_at, "The law changed.", self.ana))
        complete(self.maya, self.course, LATER), complete(self.maya, self.added, LATER)
        self.assertTrue(self.award_of(self.maya).is_valid(LATER))

    def test_what_was_completed_counts_as_long_as_the_path_says(self):
        complete(self.sam, self.course, AT), complete(self.sam, self.added, AT)
        Enrolment.objects.of(self.sam).update(completed_at=LATER - 40 * DAY)
        assign_path(self.sam, self.path, at=AT, counts_from=LATER - DAY)
        self.assertEqual(
            self.effects(previous_path_key=self.path.translation_key), {Effect.MOVED: 1, Effect.COMPLETED: 1}
        )
        self.present.prior_learning_days = 30
        factories.publish(self.present)
        self.change()
        self.assertEqual(self.effects(previous_path_key=self.path.translation_key), {Effect.MOVED: 2})
        self.exchange()
        self.assertEqual(self.duties(self.sam), {"Before": "removed", "Now": "active"})

    def test_who_has_completed_all_of_it_is_certified_at_once(self):
        complete(self.sam, self.added, AT)
        assign_path(self.sam, self.path, at=AT, counts_from=AT)
        Enrolment.objects.create(
            person=self.sam, course_key=self.course.translation_key, course_title="x", completed_at=AT - DAY
        )
        self.exchange()
        self.assertEqual(self.duties(self.sam)["Now"], "completed")
        self.assertTrue(self.award_of(self.sam).is_valid(LATER))

    def test_resting_and_held_duties_stay_so_and_rules_keep_theirs(self):
        rule = AssignmentRule.objects.create(name="On the phone", path=self.path)
        resting = assign_path(self.sam, self.path, at=AT, rule=rule)
        suspend(resting, self.ana, "On leave")
        PathAssignment.objects.filter(pk=resting.pk).update(is_suspended_by_rule=True)
        assign_path(self.layla, self.path, at=AT, rule=rule, is_held=True)
        self.exchange()
        now = PathAssignment.objects.filter(path_title="Now").order_by("person__name")
        rows = [(a.person.name.split()[0], a.state, a.rule, a.is_suspended_by_rule, a.due_at) for a in now]
        self.assertEqual(rows[0][:4], ("Layla", "held", rule, False))
        self.assertEqual(rows[1][:4], ("Maya", "active", None, False))
        self.assertEqual(rows[2][:4], ("Sam", "suspended", rule, True))
        self.assertEqual((rows[0][4], rows[2][4]), (None, None))

    def test_who_has_the_present_path_already_keeps_that_one_alone(self):
        had = assign_path(self.maya, self.present, at=AT)
        self.assertEqual(self.effects(previous_path_key=self.path.translation_key), {Effect.HAS_BOTH: 1})
        self.exchange()
        self.assertEqual(PathAssignment.objects.of(self.maya).open().get(), had)

    def test_an_open_renewal_by_the_previous_path_goes_on_with_the_one_that_renews_now(self):
        (award,) = self.certify(self.sam, at=LATER - 320 * DAY)
        complete(self.sam, self.course, LATER - 320 * DAY), complete(self.sam, self.added, LATER - 320 * DAY)
        self.change(first_time_path=self.path)
        self.assertEqual(open_renewals(LATER - DAY), 1)
        self.change(first_time_path=self.present)
        self.assertEqual(self.effects(previous_path_key=self.path.translation_key), {Effect.MOVED: 2})
        self.exchange()
        now = PathAssignment.objects.of(self.sam).open().get()
        self.assertEqual((now.path_title, now.due_at), ("Now", award.expires_at))
        self.assertEqual(self.award_of(self.sam).renewal, now)
        complete(self.sam, self.course, LATER + DAY), complete(self.sam, self.added, LATER + DAY)
        self.assertEqual(self.award_of(self.sam).supersedes, award)

    def test_who_is_certified_already_and_oneself_are_left_alone(self):
        self.certify(self.sam, at=LATER - DAY)
        for someone in (self.sam, self.ana):
            assign_path(someone, self.path, at=AT)
        expected = {Effect.MOVED: 1, Effect.CERTIFIED: 1, Effect.ONESELF: 1}
        self.assertEqual(self.effects(previous_path_key=self.path.translation_key), expected)
        self.exchange()
        self.assertEqual(self.duties(self.ana), {"Before": "active"})


class RunningTest(CriteriaMixin, TestCase):
    def setUp(self):
        super().setUp()
        self.people = [person(f"Agent {n}", email=f"agent-{n}@example.com") for n in range(5)]
        self.certify(*self.people)
        self.change(validity_months=24)

    def expiries(self) -> list[int]:
        return sorted(Award.objects.active().values_list("expires_at__year", flat=True))

    def test_a_run_that_is_killed_half_way_goes_on_and_nobody_is_told_twice(self):
        moved, move = [], criteria_moves._move_award

        def killed(migration, pk, at):
            if len(moved) == 2:
                raise KeyboardInterrupt
            moved.append(pk)
            return move(migration, pk, at)

        with patch.object(criteria_moves, "_move_award", killed), self.assertRaises(KeyboardInterrupt):
            self.begin(moves_expiry=True)
        self.assertEqual(self.expiries(), [2027, 2027, 2027, 2028, 2028])
        self.assertEqual(CriteriaMigration.objects.get().state, "running")
        self.assertEqual(go_on_with_migrations(LATER), 3)
        self.assertEqual(go_on_with_migrations(LATER), 0)
        done = CriteriaMigration.objects.get()
        self.assertEqual((done.state, done.counts, done.finished_at), ("done", {"later": 5}, LATER))
        self.assertEqual(self.told("award-expiry-changed"), 5)

    def test_what_is_claimed_is_not_claimed_again(self):
        migration = self.begin(moves_expiry=True)
        for pk in Award.objects.values_list("pk", flat=True):
            self.assertFalse(criteria_moves._claim(migration, "award_cursor", pk))

    def test_one_that_fails_holds_up_no_other_and_is_counted(self):
        move, bad = criteria_moves._move_award, self.award_of(self.people[2]).pk

        def fails(migration, pk, at):
            effects = move(migration, pk, at)
            if pk == bad:
                raise RuntimeError("a fault")
            return effects

        with patch.object(criteria_moves, "_move_award", fails), self.assertLogs("certifications", "ERROR"):
            self.begin(moves_expiry=True)
        self.assertEqual(CriteriaMigration.objects.get().counts, {"later": 4, "failed": 1})
        self.assertEqual(self.expiries(), [2027, 2028, 2028, 2028, 2028])

    def test_a_few_at_a_time(self):
        with patch.object(criteria_moves, "AT_ONCE", 2):
            migration = self.begin(moves_expiry=True)
        self.assertEqual([go_on(migration.pk, LATER, 2) for _ in range(3)], [2, 1, 0])

    def test_it_stops_when_the_rules_change_under_way(self):
        with patch.object(criteria_moves, "AT_ONCE", 2):
            self.begin(moves_expiry=True)
        self.change(validity_months=36)
        self.assertEqual(go_on_with_migrations(LATER), 0)
        self.assertEqual(CriteriaMigration.objects.get().state, "stopped")
        self.assertEqual(self.expiries(), [2027, 2027, 2027, 2028, 2028])

    def test_a_preview_of_other_rules_or_choices_or_people_or_of_yesterday_is_refused(self):
        migration = self.migration(moves_expiry=True)
        token = token_of(migration)

        def refused(**changes):
            with self.assertRaises(PreviewOutdated):
                start_migration(self.migration(**{"moves_expiry": True} | changes), token, "The law changed.", LATER)

        refused(never_shortens=False)
        refused(renew_by=date(2026, 10, 1))
        refused(previous_path_key=self.path.translation_key)
        with time_machine.travel(LATER + DAY + timedelta(seconds=2), tick=False):
            refused()
        self.change(window_days=61)
        refused()
        with self.assertRaises(PreviewOutdated):
            start_migration(self.migration(moves_expiry=True), "forged", "The law changed.", LATER)
        self.assertFalse(CriteriaMigration.objects.exists())

    def test_the_same_preview_begins_once_and_two_do_not_run_together(self):
        with patch.object(criteria_moves, "AT_ONCE", 0):
            first = self.begin(moves_expiry=True)
            self.assertEqual(self.begin(moves_expiry=True), first)
            with self.assertRaises(AlreadyRunning):
                migration = self.migration(moves_expiry=True)
                migration.seen_at = LATER - timedelta(minutes=1)
                start_migration(migration, token_of(migration), "The law changed.", LATER)

    def test_without_a_reason_nothing_begins(self):
        migration = self.migration(moves_expiry=True)
        with self.assertRaises(ReasonRequired):
            start_migration(migration, token_of(migration), "  ")

    def test_who_changed_after_the_preview_is_counted_and_dealt_with_as_she_is(self):
        migration = self.migration(moves_expiry=True)
        token = token_of(migration)
        soon = LATER + timedelta(minutes=5)
        with time_machine.travel(soon, tick=False):
            revoke_award(self.award_of(self.people[0]), self.ana, "Copied")
            change_expiry(self.award_of(self.people[1]), AT.replace(year=2030), self.ana, "On leave")
            self.certify(self.maya, at=soon)
            start_migration(migration, token, "The law changed.", soon)
        migration.refresh_from_db()
        self.assertEqual((migration.changed_meanwhile, migration.counts), (3, {"later": 3, "kept": 1}))

    def test_it_is_logged_beside_the_certification(self):
        migration = self.begin(moves_expiry=True)
        began, ended = (
            ModelLogEntry.objects.get(action=f"certifications.{action}") for action in ("migrate", "migrated")
        )
        self.assertEqual((began.user, began.data["reason"]), (self.ana, "The law changed."))
        self.assertEqual(ended.data, {"migration": migration.pk, "state": "done", "counts": {"later": 5}})

    def test_a_preview_costs_the_same_for_one_and_for_many_and_keeps_one_page(self):
        choices = {"moves_expiry": True, "renew_by": date(2026, 10, 1), "previous_path_key": self.path.translation_key}
        counts = []
        self.effects(**choices)
        for number in range(2):
            with at_most(2) as queries:
                preview_of(self.migration(**choices), LATER)
            counts.append(len(queries))
            self.certify(*(person("More", email=f"more-{number}-{n}@example.com") for n in range(60)))
        self.assertEqual(counts[0], counts[1])
        preview = preview_of(self.migration(moves_expiry=True), LATER, "unchanged", 3)
        self.assertEqual((len(preview.page), preview.page.paginator.count, preview.page.number), (20, 120, 3))
        last = preview_of(self.migration(moves_expiry=True), LATER, "unchanged", 99)
        self.assertEqual([line.award.pk for line in last.page], [line.award.pk for line in preview.page])
