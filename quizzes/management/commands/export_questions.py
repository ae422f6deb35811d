from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from quizzes.exporting import ExportRefused, export_questions
from quizzes.formats import WRITERS

CHOICES = ("format_name", "category", "language", "leave_out")


class Command(BaseCommand):
    help = "Write questions of the bank as GIFT, Moodle XML or CSV. See quizzes/exporting.py."

    def add_arguments(self, parser):
        languages = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]
        parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="where to; without one, to the screen")
        parser.add_argument("--format", required=True, choices=WRITERS, dest="format_name")
        parser.add_argument("--category", metavar="NAME", help="only what stands in it")
        parser.add_argument("--leave-out", action="store_true", help="leave out what the format cannot hold")
        parser.add_argument("--language", choices=languages, default=settings.LANGUAGE_CODE)

    def handle(self, *args, file, **options):
        try:
            pieces = export_questions(**{name: options[name] for name in CHOICES})
        except ExportRefused as refused:
            raise CommandError("\n".join([_("Nothing was exported."), *refused.problems])) from refused
        if file is None:
            self.stdout.write("".join(pieces), ending="")
            return
        try:
            with file.open("w", encoding="utf-8", newline="") as target:
                target.writelines(pieces)
        except OSError as error:
            raise CommandError(_("The file cannot be written: %(path)s") % {"path": file}) from error
