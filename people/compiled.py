"""Queries that a process compiles once. To build a QuerySet and to write its SQL costs the ORM many times what it costs
to run it and to make an object of its row: a page that cannot do without a query can do without that."""

import copy
import inspect
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Expression, QuerySet
from django.db.transaction import TransactionManagementError
from django.utils.translation import get_language

BIGGEST = 2**63 - 1  # what a column of integers can hold


class Parameter(Expression):
    """Stands in a QuerySet where each asking puts its own value."""

    def __init__(self, name: str):
        super().__init__()
        self.name = name

    def as_sql(self, compiler, connection) -> tuple[str, list["Parameter"]]:
        return "%s", [self]


class Compiled(NamedTuple):
    """A QuerySet, its compiler, and what that has written; params: some are a Parameter."""

    queryset: QuerySet
    compiler: Any
    sql: str
    params: tuple


class CompiledQuery:
    """A function that returns a QuerySet, as one that returns its list and compiles it only once.

    Its arguments become parameters. One may stand wherever the QuerySet compares a column with a value that is not
    None, but neither in `__in` nor as a limit. Compiled once for each language, which decides the columns of labels.
    """

    def __init__(self, build: Callable[..., QuerySet]):
        self._build = build
        self._names = inspect.signature(build).parameters.keys()
        self._compiled: dict[tuple[str, str | None], Compiled] = {}
        self.__doc__ = build.__doc__

    def __call__(self, **values: Any) -> list:
        """What the QuerySet finds with these values. Raises TypeError for None, and for other names."""
        if values.keys() != self._names or None in values.values():
            raise TypeError(f"a value is needed for each of {', '.join(self._names)}; given: {values}")
        if any(isinstance(value, int) and abs(value) > BIGGEST for value in values.values()):
            return []
        key = connection.vendor, get_language()
        if key not in self._compiled:
            self._compiled[key] = self._compile()
        return _found(self._compiled[key], values)

    def first(self, **values: Any) -> Any:
        """The first that the QuerySet finds, or None."""
        return next(iter(self(**values)), None)

    def _compile(self) -> Compiled:
        queryset = self._build(**{name: Parameter(name) for name in self._names})
        if queryset._prefetch_related_lookups:
            raise TypeError("a compiled query fetches nothing beforehand")
        compiler = queryset.query.get_compiler(connection=connection)
        return Compiled(queryset, compiler, *compiler.as_sql())


def filled(params: Iterable[Any], values: dict[str, Any]) -> tuple:
    """The `params` of a statement, with its value for each Parameter."""
    return tuple(_prepared(values[one.name]) if isinstance(one, Parameter) else one for one in params)


def _found(compiled: Compiled, values: dict[str, Any]) -> list:
    locks = compiled.queryset.query.select_for_update and connection.features.has_select_for_update
    if locks and not connection.in_atomic_block:
        raise TransactionManagementError("a lock needs a transaction")
    return list(compiled.queryset._iterable_class(_Asked(compiled, filled(compiled.params, values))))


def _prepared(value: Any) -> Any:
    """As the database's driver takes it."""
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return connection.ops.adapt_unknown_value(value)


class _Asked:
    """The QuerySet and its query, as far as they are asked for when rows become objects."""

    def __init__(self, compiled: Compiled, params: tuple):
        self.db = connection.alias
        self._queryset = compiled.queryset
        self._compiler = copy.copy(compiled.compiler)
        self._compiler.connection = connection
        self._compiler.as_sql = lambda: (compiled.sql, params)

    @property
    def query(self) -> "_Asked":
        return self

    def get_compiler(self, using: str) -> Any:
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        found = self._queryset
        return getattr(found if hasattr(found, name) else found.query, name)
