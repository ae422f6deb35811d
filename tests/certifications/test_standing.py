from datetime import UTC, datetime, timedelta

from django.test import TestCase
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from certifications.awards import grant_award, revoke_award
from certifications.models import Award
from certifications.standing import Standing, award_standing, people_with, standing_of
from courses.assignments import assign_path
from courses.models import PathAssignment
from people.models import User
from tests import factories
from tests.cast import CastMixin

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def standing(person, certification, at) -> Standing:
    """What the function says, of the rows that the database holds."""
    awards = Award.objects.filter(holder=person, certification=certification)
    award = awards.active().first() or awards.filter(state="revoked").order_by("-revoked_at", "-pk").first()
    key = certification.first_time_path.translation_key
    assignment = PathAssignment.objects.active().filter(person=person, path_key=key).first()
    return standing_of(award, assignment, certification.window_days, at)[0]


class StandingTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.path = factories.path(factories.course(lessons=1), due_days=30)
        cls.certification = factories.certification(cls.path, validity_months=12, window_days=60)

    def says(self, at) -> Standing:
        return standing(self.maya, self.certification, at)

    def test_before_anything_she_is_not_assigned(self):
        self.assertEqual(self.says(AT), Standing.NOT_ASSIGNED)

    def test_assigned_then_overdue_never_expired(self):
        assign_path(self.maya, self.path, at=AT)
        self.assertEqual(self.says(AT + 30 * DAY - timedelta(seconds=1)), Standing.ASSIGNED)
        self.assertEqual(self.says(AT + 30 * DAY), Standing.OVERDUE)

    def test_certified_due_for_renewal_expired(self):
        award = grant_award(self.certification, self.maya, {}, AT)
        window = award.expires_at - 60 * DAY
        self.assertEqual(self.says(window - timedelta(seconds=1)), Standing.CERTIFIED)
        self.assertEqual(self.says(window), Standing.DUE_FOR_RENEWAL)
        self.assertEqual(self.says(award.expires_at), Standing.EXPIRED)

    def test_a_revoked_award_shows_until_there_is_a_new_one(self):
        revoke_award(grant_award(self.certification, self.maya, {}, AT), self.daniel, "Copied", at=AT + DAY)
        self.assertEqual(self.says(AT + 2 * DAY), Standing.REVOKED)
        grant_award(self.certification, self.maya, {}, AT + 3 * DAY)
        self.assertEqual(self.says(AT + 4 * DAY), Standing.CERTIFIED)

    def test_a_superseded_award_says_so(self):
        first = grant_award(self.certification, self.maya, {}, AT)
        grant_award(self.certification, self.maya, {}, first.expires_at - DAY)
        first.refresh_from_db()
        self.assertEqual(award_standing(first, AT), "superseded")


class StandingAgreesTest(CastMixin, HypothesisTestCase):
    """The condition for many people says what the function says of each, after any history."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        course = factories.course(lessons=1)
        cls.certifications = [
            factories.certification(factories.path(course, title=title, due_days=30), title=title, window_days=60)
            for title in ("One", "Two")
        ]

    acts = st.lists(
        st.tuples(
            st.sampled_from(["assign", "grant", "revoke"]), st.integers(0, 1), st.integers(0, 1), st.integers(0, 600)
        ),
        max_size=6,
    )

    @settings(max_examples=25, deadline=None)
    @given(acts, st.integers(0, 1200))
    def test_function_and_condition_agree(self, acts, day):
        people = [self.maya, self.sam]
        for act, who, which, when in sorted(acts, key=lambda a: a[3]):
            self.play(act, people[who], self.certifications[which], AT + when * DAY)
        at = AT + day * DAY
        for person in people:
            said = {standing(person, certification, at) for certification in self.certifications}
            for one in (Standing.EXPIRED, Standing.OVERDUE, Standing.REVOKED):
                found = User.objects.filter(people_with(one, at), pk=person.pk).exists()
                self.assertEqual(found, one in said, f"{one}: {said}")
            certified = User.objects.filter(people_with(Standing.CERTIFIED, at), pk=person.pk).exists()
            self.assertEqual(certified, bool(said & {Standing.CERTIFIED, Standing.DUE_FOR_RENEWAL}))

    def play(self, act, person, certification, at):
        if act == "assign":
            assign_path(person, certification.first_time_path, at=at)
        elif act == "grant":
            grant_award(certification, person, {}, at)
        else:
            for award in Award.objects.active().filter(holder=person, certification=certification):
                revoke_award(award, self.ana, "A reason", at=max(at, award.awarded_at))
