"""The absolute public addresses that certificates and badges carry. They have to answer for as long as those live."""

from django.conf import settings
from django.urls import reverse

from certifications.models import Award


def verification_url(award: Award) -> str:
    """The public address that says whether `award` holds."""
    return _absolute("certifications:verify", award.public_id)


def issuer_url() -> str:
    return _absolute("certifications:issuer")


def key_url(thumbprint: str) -> str:
    """Where the public key with this thumbprint is; Open Badges 3.0 has a badge name its key so."""
    return _absolute("certifications:badge_key", thumbprint)


def achievement_url(code: str) -> str:
    return _absolute("certifications:achievement", code)


def status_list_url(purpose: str, number: int) -> str:
    return _absolute("certifications:status_list", purpose, number)


def _absolute(name: str, *args) -> str:
    return settings.SITE_URL + reverse(name, args=args)
