from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from knowledge.importing.readers import ENCODINGS
from knowledge.importing.verb import OUTCOMES, ImportRefused, import_articles

PROGRESS_EVERY = 20


class Command(BaseCommand):
    help = "Make articles of text, Markdown and HTML files: all of them, or none. See knowledge/importing/verb.py."

    def add_arguments(self, parser):
        languages = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="ending in .txt, .md or .html")
        parser.add_argument("--language", required=True, choices=languages)
        parser.add_argument("--into", required=True, metavar="SLUG", help="the slug of a knowledge library")
        parser.add_argument("--publish", action="store_true", help="show it to readers at once, not as a draft")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--encoding", choices=ENCODINGS, help="of files without a byte order mark (utf-8)")

    def handle(self, *args, files, language, into, publish, dry_run, encoding, **options):
        try:
            articles = import_articles(
                files,
                language=language,
                into=into,
                publish=publish,
                dry_run=dry_run,
                encoding=encoding,
                on_progress=self.show_progress,
            )
        except ImportRefused as refusal:
            raise CommandError("\n".join([_("Nothing was imported."), *refusal.problems])) from refusal
        self.show_summary(articles, dry_run)

    def show_progress(self, stage: str, done: int, total: int) -> None:
        if total >= PROGRESS_EVERY and (done % PROGRESS_EVERY == 0 or done == total):
            lines = {
                "read": _("Read %(done)d of %(total)d files."),
                "write": _("Wrote %(done)d of %(total)d articles."),
            }
            self.stderr.write(lines[stage] % {"done": done, "total": total})

    def show_summary(self, articles, dry_run: bool) -> None:
        for article in articles:
            for note in article.notes:
                self.stderr.write(f"{article.name}: {note}")
            self.stdout.write(f"{article.outcome:9}  {article.name}  {article.title}  {article.slug}".rstrip())
        outcomes = [article.outcome for article in articles]
        counts = {outcome: outcomes.count(outcome) for outcome in OUTCOMES}
        summary = (
            _("%(created)d created, %(updated)d updated, %(published)d published, %(unchanged)d unchanged.") % counts
        )
        self.stdout.write(summary + " " + _("Dry run: nothing was written.") if dry_run else summary)
