"""The observations that somebody may sign or has to do with, and those that a lead can begin."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse

from courses.catalogue import Catalogue
from courses.models import Enrolment, Observation
from knowledge.languages import titles_in
from people.models import User

PER_PAGE = 50
State = Observation.State
STATES = (State.ASKED, State.OBSERVED, State.CONFIRMED, State.DISPUTED, State.WITHDRAWN)


@dataclass(frozen=True)
class SignOffs:
    """counts: how many there are in each state, and of all under ""."""

    page: Page
    counts: dict[str, int]


def observations_for(user: User) -> QuerySet[Observation]:
    """Those of others that `user` may open: what cannot be observed any more, because the person has left or begun the
    course anew, and what she took back before anybody watched, is left out."""
    is_dead = Q(state=State.ASKED) & (Q(person__is_active=False) | ~Exists(_enrolment_of_today()))
    never_seen = Q(state=State.WITHDRAWN, observed_at=None)
    found = Observation.objects.visible_to(user).exclude(person=user)
    return found.exclude(is_dead | never_seen).select_related("person", "observed_by")


def _enrolment_of_today() -> QuerySet[Enrolment]:
    return Enrolment.objects.current().filter(registration=OuterRef("registration"))


def sign_offs(user: User, state: str, page_number) -> SignOffs:
    """What is asked for first, who has waited longest before others; then what was signed, the latest first. Four
    queries, however many there are. An unknown state asks for all."""
    found = observations_for(user)
    counts = found.order_by().aggregate(all=Count("pk"), **{s: Count("pk", filter=Q(state=s)) for s in STATES})
    counts[""] = counts.pop("all")
    shown = found.filter(state=state) if state in STATES else found
    rank = Case(When(state=State.ASKED, then=Value(0)), default=Value(1), output_field=IntegerField())
    ordered = shown.order_by(rank, F("observed_at").desc(nulls_first=True), "asked_at", "pk")
    page = Paginator(ordered, PER_PAGE).get_page(page_number)
    name_in(user.language, page.object_list)
    return SignOffs(page, counts)


def name_in(language: str, observations: Iterable[Observation]) -> None:
    """Names activity and course as a reader of `language` knows them, where they are published; one query."""
    keys = {key for one in observations for key in (one.activity_key, one.course_key)}
    titles = titles_in(language, keys)
    for one in observations:
        one.activity_title = titles.get(one.activity_key, one.activity_title)
        one.course_title = titles.get(one.course_key, one.course_title)


def query_for(state: str) -> str:
    return urlencode({"state": state}) if state else ""


@dataclass(frozen=True)
class OpenSignOff:
    """A sign-off that a person has still to get. `state`: of what is open of it, or empty."""

    title: str
    course_title: str
    url: str
    state: str


def open_sign_offs(person: User, catalogue: Catalogue) -> list[OpenSignOff]:
    """Those of the courses that she takes now, in the words of her catalogue."""
    return [
        OpenSignOff(
            activity.title,
            progress.course.title,
            reverse("start_sign_off", args=[person.pk, activity.key]),
            progress.sign_offs.get(activity.key, ""),
        )
        for progress in catalogue.progress.values()
        for activity in progress.missing_sign_offs
    ]
