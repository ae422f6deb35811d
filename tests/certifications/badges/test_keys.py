import json
from io import StringIO

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import SimpleTestCase, override_settings

from certifications import checks
from certifications.badges import keys
from tests.certifications.badges.cast import (
    after_a_rotation,
    private_jwk,
    private_key,
    public_jwk,
    signed_by_the_first_key,
    without_a_key,
)


def pem(key) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


class KeysTest(SimpleTestCase):
    FIRST, SECOND = (keys.thumbprint_of(private_key(number).public_key()) for number in (1, 2))

    def test_the_thumbprint_is_that_of_rfc_8037(self):
        with override_settings(
            BADGE_SIGNING_KEY='{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",'
            '"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}'
        ):
            self.assertEqual(keys.signing_key_name(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")

    def test_a_key_is_read_from_a_jwk_and_from_a_pem_in_one_line_or_many(self):
        for text in (private_jwk(1), pem(private_key(1)), pem(private_key(1)).replace("\n", "\\n")):
            with self.subTest(text[:12]), override_settings(BADGE_SIGNING_KEY=text, BADGE_OLD_KEYS=""):
                self.assertEqual(keys.signing_key_name(), self.FIRST)

    def test_old_keys_are_read_in_each_form_and_give_their_public_part_only(self):
        public_pems = "".join(
            private_key(n).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
            for n in (1, 2)
        )
        both = [self.FIRST, self.SECOND]
        for text, expected in (
            (public_jwk(1), [self.FIRST]),
            (private_jwk(1), [self.FIRST]),
            (f"[{public_jwk(1)}, {public_jwk(2)}]", both),
            (json.dumps({"keys": [json.loads(public_jwk(n)) for n in (1, 2)]}), both),
            (public_pems, both),
        ):
            with self.subTest(text[:12]), override_settings(BADGE_SIGNING_KEY=private_jwk(3), BADGE_OLD_KEYS=text):
                names = list(keys.public_keys())
                self.assertEqual(names[1:], expected)
                self.assertFalse([key for key in keys.public_keys().values() if "d" in key.jwk])

    def test_what_is_no_ed25519_key_is_refused_without_being_quoted(self):
        other = pem(ec.generate_private_key(ec.SECP256R1()))
        for text in ("secret-words", '{"kty":"OKP"}', "{", other, public_jwk(1)):
            with self.subTest(text[:12]), override_settings(BADGE_SIGNING_KEY=text):
                with self.assertRaises(ImproperlyConfigured) as refused:
                    keys.signing_key()
                self.assertNotIn(text, str(refused.exception))

    @after_a_rotation
    def test_after_a_rotation_the_new_key_comes_first_and_the_old_one_stays(self):
        self.assertEqual(list(keys.public_keys()), [self.SECOND, self.FIRST])
        self.assertEqual(keys.signing_key_name(), self.SECOND)

    def test_a_new_key_is_printed_with_the_old_ones(self):
        with signed_by_the_first_key:
            printed = StringIO()
            call_command("make_badge_key", stdout=printed)
        new, old = (line.partition("=")[2] for line in printed.getvalue().splitlines())
        with override_settings(BADGE_SIGNING_KEY=new, BADGE_OLD_KEYS=old):
            self.assertEqual(list(keys.public_keys())[1:], [self.FIRST])
            self.assertNotIn('"d"', old)


class DeploymentCheckTest(SimpleTestCase):
    def test_production_without_a_key_of_its_own_is_warned(self):
        with without_a_key:
            self.assertEqual([w.id for w in checks.there_is_a_key_to_sign_with(None)], ["certifications.W001"])
        with override_settings(BADGE_SIGNING_KEY=keys.FOR_DEVELOPMENT):
            self.assertEqual([w.id for w in checks.there_is_a_key_to_sign_with(None)], ["certifications.W002"])
        with signed_by_the_first_key:
            self.assertEqual(checks.there_is_a_key_to_sign_with(None), [])

    def test_a_broken_key_is_an_error_at_once(self):
        with override_settings(BADGE_SIGNING_KEY="broken"):
            self.assertEqual([e.id for e in checks.the_keys_can_be_read(None)], ["certifications.E001"])
