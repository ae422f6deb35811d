import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from certifications.badges.checking import Verdict, check, check_ours, keys_of
from certifications.badges.reading import LARGEST_FILE, NoBadge, badge_in

NOT_GOOD, UNREADABLE = 1, 2


class Command(BaseCommand):
    help = (
        "Verifies an Open Badge 3.0 in FILE: a JWT, JSON, or a baked PNG or SVG. Ours is checked by our keys and our "
        "records; anybody else's with --jwks, by those keys and --status-list. Nothing is fetched from the network. "
        "Ends with 0 where the badge is good, 1 where it is not, 2 where a file cannot be read."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--jwks", type=Path, metavar="FILE", help="The issuer's public keys: a JWK set or a JWK.")
        parser.add_argument(
            "--status-list",
            type=Path,
            metavar="FILE",
            action="append",
            default=[],
            help="The issuer's status list as a JWT; once a list. With --jwks.",
        )
        parser.add_argument("--json", action="store_true", help="Say it as JSON.")

    def handle(self, **options):
        verdict = self.verdict(options)
        self.stdout.write(json.dumps(described(verdict), ensure_ascii=False) if options["json"] else words_of(verdict))
        if not verdict.is_good:
            sys.exit(NOT_GOOD)

    def verdict(self, options) -> Verdict:
        try:
            badge = badge_in(read(options["file"]))
            if options["jwks"] is None:
                return check_ours(badge)
            trusted = keys_of(read(options["jwks"]).decode())
            lists = [read(path).decode("ascii").strip() for path in options["status_list"]]
        except NoBadge as error:
            raise CommandError(f"{options['file']}: there is no badge in it.", returncode=UNREADABLE) from error
        except (OSError, ValueError) as error:
            raise CommandError(f"A file cannot be read: {error}", returncode=UNREADABLE) from error
        return check(badge, trusted, lists)


def read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST_FILE + 1)


def described(verdict: Verdict) -> dict:
    return {
        "valid": verdict.is_good,
        "authentic": verdict.is_authentic,
        "problems": verdict.problems,
        "award": verdict.award and verdict.award.public_id,
        "credential": verdict.credential,
    }


def words_of(verdict: Verdict) -> str:
    lines = ["The badge is good." if verdict.is_good else "The badge is NOT good.", *verdict.words]
    if verdict.is_authentic:
        credential = verdict.credential
        issuer = credential["issuer"]
        lines += [
            f"Achievement: {achievement_in(credential)}",
            f"Issuer: {issuer.get('name', '')} {issuer['id']}" if isinstance(issuer, dict) else f"Issuer: {issuer}",
            f"Valid from {credential['validFrom']} until {credential.get('validUntil', 'for ever')}",
            f"Address: {credential['id']}",
        ]
    return "\n".join(line if line.isprintable() else ascii(line) for line in lines)


def achievement_in(credential: dict) -> str:
    achievement = credential["credentialSubject"].get("achievement")
    return str(achievement.get("name", "")) if isinstance(achievement, dict) else ""
