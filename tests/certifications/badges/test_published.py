import json
from datetime import UTC, datetime

from django.test import TestCase
from django.utils import timezone

from certifications.awards import grant_award, revoke_award
from certifications.badges import keys
from certifications.badges.checking import check, keys_of
from certifications.badges.reading import badge_in
from certifications.badges.status import LIST_SIZE
from tests import factories
from tests.certifications.badges.cast import (
    AwardCastMixin,
    after_a_rotation,
    private_key,
    signed_by_the_first_key,
    without_a_key,
)
from tests.queries import at_most

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
VERIFY_QUERIES = 3  # the award with what belongs to it, its goals, the branding


@signed_by_the_first_key
class PublishedTest(AwardCastMixin, TestCase):
    def setUp(self):
        self.given = self.award(timezone.now())

    def get(self, address, **options):
        return self.client.get(address, **options)

    def test_who_follows_the_addresses_in_a_badge_can_verify_it(self):
        """Only what is public is asked for: the badge, the key that it names, the lists that it names."""
        badge = self.get(f"/verify/{self.given.public_id}/", headers={"accept": "application/vc+jwt"})
        self.assertEqual(badge["Content-Type"], "application/vc+jwt")
        found = check(badge.content.decode(), keys_of(self.get("/.well-known/jwks.json").content.decode()))
        self.assertEqual(found.problems, ["status_unknown"])
        named = [entry["statusListCredential"] for entry in found.credential["credentialStatus"]]
        lists = [self.get(address).content.decode() for address in named]
        for said, problems in (("", []), ("Shared the answers", ["revoked"])):
            if said:
                revoke_award(self.given, self.daniel, said)
                lists = [self.get(address).content.decode() for address in named]
            key = self.get(f"/badges/keys/{keys.signing_key_name()}/").content.decode()
            self.assertEqual(check(badge.content.decode(), keys_of(key), lists).problems, problems)

    def test_the_issuer_and_the_achievement_answer_at_the_addresses_in_the_badge(self):
        credential = check(
            self.badge_of_page(), keys_of(self.get("/.well-known/jwks.json").content.decode())
        ).credential
        self.assertEqual(self.get(credential["issuer"]["id"]).json()["name"], credential["issuer"]["name"])
        achievement = credential["credentialSubject"]["achievement"]
        self.assertEqual(self.get(achievement["id"]).json()["name"], achievement["name"])

    def badge_of_page(self):
        answer = self.get(f"/verify/{self.given.public_id}/", headers={"accept": "application/json"})
        return badge_in(answer.content)

    def test_the_verification_page_speaks_json_and_tells_no_more_than_the_page(self):
        response = self.get(f"/verify/{self.given.public_id}/", headers={"accept": "application/json"})
        self.assertIn("Accept", response["Vary"])
        answer = response.json()
        self.assertEqual((answer["state"], answer["holder"]), ("valid", "Maya Osei"))
        self.assertNotIn("maya@example.com", response.content.decode())
        revoke_award(self.given, self.daniel, "Shared the answers")
        response = self.get(f"/verify/{self.given.public_id}/", headers={"accept": "application/json"})
        self.assertEqual(response.json()["state"], "revoked")
        self.assertNotIn("Shared", response.content.decode())

    def test_a_browser_gets_the_page(self):
        for accept in ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "*/*", "image/png"):
            with self.subTest(accept):
                response = self.get(f"/verify/{self.given.public_id}/", headers={"accept": accept})
                self.assertTrue(response["Content-Type"].startswith("text/html"))

    def test_an_unknown_id_is_not_found_in_each_form(self):
        for accept in ("application/json", "application/vc+jwt"):
            self.assertEqual(self.get(f"/verify/{'A' * 22}/", headers={"accept": accept}).status_code, 404)

    def test_no_private_key_is_published(self):
        with after_a_rotation:
            published = self.get("/.well-known/jwks.json").json()["keys"]
        self.assertEqual(len(published), 2)
        secret = [key for key in published if set(key) - {"kty", "crv", "x", "kid", "alg", "use"}]
        self.assertEqual(secret, [])
        self.assertEqual(published[1]["kid"], keys.thumbprint_of(private_key(1).public_key()))

    def test_what_is_published_may_be_kept_for_a_while_also_where_somebody_is_signed_in(self):
        self.client.force_login(self.maya)
        for address, age in (("/badges/status/revocation/0/", 60), ("/.well-known/jwks.json", 3600)):
            header = self.get(address)["Cache-Control"]
            self.assertEqual(set(header.split(", ")), {"public", f"max-age={age}"})

    def test_what_is_not_there_is_not_found(self):
        factories.certification(self.path, code="not-announced")
        for address in (
            "/badges/status/message/0/",
            f"/badges/status/revocation/{self.given.pk // LIST_SIZE + 1}/",
            "/badges/status/revocation/99999999999999999999/",
            "/badges/keys/other/",
            "/badges/achievements/not-announced/",
            "/badges/achievements/none/",
        ):
            with self.subTest(address):
                self.assertEqual(self.get(address).status_code, 404)

    def test_without_a_key_everything_else_goes_on(self):
        with without_a_key:
            answer = self.get(f"/verify/{self.given.public_id}/", headers={"accept": "application/json"}).json()
            self.assertEqual((answer["state"], answer["credential"]), ("valid", None))
            self.assertEqual(self.get("/.well-known/jwks.json").json(), {"keys": []})
            self.assertEqual(self.get("/badges/status/revocation/0/").status_code, 404)
            self.client.force_login(self.maya)
            self.assertEqual(self.get(f"/certificates/{self.given.public_id}/badge.png").status_code, 404)
            self.assertNotContains(self.get(self.given.get_absolute_url()), "badge.png")

    def test_the_holder_keeps_it_in_three_forms(self):
        self.client.force_login(self.maya)
        self.assertContains(self.get(self.given.get_absolute_url()), "badge.png")
        for kind, content_type in (("png", "image/png"), ("svg", "image/svg+xml"), ("jwt", "application/vc+jwt")):
            with self.subTest(kind):
                response = self.get(f"/certificates/{self.given.public_id}/badge.{kind}")
                self.assertEqual(response["Content-Type"], content_type)
                self.assertTrue(response["Content-Disposition"].startswith("attachment"))
                self.assertEqual(badge_in(response.content), self.badge_of_page())
        self.assertEqual(self.get(f"/certificates/{self.given.public_id}/badge.gif").status_code, 404)

    def test_json_costs_little(self):
        address = f"/verify/{self.given.public_id}/"
        for goals in ([], ["a", "b"]):
            self.certification.goals.add(*[factories.goal(code) for code in goals])
            with at_most(VERIFY_QUERIES):
                self.assertTrue(json.loads(self.get(address, headers={"accept": "application/json"}).content))

    def test_a_certificate_by_hand_has_a_badge_too(self):
        award = grant_award(self.certification, self.sam, {}, by=self.daniel, reason="Assessed on the floor")
        answer = self.get(f"/verify/{award.public_id}/", headers={"accept": "application/json"})
        self.assertTrue(badge_in(answer.content))
