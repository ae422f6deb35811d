"""Handing in a proof from elsewhere, what became of it, and its file for those who may see it."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from certifications.awards import AlreadyCertified
from certifications.evidence_files import FileNotKept, FileUnreadable, bytes_of
from certifications.evidence_forms import EvidenceForm
from certifications.external_evidence import (
    AlreadyDecided,
    AlreadyWaiting,
    Situation,
    situations_of,
    submit_evidence,
    withdraw_evidence,
)
from certifications.models import Certification, ExternalEvidence
from certifications.uploads import InMemoryOnly

PIECES_ON_A_PAGE = 20


@require_safe
def evidence(request: HttpRequest) -> HttpResponse:
    """What she has handed in, and for what she can hand in something."""
    pieces = ExternalEvidence.objects.of(request.user).select_related("award", "decided_by")
    situations = situations_of(request.user, timezone.now(), Certification.objects.accepting_evidence())
    context = {
        "page_obj": Paginator(pieces, PIECES_ON_A_PAGE).get_page(request.GET.get("page")),
        "open": [situation.certification for situation in situations if situation.is_open_to_evidence],
    }
    return render(request, "certifications/evidence.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@csrf_exempt
def hand_in(request: HttpRequest, code: str) -> HttpResponse:
    # Before the form is read, which the check against forgery does.
    request.upload_handlers = [InMemoryOnly(request, settings.EVIDENCE_MAX_BYTES)]
    return _hand_in(request, code)


@csrf_protect
def _hand_in(request: HttpRequest, code: str) -> HttpResponse:
    at = timezone.now()
    accepting = Certification.objects.accepting_evidence().filter(code=code)
    situation = next(iter(situations_of(request.user, at, accepting)), None)
    if situation is None:
        raise Http404
    form = EvidenceForm(request.POST, request.FILES) if request.method == "POST" else EvidenceForm()
    if request.method == "POST" and form.is_valid():
        try:
            submit_evidence(request.user, situation.certification, at=at, **form.cleaned_data)
        except FileNotKept:
            form.add_error("file", _("The file could not be kept now, and nothing was handed in. Try again later."))
            return _form_page(request, situation, form, status=503)
        except (AlreadyWaiting, AlreadyCertified):
            return redirect("certifications:hand_in", code)
        messages.success(request, _("Handed in. You will be told what was decided."))
        return redirect("certifications:evidence")
    return _form_page(request, situation, form)


def _form_page(request: HttpRequest, situation: Situation, form: EvidenceForm, status: int = 200) -> HttpResponse:
    context = {"situation": situation, "form": form}
    return render(request, "certifications/hand_in.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    piece = get_object_or_404(ExternalEvidence.objects.of(request.user), pk=pk)
    if request.method != "POST" and piece.is_waiting:
        return render(request, "certifications/withdraw.html", {"piece": piece})
    if request.method != "POST":
        return redirect("certifications:evidence")
    try:
        withdraw_evidence(piece)
    except AlreadyDecided:
        messages.warning(request, _("Nothing was done: this has changed meanwhile."))
    else:
        messages.success(request, _("Withdrawn. The file is erased."))
    return redirect("certifications:evidence")


@require_safe
def evidence_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file, always as a download: what somebody uploaded is never run or shown on this site."""
    kept = ExternalEvidence.objects.exclude(stored_as="").exclude(state=ExternalEvidence.State.WITHDRAWN)
    piece = get_object_or_404(kept.visible_to(request.user), pk=pk)
    try:
        response = HttpResponse(bytes_of(piece), content_type=piece.content_type)
    except FileUnreadable:
        return render(request, "certifications/file_unreadable.html", status=503)
    response["Content-Disposition"] = content_disposition_header(True, piece.file_name)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
