"""How a question did over all quizzes: live for one question, and kept in QuestionUse for the list of all of them.

Both count the first attempts of each registration (number 1), over every quiz. Whether the better learners do better is
a question about one quiz, so the discrimination is the mean of those of the quizzes, each as often as it has answers.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, F, FloatField, Max, Q, QuerySet, Sum
from django.db.models.functions import Cast
from django.utils import timezone

from quizzes.models import Attempt, AttemptQuestion, QuestionUse
from quizzes.statistics.computing import MINIMUM, is_language_gap
from quizzes.statistics.describing import Version, versions_of
from quizzes.statistics.formulas import discrimination_from_sums

FRESH_FOR = timedelta(hours=1)  # so long a question is not computed again, however often it is answered
OVERLAP = timedelta(hours=2)  # looked back at beyond the last refresh, for what was fresh then


@dataclass
class Sums:
    """Sums over answers: x is the part of the mark that was earned, y the rest of the attempt's marks, from 0 to 1."""

    n: int = 0
    x: float = 0
    y: float = 0
    xx: float = 0
    yy: float = 0
    xy: float = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*(getattr(self, name.name) + getattr(other, name.name) for name in fields(Sums)))

    @property
    def facility(self) -> float | None:
        return self.x / self.n if self.n >= MINIMUM else None

    @property
    def discrimination(self) -> float | None:
        return discrimination_from_sums(self.n, self.x, self.y, self.xx, self.yy, self.xy)


class Summary(NamedTuple):
    """answers: how many count. facility (0 to 1) and discrimination (-100 to 100) are None under MINIMUM answers."""

    answers: int
    facility: float | None
    discrimination: float | None
    last_used_at: datetime | None


def refresh_question_use(at: datetime | None = None, limit: int = 200) -> int:
    """Brings QuestionUse up to date with the attempts that were finished; returns how many questions it computed.

    The first time it computes all. After that, the questions of attempts that were finished since, at most `limit` at
    once and each at most once in FRESH_FOR. It may run twice at once: both write the same.
    """
    at = at or timezone.now()
    last = QuestionUse.objects.aggregate(last=Max("computed_at"))["last"]
    answers = _finished_answers()
    if last is None:
        return _keep(answers)
    fresh = QuestionUse.objects.filter(computed_at__gt=at - FRESH_FOR).values("question_key")
    recent = answers.filter(attempt__finished_at__gt=last - OVERLAP).exclude(question_key__in=fresh)
    return refresh_questions(recent.values_list("question_key", flat=True).distinct()[:limit])


def refresh_questions(question_keys: Iterable[UUID]) -> int:
    """Computes QuestionUse of these questions anew, whatever it holds: for changes of marks after the attempts."""
    keys = set(question_keys)
    return _keep(_finished_answers().filter(question_key__in=keys)) if keys else 0


def _keep(answers: QuerySet[AttemptQuestion]) -> int:
    quizzes: dict[UUID, list[dict]] = {}
    for row in _summed(answers, "question_key", "attempt__quiz_key"):
        quizzes.setdefault(row["question_key"], []).append(row)
    uses = [QuestionUse(question_key=key, **_summary(rows)._asdict()) for key, rows in quizzes.items()]
    updated = ["answers", "facility", "discrimination", "last_used_at", "computed_at"]
    QuestionUse.objects.bulk_create(
        uses, batch_size=500, update_conflicts=True, unique_fields=["question_key"], update_fields=updated
    )
    return len(uses)


def summary_of(question_key: UUID) -> dict:
    """How one question did: its Summary as "whole", and by version and language. Two or three queries, live.

    "versions": the latest first, each a dictionary of "revision", "language" and "saved_at" (empty where the bank has
    that version no longer), and "summary". "languages": the Summary by language. "language_gap": see `is_language_gap`.
    """
    answers = _finished_answers().filter(question_key=question_key)
    rows = list(_summed(answers, "attempt__quiz_key", "revision_id", "attempt__language"))
    known = versions_of(row["revision_id"] for row in rows if row["revision_id"])
    for row in rows:
        row["version"] = known.get(row["revision_id"], Version(row["attempt__language"], ""))
    versions = _by(rows, lambda row: row["revision_id"])
    languages = {language: _summary(some) for language, some in _by(rows, lambda row: row["version"].language).items()}
    return {
        "whole": _summary(rows),
        "versions": [
            {"revision": revision, **some[0]["version"]._asdict(), "summary": _summary(some)}
            for revision, some in sorted(versions.items(), key=lambda version: -(version[0] or 0))
        ],
        "languages": languages,
        "language_gap": is_language_gap(summary.facility for summary in languages.values()),
    }


def _by(rows: list[dict], key) -> dict:
    groups: dict = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def _finished_answers() -> QuerySet[AttemptQuestion]:
    """Those that tell something: of finished, graded attempts, not neutralised and worth a mark."""
    answers = AttemptQuestion.objects.filter(
        attempt__state=Attempt.State.FINISHED, attempt__purpose=Attempt.Purpose.GRADED, attempt__max_mark__gt=0
    )
    return answers.filter(is_neutralised=False, max_mark__gt=0, mark__isnull=False).order_by()


def _summed(answers: QuerySet[AttemptQuestion], *groups: str) -> QuerySet:
    """By these columns: the Sums of the first attempts, and when any was last used."""
    first = Q(attempt__number=1)
    mark = Cast("mark", FloatField())
    x = mark / Cast("max_mark", FloatField())
    y = (Cast("attempt__mark", FloatField()) - mark) / Cast("attempt__max_mark", FloatField())
    named = answers.annotate(part=x, others=y)
    x, y = F("part"), F("others")
    sums = {"x": x, "y": y, "xx": x * x, "yy": y * y, "xy": x * y}
    return named.values(*groups).annotate(
        n=Count("pk", filter=first),
        last_used_at=Max("attempt__finished_at"),
        **{f"sum_{name}": Sum(value, filter=first, default=0.0) for name, value in sums.items()},
    )


def _summary(rows: list[dict]) -> Summary:
    """Of the sums of one question, grouped at least by quiz."""
    quizzes: dict[UUID, Sums] = {}
    for row in rows:
        sums = Sums(row["n"], *(row[f"sum_{name}"] for name in ("x", "y", "xx", "yy", "xy")))
        quizzes[row["attempt__quiz_key"]] = quizzes.get(row["attempt__quiz_key"], Sums()) + sums
    whole = sum(quizzes.values(), Sums())
    told = [(quiz.n, quiz.discrimination) for quiz in quizzes.values() if quiz.n >= MINIMUM]
    known = [(n, discrimination) for n, discrimination in told if discrimination is not None]
    mean = sum(n * value for n, value in known) / sum(n for n, _value in known) if known else None
    return Summary(whole.n, whole.facility, mean, max((row["last_used_at"] for row in rows), default=None))
