"""Keys and awards for the tests of badges."""

import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import override_settings
from jwt.algorithms import OKPAlgorithm

from certifications.awards import grant_award
from certifications.models import Award
from tests import factories
from tests.cast import CastMixin


def private_key(number: int = 1) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def private_jwk(number: int = 1) -> str:
    return json.dumps(OKPAlgorithm.to_jwk(private_key(number), as_dict=True))


def public_jwk(number: int = 1) -> str:
    return json.dumps(OKPAlgorithm.to_jwk(private_key(number).public_key(), as_dict=True))


signed_by_the_first_key = override_settings(BADGE_SIGNING_KEY=private_jwk(1), BADGE_OLD_KEYS="")
# The second key signs, the first is an old one.
after_a_rotation = override_settings(BADGE_SIGNING_KEY=private_jwk(2), BADGE_OLD_KEYS=f"[{public_jwk(1)}]")
without_a_key = override_settings(BADGE_SIGNING_KEY="", BADGE_OLD_KEYS="")


class AwardCastMixin(CastMixin):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.path = factories.path(factories.course(lessons=1))
        cls.certification = factories.certification(cls.path, validity_months=12, description="Calms whoever calls.")
        cls.certification.goals.add(factories.goal())

    def award(self, at, holder=None) -> Award:
        return grant_award(self.certification, holder or self.maya, {"path": {"title": "First weeks"}}, at)
