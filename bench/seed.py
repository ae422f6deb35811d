"""Fills an empty database with the people of the bench: the same ones each time."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from random import Random

from django.contrib.auth.hashers import make_password
from django.db.models import F
from django.utils import timezone

from bench import records
from bench.bulk import finish, without_foreign_key_checks, write
from bench.content import SEED, make_content
from bench.records import Content, Course, Days
from certifications.models import Award, Certification
from courses.models import (
    Activity,
    ActivityCompletion,
    CoursePage,
    Enrolment,
    LearningPathPage,
    PathAssignment,
    PathStep,
)
from people.models import Notification, Team, TeamMembership, User
from quizzes.freezing import freeze_question
from quizzes.models import Attempt, AttemptQuestion, Question, Quiz, QuizSlot

Say = Callable[[str], None]


def seed(people: int, with_answers: int, say: Say) -> float:
    """Returns how long it took, in seconds. Exits where people are already: nothing is ever deleted.

    with_answers: how many of the people get the answers of their attempts, which are most of the data.
    """
    start = time.monotonic()
    make_content()
    if User.objects.exists():
        raise SystemExit("This database holds people. Give an empty one, or --skip-seed to measure what it holds.")
    say(f"content: {time.monotonic() - start:.0f} s")
    _write_records(people, with_answers, read_content(), say)
    finish([User, Team, TeamMembership, Enrolment, ActivityCompletion, Attempt, AttemptQuestion, Award])
    return time.monotonic() - start


def _write_records(people: int, with_answers: int, content: Content, say: Say) -> None:
    days = Days(timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(hours=1))
    teams = _teams(people // records.TEAM_SIZE)
    tables = [
        (User, records.USER_COLUMNS, records.users(people, make_password(records.PASSWORD), days)),
        (TeamMembership, records.MEMBERSHIP_COLUMNS, records.memberships(people, teams, days)),
        (Notification, records.NOTIFICATION_COLUMNS, records.notifications(people, days)),
        (PathAssignment, records.ASSIGNMENT_COLUMNS, records.assignments(people, content, days)),
        (Enrolment, records.ENROLMENT_COLUMNS, records.enrolments(people, content, days)),
        (ActivityCompletion, records.COMPLETION_COLUMNS, records.completions(people, content, days)),
        (Attempt, records.ATTEMPT_COLUMNS, records.attempts(people, content, days)),
        (AttemptQuestion, records.ANSWER_COLUMNS, records.answers(with_answers, content, days)),
        (Award, records.AWARD_COLUMNS, records.awards(people, content, days)),
    ]
    with without_foreign_key_checks():
        for model, columns, rows in tables:
            start = time.monotonic()
            write(model, columns, rows)
            say(f"{model._meta.verbose_name_plural}: {time.monotonic() - start:.0f} s")


def _teams(count: int) -> list[int]:
    root = Team.add_root(code="service", name="Service")
    pks = []
    for number in range(count):
        pks.append(root.add_child(code=f"team-{number}", name=f"Team {number}").pk)
    return pks


def read_content() -> Content:
    """What the records name: only keys and titles, and each question as an attempt freezes it."""
    quiz = Quiz.objects.get()
    return Content(
        paths=[(p.translation_key.hex, p.title, _courses(p)) for p in LearningPathPage.objects.order_by("path")],
        certifications=list(Certification.objects.order_by("pk").values_list("pk", "title")),
        quiz=(quiz.key.hex, quiz.title),
        questions=_questions(),
    )


def _courses(path: LearningPathPage) -> list[Course]:
    steps = PathStep.objects.filter(path_page=path).select_related("course").order_by("sort_order")
    return [_course(step.course) for step in steps]


def _course(page: CoursePage) -> Course:
    activities = Activity.objects.below(page.path).values_list("translation_key", "title")
    return Course(page.translation_key.hex, page.title, [(key.hex, title) for key, title in activities])


def _questions() -> list[tuple[str, str, str, str, str]]:
    rng = Random(SEED)
    rows = Question.objects.annotate(
        article_key=F("source_article__translation_key"), article_title=F("source_article__title")
    )
    return [_question(row, _frozen(row, rng)) for row in rows.order_by("pk")]


def _frozen(row: Question, rng: Random) -> dict:
    """As an attempt's question holds it."""
    return freeze_question(row, 1, QuizSlot(), "", rng, shuffle=True).content


def _question(row: Question, content: dict) -> tuple[str, str, str, str, str]:
    right = content["key"]["correct"][0]
    wrong = next(option["id"] for option in content["options"] if option["id"] != right)
    frozen = json.dumps(content, ensure_ascii=False)
    return row.translation_key.hex, row.name, frozen, json.dumps(right), json.dumps(wrong)
