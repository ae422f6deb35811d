"""Asking Wagtail's search index for analysed words, alike on SQLite and PostgreSQL.

`Page.objects.search()` knows neither alternatives for one word nor prefixes that are ranked well on both databases, so
the index is asked directly. Terms hold nothing but letters and digits (see `text_analysis.fold`).
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import ExpressionWrapper, F, IntegerField, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast
from wagtail.search.models import IndexEntry

CONFIG = "simple"  # the words are analysed already
TITLE_WEIGHT = 5.0  # how much more a word counts in a title than in a text, on SQLite


class Term(NamedTuple):
    """What may stand for one word of a query."""

    forms: tuple[str, ...]
    prefix: str = ""


def entries_with(terms: list[Term], every: bool = True) -> QuerySet:
    """The index entries that have every one of `terms`, or else at least one; at least one term is needed.

    Each has `page_id`, `type_id` (its content type) and `score`: the higher, the better it fits (on SQLite BM25, on
    PostgreSQL ts_rank, which counts a word in a title ten times, over 1 + log of the length).
    """
    return (_in_sqlite if connection.vendor == "sqlite" else _in_postgresql)(terms, every)


def indexed_texts(content_types: Iterable) -> QuerySet:
    """The analysed texts of the pages of these types, as strings."""
    field = "body" if connection.vendor == "sqlite" else "body_text"
    return IndexEntry.objects.filter(content_type__in=content_types).values_list(field, flat=True)


def _in_sqlite(terms: list[Term], every: bool) -> QuerySet:
    # Both exist on SQLite only.
    from modelsearch.backends.database.sqlite.query import MatchExpression
    from wagtail.search.models import SQLiteFTSIndexEntry

    asked = _expression(terms, '"{}"'.format, '"{}"*'.format, " OR ", " AND " if every else " OR ")
    table = SQLiteFTSIndexEntry._meta.db_table
    # The weights of the columns in their order: autocomplete, body, title.
    score = RawSQL(f"-bm25({table}, 0.0, 1.0, {TITLE_WEIGHT})", [])  # noqa: S608 no part comes from outside
    # The sum keeps SQLite from walking all entries of a type and asking for the words at each (14 s for 10,000).
    type_id = ExpressionWrapper(F("index_entry__content_type_id") + 0, output_field=IntegerField())
    return SQLiteFTSIndexEntry.objects.filter(MatchExpression(["body", "title"], Value(asked))).annotate(
        page_id=Cast("index_entry__object_id", IntegerField()), type_id=type_id, score=score
    )


def _in_postgresql(terms: list[Term], every: bool) -> QuerySet:
    asked = _expression(terms, "'{}'".format, "'{}':*".format, " | ", " & " if every else " | ")
    query = SearchQuery(asked, search_type="raw", config=CONFIG)
    vector = F("title")._combine(F("body"), "||", False)
    return IndexEntry.objects.filter(body=query).annotate(
        page_id=Cast("object_id", IntegerField()),
        type_id=F("content_type"),
        score=SearchRank(vector, query, normalization=1),
    )


def _expression(terms: list[Term], exact: Callable, starting: Callable, either: str, between: str) -> str:
    """The terms in the database's query language."""
    alternatives = [
        [exact(form) for form in term.forms] + ([starting(term.prefix)] if term.prefix else []) for term in terms
    ]
    return between.join(f"({either.join(words)})" for words in alternatives)
