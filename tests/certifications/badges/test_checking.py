import base64
import hmac
import json
from datetime import UTC, datetime, timedelta

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.test import SimpleTestCase, TestCase

from certifications.awards import change_expiry, grant_award, reinstate_award, revoke_award
from certifications.badges.checking import check, check_ours, keys_of
from certifications.badges.credentials import badge_of, credential_of
from certifications.badges.signing import sign
from certifications.badges.status import PURPOSES, place_of, status_list
from tests.certifications.badges.cast import (
    AwardCastMixin,
    after_a_rotation,
    private_key,
    public_jwk,
    signed_by_the_first_key,
    without_a_key,
)

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
LATER = AT + timedelta(days=10)


def encode(document: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()


def payload_of(badge: str) -> dict:
    return json.loads(base64.urlsafe_b64decode(badge.split(".")[1] + "=="))


def signed_anew(badge: str, number: int = 1, header=None, **changes) -> str:
    """The badge with other claims, signed by key `number`; a claim that becomes None goes."""
    payload = {name: value for name, value in (payload_of(badge) | changes).items() if value is not None}
    return jwt.encode(payload, private_key(number), "EdDSA", headers=header)


@signed_by_the_first_key
class OursTest(AwardCastMixin, TestCase):
    def setUp(self):
        self.given = self.award(AT)
        self.badge = badge_of(self.given)

    def assertFinds(self, badge, *problems, at=LATER):
        self.assertEqual(check_ours(badge, at).problems, list(problems))

    def test_one_of_ours_is_good(self):
        verdict = check_ours(self.badge, LATER)
        self.assertTrue(verdict.is_good)
        self.assertEqual(verdict.award, self.given)

    def test_an_edited_claim_is_found(self):
        header, _payload, signature = self.badge.split(".")
        edited = payload_of(self.badge) | {"name": "Chief of everything"}
        self.assertFinds(f"{header}.{encode(edited)}.{signature}", "edited")

    def test_an_edited_header_is_found(self):
        header, payload, signature = self.badge.split(".")
        named = json.loads(base64.urlsafe_b64decode(header + "=="))
        self.assertFinds(f"{encode(named | {'typ': 'at+jwt'})}.{payload}.{signature}", "edited")

    def test_no_signature_is_refused_however_it_is_written(self):
        _header, payload, signature = self.badge.split(".")
        for alg in ("none", "None", "NONE", "nOnE", "", None):
            for tail in ("", signature):
                with self.subTest(alg=alg, tail=tail[:5]):
                    self.assertFinds(f"{encode({'alg': alg, 'typ': 'JWT'})}.{payload}.{tail}", "algorithm")
        self.assertFinds(f"{encode({'alg': 'EdDSA'})}.{payload}.", "edited")

    def test_the_public_key_as_a_shared_secret_is_refused(self):
        signed = f"{encode({'alg': 'HS256', 'typ': 'JWT'})}.{self.badge.split('.')[1]}"
        for secret in (public_jwk(1).encode(), private_key(1).public_key().public_bytes_raw()):
            mac = base64.urlsafe_b64encode(hmac.digest(secret, signed.encode(), "sha256")).rstrip(b"=").decode()
            self.assertFinds(f"{signed}.{mac}", "algorithm")

    def test_somebody_elses_key_is_refused_even_under_our_name_or_brought_along(self):
        kid = jwt.get_unverified_header(self.badge)["kid"]
        self.assertFinds(signed_anew(self.badge, 9), "edited")
        self.assertFinds(signed_anew(self.badge, 9, {"kid": kid}), "edited")
        self.assertFinds(signed_anew(self.badge, 9, {"kid": "https://evil.example/key"}), "foreign_key")
        self.assertFinds(signed_anew(self.badge, 9, {"jwk": json.loads(public_jwk(9))}), "edited")

    def test_a_critical_header_that_nobody_knows_is_refused(self):
        self.assertFinds(signed_anew(self.badge, 1, {"crit": ["x"], "x": 1}), "not_a_badge")

    def test_a_status_list_is_no_badge(self):
        self.assertFinds(status_list("revocation", 0, LATER), "not_a_badge")

    def test_what_is_no_token_is_no_badge(self):
        for text in ("", "a.b", "a.b.c", "....", "{}"):
            with self.subTest(text):
                self.assertFinds(text, "not_a_badge")

    def test_claims_that_contradict_the_credential_are_refused(self):
        for changes in (
            {"jti": "http://testserver/verify/other/"},
            {"iss": "https://evil.example"},
            {"exp": 4102444800},
            {"exp": None},
            {"nbf": 0},
            {"sub": "did:example:me"},
            {"validUntil": "2999-01-01T00:00:00Z"},
        ):
            with self.subTest(changes):
                self.assertFinds(signed_anew(self.badge, 1, **changes), "contradiction")

    def test_it_holds_from_its_first_second_until_its_expiry(self):
        second = timedelta(seconds=1)
        self.assertFinds(self.badge, "not_yet_valid", at=AT - second)
        self.assertFinds(self.badge, at=AT)
        self.assertFinds(self.badge, at=self.given.expires_at - second)
        self.assertFinds(self.badge, "expired", at=self.given.expires_at)

    def test_revoked_and_reinstated(self):
        revoke_award(self.given, self.daniel, "Shared the answers", AT)
        self.assertFinds(self.badge, "revoked")
        reinstate_award(self.given, self.daniel, "It was somebody else", AT)
        self.assertFinds(self.badge)

    def test_superseded(self):
        grant_award(self.certification, self.maya, {}, LATER, by=self.daniel, reason="Her name was wrong")
        self.assertFinds(self.badge, "superseded")

    def test_an_expiry_that_was_moved_forwards_counts_although_the_badge_says_otherwise(self):
        change_expiry(self.given, AT + timedelta(days=5), self.daniel, "A shorter licence", AT)
        self.assertFinds(self.badge, "expired")

    def test_an_award_that_we_never_gave_is_found_out_even_with_our_signature(self):
        other = "http://testserver/verify/never-given/"
        self.assertFinds(signed_anew(self.badge, 1, id=other, jti=other), "not_ours")

    def test_an_old_badge_verifies_after_a_rotation_and_a_new_one_too(self):
        with after_a_rotation:
            self.assertFinds(self.badge)
            self.assertFinds(badge_of(self.given))

    def test_a_key_that_was_dropped_is_trusted_no_more(self):
        with without_a_key:
            self.assertFinds(self.badge, "foreign_key")


@signed_by_the_first_key
class OthersTest(AwardCastMixin, TestCase):
    """As somebody else sees our badges: with the public key and the status lists, without our database."""

    def setUp(self):
        self.given = self.award(AT)
        self.badge = badge_of(self.given)
        self.keys = keys_of(public_jwk(1))

    def lists(self, at=LATER):
        return [status_list(purpose, place_of(self.given)[0], at) for purpose in PURPOSES]

    def assertFinds(self, *problems, lists=None, at=LATER):
        with self.assertNumQueries(0):
            found = check(self.badge, self.keys, lists, at).problems
        self.assertEqual(found, list(problems))

    def test_with_keys_and_lists_it_is_good(self):
        self.assertFinds(lists=self.lists())

    def test_without_its_lists_it_is_not_taken_for_good(self):
        self.assertFinds("status_unknown", lists=[])
        self.assertFinds("status_unknown", lists=self.lists()[:1])

    def test_a_list_that_somebody_else_signed_does_not_count(self):
        self.assertFinds("status_unknown", lists=[signed_anew(one, 9) for one in self.lists()])

    def test_a_stale_list_does_not_count(self):
        self.assertFinds("status_unknown", lists=self.lists(LATER - timedelta(days=2)))

    def test_the_list_of_another_issuer_or_address_does_not_count(self):
        for changes in ({"iss": "https://evil.example"}, {"id": "http://testserver/badges/status/revocation/7/"}):
            with self.subTest(changes):
                self.assertFinds("status_unknown", lists=[signed_anew(one, 1, **changes) for one in self.lists()])

    def test_revoked_reinstated_superseded_and_shortened(self):
        revoke_award(self.given, self.daniel, "Shared the answers", AT)
        self.assertFinds("revoked", lists=self.lists())
        reinstate_award(self.given, self.daniel, "It was somebody else", AT)
        self.assertFinds(lists=self.lists())
        change_expiry(self.given, AT + timedelta(days=5), self.daniel, "A shorter licence", AT)
        self.assertFinds("suspended", lists=self.lists())
        change_expiry(self.given, AT + timedelta(days=50), self.daniel, "A longer one", AT)
        grant_award(self.certification, self.maya, {}, LATER, by=self.daniel, reason="Her name was wrong")
        self.assertFinds("suspended", lists=self.lists())

    def test_a_purpose_that_is_no_verdict_is_passed_over(self):
        credential = credential_of(self.given) | {
            "credentialStatus": [{"type": "BitstringStatusListEntry", "statusPurpose": "message"}]
        }
        self.assertTrue(check(sign(credential), self.keys, [], LATER).is_good)


class TrustedKeysTest(SimpleTestCase):
    def jwk(self, key, algorithm):
        return algorithm.to_jwk(key.public_key(), as_dict=True)

    def test_keys_of_other_kinds_verify_by_their_own_algorithm(self):
        credential = {
            "type": ["VerifiableCredential", "AchievementCredential"],
            "issuer": "https://other.example",
            "iss": "https://other.example",
            "id": "urn:uuid:1",
            "jti": "urn:uuid:1",
            "validFrom": "2026-01-01T00:00:00Z",
            "nbf": 1767225600,
            "credentialSubject": {},
        }
        for key, algorithm, name in (
            (ec.generate_private_key(ec.SECP256R1()), jwt.algorithms.ECAlgorithm, "ES256"),
            (rsa.generate_private_key(65537, 2048), jwt.algorithms.RSAAlgorithm, "RS256"),
        ):
            with self.subTest(name):
                trusted = keys_of(json.dumps({"keys": [self.jwk(key, algorithm)]}))
                self.assertTrue(check(jwt.encode(credential, key, name), trusted, [], LATER).is_good)
                foreign = jwt.encode(credential, private_key(1), "EdDSA")
                self.assertEqual(check(foreign, trusted, [], LATER).problems, ["foreign_key"])

    def test_weak_and_strange_keys_are_refused(self):
        short = self.jwk(rsa.generate_private_key(65537, 1024), jwt.algorithms.RSAAlgorithm)
        for jwk in (short, {"kty": "oct", "k": "c2VjcmV0"}, {"kty": "EC", "crv": "secp256k1"}, {}, "key"):
            with self.subTest(jwk), self.assertRaises(ValueError):
                keys_of(json.dumps([jwk]))
