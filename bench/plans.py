"""The slowest queries of the counted runs with their plans, to see what an index would do."""

from collections.abc import Iterable

from django.db import connection, transaction

from bench.measuring import Measured

SHOWN = 6


def print_plans(counted: Iterable[Measured]) -> None:
    queries = [
        (float(query["time"]), measured.name, query["sql"]) for measured in counted for query in measured.statements
    ]
    for seconds, name, sql in sorted(queries, reverse=True)[:SHOWN]:
        print(f"\n{name}: {seconds * 1000:.0f} ms\n{sql[:1500]}")
        if connection.vendor == "postgresql" and sql.startswith("SELECT"):
            print(_plan(sql))


def _plan(sql: str) -> str:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS, SUMMARY) " + sql.replace("%", "%%"), [])
        return "\n".join(line for (line,) in cursor.fetchall())
