"""What Open Badges 3.0 and the Verifiable Credentials Data Model 2.0 ask of a badge, asked of ours.

A checker of our own, written from the tables of the specifications: the official JSON schema needs a library that we
do without. One thing differs from it: Open Badges 3.0 knows a single credentialStatus, the data model a set of them
(4.10), and ours are two, one a purpose.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.test import TestCase

from certifications.badges.credentials import badge_of, credential_of
from certifications.badges.status import status_list
from tests.certifications.badges.cast import AwardCastMixin, private_key, signed_by_the_first_key

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")  # XML Schema's dateTimeStamp
URL = re.compile(r"https?://[^\s]+")
HASH = re.compile(r"(sha256\$[0-9a-fA-F]{64}|md5\$[0-9a-fA-F]{32})")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")


def text(value) -> bool:
    return isinstance(value, str) and bool(value.strip())


def url(value) -> bool:
    return isinstance(value, str) and bool(URL.fullmatch(value))


def moment(value) -> bool:
    return isinstance(value, str) and bool(MOMENT.fullmatch(value))


def a(*names: str):
    """The type of a thing: one of `names` is among its types."""
    return lambda value: isinstance(value, list) and bool(set(names) & set(value))


def exactly(wanted):
    return lambda value: value == wanted


# What each kind of thing must have, and what it may have of what ours have, each with the test of its value.
CREDENTIAL = (
    {
        "id": url,
        "type": lambda value: (
            a("VerifiableCredential")(value) and a("OpenBadgeCredential", "AchievementCredential")(value)
        ),
        "name": text,
        "validFrom": moment,
    },
    {"validUntil": moment},
)
PROFILE = ({"id": url, "type": a("Profile")}, {"name": text, "url": url})
SUBJECT = ({"type": a("AchievementSubject")}, {})
IDENTITY = (
    {
        "type": exactly("IdentityObject"),
        "hashed": exactly(True),
        "identityHash": lambda value: bool(HASH.fullmatch(value)),
        "identityType": exactly("emailAddress"),
    },
    {"salt": text},
)
ACHIEVEMENT = (
    {"id": url, "type": a("Achievement"), "name": text, "description": text},
    {"achievementType": exactly("Certification"), "inLanguage": lambda value: bool(LANGUAGE.fullmatch(value))},
)
CRITERIA = ({}, {"id": url, "narrative": text})
ALIGNMENT = (
    {"type": a("Alignment"), "targetName": text, "targetUrl": url},
    {"targetCode": text, "targetDescription": text},
)
STATUS = (
    {
        "type": exactly("BitstringStatusListEntry"),
        "statusPurpose": lambda value: value in ("revocation", "suspension"),
        "statusListIndex": lambda value: isinstance(value, str) and value.isdecimal(),
        "statusListCredential": url,
    },
    {"id": url},
)
SCHEMA = ({"id": url, "type": exactly("1EdTechJsonSchemaValidator2019")}, {})


def faults_of(thing: dict, kind: tuple[dict, dict], where: str, inside: tuple[str, ...] = ()) -> Iterator[str]:
    """What is missing, wrong or unknown in `thing`. inside: members that are looked at by themselves."""
    required, optional = kind
    for name, is_right in (required | optional).items():
        if name not in thing:
            if name in required:
                yield f"{where}.{name} is missing"
        elif not is_right(thing[name]):
            yield f"{where}.{name} is {thing[name]!r}"
    for name in set(thing) - set(required) - set(optional) - set(inside):
        yield f"{where}.{name} is unknown"


def faults_in(credential: dict) -> list[str]:
    """Everything in a credential that the specifications do not allow."""
    inside = ("@context", "issuer", "credentialSubject", "credentialStatus", "credentialSchema")
    faults = list(faults_of(credential, CREDENTIAL, "credential", inside))
    first, second = credential["@context"][:2]
    if first != "https://www.w3.org/ns/credentials/v2" or "purl.imsglobal.org/spec/ob/v3p0/" not in second:
        faults.append("@context does not begin with that of credentials and that of Open Badges")
    faults += faults_of(credential["issuer"], PROFILE, "issuer")
    subject = credential["credentialSubject"]
    faults += faults_of(subject, SUBJECT, "subject", ("identifier", "achievement"))
    if not subject.get("id") and not subject.get("identifier"):
        faults.append("the subject is nobody")
    for identity in subject.get("identifier", []):
        faults += faults_of(identity, IDENTITY, "identifier")
    achievement = subject.get("achievement", {})
    faults += faults_of(achievement, ACHIEVEMENT, "achievement", ("criteria", "alignment"))
    criteria = achievement.get("criteria")
    faults += faults_of(criteria, CRITERIA, "criteria") if criteria else ["achievement.criteria is missing"]
    for alignment in achievement.get("alignment", []):
        faults += faults_of(alignment, ALIGNMENT, "alignment")
    for entry in credential.get("credentialStatus", []):
        faults += faults_of(entry, STATUS, "status")
    for schema in credential.get("credentialSchema", []):
        faults += faults_of(schema, SCHEMA, "schema")
    return faults


@signed_by_the_first_key
class SpecificationTest(AwardCastMixin, TestCase):
    def setUp(self):
        self.given = self.award(AT)

    def test_nothing_is_missing_wrong_or_unknown_in_any_language(self):
        for holder in (self.maya, self.layla, self.giorgi):
            award = self.award(AT, holder)
            with self.subTest(award.language):
                self.assertEqual(faults_in(credential_of(award)), [])

    def test_also_where_there_is_no_expiry_no_goal_and_no_description(self):
        self.certification.validity_months = None
        self.certification.description = ""
        self.certification.goals.clear()
        award = self.award(AT, self.sam)
        award.evidence = {}
        self.assertEqual(faults_in(credential_of(award)), [])

    def test_the_checker_notices_each_thing_that_goes_wrong(self):
        """Taking away any required member, or adding one that the standard does not know, is found."""
        whole = credential_of(self.given)
        places = {
            (): CREDENTIAL,
            ("issuer",): PROFILE,
            ("credentialSubject",): SUBJECT,
            ("credentialSubject", "identifier", 0): IDENTITY,
            ("credentialSubject", "achievement"): ACHIEVEMENT,
            ("credentialSubject", "achievement", "alignment", 0): ALIGNMENT,
            ("credentialStatus", 1): STATUS,
            ("credentialSchema", 0): SCHEMA,
        }
        for place, (required, _optional) in places.items():
            for name in (*required, "invented"):
                with self.subTest(place=place, name=name):
                    changed = deepcopy(whole)
                    thing = changed
                    for step in place:
                        thing = thing[step]
                    if name == "invented":
                        thing[name] = "x"
                    else:
                        del thing[name]
                    self.assertEqual(len(faults_in(changed)), 1)

    def test_the_token_repeats_the_credential_in_its_claims(self):
        """Open Badges 3.0, 8.2.4: iss, jti and nbf always, exp with an expiry, sub only for a subject with an id."""
        badge = badge_of(self.given)
        header, payload = (
            jwt.get_unverified_header(badge),
            json.loads(base64.urlsafe_b64decode(badge.split(".")[1] + "==")),
        )
        self.assertEqual(set(header), {"alg", "typ", "kid"})
        self.assertEqual((header["alg"], header["typ"]), ("EdDSA", "JWT"))
        self.assertTrue(url(header["kid"]))
        claims = {name: payload.pop(name) for name in ("iss", "jti", "nbf", "exp")}
        self.assertEqual(payload, credential_of(self.given))
        self.assertEqual((claims["iss"], claims["jti"]), (payload["issuer"]["id"], payload["id"]))
        for claim, member in (("nbf", "validFrom"), ("exp", "validUntil")):
            self.assertEqual(claims[claim], datetime.fromisoformat(payload[member]).timestamp())
        self.assertNotIn("sub", payload)
        self.assertNotIn("id", payload["credentialSubject"])

    def test_the_key_that_the_header_names_is_published_and_verifies(self):
        badge = badge_of(self.given)
        kid = jwt.get_unverified_header(badge)["kid"]
        key = self.client.get(kid.removeprefix("http://testserver")).json()
        self.assertEqual((key["kty"], key["crv"]), ("OKP", "Ed25519"))
        self.assertNotIn("d", key)
        public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["x"] + "=="))
        self.assertEqual(public.public_bytes_raw(), private_key(1).public_key().public_bytes_raw())
        signed, _dot, signature = badge.rpartition(".")
        public.verify(base64.urlsafe_b64decode(signature + "=="), signed.encode())

    def test_each_status_entry_leads_to_a_list_of_its_purpose(self):
        for entry in credential_of(self.given)["credentialStatus"]:
            number = int(entry["statusListCredential"].rstrip("/").rpartition("/")[2])
            token = status_list(entry["statusPurpose"], number, AT)
            payload = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
            self.assertEqual(payload["id"], entry["statusListCredential"])
            self.assertEqual(payload["type"], ["VerifiableCredential", "BitstringStatusListCredential"])
            subject = payload["credentialSubject"]
            self.assertEqual(
                (subject["type"], subject["statusPurpose"]), ("BitstringStatusList", entry["statusPurpose"])
            )
            self.assertTrue(subject["encodedList"].startswith("u"))

    def test_the_hash_is_of_the_address_and_the_salt(self):
        (identity,) = credential_of(self.given)["credentialSubject"]["identifier"]
        expected = hashlib.sha256(f"{self.maya.email}{identity['salt']}".encode()).hexdigest()
        self.assertEqual(identity["identityHash"].removeprefix("sha256$"), expected)
