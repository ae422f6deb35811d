import time

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from people.notifying import send_notifications
from quizzes.attempts import finalise_due_attempts

INTERVAL = 60  # seconds


class Command(BaseCommand):
    help = "Runs every periodic task once: from cron each minute, or by itself with --loop."

    def add_arguments(self, parser):
        parser.add_argument("--loop", action="store_true", help="Go on, once a minute, until stopped.")

    def handle(self, **options):
        while True:
            self.stdout.write(f"Attempts finalised: {finalise_due_attempts()}. Mails sent: {send_notifications()}.")
            if not options["loop"]:
                return
            close_old_connections()
            time.sleep(INTERVAL)
