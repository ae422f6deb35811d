"""What a badge states: an award as an OpenBadgeCredential (Open Badges 3.0, 1EdTech)."""

import hashlib

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from certifications.addresses import achievement_url, issuer_url, verification_url
from certifications.badges.signing import dated, sign
from certifications.badges.status import entries
from certifications.models import Award, CertificateBranding, Certification
from certifications.texts import clean

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
SIGNED = "application/vc+jwt"  # the media type of a badge
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"


def badge_of(award: Award) -> str:
    """The award as a signed badge, a compact JWS. Raises BadgesAreOff.

    award: with certification and holder; its goals are one more query.
    """
    return sign(credential_of(award))


def enveloped(award: Award) -> dict:
    """The badge as a JSON document (VC data model 2.0, 4.13). Raises BadgesAreOff."""
    badge = f"data:{SIGNED},{badge_of(award)}"
    return {"@context": CREDENTIALS_V2, "id": badge, "type": "EnvelopedVerifiableCredential"}


def credential_of(award: Award) -> dict:
    """The document that is signed. Nothing in it changes but the expiry, where it is moved by hand."""
    credential = {
        "@context": [CREDENTIALS_V2, OPEN_BADGES],
        "id": verification_url(award),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": clean(award.certification_title),
        "issuer": issuer(award.language),
        "validFrom": dated(award.awarded_at),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [_hashed_identity(award)],
            "achievement": _achievement(award),
        },
        "credentialStatus": entries(award),
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }
    if award.expires_at:
        credential["validUntil"] = dated(award.expires_at)
    return credential


def issuer(language: str) -> dict:
    with override(language):
        name = clean(CertificateBranding.current().organisation_name)
    return {"id": issuer_url(), "type": ["Profile"], "name": name, "url": settings.SITE_URL}


def _hashed_identity(award: Award) -> dict:
    """Whoever knows the holder's e-mail address can tell that the badge is hers; it does not tell the address."""
    salt = hashlib.sha256(award.public_id.encode()).hexdigest()[:32]
    address = award.holder.email.strip().lower()
    return {
        "type": "IdentityObject",
        "identityType": "emailAddress",
        "hashed": True,
        "identityHash": "sha256$" + hashlib.sha256((address + salt).encode()).hexdigest(),
        "salt": salt,
    }


def _achievement(award: Award) -> dict:
    """In the language and the words of the day on which it was awarded."""
    path = award.evidence.get("path") or {}
    with override(award.language):
        return _described(
            award.certification, award.certification_title, award.certification_description, path.get("title", "")
        ) | {"inLanguage": award.language}


def achievement(certification: Certification, language: str) -> dict:
    """What the certification is, for whoever follows the address in a badge."""
    with override(language):
        path = certification.first_time_path.title
        described = _described(certification, certification.title, certification.description, path)
    context = {"@context": [CREDENTIALS_V2, OPEN_BADGES]}
    return context | described | {"inLanguage": language, "creator": issuer(language)}


def _described(certification: Certification, title: str, description: str, path_title: str) -> dict:
    url = achievement_url(certification.code)
    return {
        "id": url,
        "type": ["Achievement"],
        "achievementType": "Certification",
        "name": clean(title),
        "description": clean(description) or clean(title),
        "criteria": {"id": url, "narrative": _narrative(path_title)},
        "alignment": [_alignment(goal, url) for goal in certification.goals.order_by("position", "pk")],
    }


def _narrative(path_title: str) -> str:
    if path_title:
        return _("Complete the learning path “%(path)s”.") % {"path": clean(path_title)}
    return _("Show the knowledge and the skills that the certification describes.")


def _alignment(goal, url: str) -> dict:
    """A goal of the service strategy that the certification serves."""
    words = {"targetDescription": clean(goal.description)} if goal.description else {}
    return {
        "type": ["Alignment"],
        "targetName": clean(goal.title),
        "targetUrl": f"{url}#{goal.code}",
        "targetCode": goal.code,
        **words,
    }
