from datetime import UTC, date, datetime

from django.test import SimpleTestCase
from django.utils import timezone, translation

from people.templatetags.moments import day, in_words, moment

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class MomentsTest(SimpleTestCase):
    def test_a_day_is_written_in_the_language_of_the_page(self):
        written = {"en": "November 22, 2026", "ar": "22 نوفمبر 2026", "ka": "22 ნოემბერი, 2026"}
        for language, words in written.items():
            with self.subTest(language), translation.override(language):
                self.assertEqual(day(NOON), words)

    def test_a_day_is_the_day_of_the_persons_zone(self):
        with timezone.override("Pacific/Auckland"):
            self.assertEqual(day(NOON), "November 23, 2026")

    def test_georgian_time_has_no_am_and_pm(self):
        with translation.override("ka"):
            self.assertEqual(moment(NOON), "22 ნოე. 2026, 12:00")

    def test_near_days_have_their_own_words(self):
        near = {21: "yesterday", 22: "today", 23: "tomorrow"}
        for number, words in near.items():
            with self.subTest(words):
                self.assertEqual(in_words(date(2026, 11, number), NOON), words)

    def test_days_are_counted_by_the_calendar_not_by_hours(self):
        self.assertEqual(in_words(datetime(2026, 11, 25, 1, 0, tzinfo=UTC), NOON), "in 3 days")
        self.assertEqual(in_words(datetime(2026, 11, 18, 23, 0, tzinfo=UTC), NOON), "4 days ago")

    def test_a_far_day_is_given_in_months(self):
        self.assertEqual(in_words(date(2027, 3, 22), NOON), "in 4 months")

    def test_no_date_is_no_text(self):
        self.assertEqual([day(None), moment(None), in_words(None)], ["", "", ""])
