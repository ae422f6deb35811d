"""Showing a certificate elsewhere."""

from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from certifications.addresses import verification_url
from certifications.models import Award, CertificateBranding

LINKEDIN = "https://www.linkedin.com/profile/add?"


def profile_url(award: Award) -> str:
    """Where LinkedIn lets the holder add the certificate to her profile: a link with what the public page says too."""
    zone = ZoneInfo(award.holder.time_zone)
    awarded_on = award.awarded_at.astimezone(zone).date()
    said = {
        "startTask": "CERTIFICATION_NAME",
        "name": award.certification_title,
        "organizationName": CertificateBranding.current().organisation_name,
        "issueYear": awarded_on.year,
        "issueMonth": awarded_on.month,
        "certUrl": verification_url(award),
        "certId": award.public_id,
    }
    if award.expires_at:
        expires_on = award.expires_at.astimezone(zone).date()
        said |= {"expirationYear": expires_on.year, "expirationMonth": expires_on.month}
    return LINKEDIN + urlencode(said)
