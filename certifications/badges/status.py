"""Which badges do not hold any more: the W3C's Bitstring Status List v1.0.

A list is a row of bits, one a badge, so long and so packed that whoever fetches it does not tell which badge she looks
at. There is one list a purpose: *revocation* for awards that were revoked, *suspension* for those that do not hold
although the dates in the badge may say so: superseded ones, and those whose expiry was moved forwards and has passed.
"""

import base64
import gzip
import io
import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from certifications.addresses import issuer_url, status_list_url
from certifications.badges.signing import CREDENTIAL_TYPE, dated, sign
from certifications.models import Award

LIST_SIZE = 131_072  # bits: the least that the W3C allows, 16 KB
REVOCATION, SUSPENSION = "revocation", "suspension"
PURPOSES = (REVOCATION, SUSPENSION)
LIST_AGE = timedelta(seconds=60)  # how long a copy may be shown
LIST_VALIDITY = timedelta(days=1)  # an older copy is refused: it may be one from before a revocation
LARGEST_LIST = 4 * 1024 * 1024  # bytes: what a list of others may unpack to


class BadStatusList(ValueError):
    """What should be a status list is none."""


def place_of(award: Award) -> tuple[int, int]:
    """The number of the award's list and its index there. They follow from its primary key, so they never change and
    are never given twice."""
    return divmod(award.pk, LIST_SIZE)


def entries(award: Award) -> list[dict]:
    number, index = place_of(award)
    return [_entry(status_list_url(purpose, number), purpose, index) for purpose in PURPOSES]


def _entry(url: str, purpose: str, index: int) -> dict:
    return {
        "id": f"{url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": url,
    }


def condition(purpose: str, at: datetime) -> Q:
    """Which awards have their bit set at the instant `at`."""
    if purpose == REVOCATION:
        return Q(state=Award.State.REVOKED)
    return Q(state=Award.State.SUPERSEDED) | Q(state=Award.State.ACTIVE, expires_at__lte=at)


def exists(number: int) -> bool:
    """Whether some award is in the list with this number. The first one is always there."""
    return number == 0 or Award.objects.filter(pk__gte=number * LIST_SIZE).exists()


def status_list(purpose: str, number: int, at: datetime) -> str:
    """The list as a signed credential, a compact JWS. Raises BadgesAreOff."""
    first = number * LIST_SIZE
    awards = Award.objects.filter(condition(purpose, at), pk__gte=first, pk__lt=first + LIST_SIZE)
    url = status_list_url(purpose, number)
    credential = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer_url(),
        "validFrom": dated(at),
        "validUntil": dated(at + LIST_VALIDITY),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encoded(pk - first for pk in awards.values_list("pk", flat=True).iterator()),
            "ttl": int(LIST_AGE.total_seconds() * 1000),
        },
    }
    return sign(credential, CREDENTIAL_TYPE)


def encoded(indexes: Iterable[int]) -> str:
    """LIST_SIZE bits, those at `indexes` set, counted from the left; gzip, base64url, and the "u" of multibase."""
    bits = bytearray(LIST_SIZE // 8)
    for index in indexes:
        bits[index // 8] |= 0x80 >> index % 8
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def bit(encoded_list: str, index: int) -> bool:
    """Whether the bit at `index` of an encoded list is set. Raises BadStatusList, and for an index beyond its end."""
    if not isinstance(encoded_list, str) or not encoded_list.startswith("u"):
        raise BadStatusList("not in base64url")
    text = encoded_list[1:]
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)
        with gzip.open(io.BytesIO(packed)) as stream:
            bits = stream.read(LARGEST_LIST + 1)
    except (ValueError, OSError, EOFError, zlib.error) as error:
        raise BadStatusList("not packed by gzip") from error
    if not LIST_SIZE // 8 <= len(bits) <= LARGEST_LIST or not 0 <= index < len(bits) * 8:
        raise BadStatusList("too short or too long")
    return bool(bits[index // 8] & 0x80 >> index % 8)
