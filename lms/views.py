import mimetypes
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils._os import safe_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from lms.acting_views import only_leads
from lms.board import HORIZONS, Board, Filters, exported_rows, team_board
from lms.exports import csv_response
from lms.home import learner_home
from lms.path_page import path_page
from lms.search import find, results

# What a browser may show by itself; anything else is handed over as a download, never run.
SHOWN_INLINE = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "video/", "audio/", "text/vtt")

LONGEST_QUERY = 200
RESULTS_ON_A_PAGE = 10

STATE_LABELS = {
    "expired": gettext_lazy("Expired"),
    "overdue": gettext_lazy("Overdue"),
    "revoked": gettext_lazy("Revoked"),
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "lms/home.html", learner_home(request.user, timezone.now()))


@require_safe
def path(request: HttpRequest, key: UUID) -> HttpResponse:
    return render(request, "courses/path.html", path_page(request.user, key, timezone.now()))


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The team board; somebody who leads nobody has none."""
    only_leads(request)
    filters, at = Filters.from_query(request.GET), timezone.now()
    found = team_board(request.user, filters, request.GET.get("page"), at)
    context = {"board": _board_context(found, filters, at), "evidence_waiting": found.counts["evidence_waiting"] or 0}
    return render(request, "lms/board.html", context)


def _board_context(board: Board, filters: Filters, at) -> dict:
    query = filters.query()
    return {
        "certifications": [certification.title for certification in board.certifications],
        "rows": board.rows,
        "page_obj": board.page,
        "query": query and query + "&",
        "state": filters.state,
        "team": filters.team,
        "filters": _state_filters(board, filters),
        "team_filters": _team_filters(board, filters) if len(board.teams) > 1 else [],
        "totals": _totals(board),
        "as_of": at,
        "csv_url": f"{reverse('board_export')}?{query}",
    }


def _state_filters(board: Board, filters: Filters) -> list[dict]:
    choices = [("", _("Everybody"), board.counts["everybody"])]
    choices += [(state, label, board.counts[f"n_{state}"]) for state, label in STATE_LABELS.items()]
    choices += [
        (f"expiring-{days}", _("Expiring in %(days)d days") % {"days": days}, board.counts[f"n_expiring_{days}"])
        for days in HORIZONS
    ]
    return [_filter(filters, "state", value, label, count) for value, label, count in choices]


def _team_filters(board: Board, filters: Filters) -> list[dict]:
    choices = [("", _("All teams"))] + [(team.code, team.name) for team in board.teams]
    return [_filter(filters, "team", value, label) for value, label in choices]


def _filter(filters: Filters, name: str, value: str, label: str, count: int | None = None) -> dict:
    is_current = getattr(filters, name) == value
    return {"label": label, "count": count, "is_current": is_current, "url": "?" + filters.query(**{name: value})}


def _totals(board: Board) -> list[dict]:
    return [
        {"label": _("People"), "count": board.counts["everybody"], "tone": "active"},
        {"label": _("Expired"), "count": board.counts["n_expired"], "tone": "overdue"},
        {"label": _("Overdue"), "count": board.counts["n_overdue"], "tone": "overdue"},
        {"label": _("Expiring in %(days)d days") % {"days": 30}, "count": board.counts["n_expiring_30"], "tone": "due"},
    ]


@require_safe
def board_export(request: HttpRequest) -> HttpResponse:
    """Exactly the people that the board shows with these filters, on one page, as CSV."""
    only_leads(request)
    filters, at = Filters.from_query(request.GET), timezone.now()
    return csv_response(exported_rows(request.user, filters, at), f"certifications-{at:%Y-%m-%d}.csv")


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY]
    found = find(request.user, query)
    page = Paginator(found.keys, RESULTS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "query": query,
        "results": results(request.user, page.object_list, found.terms) if found.keys else [],
        "page_obj": page,
        "kept": urlencode({"q": query}) + "&",
    }
    return render(request, "lms/search.html", context)


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponse:
    """Uploaded pictures and videos, for signed-in people only. What could run in the page is sent as a download.

    What lies in the private folder is for nobody here, however its name is written.
    """
    file = safe_join(settings.MEDIA_ROOT, path)
    private = safe_join(settings.MEDIA_ROOT, settings.PRIVATE_MEDIA)
    if Path(file.casefold()).is_relative_to(private.casefold()):
        raise Http404
    content_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
    try:
        opened = open(file, "rb")  # noqa: SIM115 FileResponse closes it
    except (OSError, ValueError) as error:
        raise Http404 from error
    return FileResponse(opened, content_type=content_type, as_attachment=not content_type.startswith(SHOWN_INLINE))
