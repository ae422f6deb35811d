import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management.base import BaseCommand
from jwt.algorithms import OKPAlgorithm

from certifications.badges import keys


class Command(BaseCommand):
    help = "Prints a new Ed25519 key for BADGE_SIGNING_KEY, and what BADGE_OLD_KEYS has to be beside it."
    requires_system_checks = []

    def handle(self, **options):
        old = {"keys": [key.jwk for key in keys.public_keys().values()]}
        private = OKPAlgorithm.to_jwk(Ed25519PrivateKey.generate(), as_dict=True)
        self.stdout.write(f"BADGE_SIGNING_KEY={json.dumps(private, separators=(',', ':'))}")
        if old["keys"]:
            self.stdout.write(f"BADGE_OLD_KEYS={json.dumps(old, separators=(',', ':'))}")
