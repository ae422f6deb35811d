"""Who acts in the bench, and what each can still do. A connection has people of its own: nobody is in two places."""

import random
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from bench.content import SEED
from bench.seed import read_content
from certifications.models import Award
from courses.models import ActivityCompletion, Enrolment
from knowledge.models import ArticlePage
from people.models import TeamMembership, User
from quizzes.models import Attempt, AttemptQuestion, Quiz
from quizzes.starting import start_attempt

# A lesson or a quiz: course key, activity key, title.
Place = tuple[str, str, str]


@dataclass
class Visitor:
    pk: int
    email: str
    session: str
    path: tuple[str, str] = ("", "")
    to_read: list[Place] = field(default_factory=list)
    to_complete: list[Place] = field(default_factory=list)
    to_start: list[tuple[Place, str]] = field(default_factory=list)  # and the registration
    finished: list[int] = field(default_factory=list)
    certificates: list[str] = field(default_factory=list)


@dataclass
class Part:
    """What one connection has to act with. `running`: (session, attempt, its page); `answered`: (session, attempt)."""

    visitors: list[Visitor]
    leads: list[tuple[str, str]]  # session, name of somebody on her board
    articles: list[tuple[str, str]]  # key, title
    rng: random.Random
    to_complete: deque = field(default_factory=deque)
    to_start: deque = field(default_factory=deque)
    running: deque = field(default_factory=deque)
    answered: deque = field(default_factory=deque)

    def __post_init__(self):
        self.to_complete.extend(_in_turn(self.visitors, "to_complete"))
        self.to_start.extend(_in_turn(self.visitors, "to_start"))

    def anybody(self) -> Visitor:
        return self.rng.choice(self.visitors)


def _in_turn(visitors: list[Visitor], name: str) -> Iterable[tuple[Visitor, object]]:
    """Everybody's first, then everybody's second, and so on."""
    for place in range(max(len(getattr(visitor, name)) for visitor in visitors)):
        for visitor in visitors:
            if place < len(getattr(visitor, name)):
                yield visitor, getattr(visitor, name)[place]


def assemble(parts: int, visitors_a_part: int, people: int) -> list[Part]:
    """The first part is for what is measured one by one, the others for the connections of the load.

    people: how many there are whose attempts have their answers; the visitors are among them.
    """
    members = User.objects.exclude(pk__in=TeamMembership.objects.leads().values("user"))
    pks = list(members.filter(pk__lte=people).order_by("pk").values_list("pk", flat=True))
    chosen = random.Random(SEED).sample(pks, min(len(pks), parts * visitors_a_part))
    visitors = _visitors(chosen)
    leads = _leads()
    articles = [(str(key), title) for key, title in ArticlePage.objects.live().values_list("translation_key", "title")]
    return [Part(visitors[n::parts], leads, articles, random.Random(SEED + n)) for n in range(parts)]


def _visitors(pks: list[int]) -> list[Visitor]:
    people = User.objects.in_bulk(pks)
    sessions = sign_in(people.values())
    visitors = {pk: Visitor(pk, people[pk].email, sessions[pk]) for pk in pks}
    for pk, key, title in _open_assignments(pks):
        visitors[pk].path = (str(key), title)
    for pk, attempt in Attempt.objects.filter(person__in=pks, state="finished").values_list("person", "pk"):
        visitors[pk].finished.append(attempt)
    for pk, public_id in Award.objects.filter(holder__in=pks).values_list("holder", "public_id"):
        visitors[pk].certificates.append(public_id)
    _add_places(visitors)
    return list(visitors.values())


def _open_assignments(pks: list[int]):
    from courses.models import PathAssignment

    return PathAssignment.objects.active().filter(person__in=pks).values_list("person", "path_key", "path_title")


def _add_places(visitors: dict[int, Visitor]) -> None:
    courses = {course.key: course for _key, _title, courses in read_content().paths for course in courses}
    done = defaultdict(set)
    rows = ActivityCompletion.objects.filter(enrolment__person__in=visitors)
    for enrolment, key in rows.values_list("enrolment", "activity_key"):
        done[enrolment].add(key.hex)
    busy = set(Attempt.objects.in_progress().filter(person__in=visitors).values_list("registration", flat=True))
    for enrolment in Enrolment.objects.current().filter(person__in=visitors):
        visitor, key = visitors[enrolment.person_id], str(enrolment.course_key)
        for activity_key, title in courses[enrolment.course_key.hex].activities:
            place = (key, _dashed(activity_key), title)
            is_done = activity_key in done[enrolment.pk]
            if title.startswith("Lesson"):
                visitor.to_read.append(place)
                if not is_done:
                    visitor.to_complete.append(place)
            elif title.startswith("Quiz") and not is_done and enrolment.registration not in busy:
                visitor.to_start.append((place, enrolment.registration))


def _dashed(key: str) -> str:
    return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"


def _leads() -> list[tuple[str, str]]:
    """Each lead with the name of the first member of her team."""
    leads = list(TeamMembership.objects.active().leads().select_related("user"))
    sessions = sign_in([lead.user for lead in leads])
    members = TeamMembership.objects.active().members().order_by("-user").values_list("team", "user__name")
    names = dict(members)
    return [(sessions[lead.user_id], names[lead.team_id]) for lead in leads]


def sign_in(people: Iterable[User]) -> dict[int, str]:
    """A session in the database for each, as signing in makes it."""
    store, until = SessionStore(), timezone.now() + timedelta(days=7)
    sessions = {}
    for person in people:
        data = {
            SESSION_KEY: str(person.pk),
            BACKEND_SESSION_KEY: "people.backends.PersonBackend",
            HASH_SESSION_KEY: person.get_session_auth_hash(),
        }
        key = f"bench{person.pk:027d}"
        sessions[person.pk] = Session(session_key=key, session_data=store.encode(data), expire_date=until)
    Session.objects.bulk_create(
        sessions.values(),
        batch_size=500,
        update_conflicts=True,
        unique_fields=["session_key"],
        update_fields=["session_data", "expire_date"],
    )
    return {pk: session.session_key for pk, session in sessions.items()}


def start_attempts(part: Part, running: int, answered: int) -> None:
    """Puts attempts in progress at the part's disposal: untouched ones, and ones with every answer right."""
    quiz = Quiz.objects.get()
    for number in range(min(running + answered, len(part.to_start) // 2)):
        visitor, (_place, registration) = part.to_start.popleft()
        attempt = start_attempt(quiz, User.objects.get(pk=visitor.pk), registration)
        if number < running:
            part.running.append((visitor.session, attempt.pk, None))
        else:
            _answer_everything(attempt)
            part.answered.append((visitor.session, attempt.pk))


def _answer_everything(attempt: Attempt) -> None:
    questions = list(attempt.questions.all())
    for question in questions:
        question.response, question.revision = question.content["key"]["correct"][0], 1
        question.answered_at = attempt.started_at
    AttemptQuestion.objects.bulk_update(questions, ["response", "revision", "answered_at"])
