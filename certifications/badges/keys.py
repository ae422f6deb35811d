"""The keys of badges. They come from the configuration only: BADGE_SIGNING_KEY signs, BADGE_OLD_KEYS still verify."""

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from jwt.algorithms import OKPAlgorithm
from jwt.exceptions import InvalidKeyError

PEM = re.compile(r"-----BEGIN [A-Z ]+-----.+?-----END [A-Z ]+-----", re.DOTALL)
FOR_DEVELOPMENT = "development"  # a key that is made of the secret key: for a developer's own machine


class BadgesAreOff(Exception):
    """There is no key to sign with, so there are no badges."""


@dataclass(frozen=True)
class PublicKey:
    """thumbprint: its name, as RFC 7638 makes it of the key itself."""

    thumbprint: str
    key: Ed25519PublicKey

    @property
    def jwk(self) -> dict:
        public = OKPAlgorithm.to_jwk(self.key, as_dict=True)
        return public | {"kid": self.thumbprint, "alg": "EdDSA", "use": "sig"}


def are_on() -> bool:
    return bool(settings.BADGE_SIGNING_KEY)


def signing_key() -> Ed25519PrivateKey:
    """Raises BadgesAreOff without a key, ImproperlyConfigured where it is none of Ed25519."""
    if not are_on():
        raise BadgesAreOff
    return _private_key(settings.BADGE_SIGNING_KEY, settings.SECRET_KEY)


def signing_key_name() -> str:
    return thumbprint_of(signing_key().public_key())


def public_keys() -> dict[str, PublicKey]:
    """All keys that verify our badges, the one that signs now first, by their thumbprints."""
    current = [signing_key().public_key()] if are_on() else []
    return {name: PublicKey(name, key) for key in [*current, *_old_keys()] for name in [thumbprint_of(key)]}


def _old_keys() -> list[Ed25519PublicKey]:
    return list(_public_keys(settings.BADGE_OLD_KEYS)) if settings.BADGE_OLD_KEYS else []


def thumbprint_of(key: Ed25519PublicKey) -> str:
    """SHA-256 of the key's required members in order, base64url without padding (RFC 7638, 8037)."""
    jwk = OKPAlgorithm.to_jwk(key, as_dict=True)
    members = json.dumps({name: jwk[name] for name in ("crv", "kty", "x")}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(members.encode()).digest()).rstrip(b"=").decode()


@lru_cache(maxsize=4)
def _private_key(text: str, secret: str) -> Ed25519PrivateKey:
    """text: a private JWK, a PEM whose lines may be parted by a written \\n, or FOR_DEVELOPMENT."""
    if text == FOR_DEVELOPMENT:
        return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"badges:{secret}".encode()).digest())
    key = _read("BADGE_SIGNING_KEY", text)
    if not isinstance(key, Ed25519PrivateKey):
        raise ImproperlyConfigured("BADGE_SIGNING_KEY is not a private Ed25519 key: see .env.example.")
    return key


@lru_cache(maxsize=4)
def _public_keys(text: str) -> tuple[Ed25519PublicKey, ...]:
    """text: a JWK, a list of them or a JWK set; or PEMs, one after the other. Of a private key only the public part
    is used."""
    keys = [_read("BADGE_OLD_KEYS", part) for part in _parts(text)]
    return tuple(key.public_key() if isinstance(key, Ed25519PrivateKey) else key for key in keys)


def _parts(text: str) -> list[str]:
    if text.lstrip().startswith("-----"):
        return PEM.findall(text.replace("\\n", "\n"))
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ImproperlyConfigured("BADGE_OLD_KEYS is neither JSON nor PEM.") from error
    keys = found.get("keys", [found]) if isinstance(found, dict) else found
    return [json.dumps(key) for key in keys]


def _read(setting: str, text: str) -> Ed25519PrivateKey | Ed25519PublicKey:
    """Raises ImproperlyConfigured, which never quotes the key."""
    try:
        key = _parsed(text.strip())
    except (ValueError, TypeError, KeyError, InvalidKeyError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey | Ed25519PublicKey):
        raise ImproperlyConfigured(f"{setting} cannot be read as an Ed25519 key, JWK or PEM: see .env.example.")
    return key


def _parsed(text: str):
    if text.startswith("{"):
        return OKPAlgorithm.from_jwk(text)
    pem = text.replace("\\n", "\n").encode()
    return load_pem_public_key(pem) if b"PUBLIC KEY" in pem else load_pem_private_key(pem, password=None)
