"""Which phase somebody looks in, and what of an attempt each cell of the review table shows then."""

from datetime import UTC, datetime, timedelta

from django.test import SimpleTestCase

from quizzes.models import Attempt
from quizzes.review_rules import IMMEDIATELY_AFTER, Aspect, Phase, everything, phase_of, shown

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
WITHOUT_THE_ATTEMPT = {Aspect.MARKS, Aspect.OVERALL_FEEDBACK}


class Phases(SimpleTestCase):
    def test_each_boundary(self):
        rows = [
            (None, None, NOW, Phase.DURING),
            (None, NOW - HOUR, NOW, Phase.DURING),
            (NOW, None, NOW, Phase.IMMEDIATELY),
            (NOW, None, NOW + IMMEDIATELY_AFTER - INSTANT, Phase.IMMEDIATELY),
            (NOW, None, NOW + IMMEDIATELY_AFTER, Phase.LATER),
            (NOW, NOW + HOUR, NOW + HOUR - INSTANT, Phase.LATER),
            (NOW, NOW + HOUR, NOW + HOUR, Phase.CLOSED),
            (NOW, NOW, NOW + INSTANT, Phase.IMMEDIATELY),
            (NOW, NOW - HOUR, NOW + HOUR, Phase.CLOSED),
        ]
        for finished_at, closes_at, at, phase in rows:
            with self.subTest(f"{finished_at} {closes_at} {at}"):
                self.assertEqual(phase_of(finished_at, closes_at, at), phase)

    def test_immediately_is_two_minutes(self):
        self.assertEqual(IMMEDIATELY_AFTER, timedelta(minutes=2))


class Cells(SimpleTestCase):
    def test_each_of_the_28_cells_shows_its_aspect_in_its_phase_and_in_no_other(self):
        for phase in Phase:
            for aspect in Aspect:
                review = {phase: [Aspect.ATTEMPT, aspect]}
                for looked_in in Phase:
                    expected = {Aspect.ATTEMPT, aspect} if looked_in == phase else set()
                    if looked_in == Phase.DURING:
                        expected = (expected | {Aspect.ATTEMPT}) - {Aspect.OVERALL_FEEDBACK}
                    with self.subTest(f"{aspect} {phase}, looked at {looked_in}"):
                        self.assertEqual(shown(review, looked_in), expected)

    def test_without_the_attempt_nothing_of_single_questions_is_shown(self):
        for phase in (Phase.IMMEDIATELY, Phase.LATER, Phase.CLOSED):
            for aspect in Aspect:
                with self.subTest(f"{aspect} {phase}"):
                    found = shown({phase: [aspect]}, phase)
                    alone = {aspect} if aspect in WITHOUT_THE_ATTEMPT | {Aspect.ATTEMPT} else set()
                    self.assertEqual(found, alone)

    def test_an_empty_table_shows_only_the_attempt_while_it_lasts(self):
        self.assertEqual([shown({}, phase) for phase in Phase], [{Aspect.ATTEMPT}, set(), set(), set()])

    def test_the_default_is_everything_after_the_attempt(self):
        for phase in (Phase.IMMEDIATELY, Phase.LATER, Phase.CLOSED):
            self.assertEqual(shown(everything(), phase), set(Aspect))
        self.assertEqual(shown(everything(), Phase.DURING), set(Aspect) - {Aspect.OVERALL_FEEDBACK})


class OfAnAttempt(SimpleTestCase):
    """The table that was frozen with the attempt, and the close that held for its person."""

    def attempt(self, **fields):
        review = {"immediately": ["marks"], "later": ["attempt"], "closed": ["attempt", "right_answer"]}
        rules = {"review": review, "closes_at": (NOW + HOUR).isoformat()}
        return Attempt(rules=rules, **({"state": "finished", "submitted_at": NOW} | fields))

    def test_by_the_clock(self):
        attempt = self.attempt()
        found = [attempt.aspects_shown(NOW + after) for after in (INSTANT, HOUR / 2, HOUR)]
        self.assertEqual(found, [{"marks"}, {"attempt"}, {"attempt", "right_answer"}])

    def test_one_that_waits_for_marking_was_over_when_it_was_submitted(self):
        self.assertEqual(self.attempt(state="submitted").aspects_shown(NOW + HOUR / 2), {"attempt"})

    def test_an_abandoned_one_was_over_at_its_end(self):
        attempt = self.attempt(state="abandoned", submitted_at=None, finished_at=NOW)
        self.assertEqual(attempt.aspects_shown(NOW + INSTANT), {"marks"})
