"""Our badges, verified by somebody else's code. Needs node and jose: npm install --prefix var jose."""

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import skipUnless

from django.test import TestCase

from certifications.addresses import verification_url
from certifications.awards import revoke_award
from certifications.badges import keys
from certifications.badges.credentials import badge_of
from certifications.badges.status import PURPOSES, status_list
from tests.certifications.badges.cast import AwardCastMixin, after_a_rotation, signed_by_the_first_key

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
JOSE = Path(__file__).resolve().parents[3] / "var/node_modules/jose/dist/webapi/index.js"
NODE = shutil.which("node")


@skipUnless(NODE and JOSE.exists(), "needs node and jose: npm install --prefix var jose")
@signed_by_the_first_key
class IndependentVerifierTest(AwardCastMixin, TestCase):
    def verified(self, badge: str) -> dict | None:
        """What jose finds in a badge, by the keys and lists that we publish now; None where it refuses."""
        lists = [status_list(purpose, 0, AT + timedelta(days=1)) for purpose in PURPOSES]
        published = {"keys": [key.jwk for key in keys.public_keys().values()]}
        asked = json.dumps({"badge": badge, "lists": lists, "jwks": published})
        script = Path(__file__).with_name("verify.mjs")
        done = subprocess.run([NODE, script, JOSE], input=asked, capture_output=True, text=True, timeout=60)
        return json.loads(done.stdout) if done.returncode == 0 else None

    def test_jose_verifies_a_badge_and_its_status_lists_after_a_rotation_too(self):
        award = self.award(AT)
        badge = badge_of(award)
        holds = {"id": verification_url(award), "states": {"revocation": False, "suspension": False}}
        self.assertEqual(self.verified(badge), holds)
        revoke_award(award, self.daniel, "Shared the answers", AT)
        with after_a_rotation:
            self.assertEqual(self.verified(badge)["states"], {"revocation": True, "suspension": False})

    def test_jose_refuses_an_edited_badge(self):
        header, payload, signature = badge_of(self.award(AT)).split(".")
        self.assertIsNone(self.verified(f"{header}.{payload[:-4]}AAAA.{signature}"))
