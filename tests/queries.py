"""Counting what a page costs."""

from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

NOT_COUNTED = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "BEGIN", "COMMIT")


@contextmanager
def at_most(limit: int):
    """Fails when the block runs more than `limit` queries; savepoints, which the tests' own transaction makes of
    every transaction, are not counted. Yields the list of queries."""
    queries: list[str] = []
    with CaptureQueriesContext(connection) as context:
        yield queries
    queries += [q["sql"] for q in context.captured_queries if not q["sql"].startswith(NOT_COUNTED)]
    if len(queries) > limit:
        listing = "\n".join(f"{number}. {sql[:300]}" for number, sql in enumerate(queries, 1))
        raise AssertionError(f"{len(queries)} queries, more than {limit}:\n{listing}")
