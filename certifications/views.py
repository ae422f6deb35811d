from datetime import datetime

import segno
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from certifications.addresses import verification_url
from certifications.badges import keys
from certifications.badges.credentials import SIGNED, badge_of, enveloped
from certifications.badges.reading import LARGEST_FILE
from certifications.certificates import pdf_of
from certifications.cycles import cycles_of, renewal_of
from certifications.examining import examine
from certifications.models import Award
from certifications.proof import proof_of
from certifications.sharing import profile_url
from certifications.standing import award_standing
from certifications.uploads import InMemoryOnly
from courses.catalogue import outline_for
from people.throttling import throttled


@require_safe
def certificate(request: HttpRequest, public_id: str) -> HttpResponse:
    at = timezone.now()
    awards = list(Award.objects.visible_to(request.user).in_the_cycle_of(public_id).with_paths())
    award = next((award for award in awards if award.public_id == public_id), None)
    if award is None:
        raise Http404
    is_own = award.holder_id == request.user.pk
    renewal = renewal_of(award, at)
    context = {
        "award": award,
        "standing": award_standing(award, at),
        "verify_url": verification_url(award),
        "renewal": renewal,
        "asked": renewal and outline_for(request.user.language).asked_by(renewal.path_key),
        "cycles": cycles_of(awards, award, at),
        "newer": next((newer for newer in awards if newer.pk == award.superseded_by_id), None),
        "is_own": is_own,
        "has_badge": keys.are_on(),
        "profile_url": profile_url(award) if is_own and award.is_valid(at) else None,
    }
    return render(request, "certifications/certificate.html", context)


@require_safe
def pdf(request: HttpRequest, public_id: str) -> HttpResponse:
    """The certificate as it was made, and is given out for ever."""
    awards = Award.objects.visible_to(request.user).select_related("holder", "certification")
    award = get_object_or_404(awards, public_id=public_id)
    response = HttpResponse(pdf_of(award), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="certificate-{award.public_id}.pdf"'
    return response


@require_safe
def proof(request: HttpRequest, public_id: str) -> HttpResponse:
    award = get_object_or_404(Award.objects.visible_to(request.user), public_id=public_id)
    context = {"award": award, "proof": proof_of(award, request.user, timezone.now())}
    return render(request, "certifications/proof.html", context)


HTML, JSON = "text/html", "application/json"


@login_not_required
@require_safe
@throttled(limit=30)
def verify(request: HttpRequest, public_id: str) -> HttpResponse:
    """Tells anybody who holds the address what the certificate is worth now, and as little else as possible.

    An id that we never gave gets the same page with status 404; one that we gave never does. A program that asks for
    JSON gets the same with the signed badge in it; one that asks for a signed credential gets that alone.
    """
    awards = Award.objects.select_related("superseded_by", "certification", "holder")
    award = awards.filter(public_id=public_id).first()
    asked = request.get_preferred_type([HTML, JSON, SIGNED]) or HTML
    response = _in_form[asked](request, award)
    patch_vary_headers(response, ["Accept"])
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    return response


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@throttled(limit=20)
@csrf_exempt
def check(request: HttpRequest) -> HttpResponse:
    """Anybody may ask what a file is that she was shown as a certificate of ours: a PDF or a badge."""
    # Before the form is read, which the check against forgery does.
    request.upload_handlers = [InMemoryOnly(request, LARGEST_FILE)]
    return _check(request)


@csrf_protect
def _check(request: HttpRequest) -> HttpResponse:
    context: dict = {"checked_at": timezone.now()}
    file = request.FILES.get("file")
    if file is not None:
        found = examine(file.read(), context["checked_at"])
        context |= {"finding": found}
        if found.award:
            context |= _facts(found.award, context["checked_at"])
            context["verify_url"] = reverse("certifications:verify", args=[found.award.public_id])
    context["is_empty"] = request.method == "POST" and file is None
    response = render(request, "certifications/check.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    return response


def _as_page(request: HttpRequest, award: Award | None) -> HttpResponse:
    context: dict = {"state": "unknown", "checked_at": timezone.now()}
    if award:
        context |= _facts(award, context["checked_at"])
        context["qr"] = segno.make(verification_url(award), micro=False, error="m").svg_data_uri(light="white", scale=4)
    return render(request, "certifications/verify.html", context, status=200 if award else 404)


def _as_json(request: HttpRequest, award: Award | None) -> HttpResponse:
    if award is None:
        return JsonResponse({"state": "unknown"}, status=404)
    newer = award.superseded_by
    return JsonResponse(
        {
            "state": _state(award, timezone.now()),
            "holder": award.holder_name,
            "title": award.certification_title,
            "awardedAt": award.awarded_at,
            "expiresAt": award.expires_at,
            "revokedAt": award.revoked_at,
            "supersededBy": newer and verification_url(newer),
            "credential": enveloped(award) if keys.are_on() else None,
        }
    )


def _signed(request: HttpRequest, award: Award | None) -> HttpResponse:
    if award is None or not keys.are_on():
        return HttpResponse(status=404, content_type=SIGNED)
    return HttpResponse(badge_of(award), content_type=SIGNED)


_in_form = {HTML: _as_page, JSON: _as_json, SIGNED: _signed}


def _state(award: Award, at: datetime) -> str:
    """valid, expired, revoked or superseded."""
    standing = award_standing(award, at)
    return "valid" if standing == "expiring" else standing


def _facts(award: Award, at: datetime) -> dict:
    newer = award.superseded_by
    return {
        "state": _state(award, at),
        "holder_name": award.holder_name,
        "certification_title": award.certification_title,
        "awarded_at": award.awarded_at,
        "expires_at": award.expires_at,
        "revoked_at": award.revoked_at,
        "newer_url": newer and reverse("certifications:verify", args=[newer.public_id]),
    }
