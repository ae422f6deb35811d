"""Whom to sign in as, and where to look: one of each thing, for people, scripts and pictures."""

from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from certifications.models import Award, ExternalEvidence
from courses.models import CoursePage, Observation, PathAssignment
from lms.demo.courses import activity_key, course_key, path_key
from lms.demo.library import article_key
from lms.demo.people import DOMAIN, PASSWORD, person
from lms.demo.questions import quiz_key
from people.models import User
from people.muting import unsubscribe_token
from quizzes.models import Attempt, AttemptQuestion, Quiz

ROLES = {
    "maya": "New hire",
    "layla": "New hire",
    "nino": "New hire, halfway",
    "priya": "Senior agent, certified",
    "daniel": "Team lead",
    "giorgi": "Head of service",
    "tamar": "Trainer",
    "omar": "Trainer",
    "admin": "Administrator",
}


class Stop(NamedTuple):
    """A page to look at. `email`: who can; empty for everybody, signed in or not."""

    name: str
    address: str
    email: str


def is_loaded() -> bool:
    return User.objects.filter(email=f"admin@{DOMAIN}").exists()


def people() -> list[dict[str, str]]:
    guides = [(role, person(name)) for name, role in ROLES.items()]
    return [
        {"role": role, "name": p.name, "email": p.email, "password": PASSWORD, "language": p.language}
        for role, p in guides
    ]


def stops() -> list[Stop]:
    return [*_learning(), *_quizzes(), *_certificates(), *_evidence(), *_oversight()]


def _stop(name: str, who: str, view: str, *args, **query: str) -> Stop:
    address = reverse(view, args=args) + (f"?{urlencode(query)}" if query else "")
    return Stop(name, address, person(who).email if who else "")


def _learning() -> list[Stop]:
    first, second = "service-people-remember", "handling-complaints"
    reading, lesson = activity_key(second, "read-complaint-handling"), activity_key(first, "our-vision")
    sign_off = activity_key(second, "take-a-complaint")
    return [
        _stop("sign-in", "", "account_login"),
        _stop("home", "maya", "home"),
        _stop("home-with-certificates", "rana", "home"),
        _stop("path", "maya", "path", path_key("first-weeks")),
        _stop("path-that-renews", "davit", "path", path_key("service-renewal")),
        _stop("path-with-credit", "mariam", "path", path_key("after-sales")),
        _stop("catalogue", "maya", "courses:catalogue"),
        _stop("course", "maya", "courses:course", course_key(first)),
        _stop("lesson", "maya", "courses:activity", course_key(first), lesson),
        _stop("reading", "lucas", "courses:activity", course_key(second), reading),
        _stop("sign-off", "mateo", "courses:activity", course_key(second), sign_off),
        _stop("sign-off-asked", "nino", "courses:activity", course_key(second), sign_off),
        _stop("sign-off-to-confirm", "davit", "courses:activity", course_key(second), sign_off),
        _stop("sign-off-confirmed", "rana", "courses:activity", course_key(second), sign_off),
        _stop("library", "maya", "knowledge:index"),
        _stop("article", "maya", "knowledge:article", article_key("returns-14-days")),
        _stop("search", "maya", "search", q="refund"),
        _stop("notifications", "maya", "notifications"),
        _stop("notification-settings", "maya", "notification_settings"),
        _stop("unsubscribe", "", "unsubscribe", unsubscribe_token(person("maya"), "certified")),
    ]


def _quizzes() -> list[Stop]:
    course = "handling-complaints"
    return [
        _stop("quiz", "lucas", "courses:activity", course_key(course), activity_key(course, f"{course}-check")),
        _stop("attempt", "mateo", "quizzes:attempt", _open_attempt("mateo")),
        _stop("attempt-arabic", "dina", "quizzes:attempt", _open_attempt("dina")),
        _stop("matching", "mateo", "quizzes:attempt", _open_attempt("mateo"), q=_place_of("matching", "mateo")),
        _stop("ordering", "dina", "quizzes:attempt", _open_attempt("dina"), q=_place_of("ordering", "dina")),
        _stop("overview", "mateo", "quizzes:overview", _open_attempt("mateo")),
        _stop("review", "grace", "quizzes:review", _finished_attempt("grace", passed=False)),
        _stop("review-arabic", "karim", "quizzes:review", _finished_attempt("karim", passed=False)),
        _stop("review-passed", "priya", "quizzes:review", _finished_attempt("priya", passed=True)),
        _stop("review-waiting", "jonas", "quizzes:review", _reply_of("jonas")),
        _stop("review-marked", "ingrid", "quizzes:review", _reply_of("ingrid")),
        _stop("attempts", "priya", "quizzes:history", quiz_key(f"{course}-check")),
    ]


def _open_attempt(name: str) -> int:
    return Attempt.objects.of(person(name)).in_progress().get().pk


def _place_of(kind: str, name: str) -> str:
    questions = AttemptQuestion.objects.filter(attempt=_open_attempt(name), kind=kind)
    return str(questions.values_list("position", flat=True).get())


def _finished_attempt(name: str, passed: bool) -> int:
    return Attempt.objects.of(person(name)).filter(passed=passed).first().pk


def _reply_of(name: str) -> int:
    return Attempt.objects.of(person(name)).get(quiz_key=quiz_key("write-a-reply")).pk


def _certificates() -> list[Stop]:
    return [
        _stop("certificate", "priya", "certifications:certificate", _award("priya")),
        _stop("certificate-arabic", "rana", "certifications:certificate", _award("rana")),
        _stop("certificate-renewed-twice", "daniel", "certifications:certificate", _award("daniel")),
        _stop("certificate-expired", "chloe", "certifications:certificate", _award("chloe")),
        _stop("certificate-pdf", "priya", "certifications:pdf", _award("priya")),
        _stop("verification", "", "certifications:verify", _award("priya")),
        _stop("verification-expired", "", "certifications:verify", _award("chloe")),
        _stop("verification-revoked", "", "certifications:verify", _award("noor", Award.State.REVOKED)),
        _stop("verification-superseded", "", "certifications:verify", _award("daniel", Award.State.SUPERSEDED)),
    ]


def _evidence() -> list[Stop]:
    waiting = ExternalEvidence.objects.waiting().get(person=person("priya")).pk
    return [
        _stop("path-and-evidence", "maya", "path", path_key("written-service")),
        _stop("hand-in", "maya", "certifications:hand_in", "written-service"),
        _stop("evidence", "priya", "certifications:evidence"),
        _stop("withdraw", "priya", "certifications:withdraw", waiting),
        _stop("evidence-of-team", "daniel", "evidence_of_team"),
        _stop("evidence-piece", "daniel", "evidence_piece", waiting),
    ]


def _award(name: str, state: str = Award.State.ACTIVE) -> str:
    awards = Award.objects.filter(holder=person(name), certification__code="service-professional", state=state)
    return awards.first().public_id


def _duty(name: str) -> int:
    return PathAssignment.objects.of(person(name)).open().first().pk


def _observation(name: str) -> int:
    return Observation.objects.of(person(name)).get().pk


def _oversight() -> list[Stop]:
    course = CoursePage.objects.in_language(course_key("handling-complaints"), "en")
    complaints = Quiz.objects.get(key=quiz_key("handling-complaints-check"))
    return [
        _stop("board", "daniel", "board"),
        _stop("board-of-all", "giorgi", "board"),
        _stop("person", "daniel", "person", person("maya").pk),
        _stop("person-renewed-twice", "giorgi", "person", person("daniel").pk),
        _stop("person-for-administrators", "admin", "person", person("chloe").pk),
        _stop("sign-offs", "daniel", "sign_offs"),
        _stop("sign-offs-for-assessors", "jonas", "sign_offs"),
        _stop("observe", "daniel", "sign_off", _observation("nino")),
        _stop("observed", "daniel", "sign_off", _observation("davit")),
        _stop("extend", "daniel", "act_on_assignment", person("maya").pk, _duty("maya"), "extend"),
        _stop("certify", "admin", "certify", person("maya").pk, "service-professional"),
        _stop("assign", "daniel", "assign", people=str(person("maya").pk)),
        _stop("cms", "tamar", "wagtailadmin_home"),
        _stop("cms-course", "tamar", "wagtailadmin_pages:edit", course.pk),
        _stop("cms-marking", "tamar", "marking:waiting"),
        _stop("cms-attempts", "tamar", "marking:attempts", complaints.key),
        _stop("cms-statistics", "tamar", "quiz_statistics", complaints.pk),
        _stop("cms-overrides", "tamar", Quiz.snippet_viewset.get_url_name("overrides"), complaints.pk),
    ]
