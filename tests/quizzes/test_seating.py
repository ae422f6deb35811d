"""A seating is found wherever there is one, whoever chooses first."""

from itertools import combinations
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from quizzes.seating import Crowded, seat

GUESTS = "abcde"
WISHES = st.lists(st.permutations(GUESTS).flatmap(lambda order: st.integers(0, 5).map(lambda n: order[:n])), max_size=3)


def can_be_seated(wishes, seats) -> bool:
    """By trying everything."""
    if not wishes:
        return True
    return any(
        can_be_seated([[guest for guest in other if guest not in chosen] for other in wishes[1:]], seats[1:])
        for chosen in combinations(wishes[0], seats[0])
    )


class Seating(TestCase):
    @given(wishes=WISHES, seats=st.lists(st.integers(0, 3), min_size=3, max_size=3))
    def test_it_finds_a_seating_wherever_there_is_one(self, wishes, seats):
        tables = dict(enumerate(wishes))
        try:
            guests = seat(tables, dict(enumerate(seats)))
        except Crowded as crowded:
            self.assertFalse(can_be_seated(wishes, seats))
            self.assertLess(crowded.seated, seats[crowded.table])
            return
        self.assertEqual([len(guests[table]) for table in tables], seats[: len(wishes)])
        everybody = [guest for table in tables for guest in guests[table]]
        self.assertEqual(len(everybody), len(set(everybody)))
        self.assertTrue(all(set(guests[table]) <= set(tables[table]) for table in tables))

    def test_the_first_wishes_are_fulfilled_where_they_are_free(self):
        self.assertEqual(seat({1: "dab", 2: "cd"}, {1: 2, 2: 1}), {1: ["d", "a"], 2: ["c"]})
