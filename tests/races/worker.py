"""One racer: reads a start as a line of JSON, says that it is ready, waits for the word, acts, and says how it went.

A start may slow a step down, so that a race that can be lost is lost, and may take a guard away, to show that it is
this guard that the race is won by.
"""

import contextlib
import json
import sys
import time
from datetime import datetime, timedelta
from decimal import Decimal
from unittest import mock

import django

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

PAUSE = 0.4  # seconds
SLOWED = (attempts, answering, practising, starting, overriding, awards, importing, filing, marking)


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


def module_of(name: str):
    return next(module for module in SLOWED if hasattr(module, name))


def stopping_after(name: str):
    """The function of this name, after which the racer stops until it is told to go on, wherever it is (SLOWED)."""
    module = module_of(name)
    step = getattr(module, name)

    def stopped(*args, **kwargs):
        result = step(*args, **kwargs)
        say("stopped")
        sys.stdin.readline()
        return result

    return mock.patch.object(module, name, stopped)


def slowly(name: str, pause: float):
    """The function of this name with a pause of so many seconds before it, wherever it is (SLOWED)."""
    module = module_of(name)
    step = getattr(module, name)

    def paused(*args, **kwargs):
        time.sleep(pause)
        return step(*args, **kwargs)

    return mock.patch.object(module, name, paused)


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


def run(order: dict) -> dict:
    outcome = {"result": None, "error": None, "signals": 0}

    def count(**kwargs):
        outcome["signals"] += 1

    attempt_finished.connect(count)
    with contextlib.ExitStack() as changes:
        for name in order.get("slow", []):
            changes.enter_context(slowly(name, order.get("pause", PAUSE)))
        if "stop_after" in order:
            changes.enter_context(stopping_after(order["stop_after"]))
        for name in order.get("without", []):
            changes.enter_context(GUARDS[name]())
        time.sleep(order.get("delay", 0))
        try:
            outcome["result"] = ACTS[order["act"]](*order["args"])
        except Exception as error:  # noqa: BLE001
            outcome["error"] = type(error).__name__
    return outcome


def say(word) -> None:
    print(json.dumps(word), flush=True)  # noqa: T201


def main() -> None:
    for line in sys.stdin:
        connection.ensure_connection()
        say({"backend": connection.connection.info.backend_pid})
        sys.stdin.readline()
        say(run(json.loads(line)))
        connection.close()


if __name__ == "__main__":
    main()
