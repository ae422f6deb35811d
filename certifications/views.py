from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from certifications.models import Award
from certifications.pdf import CertificateData, render_certificate
from certifications.renewals import renewal_of
from certifications.standing import award_standing
from people.throttling import throttled


def verification_url(award: Award) -> str:
    """The public address that says whether `award` holds."""
    return settings.SITE_URL + reverse("certifications:verify", args=[award.public_id])


@require_safe
def certificate(request: HttpRequest, public_id: str) -> HttpResponse:
    awards = Award.objects.visible_to(request.user).select_related(
        "certification__first_time_path", "certification__renewal_path"
    )
    award = get_object_or_404(awards, public_id=public_id)
    at = timezone.now()
    is_own = award.holder_id == request.user.pk
    context = {
        "award": award,
        "standing": award_standing(award, at),
        "verify_url": verification_url(award),
        "renewal": renewal_of(award, request.user.language, at) if is_own else None,
        "is_own": is_own,
    }
    return render(request, "certifications/certificate.html", context)


@require_safe
def pdf(request: HttpRequest, public_id: str) -> HttpResponse:
    """The certificate as a PDF, in the language in which it was awarded, with the dates of the holder's zone."""
    award = get_object_or_404(Award.objects.visible_to(request.user).select_related("holder"), public_id=public_id)
    zone = ZoneInfo(award.holder.time_zone)
    data = CertificateData(
        holder_name=award.holder_name,
        certification_title=award.certification_title,
        description=award.certification_description,
        organisation=settings.ORGANISATION_NAME,
        awarded_on=award.awarded_at.astimezone(zone).date(),
        expires_on=award.expires_at and award.expires_at.astimezone(zone).date(),
        public_id=award.public_id,
        verify_url=verification_url(award),
        language=award.language,
    )
    response = HttpResponse(render_certificate(data), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="certificate-{award.public_id}.pdf"'
    return response


@login_not_required
@require_safe
@throttled(limit=30)
def verify(request: HttpRequest, public_id: str) -> HttpResponse:
    """Tells anybody who holds the address what the certificate is worth now, and as little else as possible.

    An id that we never gave gets the same page with status 404; one that we gave never does.
    """
    award = Award.objects.filter(public_id=public_id).select_related("superseded_by", "certification").first()
    context: dict = {"state": "unknown", "checked_at": timezone.now()}
    if award:
        context |= _facts(award, context["checked_at"])
    response = render(request, "certifications/verify.html", context, status=200 if award else 404)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    return response


def _facts(award: Award, at) -> dict:
    newer = award.superseded_by
    standing = award_standing(award, at)
    return {
        "state": "valid" if standing == "expiring" else standing,
        "holder_name": award.holder_name,
        "certification_title": award.certification_title,
        "awarded_at": award.awarded_at,
        "expires_at": award.expires_at,
        "revoked_at": award.revoked_at,
        "newer_url": newer and reverse("certifications:verify", args=[newer.public_id]),
    }
