from datetime import UTC, datetime

from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from certifications.validity import add_months

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
