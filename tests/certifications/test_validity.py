from datetime import UTC, datetime, timedelta

from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from certifications.validity import ExpiryBasis, Validity, add_months, expiry_of, next_fixed_date

CASES = [
    (
        "the last day of a longer month",
        datetime(2026, 1, 31, 9, tzinfo=UTC),
        1,
        "UTC",
        datetime(2026, 2, 28, 9, tzinfo=UTC),
    ),
    ("29 February a year on", datetime(2024, 2, 29, 9, tzinfo=UTC), 12, "UTC", datetime(2025, 2, 28, 9, tzinfo=UTC)),
    ("over the end of the year", datetime(2026, 11, 30, 9, tzinfo=UTC), 3, "UTC", datetime(2027, 2, 28, 9, tzinfo=UTC)),
    (
        "the same hour of the clock over a change to summer time",
        datetime(2026, 1, 15, 12, tzinfo=UTC),
        6,
        "Europe/London",
        datetime(2026, 7, 15, 11, tzinfo=UTC),
    ),
    (
        "the holder's day, not Greenwich's",
        datetime(2026, 1, 30, 21, tzinfo=UTC),  # 31 January, 01:00 in Dubai
        1,
        "Asia/Dubai",
        datetime(2026, 2, 27, 21, tzinfo=UTC),  # 28 February, 01:00 in Dubai
    ),
]


class AddMonthsTest(SimpleTestCase):
    def test_months_are_calendar_months(self):
        for name, at, months, zone, expected in CASES:
            with self.subTest(name):
                self.assertEqual(add_months(at, months, zone), expected)

    @given(
        st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
        st.integers(1, 60),
        st.sampled_from(["UTC", "Asia/Tbilisi", "Asia/Dubai", "Europe/London", "America/New_York"]),
    )
    def test_a_validity_is_as_long_as_its_months_give_or_take_a_few_days(self, at, months, zone):
        days = (add_months(at, months, zone) - at).days
        self.assertGreaterEqual(days, int(months * 30.4) - 4)
        self.assertLessEqual(days, months * 31 + 1)


def utc(year, month, day, hour=0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def end(year, month, day) -> datetime:
    return datetime(year, month, day, 23, 59, 59, tzinfo=UTC)


COMPLETION, PREVIOUS, FIXED = ExpiryBasis
OLD = utc(2027, 3, 1, 9)
EXPIRIES = [
    ("the first time", Validity(PREVIOUS, 12), utc(2026, 3, 1, 9), None, utc(2027, 3, 1, 9)),
    ("in time, from the old expiry", Validity(PREVIOUS, 12), utc(2027, 2, 1), OLD, utc(2028, 3, 1, 9)),
    ("late, from its own day", Validity(PREVIOUS, 12), utc(2027, 3, 2), OLD, utc(2028, 3, 2)),
    ("at the very expiry it is late", Validity(PREVIOUS, 12), OLD, OLD, utc(2028, 3, 1, 9)),
    ("in time, from the completion", Validity(COMPLETION, 12), utc(2027, 2, 1), OLD, utc(2028, 2, 1)),
    ("never shorter than before", Validity(COMPLETION, 1), utc(2027, 1, 15), OLD, OLD),
    ("for ever", Validity(PREVIOUS), utc(2026, 3, 1), None, None),
    ("a fixed day, at its end", Validity(FIXED, month=3, day=31), utc(2026, 3, 31, 12), None, end(2026, 3, 31)),
    ("a fixed day, past", Validity(FIXED, month=3, day=31), utc(2026, 4, 1), None, end(2027, 3, 31)),
    ("too soon for it", Validity(FIXED, None, 3, 31, 6), utc(2025, 12, 1), None, end(2027, 3, 31)),
    ("renewed before it", Validity(FIXED, month=3, day=31), utc(2026, 2, 1), end(2026, 3, 31), end(2027, 3, 31)),
    ("29 February", Validity(FIXED, month=2, day=29), utc(2026, 6, 1), None, end(2027, 2, 28)),
    ("29 February of a leap year", Validity(FIXED, month=2, day=29), utc(2027, 6, 1), None, end(2028, 2, 29)),
]


class ExpiryTest(SimpleTestCase):
    def test_what_it_counts_from(self):
        for name, validity, at, previous, expected in EXPIRIES:
            with self.subTest(name):
                self.assertEqual(expiry_of(validity, at, previous, "UTC"), expected)

    def test_a_fixed_day_ends_at_the_holders_last_second(self):
        self.assertEqual(
            next_fixed_date(utc(2026, 3, 1), 3, 31, "Asia/Dubai"), datetime(2026, 3, 31, 19, 59, 59, tzinfo=UTC)
        )

    @given(
        st.sampled_from([PREVIOUS, COMPLETION, FIXED]),
        st.integers(1, 36),
        st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
        st.integers(-400, 400),
        st.sampled_from(["UTC", "Asia/Tbilisi", "Europe/London", "America/New_York"]),
    )
    def test_no_renewal_shortens_and_every_award_holds_for_a_while(self, basis, months, at, days, zone):
        previous = at + timedelta(days=days)
        expiry = expiry_of(Validity(basis, months, 2, 29, 0), at, previous, zone)
        self.assertGreater(expiry, at)
        self.assertGreaterEqual(expiry, previous if previous > at else at)
