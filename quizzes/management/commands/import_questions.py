import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from knowledge.importing.readers import ENCODINGS
from quizzes.formats import MAX_BYTES, READERS, Refusal
from quizzes.importing import OUTCOMES, ImportedQuestion, ImportRefused, import_questions

PROGRESS_FROM = 500


class Command(BaseCommand):
    help = "Put the questions of a file into the bank: all of them, or none. See quizzes/importing.py."

    def add_arguments(self, parser):
        languages = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--format", required=True, choices=READERS, dest="format_name")
        parser.add_argument("--category", required=True, metavar="NAME", help="of questions without one in the file")
        parser.add_argument("--language", choices=languages, default=settings.LANGUAGE_CODE)
        parser.add_argument("--encoding", choices=ENCODINGS, help="of a file without a byte order mark (utf-8)")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--json", action="store_true", dest="as_json", help="say it as JSON")

    def handle(self, *args, file, as_json, dry_run, **options):
        choices = {name: options[name] for name in ("format_name", "category", "language", "encoding")}
        show = self.show_json if as_json else self.show_lines
        data = read(file)
        try:
            questions = import_questions(data, dry_run=dry_run, on_progress=self.show_progress, **choices)
        except ImportRefused as refused:
            show(refused.questions, refused.refusals, dry_run)
            raise CommandError(_("Nothing was imported.")) from refused
        show(questions, [], dry_run)

    def show_progress(self, stage: str, done: int, total: int) -> None:
        if total >= PROGRESS_FROM:
            lines = {
                "compare": _("Compared %(done)d of %(total)d questions."),
                "write": _("Wrote %(done)d of %(total)d questions."),
            }
            self.stderr.write(lines[stage] % {"done": done, "total": total})

    def show_json(self, questions: list[ImportedQuestion], refusals: list[Refusal], dry_run: bool) -> None:
        said = {
            "dry_run": dry_run,
            "imported": not dry_run and not refusals,
            "counts": counts(questions),
            "questions": [as_json(question) for question in questions],
            "refusals": [vars(refusal) for refusal in refusals],
        }
        self.stdout.write(json.dumps(said, ensure_ascii=False, indent=2))

    def show_lines(self, questions: list[ImportedQuestion], refusals: list[Refusal], dry_run: bool) -> None:
        for question in questions:
            for note in question.parsed.notes:
                self.stderr.write(f"{question.parsed.line}: {question.parsed.name}: {note}")
            self.stdout.write(f"{question.outcome:9}  {question.parsed.type:15}  {question.parsed.name}")
        for refusal in refusals:
            place = _("Line %(line)d, column %(column)d: ") % {"line": refusal.line, "column": refusal.column}
            self.stderr.write(place + refusal.reason)
        if not refusals:
            summary = _("%(created)d created, %(updated)d updated, %(unchanged)d unchanged.") % counts(questions)
            self.stdout.write(summary + " " + _("Dry run: nothing was written.") if dry_run else summary)


def read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(_("The file cannot be read: %(path)s") % {"path": path}) from error


def counts(questions: list[ImportedQuestion]) -> dict[str, int]:
    outcomes = [question.outcome for question in questions]
    return {outcome: outcomes.count(outcome) for outcome in OUTCOMES}


def as_json(question: ImportedQuestion) -> dict:
    parsed = question.parsed
    return {
        "name": parsed.name,
        "type": parsed.type,
        "category": list(parsed.category or ()),
        "text": parsed.text,
        "answers": [
            {
                "text": answer.text,
                "fraction": float(answer.fraction),
                "feedback": answer.feedback,
                **({"match": answer.match} if parsed.type == "matching" else {}),
                **({"tolerance": float(answer.tolerance)} if parsed.type == "numeric" else {}),
            }
            for answer in parsed.answers
        ],
        "general_feedback": parsed.general_feedback,
        "tags": list(parsed.tags),
        "grading": parsed.grading,
        "unit": parsed.unit,
        "hints": list(parsed.hints),
        "penalty": None if parsed.penalty is None else float(parsed.penalty),
        "details": parsed.details,
        "changes": list(question.changes),
        "line": parsed.line,
        "column": parsed.column,
        "outcome": question.outcome,
        "notes": list(parsed.notes),
    }
