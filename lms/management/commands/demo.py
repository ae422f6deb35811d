import json
import time

from django.core.management.base import BaseCommand, CommandError

from lms.demo.clearing import other_people
from lms.demo.loading import load
from lms.demo.people import PASSWORD
from lms.demo.tour import is_loaded, people, stops
from people.models import User

REFUSAL = (
    "This database holds people whom the demo did not make, such as {person}. Loading the demo deletes all content and "
    "all records, theirs too. Repeat with --force if that is what you want: the people themselves stay."
)


class Command(BaseCommand):
    help = "Loads the demo, a company that does not exist, in place of all content and all records."

    def add_arguments(self, parser):
        act = parser.add_mutually_exclusive_group()
        act.add_argument("--reset", action="store_true", help="Replace what is there; this is the default.")
        act.add_argument("--if-empty", action="store_true", help="Load only where there are no people yet.")
        act.add_argument("--people", action="store_true", help="Print whom to sign in as.")
        act.add_argument("--json", action="store_true", help="Print people and addresses, for scripts.")
        parser.add_argument("--force", action="store_true", help="Load also where other people are.")

    def handle(self, **options):
        if options["people"]:
            return self.print_people()
        if options["json"]:
            return self.print_json()
        if options["if_empty"] and User.objects.exists():
            return None
        if not options["force"] and (person := other_people().first()):
            raise CommandError(REFUSAL.format(person=person.email))
        return self.load()

    def load(self) -> None:
        start = time.monotonic()
        load(lambda sentence: self.stdout.write(f"{time.monotonic() - start:5.1f} s  {sentence}"))
        self.stdout.write(self.style.SUCCESS(f"{time.monotonic() - start:5.1f} s  The demo is loaded."))

    def print_people(self) -> None:
        if not is_loaded():
            return
        table = [("Sign in as", "E-mail", "Language", "Name")]
        table += [(p["role"], p["email"], p["language"], p["name"]) for p in people()]
        widths = [max(len(row[column]) for row in table) for column in range(3)]
        for row in table:
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
            self.stdout.write("  ".join([*cells, row[3]]))
        self.stdout.write(f"The password of everybody: {PASSWORD}")

    def print_json(self) -> None:
        if not is_loaded():
            raise CommandError("The demo is not loaded.")
        said = {"people": people(), "pages": [stop._asdict() for stop in stops()]}
        self.stdout.write(json.dumps(said, ensure_ascii=False, indent=2))
