"""Exported tables as downloads."""

from collections.abc import Iterable

from django.http import StreamingHttpResponse

from people.spreadsheets import csv_lines


def csv_response(rows: Iterable[list[str]], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
