"""One racer: is told a start, comes to the line, waits for the word, acts, and says how it went.

A start names an act of ACTS and its `args`. It may name a step, which is a function in a module of STOPPING_IN: the
racer stops before it ("stop") or after it ("stop_after"), until it hears the word again. It may be late: the others
come as far as they can before it begins. And it may be `without` guards (GUARDS), to show that the race is won by them.
"""

import contextlib
from datetime import datetime, timedelta
from decimal import Decimal
from multiprocessing.connection import Connection
from unittest import mock

import django
from django.apps import apps

if not apps.ready:  # this is a racer, or the process that racers are forks of
    django.setup()

from django.db import connection, models  # noqa: E402

from certifications import awards  # noqa: E402
from certifications.models import Certification  # noqa: E402
from people.models import User  # noqa: E402
from quizzes import (  # noqa: E402
    answering,
    attempts,
    filing,
    importing,
    marking,
    overriding,
    practising,
    starting,
)
from quizzes.importing import import_questions  # noqa: E402
from quizzes.models import AttemptQuestion, QuestionUpload, Quiz  # noqa: E402
from quizzes.models.attempts import AttemptQuerySet  # noqa: E402
from quizzes.refusals import AttemptLimitReached  # noqa: E402
from quizzes.signals import attempt_finished  # noqa: E402
from quizzes.uploading import start_import  # noqa: E402

STOPPED = "stopped"
STOPPING_IN = (attempts, answering, practising, starting, overriding, awards, importing, filing, marking)


def start(quiz: int, person: int, registration: str) -> int:
    return starting.start_attempt(Quiz.objects.get(pk=quiz), User.objects.get(pk=person), registration).pk


def use_up(quiz: int, person: int, registration: str) -> int:
    """Starts and submits until the limit is reached; returns how often it was let in."""
    count = 0
    with contextlib.suppress(AttemptLimitReached):
        while count < 20:
            submit(start(quiz, person, registration), person)
            count += 1
    return count


def save(attempt: int, person: int, position: int, response, revision: int) -> int:
    return attempts.save_answer(attempt, User.objects.get(pk=person), position, response, revision)


def check(attempt: int, person: int, position: int, response, revision: int) -> list:
    return answering.check_answer(attempt, User.objects.get(pk=person), position, response, revision).tries


def leave(attempt: int, person: int, position: int) -> int:
    return answering.go_on(attempt, User.objects.get(pk=person), position)


def practise(attempt: int, person: int) -> int:
    return practising.start_practice(attempt, User.objects.get(pk=person)).pk


def submit(attempt: int, person: int) -> str:
    return str(attempts.submit_attempt(attempt, User.objects.get(pk=person)).mark)


def finalise() -> int:
    return attempts.finalise_due_attempts()


def extend(attempt: int, person: int, minutes: int, at: str | None = None) -> str:
    """at: when that was, where it was some seconds ago."""
    by, extra, at = User.objects.get(pk=person), timedelta(minutes=minutes), at and datetime.fromisoformat(at)
    return overriding.extend_attempt(attempt, by, "The network broke down.", extra, at).deadline_at.isoformat()


def mark(question: int, person: int, given: str, seen: str) -> str:
    token = marking.SeenMark.from_token(seen)
    return str(marking.mark_question(question, User.objects.get(pk=person), token, mark=Decimal(given)).mark)


def grant(certification: int, person: int) -> int:
    return awards.grant_award(Certification.objects.get(pk=certification), User.objects.get(pk=person), {}).pk


def import_file(text: str) -> dict[str, int]:
    """How many questions of a GIFT file had which outcome."""
    found = import_questions(text.encode(), format_name="gift", category="Inbox", language="en")
    return {outcome: sum(one.outcome == outcome for one in found) for outcome in importing.OUTCOMES}


def import_upload(upload: int, person: int) -> bool:
    return start_import(QuestionUpload.objects.get(pk=upload), User.objects.get(pk=person))


ACTS = {
    act.__name__: act
    for act in (
        *(start, use_up, save, check, leave, submit, finalise, practise),
        *(extend, mark, grant, import_file, import_upload),
    )
}


def stopping(name: str, stop, is_after: bool):
    """The step of this name with a stop before it or after it."""
    module = next(module for module in STOPPING_IN if hasattr(module, name))
    step = getattr(module, name)

    def stopped(*args, **kwargs):
        if not is_after:
            stop()
        result = step(*args, **kwargs)
        if is_after:
            stop()
        return result

    return mock.patch.object(module, name, stopped)


def trusting_the_list():
    """The sweep ends what it found due, without another look."""
    due, looks = AttemptQuerySet.due, []

    def once(self, at=None):
        looks.append(at)
        return due(self, at) if len(looks) == 1 else self.in_progress()

    return mock.patch.object(AttemptQuerySet, "due", once)


def locking_only_the_attempt():
    lock = models.QuerySet.select_for_update
    return mock.patch.object(
        models.QuerySet, "select_for_update", lambda self, of=(), **how: lock(self, of=of[:1], **how)
    )


def without_row_locks():
    return mock.patch.object(models.QuerySet, "select_for_update", lambda self, **kwargs: self)


GUARDS = {
    "second look": lambda: mock.patch.object(starting, "_was_overtaken", lambda *args: False),
    "second look of the sweep": trusting_the_list,
    "lock on the question": locking_only_the_attempt,
    "lock on the attempt": without_row_locks,
    "lock on the holder": lambda: mock.patch.object(awards, "_hold_grants_to", lambda holder: None),
    "lock on the languages": without_row_locks,
    "mark that was seen": lambda: mock.patch.object(
        marking, "_as_seen", lambda pk, seen: AttemptQuestion.objects.filter(pk=pk)
    ),
    "transaction": lambda: mock.patch.object(attempts, "submit_attempt", attempts.submit_attempt.__wrapped__),
    "claim": lambda: mock.patch.object(AttemptQuerySet, "in_progress", lambda self: self),
    "revision": lambda: mock.patch.object(models.QuerySet, "filter", _filter_without_revision),
}
_filter = models.QuerySet.filter


def _filter_without_revision(self, *args, revision=None, **kwargs):
    return _filter(self, *args, **kwargs)


def run(start: dict, stop) -> dict:
    outcome = {"result": None, "error": None, "signals": 0}

    def count(**kwargs):
        outcome["signals"] += 1

    attempt_finished.connect(count)
    with contextlib.ExitStack() as changes:
        for name in start.get("without", []):
            changes.enter_context(GUARDS[name]())
        for word in {"stop", "stop_after"} & start.keys():
            changes.enter_context(stopping(start[word], stop, is_after=word == "stop_after"))
        try:
            outcome["result"] = ACTS[start["act"]](*start["args"])
        except Exception as error:  # noqa: BLE001
            outcome["error"] = type(error).__name__
    return outcome


def main(pipe: Connection) -> None:
    def stop():
        pipe.send(STOPPED)
        pipe.recv()

    with contextlib.suppress(EOFError):  # the tests have ended
        while True:
            start = pipe.recv()
            connection.ensure_connection()
            pipe.send(connection.connection.info.backend_pid)
            pipe.recv()
            pipe.send(run(start, stop))
            connection.close()
