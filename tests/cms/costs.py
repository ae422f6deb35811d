"""Counting queries: a list costs the same whatever its length."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def queries_of(client, url: str) -> list[str]:
    """The SQL of a second visit: the first one fills caches."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert response.status_code == 200, f"{url}: {response.status_code}"
    return [query["sql"] for query in captured.captured_queries]
