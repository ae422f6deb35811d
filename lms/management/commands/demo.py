import time

from django.core.management.base import BaseCommand, CommandError

from lms.demo.clearing import other_people
from lms.demo.loading import load
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
        if options["if_empty"] and User.objects.exists():
            return
        if not options["force"] and (person := other_people().first()):
            raise CommandError(REFUSAL.format(person=person.email))
        self.load()

    def load(self) -> None:
        start = time.monotonic()
        load(lambda sentence: self.stdout.write(f"{time.monotonic() - start:5.1f} s  {sentence}"))
        self.stdout.write(self.style.SUCCESS(f"{time.monotonic() - start:5.1f} s  The demo is loaded."))
