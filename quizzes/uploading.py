"""Files of questions that come through the CMS: kept and checked first, then imported whole or not at all."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, override
from django_tasks import task

from people.models import User
from quizzes.importing import OUTCOMES, ImportedQuestion, ImportRefused, import_questions
from quizzes.models import QuestionUpload

logger = logging.getLogger(__name__)

MANY = 500  # questions: more are imported in the background
LARGE = 256 * 1024  # bytes, about as many questions: larger files are checked in the background
SHOWN = 200  # rows and refusals that are kept for the page
GIVEN_UP_AFTER = timedelta(minutes=10)  # an import that has not ended by then has lost its worker
KEPT_FOR = timedelta(days=7)
State = QuestionUpload.State


def receive_upload(data: bytes, *, by: User, **choices: str) -> QuestionUpload:
    """Keep a file and say what its import would do; a large one is checked in the background.

    choices: file_name, format_name, category, language and encoding of the row.
    """
    upload = QuestionUpload.objects.create(data=data, uploaded_by=by, **choices)
    if len(data) > LARGE:
        transaction.on_commit(lambda: check_in_background.enqueue(upload.pk, get_language()))
    else:
        check_upload(upload.pk)
    upload.refresh_from_db()
    return upload


def check_upload(pk: int) -> None:
    """The dry run: what is new, what changes, what is refused. Safe to run twice; nothing else is written."""
    upload = QuestionUpload.objects.get(pk=pk)
    _settle(upload, State.CHECKED, lambda: _imported(upload, dry_run=True))


def start_import(upload: QuestionUpload, by: User, at: datetime | None = None) -> bool:
    """Import what was checked, or what failed or was given up half-way. False where that is not its state.

    Many questions are imported in the background. Whoever asks twice gets one import: the second request finds the
    row claimed, and an import that runs twice all the same changes nothing the second time.
    """
    at = at or timezone.now()
    rows = QuestionUpload.objects.filter(pk=upload.pk, state=upload.state).exclude(data=b"")
    result = upload.result | {"started_at": at.isoformat()}
    if not may_start(upload, at) or not rows.update(state=State.IMPORTING, progress=0, result=result):
        return False
    if upload.result["total"] > MANY:
        transaction.on_commit(lambda: import_in_background.enqueue(upload.pk, by.pk, get_language()))
    else:
        run_import(upload.pk, by.pk)
    return True


def may_start(upload: QuestionUpload, at: datetime | None = None) -> bool:
    """Whether it was checked, and waits for its import or needs another one."""
    is_idle = upload.state in (State.CHECKED, State.FAILED) or is_given_up(upload, at)
    return bool(upload.data and upload.result) and is_idle


def is_at_work(upload: QuestionUpload, at: datetime | None = None) -> bool:
    """Whether it is being checked or imported."""
    is_busy = upload.state == State.IMPORTING or (upload.state == State.CHECKED and not upload.result)
    return is_busy and not is_given_up(upload, at)


def is_given_up(upload: QuestionUpload, at: datetime | None = None) -> bool:
    """Whether its check or its import began so long ago that its worker must have died; then nothing was written."""
    if upload.state != State.IMPORTING and upload.result:
        return False
    started = parse_datetime(upload.result["started_at"]) if upload.result else upload.uploaded_at
    return started < (at or timezone.now()) - GIVEN_UP_AFTER


def run_import(pk: int, by: int) -> None:
    """All of the claimed file's questions and the word that they are there, or neither."""
    upload = QuestionUpload.objects.get(pk=pk)
    if upload.state == State.IMPORTING:
        person = User.objects.get(pk=by)
        _settle(upload, State.IMPORTED, lambda: _imported(upload, by=person, on_progress=_teller(pk)))


def forget_uploads(at: datetime | None = None) -> int:
    """Empties the files that were uploaded more than 7 days ago; what was found in them stays. How many it emptied."""
    old = QuestionUpload.objects.filter(uploaded_at__lt=(at or timezone.now()) - KEPT_FOR)
    return old.exclude(data=b"").update(data=b"")


@task()
def check_in_background(pk: int, language: str) -> None:
    with override(language):
        check_upload(pk)


@task()
def import_in_background(pk: int, by: int, language: str) -> None:
    with override(language):
        run_import(pk, by)


def _imported(upload: QuestionUpload, **how: Any) -> list[ImportedQuestion]:
    choices = {name: getattr(upload, name) for name in ("format_name", "category", "language")}
    return import_questions(bytes(upload.data), encoding=upload.encoding or None, **choices, **how)


def _settle(upload: QuestionUpload, success: str, act: Callable[[], list[ImportedQuestion]]) -> None:
    """Do it and write down how it went, in one transaction where it goes well."""
    try:
        with transaction.atomic():
            _finish(upload, success, result_of(act()))
    except ImportRefused as refused:
        _finish(upload, State.REFUSED, result_of(refused.questions, refused.refusals))
    except Exception:
        logger.exception("The import of the uploaded file %s failed", upload.pk)
        _finish(upload, State.FAILED, upload.result)


def _finish(upload: QuestionUpload, state: str, result: dict) -> None:
    finished = timezone.now()
    QuestionUpload.objects.filter(pk=upload.pk).update(
        state=state, result=result, finished_at=finished, progress=100 * (state == State.IMPORTED)
    )


def result_of(questions: list[ImportedQuestion], refusals: list = ()) -> dict:
    """What the page shows, as JSON: counts of everything, and the first SHOWN of what changes and of the refusals."""
    order = sorted(questions, key=lambda one: one.outcome == "unchanged")
    return {
        "total": len(questions),
        "counts": {outcome: sum(one.outcome == outcome for one in questions) for outcome in OUTCOMES},
        "rows": [_row(one) for one in order[:SHOWN]],
        "refused": len(refusals),
        "refusals": [vars(refusal) for refusal in refusals[:SHOWN]],
    }


def _row(one: ImportedQuestion) -> dict:
    parsed = one.parsed
    said = {name: getattr(parsed, name) for name in ("name", "type", "line", "column")}
    return said | {
        "outcome": one.outcome,
        "changes": list(one.changes),
        "category": list(parsed.category or ()),
        "notes": list(parsed.notes),
    }


def _teller(pk: int) -> Callable[[str, int, int], None]:
    """Writes an import's progress where others can read it while its own transaction is open.

    That takes a second connection, which SQLite, with one writer at a time, cannot give.
    """

    def tell(stage: str, done: int, total: int) -> None:
        percent = 50 * (stage == "write") + 49 * done // max(total, 1)
        if connection.vendor != "sqlite":
            other = connection.copy()
            try:
                with other.cursor() as cursor:
                    cursor.execute("UPDATE quizzes_questionupload SET progress = %s WHERE id = %s", [percent, pk])
            finally:
                other.close()

    return tell
