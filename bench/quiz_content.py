"""What the bench of the quizzes stands on: two quizzes that draw, one of them from 10,000 questions, and their takers.

Everybody else's attempts are those of `bench/quiz_statistics.py`.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Locale

from bench.bulk import finish
from bench.cast import sign_in
from bench.content import SEED, single_choice
from bench.wording import article_body, block_id, sentence
from courses.models import CourseGoal, CourseIndexPage, CoursePage, Enrolment, QuizPage
from knowledge.models import ArticlePage, KnowledgeIndexPage
from lms.demo.pages import indexing_at_the_end, publish, section
from lms.site import ensure_site
from people.models import Team, TeamMembership, User
from quizzes.attempts import submit_attempt
from quizzes.models import Attempt, AttemptQuestion, Question, QuestionCategory, Quiz, QuizSlot
from quizzes.starting import start_attempt
from strategy.models import Kpi, ServiceGoal

SIZES = {"20 of 500": (20, 500), "40 of 10,000": (40, 10_000)}  # drawn, in the pool
SHELVES = 10  # sub-categories of a pool
VISITORS = 60


@dataclass
class Sitter:
    """Who takes the quizzes: her session, her registration, and the attempts that she has finished."""

    person: User
    session: str
    registration: str
    finished: list[int] = field(default_factory=list)


@dataclass
class Sitting:
    """What the actions work with. places: by the name of a quiz, the address to start it at. `running`: (session,
    attempt, page of a question); `answered`: (sitter, attempt), all of its answers given."""

    sitters: list[Sitter]
    places: dict[str, str]
    rng: Random
    to_start: dict[str, deque] = field(default_factory=dict)
    running: deque = field(default_factory=deque)
    answered: deque = field(default_factory=deque)

    def anybody(self) -> Sitter:
        return self.rng.choice(self.sitters)


def make_content() -> None:
    """A course with the two quizzes, each with its own pool; every question has a verified source."""
    call_command("migrate", verbosity=0, interactive=False)
    ensure_site()
    if User.objects.exists():
        raise SystemExit("This database holds people. Give an empty one, or --skip-seed to measure what it holds.")
    rng = Random(SEED)
    with indexing_at_the_end():
        source = ArticlePage(title="The source", slug="source", summary=sentence(rng), body=article_body("Orders", rng))
        publish(source, section(KnowledgeIndexPage, "en"))
        ArticlePage.objects.update(verified_until=timezone.now() + timedelta(days=9999))
        course = CoursePage(title="The course", slug="the-course", summary=sentence(rng))
        course.course_goals.add(CourseGoal(goal=_goal(), rationale=sentence(rng)))
        publish(course, section(CourseIndexPage, "en"))
        for name, (drawn, pool) in SIZES.items():
            page = QuizPage(title=name, slug=f"quiz-{pool}", quiz=_quiz(name, drawn, pool, source, rng))
            publish(page, course)
    finish([Question])


def _goal() -> ServiceGoal:
    kpi = Kpi.objects.create(code="csat", name="Customer satisfaction", unit="percent", better="up")
    vision = ServiceGoal.objects.create(code="vision", level="vision", title="Service that people remember")
    step = ServiceGoal.objects.create(code="step", level="step", title="Set goals", parent=vision)
    return ServiceGoal.objects.create(code="csat-90", level="goal", title="Nine in ten", parent=step, kpi=kpi)


def _quiz(name: str, drawn: int, pool: int, source: ArticlePage, rng: Random) -> Quiz:
    category = QuestionCategory.add_root(slug=f"pool-{pool}", name=name)
    shelves = [category.add_child(slug=f"pool-{pool}-{n}", name=f"Shelf {n}") for n in range(SHELVES)]
    Question.objects.bulk_create(_questions(pool, shelves, source, rng), batch_size=500)
    quiz = Quiz(title=name, introduction=sentence(rng), pass_mark=80)
    quiz.slots = [QuizSlot(category=category, draw_count=drawn)]
    quiz.save()
    return quiz


def _questions(pool: int, shelves: list[QuestionCategory], source: ArticlePage, rng: Random) -> Iterator[Question]:
    locale = Locale.objects.get(language_code="en")
    for number in range(pool):
        yield Question(
            name=f"Question {number}",
            locale=locale,
            category=shelves[number % len(shelves)],
            body=[{"type": "single_choice", "value": single_choice(number, rng), "id": block_id(rng)}],
            source_article=source,
        )


def sit_down() -> Sitting:
    """Signs the first people in, enrols them, and gives each of them a finished attempt at either quiz."""
    people = list(User.objects.order_by("pk")[:VISITORS])
    course = CoursePage.objects.get(slug="the-course")
    _enrol(people, course)
    registrations = dict(Enrolment.objects.filter(person__in=people).values_list("person", "registration"))
    sessions = sign_in(people)
    sitters = [Sitter(person, sessions[person.pk], registrations[person.pk]) for person in people]
    places = {
        page.title: f"/courses/{course.translation_key}/{page.translation_key}/start/"
        for page in QuizPage.objects.all()
    }
    sitting = Sitting(sitters, places, Random(SEED))
    for sitter in sitters:
        for name in SIZES:
            attempt = start(sitter, name)
            answer_everything(attempt)
            submit_attempt(attempt.pk, sitter.person)
            sitter.finished.append(attempt.pk)
    sitting.to_start = {name: deque(sitters) for name in SIZES}
    return sitting


def _enrol(people: list[User], course: CoursePage) -> None:
    team = Team.objects.first() or Team.add_root(code="bench", name="The bench")
    members = set(TeamMembership.objects.values_list("user", flat=True))
    TeamMembership.objects.bulk_create(
        TeamMembership(user=person, team=team, role="member", starts_on=date(2026, 1, 1))
        for person in people
        if person.pk not in members
    )
    here = {"course_key": course.translation_key, "course_title": course.title}
    Enrolment.objects.bulk_create([Enrolment(person=person, **here) for person in people], ignore_conflicts=True)


def start(sitter: Sitter, name: str) -> Attempt:
    return start_attempt(Quiz.objects.get(title=name), sitter.person, sitter.registration)


def answer_everything(attempt: Attempt) -> None:
    """Each second answer is right, so that the attempt completes nothing and can be taken again."""
    questions = list(attempt.questions.all())
    for question in questions:
        options = question.content["options"]
        question.response, question.revision = options[question.position % len(options)]["id"], 1
        question.answered_at = attempt.started_at
    AttemptQuestion.objects.bulk_update(questions, ["response", "revision", "answered_at"])
