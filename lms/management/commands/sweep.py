import logging
import time
from collections.abc import Callable
from functools import partial

from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from certifications.certificates import render_missing_certificates
from certifications.criteria_moves import go_on_with_migrations
from certifications.external_evidence import erase_withdrawn_files
from certifications.reminders import remind_of_expiries, reminded_of_as_awards
from certifications.renewals import lapse_awards, open_renewals
from certifications.standing import certified_by_path
from courses.reminders import remind_of_duties
from courses.rules import apply_rules
from lms.digest import send_digests
from people.mailing import send_notifications
from quizzes.attempts import finalise_due_attempts
from quizzes.statistics.reports import compute_waiting_reports
from quizzes.statistics.summaries import refresh_question_use
from quizzes.uploading import forget_uploads

logger = logging.getLogger(__name__)

INTERVAL = 60  # seconds


def publish_scheduled_pages() -> str:
    call_command("publish_scheduled", verbosity=0)
    return "done"


class Command(BaseCommand):
    help = "Runs every periodic task once: from cron each minute, or by itself with --loop. Safe to run twice at once."

    def add_arguments(self, parser):
        parser.add_argument("--loop", action="store_true", help="Go on, once a minute, until stopped.")

    def handle(self, **options):
        while True:
            failed = self.sweep()
            if not options["loop"]:
                break
            close_old_connections()
            time.sleep(INTERVAL)
        if failed:
            raise CommandError(f"Not done, and to be tried again at the next sweep: {', '.join(failed)}.")

    def sweep(self) -> list[str]:
        """Runs each task, whatever happened to the others, and says what it did. Returns the names that failed."""
        tasks: dict[str, Callable[[], object]] = {
            "attempts finalised": finalise_due_attempts,
            "assignment rules": partial(apply_rules, excepted=certified_by_path),
            "renewals opened": open_renewals,
            "awards lapsed": lapse_awards,
            "moved to new rules": go_on_with_migrations,
            "duties reminded of": partial(remind_of_duties, spoken_of=reminded_of_as_awards()),
            "expiries reminded of": remind_of_expiries,
            "digests": send_digests,
            "scheduled pages": publish_scheduled_pages,
            "mails sent": send_notifications,
            "certificates made": render_missing_certificates,
            "questions summed up": refresh_question_use,
            "statistics computed": compute_waiting_reports,
            "uploads emptied": forget_uploads,
            "withdrawn files erased": erase_withdrawn_files,
        }
        failed = []
        for name, task in tasks.items():
            try:
                self.stdout.write(f"{name}: {task()}")
            except Exception:  # noqa: BLE001 a fault of one task must not stop the next
                logger.exception("The sweep failed at: %s", name)
                failed.append(name)
        return failed
