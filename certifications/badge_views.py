"""What badges point at, for programs: keys, issuer, achievements, status lists. And the badge, for its holder."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from certifications.badges import credentials, images, keys, status
from certifications.badges.credentials import SIGNED
from certifications.models import Award, Certification
from people.throttling import throttled

DAY = 86_400  # seconds


def published(max_age: int) -> Callable:
    """For a view: anybody may read it, and anybody's cache may keep it for `max_age` seconds."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_not_required
        @require_safe
        @throttled(limit=120)
        @wraps(view)
        def open_view(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            response = view(request, *args, **kwargs)
            patch_cache_control(response, public=True, max_age=max_age)
            response["Access-Control-Allow-Origin"] = "*"
            response["X-Robots-Tag"] = "noindex"
            return response

        return open_view

    return decorate


@published(max_age=3600)
def jwks(request: HttpRequest) -> HttpResponse:
    keys_in_use = [key.jwk for key in keys.public_keys().values()]
    return JsonResponse({"keys": keys_in_use}, content_type="application/jwk-set+json")


@published(max_age=DAY)
def badge_key(request: HttpRequest, thumbprint: str) -> HttpResponse:
    key = keys.public_keys().get(thumbprint)
    if key is None:
        raise Http404
    return JsonResponse(key.jwk, content_type="application/jwk+json")


@published(max_age=3600)
def issuer(request: HttpRequest) -> HttpResponse:
    context = {"@context": [credentials.CREDENTIALS_V2, credentials.OPEN_BADGES]}
    return JsonResponse(context | credentials.issuer(settings.LANGUAGE_CODE))


@published(max_age=3600)
def achievement(request: HttpRequest, code: str) -> HttpResponse:
    """What a certification is. One that nobody holds yet is not announced here."""
    awarded = Certification.objects.filter(awards__isnull=False).distinct()
    certification = get_object_or_404(awarded.select_related("first_time_path"), code=code)
    return JsonResponse(credentials.achievement(certification, settings.LANGUAGE_CODE))


@published(max_age=int(status.LIST_AGE.total_seconds()))
def status_list(request: HttpRequest, purpose: str, number: int) -> HttpResponse:
    if purpose not in status.PURPOSES or not keys.are_on() or not status.exists(number):
        raise Http404
    return HttpResponse(status.status_list(purpose, number, timezone.now()), content_type=SIGNED)


@require_safe
def badge(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    """The badge as a file to keep: baked into a PNG or an SVG, or the signed credential alone."""
    awards = Award.objects.visible_to(request.user).select_related("holder", "certification")
    award = get_object_or_404(awards, public_id=public_id)
    if kind not in MAKERS or not keys.are_on():
        raise Http404
    content_type, make = MAKERS[kind]
    response = HttpResponse(make(award, credentials.badge_of(award)), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="badge-{award.public_id}.{kind}"'
    return response


MAKERS: dict[str, tuple[str, Callable[[Award, str], bytes | str]]] = {
    "png": ("image/png", images.baked_png),
    "svg": ("image/svg+xml", images.baked_svg),
    "jwt": (SIGNED, lambda award, signed: signed),
}
