"""A credential as VC-JWT: a compact JWS of the whole document, with the claims of a JWT beside it."""

from datetime import UTC, datetime

import jwt

from certifications.addresses import key_url
from certifications.badges import keys

BADGE_TYPE = "JWT"  # what Open Badges 3.0, 8.2, allows
CREDENTIAL_TYPE = "vc+jwt"  # what the W3C's "Securing Verifiable Credentials using JOSE and COSE" asks for


def sign(credential: dict, kind: str = BADGE_TYPE) -> str:
    """The credential, signed with our Ed25519 key. The same credential gives the same bytes.

    The claims repeat what the credential says (Open Badges 3.0, 8.2.4): issuer, id, validity. Raises BadgesAreOff.
    """
    issuer = credential["issuer"]
    payload = credential | {
        "iss": issuer if isinstance(issuer, str) else issuer["id"],
        "jti": credential["id"],
        "nbf": _seconds(credential["validFrom"]),
    }
    if "validUntil" in credential:
        payload["exp"] = _seconds(credential["validUntil"])
    name = keys.signing_key_name()
    return jwt.encode(payload, keys.signing_key(), "EdDSA", headers={"kid": key_url(name), "typ": kind})


def _seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


def dated(at: datetime) -> str:
    """An instant as the credentials write it: in UTC, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
