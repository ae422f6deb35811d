"""Deciding about proofs from elsewhere: those of the reader's teams, and the page of each."""

from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Count, F, Q, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from certifications.awards import AlreadyCertified
from certifications.external_evidence import AlreadyDecided, NotAccepted, approve_evidence, refuse_evidence
from certifications.models import ExternalEvidence
from lms.acting import evidence_to_decide
from lms.acting_forms import ReasonForm
from lms.acting_views import asks_and_acts, only_leads
from lms.evidence_forms import ApproveForm
from people.templatetags.moments import moment

PIECES_ON_A_PAGE = 50
State = ExternalEvidence.State
FILTERS = {
    "": gettext_lazy("All of them"),
    State.WAITING: gettext_lazy("Waiting"),
    State.APPROVED: gettext_lazy("Approved"),
    State.REFUSED: gettext_lazy("Refused"),
    State.WITHDRAWN: gettext_lazy("Withdrawn"),
}
DECIDED = {
    State.APPROVED: gettext_lazy("Nothing was done: %(name)s approved it already, on %(moment)s."),
    State.REFUSED: gettext_lazy("Nothing was done: %(name)s refused it already, on %(moment)s."),
    State.WITHDRAWN: gettext_lazy("Nothing was done: %(name)s has withdrawn it."),
}


@require_safe
def evidence_of_team(request: HttpRequest) -> HttpResponse:
    """What waits, the longest first; then what was decided, the latest first."""
    only_leads(request)
    state = request.GET.get("state", "")
    state = state if state in FILTERS else ""
    pieces = evidence_to_decide(request.user)
    shown = pieces.filter(state=state) if state else pieces
    waiting_first = Case(When(state=State.WAITING, then=Value(0)), default=Value(1))
    ordered = shown.order_by(waiting_first, F("decided_at").desc(nulls_first=True), "submitted_at", "pk")
    context = {
        "page_obj": Paginator(
            ordered.select_related("person", "certification", "decided_by"), PIECES_ON_A_PAGE
        ).get_page(request.GET.get("page")),
        "filters": _filters(pieces, state),
        "state": state,
        "query": state and urlencode({"state": state}) + "&",
    }
    return render(request, "lms/evidence.html", context)


def _filters(pieces, chosen: str) -> list[dict]:
    """The links above the list, each with how many pieces it shows; one query."""
    counts = pieces.aggregate(
        **{state or "all": Count("pk", filter=Q(state=state) if state else None) for state in FILTERS}
    )
    return [
        {
            "label": label,
            "count": counts[state or "all"],
            "is_current": state == chosen,
            "url": f"?{urlencode({'state': state})}" if state else "?",
        }
        for state, label in FILTERS.items()
    ]


@asks_and_acts
def evidence_piece(request: HttpRequest, pk: int) -> HttpResponse:
    """One proof with all that was said of it, and the decision; days are those of where the person is."""
    only_leads(request)
    related = ("person", "decided_by", "award", "certification__first_time_path", "certification__renewal_path")
    piece = get_object_or_404(evidence_to_decide(request.user).select_related(*related), pk=pk)
    chosen = request.POST.get("decision") if request.method == "POST" else None
    forms = {
        name: form(request.POST if name == chosen else None, person=piece.person, record=piece, prefix=name)
        for name, form in (("approve", ApproveForm), ("refuse", ReasonForm))
    }
    if request.method == "POST":
        if chosen not in forms:
            return HttpResponseBadRequest()
        if not piece.is_waiting:
            _tell_who_decided(request, piece)
            return redirect("evidence_piece", pk)
        if forms[chosen].is_valid():
            _decide(request, piece, chosen, forms[chosen].answers)
            return redirect("evidence_piece", pk)
    with timezone.override(ZoneInfo(piece.person.time_zone)):
        return render(request, "lms/evidence_piece.html", {"piece": piece} | forms)


def _decide(request: HttpRequest, piece: ExternalEvidence, decision: str, answers: dict) -> None:
    """Approves or refuses, and says what came of it."""
    try:
        if decision == "approve":
            approve_evidence(piece, request.user, **answers)
            messages.success(request, _("Approved. The certificate is given, and the person has been told."))
        else:
            refuse_evidence(piece, request.user, **answers)
            messages.success(request, _("Refused. The person has been told why."))
    except AlreadyDecided:
        _tell_who_decided(request, piece)
    except AlreadyCertified:
        words = _("Nothing was done: there is a certificate that holds, and it is not to be renewed yet.")
        messages.warning(request, words)
    except NotAccepted:
        messages.warning(request, _("Nothing was done: this certification is no longer given."))


def _tell_who_decided(request: HttpRequest, piece: ExternalEvidence) -> None:
    by = piece.decided_by or piece.person
    messages.warning(request, DECIDED[piece.state] % {"name": by.name, "moment": moment(piece.decided_at)})
