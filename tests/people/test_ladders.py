"""On which morning a reminder is said, wherever the person is and however the sweeps are spaced."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from people.ladders import LATEST, last_morning, morning_of, rung_reached, within_reach

EIGHT = time(8)
DUE = datetime(2026, 3, 20, 15, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
# The widest offsets there are, half hours, changes of clocks on either side of the equator, at midnight, by half an
# hour.
ZONES = [
    "Etc/GMT+12",
    "Pacific/Kiritimati",
    "Asia/Kathmandu",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "UTC",
]
zones = st.sampled_from(ZONES) | st.sampled_from(sorted(available_timezones()))
hours = st.integers(0, 23).map(time)
events = st.datetimes(datetime(2012, 6, 1), datetime(2034, 12, 31), timezones=st.just(UTC))
ladders = st.sets(st.integers(-40, 40), min_size=1, max_size=6)


def said(rungs, event, moments, time_zone, first_time) -> list[int]:
    """What sweeps at `moments` say, each since the one before it."""
    pairs = zip(moments, moments[1:], strict=False)
    found = (rung_reached(rungs, event, since, at, time_zone, first_time) for since, at in pairs)
    return [rung for rung in found if rung is not None]


def spaced(start: datetime, gaps: list[float]) -> list[datetime]:
    moments = [start]
    for gap in gaps:
        moments.append(moments[-1] + gap * HOUR)
    return moments


class RungTest(SimpleTestCase):
    def rung(self, since, at, rungs=(-7, -1, 0, 7), event=DUE, zone="UTC"):
        return rung_reached(rungs, event, since, at, zone, EIGHT)

    def test_it_is_reached_in_the_morning_and_not_before(self):
        morning = datetime(2026, 3, 13, 8, tzinfo=UTC)
        self.assertIsNone(self.rung(morning - DAY, morning - timedelta(microseconds=1)))
        self.assertEqual(self.rung(morning - DAY, morning), -7)
        self.assertIsNone(self.rung(morning, morning + HOUR), "it was said")

    def test_the_morning_is_that_of_where_the_person_is(self):
        due = datetime(2026, 3, 20, 23, 59, 59, tzinfo=ZoneInfo("Asia/Tbilisi"))
        morning = datetime(2026, 3, 19, 4, tzinfo=UTC)
        self.assertEqual(self.rung(morning - HOUR, morning, event=due, zone="Asia/Tbilisi"), -1)
        self.assertEqual(self.rung(morning - HOUR, morning + 4 * HOUR, event=due, zone="Pacific/Kiritimati"), None)

    def test_of_several_only_the_last_is_said(self):
        self.assertEqual(self.rung(DUE - 2 * DAY, DUE + HOUR), 0)

    def test_what_was_reached_before_there_was_anything_to_remind_of_is_not_said(self):
        given_at = datetime(2026, 3, 19, 9, tzinfo=UTC)
        self.assertIsNone(self.rung(given_at, given_at + 22 * HOUR))
        self.assertEqual(self.rung(given_at, given_at + 23 * HOUR), 0)

    def test_after_a_long_silence_nothing_old_is_said(self):
        morning = datetime(2026, 3, 27, 8, tzinfo=UTC)
        self.assertEqual(self.rung(DUE - 99 * DAY, morning + LATEST - HOUR), 7)
        self.assertIsNone(self.rung(DUE - 99 * DAY, morning + LATEST + HOUR))

    def test_no_rung_at_all(self):
        self.assertIsNone(self.rung(DUE - 99 * DAY, DUE, rungs=()))

    def test_a_morning_that_the_clocks_skip_is_the_time_that_they_jump_to(self):
        skipped = morning_of(date(2026, 3, 8), "America/New_York", time(2, 30))
        self.assertEqual(skipped, datetime(2026, 3, 8, 7, 30, tzinfo=UTC))

    def test_of_a_morning_that_comes_twice_it_is_the_first(self):
        twice = morning_of(date(2026, 11, 1), "America/New_York", time(1, 30))
        self.assertEqual(twice, datetime(2026, 11, 1, 5, 30, tzinfo=UTC))

    def test_where_a_day_never_was_its_rung_is_said_on_the_next(self):
        due = datetime(2011, 12, 31, 20, tzinfo=ZoneInfo("Pacific/Apia"))  # there was no 30 December in Samoa
        moments = spaced(due.astimezone(UTC) - 4 * DAY, [6.0] * 24)
        self.assertEqual(said({-2, -1, 0}, due, moments, "Pacific/Apia", EIGHT), [-2, 0])


class EverywhereTest(SimpleTestCase):
    @given(ladders, events, zones, hours, st.lists(st.floats(0.01, 20), min_size=1), st.floats(0.1, 12))
    def test_each_rung_is_said_exactly_once_and_in_order_when_sweeps_are_dense(
        self, rungs, event, zone, hour, gaps, last
    ):
        moments = spaced(event + (min(rungs) - 3) * DAY, gaps)
        while moments[-1] < event + (max(rungs) + 3) * DAY:
            moments.append(moments[-1] + last * HOUR)
        moments = [moment for moment in moments if moment <= event + (max(rungs) + 3) * DAY]
        self.assertEqual(said(rungs, event, moments, zone, hour), sorted(rungs))

    @given(ladders, events, zones, hours, st.lists(st.floats(0.01, 400), max_size=60))
    def test_none_is_said_twice_or_after_a_later_one_however_sweeps_are_spaced(self, rungs, event, zone, hour, gaps):
        found = said(rungs, event, spaced(event + (min(rungs) - 3) * DAY, gaps), zone, hour)
        self.assertEqual(found, sorted(set(found)))

    @given(ladders, events, st.integers(-60, 60), st.integers(0, 90), zones, hours)
    def test_an_event_that_moves_has_its_rungs_anew_from_then_on(self, rungs, event, days, when, zone, hour):
        moved = event + days * DAY
        start = min(event, moved) + (min(rungs) - 3) * DAY
        moved_at = start + when * DAY
        moments = spaced(moved_at, [9.5] * (300 * 24 // 9))
        to_come = [rung for rung in sorted(rungs) if self.reached_at(rung, moved, zone, hour) > moved_at]
        self.assertEqual(said(rungs, moved, moments, zone, hour), to_come)

    def reached_at(self, rung, event, zone, hour) -> datetime:
        return morning_of(event.astimezone(ZoneInfo(zone)).date() + rung * DAY, zone, hour)

    @given(ladders, events, zones, hours, st.floats(0, 400), st.floats(-50, 60))
    def test_what_is_said_of_lies_within_reach(self, rungs, event, zone, hour, gap, days):
        at = event + days * DAY
        if rung_reached(rungs, event, at - gap * HOUR, at, zone, hour) is not None:
            earliest, latest = within_reach(rungs, at)
            self.assertTrue(earliest <= event <= latest)

    @given(events, zones, hours)
    def test_the_last_morning_is_the_newest_that_has_come(self, at, zone, hour):
        morning = last_morning(at, zone, hour)
        self.assertLessEqual(morning, at)
        today = at.astimezone(ZoneInfo(zone)).date()
        mornings = [morning_of(today + days * DAY, zone, hour) for days in range(-3, 4)]
        self.assertEqual(morning, max(one for one in mornings if one <= at))
