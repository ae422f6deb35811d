"""Giving each of several tables its guests, nobody to two of them: a matching in a bipartite graph.

Tables are the slots of a quiz, guests the questions that they may draw. It knows nothing of either.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

Table = TypeVar("Table", bound=Hashable)
Guest = TypeVar("Guest", bound=Hashable)


class Crowded(Exception):
    """There is no way to fill every table: `table` got only `seated` guests."""

    def __init__(self, table: Hashable, seated: int):
        self.table, self.seated = table, seated
        super().__init__(f"{table}: {seated}")


def seat(wishes: Mapping[Table, Sequence[Guest]], seats: Mapping[Table, int]) -> dict[Table, list[Guest]]:
    """Each table's guests: as many as it has seats, and the first of its wishes where they are free.

    The table with the fewest wishes chooses first. One whose free wishes run out takes a guest from another table that
    can do with somebody else (augmenting paths: H. W. Kuhn, 1955), so this fails only where no seating is possible.
    Raises Crowded.
    """
    guests: dict[Table, list[Guest]] = {table: [] for table in wishes}
    table_of: dict[Guest, Table] = {}
    for table in sorted(wishes, key=lambda table: len(wishes[table])):
        for seated in range(seats[table]):
            if not _seat_one(table, wishes, guests, table_of, set()):
                raise Crowded(table, seated)
    return guests


def _seat_one(table, wishes, guests, table_of, asked) -> bool:
    """asked: whose place was asked for already while looking for this seat."""
    for guest in wishes[table]:
        if guest not in table_of:
            table_of[guest] = table
            guests[table].append(guest)
            return True
    for guest in wishes[table]:
        other = table_of[guest]
        if other == table or guest in asked:
            continue
        asked.add(guest)
        if _seat_one(other, wishes, guests, table_of, asked):
            guests[other].remove(guest)
            table_of[guest] = table
            guests[table].append(guest)
            return True
    return False
