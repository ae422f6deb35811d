"""One racer: is told a start, comes to the line, waits for the word, acts, and says how it went.

A start names an act of ACTS and its `args`. It may name a step, which is a function where it is looked up: the racer
stops before it ("stop") or after it ("stop_after") until it hears the word again, each time, or only the `time`-th
time. It may be `late`: the others come as far as they can before it begins. And it may be `without` guards (GUARDS),
to show that the race is won by them.
"""

import contextlib
import itertools
import logging
from datetime import datetime, timedelta
from decimal import Decimal
from multiprocessing.connection import Connection
from pkgutil import resolve_name
from unittest import mock
from uuid import UUID

import django
from django.apps import apps

if not apps.ready:  # this is a racer, or the process that racers are forks of
    django.setup()

from django.db import OperationalError, connection, models  # noqa: E402
from django.test import override_settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from certifications import awards, renewals  # noqa: E402
from certifications.external_evidence import approve_evidence, refuse_evidence  # noqa: E402
from certifications.models import Award, Certification, ExternalEvidence  # noqa: E402
from certifications.models.external import ExternalEvidenceQuerySet  # noqa: E402
from certifications.standing import certified_by_path  # noqa: E402
from courses import observing  # noqa: E402
from courses.checklists import Answer, checklist_of  # noqa: E402
from courses.learning import complete_lesson  # noqa: E402
from courses.models import LessonPage, Observation, SignOffPage  # noqa: E402
from courses.rules import apply_rules  # noqa: E402
from people import mailing  # noqa: E402
from people.compiled import CompiledQuery  # noqa: E402
from people.models import User  # noqa: E402
from quizzes import (  # noqa: E402
    answering,
    attempts,
    importing,
    marking,
    neutralising,
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


def neutralise(question: str, quiz: str, by: int) -> int:
    """How many have passed by it."""
    person, why = User.objects.get(pk=by), "Nobody could know."
    return len(neutralising.neutralise(UUID(question), UUID(quiz), "full_marks", person, why).passing)


def complete(person: int, course: str, lesson: int, at: str | None = None) -> bool:
    """Whether the course is complete by that."""
    page, at = LessonPage.objects.get(pk=lesson), datetime.fromisoformat(at) if at else timezone.now()
    return complete_lesson(User.objects.get(pk=person), UUID(course), page, at).completed_at is not None


def grant(certification: int, person: int, at: str | None = None) -> int:
    holder, at = User.objects.get(pk=person), at and datetime.fromisoformat(at)
    return awards.grant_award(Certification.objects.get(pk=certification), holder, {}, at).pk


def revoke(award: int, by: int, at: str) -> str:
    person, at = User.objects.get(pk=by), datetime.fromisoformat(at)
    return awards.revoke_award(Award.objects.get(pk=award), person, "Copied.", at).state


def move_expiry(award: int, by: int, expires_at: str, at: str) -> str:
    moments = datetime.fromisoformat(expires_at), User.objects.get(pk=by), "On leave.", datetime.fromisoformat(at)
    return awards.change_expiry(Award.objects.get(pk=award), *moments).expires_at.isoformat()


def decide(evidence: int, by: int, verb: str, at: str | None = None) -> str:
    """verb: approve or refuse. The state of the proof after it."""
    piece, at = ExternalEvidence.objects.get(pk=evidence), at and datetime.fromisoformat(at)
    {"approve": approve_evidence, "refuse": refuse_evidence}[verb](piece, User.objects.get(pk=by), "Looked at it.", at)
    return piece.state


def sweep(task: str, at: str) -> int:
    """task: of SWEEPS. How many it says that it did something for."""
    return SWEEPS[task](datetime.fromisoformat(at))


def send_mails(at: str, server: dict) -> int:
    """server: the settings that lead to it. How many mails it says that it sent."""
    with override_settings(**server):
        return mailing.send_notifications(datetime.fromisoformat(at))


def import_file(text: str) -> dict[str, int]:
    """How many questions of a GIFT file had which outcome."""
    found = import_questions(text.encode(), format_name="gift", category="Inbox", language="en")
    return {outcome: sum(one.outcome == outcome for one in found) for outcome in importing.OUTCOMES}


def import_upload(upload: int, person: int) -> bool:
    return start_import(QuestionUpload.objects.get(pk=upload), User.objects.get(pk=person))


def observe(page: int, person: int, by: int, seen: str) -> int:
    """seen: the mark of the latest observation that the observer's form showed."""
    sign_off = SignOffPage.objects.get(pk=page)
    checklist = checklist_of(sign_off)
    answers = {item.id: Answer(is_met=True) for item in checklist.items}
    whom, observer = User.objects.get(pk=person), User.objects.get(pk=by)
    return observing.record_observation(sign_off, whom, observer, answers, observing.Seen(checklist.version, seen)).pk


SWEEPS = {
    "open renewals": renewals.open_renewals,
    "lapse awards": renewals.lapse_awards,
    "apply rules": lambda at: apply_rules(at, excepted=certified_by_path).assigned,
}
ACTS = {
    act.__name__: act
    for act in (
        *(start, use_up, save, check, leave, submit, finalise, practise),
        *(extend, mark, neutralise, import_file, import_upload),
        *(complete, grant, revoke, move_expiry, decide, sweep, observe, send_mails),
    )
}


def stopping(name: str, stop, is_after: bool, time: int | None):
    """The step of this name with a stop before it or after it."""
    step, times = resolve_name(name), itertools.count(1)

    def stopped(*args, **kwargs):
        is_here = time in (None, next(times))
        if is_here and not is_after:
            stop()
        result = step(*args, **kwargs)
        if is_here and is_after:
            stop()
        return result

    return mock.patch(name, stopped)


def trusting_the_list():
    """The sweep ends what it found due, without another look."""
    due, looks = AttemptQuerySet.due, []

    def once(self, at=None):
        looks.append(at)
        return due(self, at) if len(looks) == 1 else self.in_progress()

    return mock.patch.object(AttemptQuerySet, "due", once)


@contextlib.contextmanager
def locking_by(lock):
    """`lock` is what `select_for_update` does, also in the queries that this process has compiled already."""

    def ask(self, **values):
        return list(self._build(**values))

    with (
        mock.patch.object(models.QuerySet, "select_for_update", lock),
        mock.patch.object(CompiledQuery, "__call__", ask),
    ):
        yield


def locking(of_these):
    """`select_for_update(of=...)` locks what `of_these` makes of the names that it is given."""
    lock = models.QuerySet.select_for_update
    return locking_by(lambda self, of=(), **how: lock(self, of=of_these(of), **how))


def without_row_locks():
    return locking_by(lambda self, **how: self)


GUARDS = {
    "second look": lambda: mock.patch.object(starting, "_was_overtaken", lambda *args: False),
    "second look of the sweep": trusting_the_list,
    "lock on the question": lambda: locking(lambda of: of[:1]),
    "lock on the attempt": without_row_locks,
    "lock on the holder": without_row_locks,
    "lock on the languages": without_row_locks,
    "lock on the learner": lambda: locking(lambda of: of[-1:]),
    "lock on the learner first": lambda: locking(lambda of: of[::-1]),
    "hold of the sweep": lambda: mock.patch("certifications.renewals.hold"),
    "hold of who approves": lambda: mock.patch("certifications.external_evidence.hold"),
    "hold of who changes a duty": lambda: mock.patch("courses.assignments.hold"),
    "claim of the mail": lambda: mock.patch.object(mailing, "_claim", lambda message, at: True),
    "row locks": without_row_locks,
    "mark that was seen": lambda: mock.patch.object(
        marking, "_as_seen", lambda pk, seen: AttemptQuestion.objects.filter(pk=pk)
    ),
    "transaction": lambda: mock.patch.object(attempts, "submit_attempt", attempts.submit_attempt.__wrapped__),
    "what is still asked": lambda: mock.patch.object(
        observing, "_still_asked", lambda pk: Observation.objects.filter(pk=pk)
    ),
    "claim": lambda: mock.patch.object(AttemptQuerySet, "in_progress", lambda self: self),
    "claim of the proof": lambda: mock.patch.object(ExternalEvidenceQuerySet, "waiting", lambda self: self),
    "hold of the regrade": lambda: mock.patch("quizzes.regrading.hold_all"),
    "revision": lambda: mock.patch.object(models.QuerySet, "filter", _filter_without_revision),
}
_filter = models.QuerySet.filter


def _filter_without_revision(self, *args, revision=None, **kwargs):
    return _filter(self, *args, **kwargs)


class Listening(logging.Handler):
    """Hears of the errors that an act logs, and goes on after."""

    def __init__(self, outcome: dict):
        super().__init__(logging.ERROR)
        self.outcome = outcome

    def emit(self, record):
        if record.exc_info:
            self.outcome["error"] = name_of(record.exc_info[1])


def name_of(error: BaseException) -> str:
    """For what the database refused at runtime, its own word: DeadlockDetected."""
    return type(error.__cause__ if isinstance(error, OperationalError) else error).__name__


@contextlib.contextmanager
def listening(outcome: dict):
    handler = Listening(outcome)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)


def run(start: dict, stop) -> dict:
    outcome = {"result": None, "error": None, "signals": 0}

    def count(**kwargs):
        outcome["signals"] += 1

    attempt_finished.connect(count)
    with contextlib.ExitStack() as changes:
        changes.enter_context(listening(outcome))
        for name in start.get("without", []):
            changes.enter_context(GUARDS[name]())
        for word in {"stop", "stop_after"} & start.keys():
            changes.enter_context(stopping(start[word], stop, word == "stop_after", start.get("time")))
        try:
            outcome["result"] = ACTS[start["act"]](*start["args"])
        except Exception as error:  # noqa: BLE001
            outcome["error"] = name_of(error)
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
