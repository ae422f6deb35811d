import base64
import hashlib
import json
from datetime import UTC, datetime

from django.test import TestCase

from certifications.badges.credentials import badge_of, credential_of
from certifications.badges.keys import BadgesAreOff
from tests.certifications.badges.cast import AwardCastMixin, private_key, signed_by_the_first_key, without_a_key
from tests.queries import at_most

AT = datetime(2026, 3, 1, 9, 30, 15, 123456, tzinfo=UTC)


def parts(badge: str) -> tuple[dict, dict, bytes]:
    """Header, payload and signature, taken apart without any library."""
    header, payload, signature = (base64.urlsafe_b64decode(part + "==") for part in badge.split("."))
    return json.loads(header), json.loads(payload), signature


@signed_by_the_first_key
class CredentialTest(AwardCastMixin, TestCase):
    def test_it_says_what_was_awarded_by_whom_and_until_when(self):
        credential = credential_of(self.award(AT))
        self.assertEqual(credential["type"], ["VerifiableCredential", "OpenBadgeCredential"])
        self.assertEqual(credential["issuer"]["id"], "http://testserver/badges/issuer/")
        self.assertEqual(
            (credential["validFrom"], credential["validUntil"]), ("2026-03-01T09:30:15Z", "2027-03-01T09:30:15Z")
        )
        achievement = credential["credentialSubject"]["achievement"]
        self.assertEqual(achievement["name"], "Service professional")
        self.assertEqual(achievement["criteria"]["narrative"], "Complete the learning path “First weeks”.")
        self.assertEqual([goal["targetCode"] for goal in achievement["alignment"]], ["csat-90"])

    def test_the_holder_is_named_by_a_salted_hash_alone(self):
        credential = credential_of(self.award(AT))
        (identity,) = credential["credentialSubject"]["identifier"]
        hashed = hashlib.sha256(f"maya@example.com{identity['salt']}".encode()).hexdigest()
        self.assertEqual(identity["identityHash"], f"sha256${hashed}")
        self.assertNotIn("maya", json.dumps(credential).lower())

    def test_two_awards_of_one_holder_share_no_hash(self):
        other = self.award(AT)
        other.public_id = "another"
        hashes = {
            credential_of(a)["credentialSubject"]["identifier"][0]["identityHash"] for a in (self.award(AT), other)
        }
        self.assertEqual(len(hashes), 2)

    def test_without_an_expiry_it_has_no_end(self):
        self.certification.validity_months = None
        _header, payload, _signature = parts(badge_of(self.award(AT)))
        self.assertFalse({"validUntil", "exp"} & set(payload))

    def test_the_texts_are_in_the_language_of_the_award(self):
        self.certification.title_ar = "محترف الخدمة"
        self.certification.save()
        achievement = credential_of(self.award(AT, self.layla))["credentialSubject"]["achievement"]
        self.assertEqual((achievement["inLanguage"], achievement["name"]), ("ar", "محترف الخدمة"))

    def test_control_characters_are_stripped(self):
        award = self.award(AT)
        award.certification_title = "Service\u202e \x1b[31mpro\x00\u2066"
        self.assertEqual(credential_of(award)["name"], "Service [31mpro")

    def test_the_signature_is_one_of_ed25519_over_the_whole(self):
        badge = badge_of(self.award(AT))
        header, payload, signature = parts(badge)
        private_key(1).public_key().verify(signature, badge.rpartition(".")[0].encode())
        self.assertEqual((header["alg"], header["typ"]), ("EdDSA", "JWT"))
        self.assertEqual((payload["iss"], payload["jti"]), (payload["issuer"]["id"], payload["id"]))
        self.assertEqual((payload["nbf"], payload["exp"]), (1772357415, 1803893415))

    def test_the_same_award_gives_the_same_bytes(self):
        award = self.award(AT)
        self.assertEqual(badge_of(award), badge_of(award))

    def test_it_costs_two_queries(self):
        award = self.award(AT)
        with at_most(2):
            badge_of(award)

    @without_a_key
    def test_without_a_key_there_is_no_badge(self):
        with self.assertRaises(BadgesAreOff):
            badge_of(self.award(AT))
