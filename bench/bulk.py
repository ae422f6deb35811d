"""Writing rows by the million: COPY on PostgreSQL, INSERT of many rows at once on SQLite."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

from django.db import Error, connection, models, transaction

Rows = Iterable[tuple]


def write(model: type[models.Model], columns: list[str], rows: Rows) -> None:
    """Appends `rows` to the model's table. Instants are texts in UTC without a zone, keys are 32 hexadecimal digits."""
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join(["%s"] * len(columns))
    with transaction.atomic(), connection.cursor() as cursor:
        rows = iter(rows)
        while batch := list(islice(rows, 10_000)):
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", batch)


@contextmanager
def without_foreign_key_checks() -> Iterator[None]:
    """What we write is right by construction; a role that may not switch the checks off waits for them."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        try:
            cursor.execute("SET session_replication_role = replica")
        except Error:
            yield
            return
        yield
        cursor.execute("RESET session_replication_role")


def finish(models_written: list[type[models.Model]]) -> None:
    """Puts the sequences behind the rows, and gives the planner its statistics."""
    from django.core.management.color import no_style

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models_written):
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
