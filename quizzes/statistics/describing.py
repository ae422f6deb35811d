"""The data of a report as JSON: the computed statistics with names, versions, guess scores and responses."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import override
from wagtail.models import Revision

from quizzes.models import AttemptQuestion, Question, Quiz
from quizzes.statistics.collecting import Answers, Cell, CellKey, chosen_attempts, collect
from quizzes.statistics.computing import MINIMUM, Computation, is_language_gap
from quizzes.statistics.guessing import random_guess_score
from quizzes.statistics.responses import response_table

READING = 0.8  # the part of the work, roughly, that reading the answers is


class Version(NamedTuple):
    """One version of a question in the bank. saved_at: when it was made, as ISO text."""

    language: str
    saved_at: str


def report_data(
    quiz: Quiz, which: str, language: str = "", progress: Callable[[float], None] = lambda part: None
) -> dict:
    """The statistics of a quiz, fit for JSON.

    which, language: see `chosen_attempts`. progress: is told the part that is done, from 0 to 1.

    Returns "answers", how many were read; "test", see `Computation`; "questions", a list of dictionaries as it has
    them, with "key", "name", "kind", "guess", "language_gap"; their "versions" are a list, the latest last, with
    "revision", "language", "saved_at", "guess" and "responses"; their "languages" are a dictionary by language.
    """
    found = collect(chosen_attempts(quiz.key, which, language), lambda part: progress(READING * part))
    bank = _Bank(found)
    told = Computation(found, bank.language_of).told(lambda part: progress(READING + (1 - READING) * part))
    questions = [bank.describe(key, statistics) for key, statistics in told["questions"].items()]
    return {"answers": len(found), "test": told["test"], "questions": questions}


class _Bank:
    """What is known about the versions that were asked: one query for the samples, one for the revisions, one for the
    questions, whatever their number."""

    def __init__(self, answers: Answers):
        self.cells: dict[UUID, dict[int | None, list[Cell]]] = defaultdict(lambda: defaultdict(list))
        for key, cell in answers.cells.items():
            self.cells[key.question][key.revision].append(cell)
        self.samples = AttemptQuestion.objects.only("question_name", "kind", "content").in_bulk(
            [cell.sample for cell in answers.cells.values()]
        )
        self.versions = versions_of(key.revision for key in answers.cells if key.revision)

    def language_of(self, key: CellKey) -> str:
        """In which language a version is written; where its revision is gone, that of the attempts."""
        version = self.versions.get(key.revision)
        return version.language if version else key.language

    def describe(self, key: UUID, statistics: dict) -> dict:
        versions = [
            self._version(key, revision, told)
            for revision, told in sorted(statistics["versions"].items(), key=lambda version: version[0] or 0)
        ]
        latest = self._sample(key, versions[-1]["revision"])
        facilities = (told["facility"] for told in statistics["languages"].values())
        return {
            **statistics,
            "key": str(key),
            "name": latest.question_name,
            "kind": latest.kind,
            "guess": versions[-1]["guess"],
            "language_gap": is_language_gap(facilities),
            "versions": versions,
        }

    def _sample(self, key: UUID, revision: int | None) -> AttemptQuestion:
        return self.samples[max(cell.sample for cell in self.cells[key][revision])]

    def _version(self, key: UUID, revision: int | None, told: dict) -> dict:
        sample, version = self._sample(key, revision), self.versions.get(revision)
        language = version.language if version else ""
        with override(language or None):
            responses = response_table(sample.kind, sample.content, _merged(self.cells[key][revision]))
        return {
            **told,
            "revision": revision,
            "language": language,
            "saved_at": version.saved_at if version else "",
            "guess": random_guess_score(sample.kind, sample.content),
            "responses": responses if told["n"] >= MINIMUM else None,
        }


def _merged(cells: list[Cell]) -> dict[str | None, list[float]]:
    merged: dict[str | None, list[float]] = defaultdict(lambda: [0, 0.0])
    for cell in cells:
        for text, (count, earned) in cell.responses.items():
            merged[text][0] += count
            merged[text][1] += earned
    return dict(merged)


def versions_of(revisions: Iterable[int]) -> dict[int, Version]:
    """The versions with these numbers that the bank still has: two queries."""
    rows = list(Revision.objects.filter(pk__in=set(revisions)).values_list("pk", "object_id", "created_at"))
    pks = {int(object_id) for _pk, object_id, _at in rows}
    languages = dict(Question.objects.filter(pk__in=pks).values_list("pk", "locale__language_code"))
    return {
        pk: Version(languages[int(object_id)], at.isoformat())
        for pk, object_id, at in rows
        if int(object_id) in languages
    }
