"""Whose limits hold: features 58 as a table, and what must be true whatever the overrides."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.test import SimpleTestCase, TestCase
from hypothesis import given
from hypothesis import strategies as st

from people.models import Team
from quizzes.limits import Limits, limits_for, resolve
from quizzes.models import QuizOverride
from quizzes.overriding import grant_override
from tests.cast import CastMixin, join
from tests.quizzes import bank

EIGHT, NINE, TEN, NOON = (datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (8, 9, 10, 12))
QUIZ = Limits(opens_at=NINE, closes_at=TEN, time_limit=20, attempt_limit=2)


def says(**fields) -> QuizOverride:
    return QuizOverride(**fields)


# What it is about, the person's own override, those of her teams, and what differs from the quiz then.
TABLE = [
    ("nobody overrides anything", None, [], {}),
    ("her own", says(time_limit=30), [], {"time_limit": 30}),
    (
        "her own may be stricter than the quiz",
        says(time_limit=5, attempt_limit=1),
        [],
        {"time_limit": 5, "attempt_limit": 1},
    ),
    ("a team's", None, [says(closes_at=NOON)], {"closes_at": NOON}),
    ("a team's may be stricter than the quiz", None, [says(opens_at=TEN)], {"opens_at": TEN}),
    ("person beats team", says(time_limit=25), [says(time_limit=40)], {"time_limit": 25}),
    (
        "field by field",
        says(time_limit=25),
        [says(time_limit=40, attempt_limit=3)],
        {"time_limit": 25, "attempt_limit": 3},
    ),
    (
        "what her own leaves empty is the team's",
        says(closes_at=NOON),
        [says(opens_at=EIGHT)],
        {"opens_at": EIGHT, "closes_at": NOON},
    ),
    ("of two teams the earlier opening", None, [says(opens_at=EIGHT), says(opens_at=TEN)], {"opens_at": EIGHT}),
    ("of two teams the later close", None, [says(closes_at=TEN), says(closes_at=NOON)], {"closes_at": NOON}),
    ("of two teams the longer time", None, [says(time_limit=30), says(time_limit=25)], {"time_limit": 30}),
    ("of two teams no limit of time", None, [says(time_limit=90), says(time_limit=0)], {"time_limit": 0}),
    ("of two teams more attempts", None, [says(attempt_limit=3), says(attempt_limit=5)], {"attempt_limit": 5}),
    ("of two teams unlimited attempts", None, [says(attempt_limit=0), says(attempt_limit=9)], {"attempt_limit": 0}),
    (
        "of two teams the greater factor",
        None,
        [says(extra_time=Decimal("1.25")), says(extra_time=Decimal("1.5"))],
        {"extra_time": Decimal("1.5")},
    ),
    (
        "a team that says nothing of it takes nothing away",
        None,
        [says(time_limit=30), says(attempt_limit=3)],
        {"time_limit": 30, "attempt_limit": 3},
    ),
    ("her own 0 is unlimited, whatever the team", says(attempt_limit=0), [says(attempt_limit=1)], {"attempt_limit": 0}),
    ("her own limit holds where a team has none", says(attempt_limit=4), [says(attempt_limit=0)], {"attempt_limit": 4}),
    (
        "factor and limit are two fields",
        says(extra_time=Decimal(2)),
        [says(time_limit=30)],
        {"extra_time": Decimal(2), "time_limit": 30},
    ),
]


class TheTable(SimpleTestCase):
    def test_each_row(self):
        for name, own, of_teams, changes in TABLE:
            with self.subTest(name):
                expected = {field: getattr(QUIZ, field) for field in Limits.__dataclass_fields__} | changes
                self.assertEqual(resolve(QUIZ, own, of_teams), Limits(**expected))
                self.assertEqual(resolve(QUIZ, own, reversed(of_teams)), Limits(**expected))


def leeway(name: str, value) -> float:
    """How permissive a value is: the greater, the more."""
    match name:
        case "opens_at":
            return -value.timestamp()
        case "closes_at":
            return value.timestamp()
        case "time_limit" | "attempt_limit":
            return value or float("inf")
    return float(value)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
numbers = st.integers(0, 500)
overrides = st.builds(
    QuizOverride,
    opens_at=st.none() | moments,
    closes_at=st.none() | moments,
    time_limit=st.none() | numbers,
    attempt_limit=st.none() | numbers,
    extra_time=st.none() | st.decimals(1, 10, places=2),
)
NAMES = tuple(Limits.__dataclass_fields__)


class WhateverTheOverrides(SimpleTestCase):
    @given(own=st.none() | overrides, of_teams=st.lists(overrides, max_size=4))
    def test_her_own_value_holds_and_else_no_team_is_more_permissive(self, own, of_teams):
        found = resolve(QUIZ, own, of_teams)
        for name in NAMES:
            personal = getattr(own, name, None)
            values = [getattr(one, name) for one in of_teams if getattr(one, name) is not None]
            if personal is not None:
                self.assertEqual(getattr(found, name), personal)
            elif values:
                self.assertIn(getattr(found, name), values)
                self.assertEqual(leeway(name, getattr(found, name)), max(leeway(name, value) for value in values))
            else:
                self.assertEqual(getattr(found, name), getattr(QUIZ, name))

    @given(own=overrides, of_teams=st.lists(overrides, max_size=3), more=overrides)
    def test_one_more_team_never_takes_anything_away_that_a_team_gave(self, own, of_teams, more):
        before, after = resolve(QUIZ, own, of_teams), resolve(QUIZ, own, [*of_teams, more])
        for name in NAMES:
            if any(getattr(one, name) is not None for one in of_teams):
                self.assertGreaterEqual(leeway(name, getattr(after, name)), leeway(name, getattr(before, name)))


class Deadlines(SimpleTestCase):
    def test_the_earlier_of_start_with_limit_and_close(self):
        rows = [
            (Limits(), None),
            (Limits(time_limit=20), NINE + timedelta(minutes=20)),
            (Limits(closes_at=TEN), TEN),
            (Limits(time_limit=20, closes_at=TEN), NINE + timedelta(minutes=20)),
            (Limits(time_limit=90, closes_at=TEN), TEN),
            (Limits(time_limit=20, extra_time=Decimal("1.25")), NINE + timedelta(minutes=25)),
            (Limits(time_limit=50, extra_time=Decimal(2), closes_at=TEN), TEN),
            (Limits(time_limit=0, extra_time=Decimal(2)), None),
        ]
        for limits, deadline in rows:
            with self.subTest(limits):
                self.assertEqual(limits.deadline(NINE), deadline)


class LimitsFor(CastMixin, TestCase):
    """Which overrides there are for a person, by her teams, and until when."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.quiz = bank.quiz_of(time_limit=20, attempt_limit=2)

    def grant(self, **fields):
        return grant_override(self.quiz, self.tamar, "She asked for it.", **fields)

    def found(self, person, at=NINE):
        limits = limits_for(self.quiz, person, at)
        return limits.time_limit, limits.attempt_limit

    def test_without_overrides_the_quiz_says(self):
        self.assertEqual(self.found(self.maya), (20, 2))

    def test_a_persons_own_is_hers_alone(self):
        self.grant(person=self.maya, time_limit=30)
        self.assertEqual((self.found(self.maya), self.found(self.layla)), ((30, 2), (20, 2)))

    def test_a_teams_holds_for_its_members_and_those_of_its_sub_teams(self):
        self.grant(team=self.phone, time_limit=30)
        self.grant(team=self.service, attempt_limit=5)
        self.assertEqual((self.found(self.maya), self.found(self.sam)), ((30, 5), (20, 5)))

    def test_a_lead_is_no_member(self):
        self.grant(team=self.phone, time_limit=30)
        self.assertEqual(self.found(self.daniel), (20, 2))

    def test_a_membership_holds_between_its_days(self):
        self.grant(team=self.chat, time_limit=30)
        membership = join(self.layla, self.chat, starts_on=date(2026, 3, 3))
        membership.ends_on = date(2026, 3, 5)
        membership.save()
        found = [self.found(self.layla, NINE + timedelta(days=days))[0] for days in range(4)]
        self.assertEqual(found, [20, 30, 30, 20])

    def test_one_that_has_ended_does_not_count_from_that_moment(self):
        self.grant(person=self.maya, time_limit=30, expires_at=TEN)
        moments = (NINE, TEN - timedelta(microseconds=1), TEN, NOON)
        self.assertEqual([self.found(self.maya, at)[0] for at in moments], [30, 30, 20, 20])

    def test_one_of_another_quiz_does_not_count(self):
        other = bank.quiz_of()
        grant_override(other, self.tamar, "Another one.", person=self.maya, time_limit=99)
        self.assertEqual(self.found(self.maya), (20, 2))

    def test_it_is_one_query_however_many_there_are(self):
        with self.assertNumQueries(1):
            limits_for(self.quiz, self.maya, NINE)
        self.grant(person=self.maya, time_limit=30)
        for number in range(3):
            team = Team.objects.get(pk=self.phone.pk).add_child(code=f"shift-{number}", name=f"Shift {number}")
            join(self.maya, team)
            self.grant(team=team, attempt_limit=3 + number)
        with self.assertNumQueries(1):
            limits = limits_for(self.quiz, self.maya, NINE)
        self.assertEqual((limits.time_limit, limits.attempt_limit), (30, 5))
