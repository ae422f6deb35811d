"""The statistics of one quiz that many people took: how long they take, and how much memory.

    scripts/with-postgres.sh --durable .venv/bin/python bench/quiz_statistics.py --attempts 50000

`measure` is for other benches: it needs Django loaded and the tables there.
"""

import argparse
import json
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

SEED = 20
QUESTIONS = 20
OPTIONS = 4
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

USER_COLUMNS = ["email", "name", "language", "time_zone", "hired_on", "employee_id", "is_active", "is_superuser",
                "password", "created_at", "muted_kinds"]  # fmt: skip
ATTEMPT_COLUMNS = ["id", "person_id", "quiz_key", "quiz_title", "registration", "number", "language", "purpose",
                   "state", "started_at", "submitted_at", "finished_at", "pass_mark", "rules", "max_mark", "mark",
                   "passed", "reached"]  # fmt: skip
ANSWER_COLUMNS = ["attempt_id", "position", "question_key", "question_name", "revision_id", "kind", "section",
                  "is_critical", "content", "max_mark", "response", "revision", "answered_at", "is_flagged", "tries",
                  "mark", "is_neutralised", "comment", "rubric"]  # fmt: skip


def measure(attempts: int = 50_000) -> list[dict]:
    """Writes a quiz of QUESTIONS questions in two versions that `attempts` people took, and measures its statistics.

    Returns a dictionary for each thing measured: "name", "ms", "queries", "peak_mb" (of this process's memory, above
    what it held before; None where the system does not tell) and "answers".
    """
    from quizzes.models import StatisticsReport
    from quizzes.statistics.describing import report_data
    from quizzes.statistics.summaries import refresh_question_use, summary_of

    quiz, keys = _seed(attempts)
    measured = [
        _measured("statistics, " + which, lambda which=which: report_data(quiz, which)["answers"])
        for which in (StatisticsReport.Which.FIRST, StatisticsReport.Which.ALL)
    ]
    measured.append(_measured("summary of one question", lambda: summary_of(keys[0])["whole"].answers))
    measured.append(_measured("use of all questions", refresh_question_use))
    return measured


def _measured(name: str, act) -> dict:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bench.memory import Memory

    memory = Memory()
    with CaptureQueriesContext(connection) as captured:
        start = time.perf_counter()
        answers = act()
        seconds = time.perf_counter() - start
    queries = len(captured)
    return {"name": name, "ms": seconds * 1000, "queries": queries, "peak_mb": memory.growth(), "answers": answers}


def _seed(attempts: int):
    from bench.bulk import finish, without_foreign_key_checks, write
    from people.models import User
    from quizzes.models import Attempt, AttemptQuestion, Quiz

    versions = _questions()
    quiz = Quiz.objects.create(title=f"Statistics of {attempts}")
    with without_foreign_key_checks():
        write(User, USER_COLUMNS, _users(User.objects.count(), attempts))
        people = list(User.objects.order_by("-pk").values_list("pk", flat=True)[:attempts])
        first = (Attempt.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
        write(Attempt, ATTEMPT_COLUMNS, _attempts(quiz, people, first))
        write(AttemptQuestion, ANSWER_COLUMNS, _answers(versions, attempts, first))
    finish([User, Attempt, AttemptQuestion])
    return quiz, [UUID(version[0][0]) for version in versions]


def _questions() -> list[list[tuple]]:
    """Of each question two versions: its key, name, revision, frozen content, and its options, the right one first."""
    from wagtail.models import Locale

    from quizzes.models import Question, QuestionCategory
    from quizzes.question_types import QUESTION_TYPES

    shelf = QuestionCategory.add_root(name="Statistics", slug=f"statistics-{uuid4().hex[:8]}")
    made, locale = [], Locale.objects.get(language_code="en")
    for number in range(QUESTIONS):
        options = [{"text": f"Answer {n} of {number}", "is_correct": n == 0} for n in range(OPTIONS)]
        value = {"text": f"<p>What about {number}?</p>", "options": options}
        body = [{"type": "single_choice", "value": value}]
        pk = Question.objects.create(name=f"Question {number}", category=shelf, body=body, locale=locale).pk
        made.append([])
        for _version in range(2):
            question = Question.objects.get(pk=pk)
            list(question.body[0].value.items())
            question.save()
            question.save_revision()
            question = Question.objects.get(pk=pk)
            content = QUESTION_TYPES["single_choice"].freeze(question.body[0].value, Random(number), True)
            right = content["key"]["correct"][0]
            ids = [right, *(option["id"] for option in content["options"] if option["id"] != right)]
            frozen = json.dumps(content)
            made[-1].append((question.translation_key.hex, question.name, question.latest_revision_id, frozen, ids))
    return made


def _users(start: int, count: int):
    for number in range(start, start + count):
        name = f"Sitter {number}"
        yield f"sitter{number}@example.com", name, "en", "UTC", "2026-01-05", "", 1, 0, "!", _text(NOON), "[]"


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")


def _marks(number: int) -> list[bool]:
    """Which questions the attempt of this number has right: the same each time it is asked for."""
    rng = Random(SEED * 1_000_003 + number)
    skill = rng.random()
    return [rng.random() < (skill + question / QUESTIONS) / 2 for question in range(QUESTIONS)]


def _attempts(quiz, people: list[int], first: int):
    for number, person in enumerate(people):
        at = _text(NOON + timedelta(seconds=number))
        mark = sum(_marks(number))
        yield (first + number, person, quiz.key.hex, quiz.title, uuid4().hex, 1, "en", "graded", "finished", at, at, at,
               "80.00", "{}", QUESTIONS, mark, int(mark >= 16), 1)  # fmt: skip


def _answers(versions: list[list[tuple]], attempts: int, first: int):
    at = _text(NOON)
    for number in range(attempts):
        for place, is_right in enumerate(_marks(number)):
            key, name, revision, content, ids = versions[place][number % 2]
            response = json.dumps(ids[0 if is_right else 1 + (number + place) % (OPTIONS - 1)])
            yield (first + number, place + 1, key, name, revision, "single_choice", "", 0, content, "1.00", response, 1,
                   at, 0, "[]", "1.00" if is_right else "0.00", 0, "", "{}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attempts", type=int, default=50_000)
    chosen = parser.parse_args()
    from bench.environment import load_django

    load_django()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for row in measure(chosen.attempts):
        peak = "?" if row["peak_mb"] is None else f"{row['peak_mb']:.0f}"
        print(f"{row['name']:<26}{row['ms']:8.0f} ms {row['queries']:4} queries {peak:>5} MB {row['answers']:>9}")


if __name__ == "__main__":
    main()
