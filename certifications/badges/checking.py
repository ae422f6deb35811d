"""Judges a badge: who signed it, whether anything in it was edited, whether it holds at an instant.

Only keys that the caller names are trusted, each for its own algorithm; nothing that the badge brings along (`jwk`,
`jku`, `alg`) chooses what it is checked by, and nothing is fetched.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import jwt
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from jwt.api_jws import PyJWS

from certifications.badges import keys
from certifications.badges.status import BadStatusList, bit
from certifications.models import Award

ALGORITHMS = ("EdDSA", "ES256", "RS256")
SHORTEST_RSA = 2048  # bits
BADGE_TYPES = {"OpenBadgeCredential", "AchievementCredential"}

WORDS = {
    "not_a_badge": _("It is not a signed badge."),
    "algorithm": _("It is signed in a way that is not accepted."),
    "foreign_key": _("It is signed by a key that is not trusted."),
    "edited": _("Its signature does not fit: it was edited or is broken."),
    "contradiction": _("What it says contradicts itself."),
    "not_yet_valid": _("It is not valid yet."),
    "expired": _("It has expired."),
    "revoked": _("It was revoked."),
    "suspended": _("It is suspended: it does not hold at present."),
    "superseded": _("It was replaced by a newer one."),
    "not_ours": _("We never awarded what it says."),
    "status_unknown": _("Whether it was revoked is not known: its status list is missing or cannot be trusted."),
}


@dataclass(frozen=True)
class TrustedKey:
    """A public key and the one algorithm that it verifies by; name is its `kid`, "" where it has none."""

    name: str
    algorithm: str
    key: Any


@dataclass
class Verdict:
    """problems: codes of WORDS; none means that the badge is good. award: ours, where the signature is."""

    credential: dict | None = None
    problems: list[str] = field(default_factory=list)
    award: Award | None = None

    @property
    def is_good(self) -> bool:
        return not self.problems

    @property
    def is_authentic(self) -> bool:
        """Whether it is as its issuer signed it, valid or not."""
        return self.credential is not None

    @property
    def words(self) -> list[str]:
        return [str(WORDS[problem]) for problem in self.problems]


def own_keys() -> list[TrustedKey]:
    return [TrustedKey(name, "EdDSA", key.key) for name, key in keys.public_keys().items()]


def keys_of(document: str) -> list[TrustedKey]:
    """The keys of a JWK set or of one JWK: Ed25519, P-256, or RSA of at least 2048 bits. Raises ValueError."""
    found = json.loads(document)
    jwks = found.get("keys", [found]) if isinstance(found, dict) else found
    trusted = []
    for jwk in jwks:
        algorithm = _algorithm_of(jwk)
        try:
            key = jwt.PyJWK(jwk, algorithm=algorithm).key
        except jwt.exceptions.PyJWTError as error:
            raise ValueError("a key cannot be read") from error
        if algorithm == "RS256" and key.key_size < SHORTEST_RSA:
            raise ValueError("an RSA key is too short")
        public = key.public_key() if hasattr(key, "public_key") else key
        trusted.append(TrustedKey(str(jwk.get("kid", "")), algorithm, public))
    return trusted


def _algorithm_of(jwk: dict) -> str:
    kinds = {("OKP", "Ed25519"): "EdDSA", ("EC", "P-256"): "ES256", ("RSA", None): "RS256"}
    try:
        return kinds[jwk["kty"], jwk.get("crv")]
    except (KeyError, TypeError) as error:
        raise ValueError("a key is none of Ed25519, P-256 and RSA") from error


def check_ours(badge: str, at: datetime | None = None) -> Verdict:
    """Judges a badge by our own keys, old ones included, and by what the database says of its award at `at`."""
    at = at or timezone.now()
    verdict = _signed(badge, own_keys())
    if not verdict.is_authentic:
        return verdict
    public_id = str(verdict.credential["id"]).rstrip("/").rpartition("/")[2]
    awards = Award.objects.select_related("superseded_by", "certification")
    verdict.award = awards.filter(public_id=public_id).first()
    verdict.problems += _dates(verdict.credential, at)
    verdict.problems += [problem for problem in _state(verdict.award, at) if problem not in verdict.problems]
    return verdict


def _state(award: Award | None, at: datetime) -> list[str]:
    if award is None:
        return ["not_ours"]
    if award.state != Award.State.ACTIVE:
        return [award.state]
    return [] if award.is_valid(at) else ["expired"]


def check(
    badge: str, trusted: Iterable[TrustedKey], status_lists: Iterable[str] = (), at: datetime | None = None
) -> Verdict:
    """Judges a badge of anybody's by the keys that the caller trusts, and by the signed status lists that she has."""
    at = at or timezone.now()
    trusted = list(trusted)
    verdict = _signed(badge, trusted)
    if verdict.is_authentic:
        verdict.problems += _dates(verdict.credential, at)
        verdict.problems += _statuses(verdict.credential, trusted, list(status_lists), at)
    return verdict


def _signed(badge: str, trusted: list[TrustedKey]) -> Verdict:
    """A verdict with the credential, or with the problem that its signature or its form has."""
    credential, problem = _opened(badge, trusted)
    if problem is None:
        problem = _form(credential)
    return Verdict(problems=[problem]) if problem else Verdict(credential=credential)


def _opened(token: str, trusted: list[TrustedKey]) -> tuple[dict | None, str | None]:
    """The payload of a compact JWS that one of the trusted keys signed, else the problem."""
    try:
        header = jwt.get_unverified_header(token)
    except jwt.exceptions.PyJWTError:
        return None, "not_a_badge"
    if header.get("alg") not in ALGORITHMS:
        return None, "algorithm"
    candidates = [key for key in trusted if key.algorithm == header["alg"] and _is_named(key, header.get("kid"))]
    if not candidates:
        return None, "foreign_key"
    for key in candidates:
        try:
            payload = PyJWS(algorithms=[key.algorithm]).decode(token, key.key, algorithms=[key.algorithm])
            document = json.loads(payload)
        except (jwt.exceptions.PyJWTError, ValueError, RecursionError):
            continue
        return (document, None) if isinstance(document, dict) else (None, "not_a_badge")
    return None, "edited"


def _is_named(key: TrustedKey, name: object) -> bool:
    """Whether the header may mean this key: it names none, or this one, alone or at the end of an address."""
    if name is None or not key.name:
        return True
    named = str(name)
    return named == key.name or named.rstrip("/").replace("#", "/").rpartition("/")[2] == key.name


def _form(credential: dict) -> str | None:
    types = credential.get("type")
    if not isinstance(types, list) or "VerifiableCredential" not in types:
        return "not_a_badge"
    subject = credential.get("credentialSubject")
    if not any(kind in BADGE_TYPES for kind in types if isinstance(kind, str)) or not isinstance(subject, dict):
        return "not_a_badge"
    return None if _is_consistent(credential, subject) else "contradiction"


def _is_consistent(credential: dict, subject: dict) -> bool:
    """Whether the claims of the JWT say what the credential says (Open Badges 3.0, 8.2.4)."""
    issuer = credential.get("issuer")
    issuer_id = issuer.get("id") if isinstance(issuer, dict) else issuer
    pairs = [(credential.get("iss"), issuer_id), (credential.get("jti"), credential.get("id"))]
    if "sub" in credential:
        pairs.append((credential["sub"], subject.get("id")))
    if any(one is None or one != other for one, other in pairs):
        return False
    moments = ((credential.get("nbf"), "validFrom"), (credential.get("exp"), "validUntil"))
    return all(_same_second(seconds, credential.get(name)) for seconds, name in moments)


def _same_second(seconds: object, moment: object) -> bool:
    if seconds is None or moment is None:
        return seconds is None and moment is None
    read = _instant(moment)
    return isinstance(seconds, int | float) and read is not None and abs(read.timestamp() - seconds) < 1


def _instant(moment: object) -> datetime | None:
    try:
        read = datetime.fromisoformat(moment) if isinstance(moment, str) else None
    except ValueError:
        return None
    return read if read and read.tzinfo else None


def _dates(credential: dict, at: datetime) -> list[str]:
    """Valid from `validFrom` on, until but not at `validUntil`."""
    begins, ends = _instant(credential.get("validFrom")), _instant(credential.get("validUntil"))
    if begins is not None and at.replace(microsecond=0) < begins.replace(microsecond=0):
        return ["not_yet_valid"]
    return ["expired"] if ends is not None and at >= ends else []


def _statuses(credential: dict, trusted: list[TrustedKey], lists: list[str], at: datetime) -> list[str]:
    named = credential.get("credentialStatus", [])
    opened = [document for text in lists for document, problem in [_opened(text, trusted)] if document and not problem]
    lists_of_issuer = [document for document in opened if document.get("iss") == credential["iss"]]
    found = [_status(entry, lists_of_issuer, at) for entry in (named if isinstance(named, list) else [named])]
    return sorted({problem for problem in found if problem})


PROBLEM_OF: dict[str, str] = {"revocation": "revoked", "suspension": "suspended"}


def _status(entry: object, lists: list[dict], at: datetime) -> str | None:
    """The problem that one status entry shows, by the lists that are signed and in date."""
    if not isinstance(entry, dict) or entry.get("type") != "BitstringStatusListEntry":
        return "status_unknown"
    purpose = entry.get("statusPurpose")
    if purpose not in PROBLEM_OF:  # a message, not a verdict
        return None
    document = next((document for document in lists if _is_list(document, entry, purpose, at)), None)
    if document is None:
        return "status_unknown"
    try:
        is_set = bit(document["credentialSubject"]["encodedList"], int(entry["statusListIndex"]))
    except (BadStatusList, KeyError, TypeError, ValueError):
        return "status_unknown"
    return PROBLEM_OF[purpose] if is_set else None


def _is_list(document: dict, entry: dict, purpose: str, at: datetime) -> bool:
    subject, types = document.get("credentialSubject"), document.get("type")
    return (
        isinstance(subject, dict)
        and isinstance(types, list)
        and "BitstringStatusListCredential" in types
        and document.get("id") == entry.get("statusListCredential")
        and subject.get("statusPurpose") == purpose
        and not _dates(document, at)
    )
