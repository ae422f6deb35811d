"""What people did, as rows: the person with the number n and everything of hers follow from n alone."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

TEAM_SIZE = 100
PASSWORD = "a-long-password-of-the-bench"
GIVEN = "Amina Boris Chen Dalia Elena Farid Giorgi Hana Ivan Jana Karim Lena Maya Nino Omar Petra".split()
FAMILY = "Abashidze Berg Costa Demir Evans Fischer Gelashvili Haddad Ito Jensen Khan Lopez Mercer".split()
UNFINISHED_HALF = 5  # activities done in a course that somebody has begun


@dataclass(frozen=True)
class Course:
    key: str
    title: str
    activities: list[tuple[str, str]]  # key, title; the quiz comes last


@dataclass(frozen=True)
class Content:
    """Keys are 32 hexadecimal digits. paths: key, title and the courses of each."""

    paths: list[tuple[str, str, list[Course]]]
    certifications: list[tuple[int, str]]  # pk, title; one a path
    quiz: tuple[str, str]  # key, title
    questions: list[tuple[str, str, str, str, str]]  # key, name, frozen content, right response, wrong response


@dataclass(frozen=True)
class Days:
    """Instants before and after the day of the seeding, as the databases write them."""

    today: datetime

    def ago(self, days: int, minutes: int = 0) -> str:
        return f"{self.today - timedelta(days=days, minutes=minutes):%Y-%m-%d %H:%M:%S}"


def users(people: int, password: str, days: Days) -> Iterator[tuple]:
    for n in range(1, people + 1):
        name = f"{GIVEN[n % len(GIVEN)]} {FAMILY[n % len(FAMILY)]} {n}"
        since = days.ago(400)
        yield n, f"person{n}@example.com", name, "en", "UTC", since[:10], "", 1, 0, password, since, "[]"


USER_COLUMNS = [
    "id", "email", "name", "language", "time_zone", "hired_on", "employee_id", "is_active", "is_superuser", "password",
    "created_at", "muted_kinds",
]  # fmt: skip


def memberships(people: int, team_pks: list[int], days: Days) -> Iterator[tuple]:
    """Hundreds as teams; the first of each hundred also leads the team before hers."""
    since = days.ago(390)[:10]
    for n in range(1, people + 1):
        team = (n - 1) // TEAM_SIZE
        yield n, team_pks[team], "member", since
        if (n - 1) % TEAM_SIZE == 0:
            yield n, team_pks[team - 1], "lead", since


MEMBERSHIP_COLUMNS = ["user_id", "team_id", "role", "starts_on"]


def notifications(people: int, days: Days) -> Iterator[tuple]:
    """Three each, one of them unread, all sent."""
    for n in range(1, people + 1):
        for k in range(3):
            at = days.ago(10 * k + 1)
            yield n, "certified", f"bench-{n}-{k}", "en", "You are certified", "", "/", at, at if k else None, at, 1, ""


NOTIFICATION_COLUMNS = [
    "recipient_id", "kind", "dedupe_key", "language", "subject", "body", "url", "created_at", "read_at", "sent_at",
    "attempts", "problem",
]  # fmt: skip


def first_path(n: int, content: Content) -> int:
    """The person does this path for the first time, and the next one for its renewal."""
    return n % len(content.paths)


def assignments(people: int, content: Content, days: Days) -> Iterator[tuple]:
    """Two active ones each, a quarter of the first ones overdue; the other paths are completed."""
    count = len(content.paths)
    for n in range(1, people + 1):
        first = first_path(n, content)
        for place, (key, title, _courses) in enumerate(content.paths):
            after = (place - first) % count
            due = days.ago(10 - n % 40) if after == 0 else days.ago(-60)
            done = days.ago(100 + after) if after > 1 else None
            yield n, key, title, "completed" if done else "active", days.ago(200), "", due, done, 0


ASSIGNMENT_COLUMNS = [
    "person_id", "path_key", "path_title", "state", "assigned_at", "reason", "due_at", "completed_at",
    "is_suspended_by_rule",
]  # fmt: skip


def courses_of(n: int, content: Content) -> list[tuple[Course, int]]:
    """Her twenty courses, each with how many of its activities she has done: 100 in all.

    Of the first path five are complete and two begun, of the second three and two.
    """
    first = first_path(n, content)
    found = []
    for path, (complete, begun) in ((first, (5, 2)), (first + 1, (3, 2))):
        for place, course in enumerate(content.paths[path % len(content.paths)][2]):
            done = len(course.activities) if place < complete else UNFINISHED_HALF * (place < complete + begun)
            found.append((course, done))
    return found


def registration(enrolment: int) -> str:
    return f"be{enrolment:030x}"


def enrolments(people: int, content: Content, days: Days) -> Iterator[tuple]:
    pk = 0
    for n in range(1, people + 1):
        for course, done in courses_of(n, content):
            pk += 1
            completed_at = days.ago(90 - pk % 20) if done == len(course.activities) else None
            yield pk, n, course.key, course.title, registration(pk), days.ago(120, pk % 1000), completed_at


ENROLMENT_COLUMNS = ["id", "person_id", "course_key", "course_title", "registration", "enrolled_at", "completed_at"]


def completions(people: int, content: Content, days: Days) -> Iterator[tuple]:
    pk = 0
    for n in range(1, people + 1):
        for course, done in courses_of(n, content):
            pk += 1
            at = days.ago(100 - pk % 20)
            for key, title in course.activities[:done]:
                yield pk, key, title, at, "{}"


COMPLETION_COLUMNS = ["enrolment_id", "activity_key", "activity_title", "completed_at", "evidence"]


def attempts_of(n: int, content: Content) -> Iterator[tuple[int, int, bool]]:
    """Enrolment, number and whether she passed: each complete course passed, the first two at the second try."""
    place = (n - 1) * 20
    tries = 0
    for offset, (course, done) in enumerate(courses_of(n, content), start=1):
        if done < len(course.activities):
            continue
        tries += 1
        if tries <= 2:
            yield place + offset, 1, False
        yield place + offset, 2 if tries <= 2 else 1, True


RULES = (
    '{"attempt_limit": 0, "time_limit": null, "shuffle_questions": true, "shuffle_options": true, '
    '"on_expiry": "autosubmit", "review": "when_finished"}'
)
QUESTIONS_ASKED = 20


def right_answers(passed: bool) -> int:
    return 18 if passed else 12


def attempts(people: int, content: Content, days: Days) -> Iterator[tuple]:
    key, title = content.quiz
    pk = 0
    for n in range(1, people + 1):
        for enrolment, number, passed in attempts_of(n, content):
            pk += 1
            start, end = days.ago(105 - number, 30), days.ago(105 - number, 10)
            yield (
                pk, n, key, title, registration(enrolment), number, "en", "finished", start, end, end, "80.00", RULES,
                "20.00", f"{right_answers(passed)}.00", int(passed), "graded", 1,
            )  # fmt: skip


ATTEMPT_COLUMNS = [
    "id", "person_id", "quiz_key", "quiz_title", "registration", "number", "language", "state", "started_at",
    "submitted_at", "finished_at", "pass_mark", "rules", "max_mark", "mark", "passed", "purpose", "reached",
]  # fmt: skip


def answers(people: int, content: Content, days: Days) -> Iterator[tuple]:
    """The answers of the first `people`, who may be fewer than there are."""
    at = days.ago(101)
    pk = 0
    for n in range(1, people + 1):
        for _enrolment, _number, passed in attempts_of(n, content):
            pk += 1
            for position in range(1, QUESTIONS_ASKED + 1):
                place = (pk * 37 + position * 25) % len(content.questions)
                key, name, frozen, right, wrong = content.questions[place]
                is_right = position <= right_answers(passed)
                response, mark = (right, "1.00") if is_right else (wrong, "0.00")
                yield pk, position, key, name, "single_choice", frozen, "1.00", response, 1, at, 0, mark, *PLAIN


PLAIN = ("", 0, "[]", 0, "", "{}")  # no section, not critical, never checked, not neutralised, no comment, no rubric
ANSWER_COLUMNS = [
    "attempt_id", "position", "question_key", "question_name", "kind", "content", "max_mark", "response", "revision",
    "answered_at", "is_flagged", "mark", "section", "is_critical", "tries", "is_neutralised", "comment", "rubric",
]  # fmt: skip


def awards(people: int, content: Content, days: Days) -> Iterator[tuple]:
    """Five each: none for her first path, one to renew for the next, one in fifty revoked, one in twelve expired."""
    count = len(content.paths)
    for n in range(1, people + 1):
        name = f"{GIVEN[n % len(GIVEN)]} {FAMILY[n % len(FAMILY)]} {n}"
        for after in range(1, count):
            pk, title = content.certifications[(first_path(n, content) + after) % count]
            left = 20 if after == 1 else (n * 31 + after * 17) % 360 - 30
            revoked = days.ago(5) if after == count - 1 and n % 10 == 0 else None
            state = "revoked" if revoked else "active"
            public_id = hashlib.md5(f"{n}-{after}".encode()).hexdigest()[:22]
            yield (
                public_id,
                pk,
                n,
                name,
                title,
                "",
                "en",
                days.ago(365 - left),
                days.ago(-left),
                state,
                revoked,
                "",
                "{}",
                "",
            )


AWARD_COLUMNS = [
    "public_id", "certification_id", "holder_id", "holder_name", "certification_title", "certification_description",
    "language", "awarded_at", "expires_at", "state", "revoked_at", "revoke_reason", "evidence", "grant_reason",
]  # fmt: skip
