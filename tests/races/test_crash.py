"""`kill -9`, of the server while answers are saved, and of whoever ends an attempt. Nothing acknowledged is lost, and
no attempt is ended half."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.test import Client, TransactionTestCase
from django.urls import reverse

from quizzes.attempts import finalise_due_attempts, save_answer, submit_attempt
from quizzes.starting import start_attempt
from tests.cast import person
from tests.quizzes import bank
from tests.races.racing import kill, needs_postgresql

ROOT = Path(__file__).resolve().parents[2]
WAIT = 30  # seconds, before a test gives up
ANSWERS_AT_LEAST = 5
CSRF = "c" * 32


class Server:
    """The product under gunicorn, in processes of its own that can be killed together."""

    def __init__(self):
        with socket.socket() as probe:
            probe.bind(("localhost", 0))
            self.port = probe.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "--workers", "1", "--log-level"]
        command += ["error", "--bind", f"localhost:{self.port}", "lms.wsgi"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=os.environ, start_new_session=True)

    def wait(self) -> None:
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("localhost", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError("the server did not start")

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(WAIT)


@needs_postgresql
class AServerThatIsKilled(TransactionTestCase):
    def setUp(self):
        self.maya = person("Maya Osei")
        questions = [bank.question("numeric", block={"answer": "1", "tolerance": "0"}) for _ in range(4)]
        self.attempt = start_attempt(bank.quiz_of(*questions, time_limit=10), self.maya, uuid4())
        self.cookies = self.sign_in()
        self.server = Server()
        self.addCleanup(self.server.kill)
        self.server.wait()

    def sign_in(self) -> str:
        browser = Client()
        browser.force_login(self.maya)
        session = browser.cookies[settings.SESSION_COOKIE_NAME].value
        return f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}"

    def save_until_it_is_killed(self, acknowledged: dict) -> None:
        """Saves one answer after another; `acknowledged` holds the last one of each question that the server took."""
        link = http.client.HTTPConnection("localhost", self.server.port, timeout=WAIT)
        headers = {"Cookie": self.cookies, "X-CSRFToken": CSRF, "Accept": "application/json"}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        number = 0
        while True:
            position, number = number % 4 + 1, number + 1
            _answer, seen = acknowledged.get(position, (None, 0))
            form = urlencode({"position": position, "revision": seen, "answer": number})
            link.request("POST", reverse("quizzes:answer", args=[self.attempt.pk]), form, headers)
            answer = link.getresponse()
            body = answer.read()
            self.assertEqual(answer.status, 200, body)
            acknowledged[position] = (str(number), seen + 1)
            if number == ANSWERS_AT_LEAST:
                threading.Timer(0.1, self.server.kill).start()

    def test_every_acknowledged_answer_is_there_and_the_attempt_ends_without_her(self):
        acknowledged: dict[int, tuple[str, int]] = {}
        with self.assertRaises((OSError, http.client.HTTPException)):
            self.save_until_it_is_killed(acknowledged)
        stored = {q.position: (q.response, q.revision) for q in self.attempt.questions.all()}
        for position, (answer, revision) in acknowledged.items():
            if stored[position][1] == revision:
                self.assertEqual(stored[position][0], answer)
            else:  # one was saved that she was not told about any more
                self.assertEqual(stored[position][1], revision + 1)
        self.assertGreaterEqual(sum(revision for _answer, revision in acknowledged.values()), ANSWERS_AT_LEAST)

        tolerance = timedelta(seconds=settings.QUIZ_NETWORK_TOLERANCE_SECONDS + 1)
        self.assertEqual(finalise_due_attempts(self.attempt.deadline_at + tolerance), 1)
        self.attempt.refresh_from_db()
        self.assertEqual((self.attempt.state, self.attempt.finished_at), ("finished", self.attempt.deadline_at))


@needs_postgresql
class AnEndThatIsKilled(TransactionTestCase):
    """Between the claim of an attempt and its marking, or between its marking and its result."""

    def setUp(self):
        self.maya = person("Maya Osei")
        quiz = bank.quiz_of(bank.question("true_false"), bank.question("true_false"), time_limit=1)
        self.attempt = start_attempt(quiz, self.maya, uuid4())
        save_answer(self.attempt.pk, self.maya, 1, True, 0)

    def kill(self, step: str, act: str = "submit", without=()) -> None:
        """Kills a process that ends the attempt before it takes `step`."""
        args = [self.attempt.pk, self.maya.pk] if act == "submit" else []
        kill({"act": act, "args": args, "stop": step, "without": list(without)})

    def now(self) -> tuple:
        self.attempt.refresh_from_db()
        marks = list(self.attempt.questions.order_by("position").values_list("mark", flat=True))
        return self.attempt.state, self.attempt.mark, marks

    def test_a_submit_that_is_killed_before_the_marking_has_not_begun(self):
        self.kill("quizzes.attempts._end")
        self.assertEqual(self.now(), ("in_progress", None, [None, None]))
        self.assertEqual(submit_attempt(self.attempt.pk, self.maya).mark, 1)
        self.assertEqual(self.now(), ("finished", 1, [1, 0]))

    def test_one_that_is_killed_after_the_marking_has_not_marked(self):
        self.kill("quizzes.attempts.finish_marked")
        self.assertEqual(self.now(), ("in_progress", None, [None, None]))
        save_answer(self.attempt.pk, self.maya, 2, True, 0)
        self.assertEqual(submit_attempt(self.attempt.pk, self.maya).mark, 2)

    def test_without_its_transaction_it_is_left_half_and_cannot_be_submitted(self):
        self.kill("quizzes.attempts._end", without=["transaction"])
        submit_attempt(self.attempt.pk, self.maya)
        self.assertEqual(self.now(), ("submitted", None, [None, None]))

    def test_what_a_killed_sweep_has_begun_the_next_one_ends(self):
        past = self.attempt.started_at - timedelta(minutes=1)
        type(self.attempt).objects.update(deadline_at=past, expires_at=past)
        self.kill("quizzes.attempts._end", act="finalise")
        self.assertEqual(self.now(), ("in_progress", None, [None, None]))
        self.assertEqual(finalise_due_attempts(), 1)
        self.assertEqual(self.now(), ("finished", 1, [1, 0]))
