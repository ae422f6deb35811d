"""One person as her lead sees her: where she stands, what she has to do, and what was changed by hand."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from modeltranslation.utils import build_localized_fieldname
from wagtail.models import ModelLogEntry

from certifications.cycles import Cycle, cycles_of
from certifications.models import Award, Certification
from certifications.standing import Standing, standing_of
from courses.catalogue import Catalogue, catalogue_for, counted_steps, percent_of_steps
from courses.journey import state_in_words
from courses.models import PathAssignment
from lms.acting import ON_ASSIGNMENTS, ON_AWARDS, Act, evidence_to_decide, may_act_on
from lms.board import TONES
from lms.sign_offs import open_sign_offs
from people.models import TeamMembership, User

HISTORY_SHOWN = 50
DUTY_ACTIONS = [f"courses.{verb}" for verb in ("assign", "extend", "exempt", "suspend", "resume", "remove")]
AWARD_ACTIONS = [
    f"certifications.{verb}" for verb in ("grant", "revoke", "reinstate", "change_expiry", "renewal", "lapse")
]


@dataclass(frozen=True)
class Choice:
    """An act that the reader may choose."""

    url: str
    label: str | Promise
    is_grave: bool = False


@dataclass(frozen=True)
class Certified:
    """A certification, where the person stands in it, and her award, the one revoked last where none is active; with
    the other awards that she had of it, the newest first."""

    title: str
    state: str
    word: str
    tone: str
    date: datetime | None
    award: Award | None
    choices: list[Choice]
    others: list[Cycle]


@dataclass(frozen=True)
class Duty:
    assignment: PathAssignment
    title: str
    state: str
    word: str
    percent: int | None
    steps_done: int
    steps_total: int
    choices: list[Choice]

    @property
    def is_open(self) -> bool:
        return self.assignment.state in PathAssignment.OPEN_STATES


@dataclass(frozen=True)
class Event:
    """Something that was done to a duty or a certificate. `by`: empty where nobody decided it."""

    at: datetime
    what: str
    about: str
    by: str
    reason: str
    before: datetime | None
    after: datetime | None
    has_dates: bool


def people_to_open(user: User) -> QuerySet[User]:
    """Whose page `user` may open, herself included, each with the name of a team of theirs and whether she may act on
    them."""
    teams = TeamMembership.objects.active().members().filter(user=OuterRef("pk")).order_by("team__path")
    people = User.objects.visible_to(user).select_related("job_role")
    own_words = NullIf(f"team__{build_localized_fieldname('name', get_language())}", Value(""))
    return people.annotate(
        team_name=Subquery(teams.values(name=Coalesce(own_words, "team__name"))[:1]),
        is_in_reach=Exists(may_act_on(user).filter(pk=OuterRef("pk"))),
    )


def person_page(person: User, reader: User, at: datetime) -> dict:
    """The context of the page of one of `people_to_open`, in six queries whatever the number of certificates, duties
    and changes."""
    may_act = person.is_in_reach
    assignments = list(
        PathAssignment.objects.of(person).with_start().select_related("assigned_by").order_by("-assigned_at", "-pk")
    )
    held = _certifications_with_awards(person)
    catalogue = catalogue_for(person, reader.language)
    duties = [_duty(assignment, catalogue, at, may_act) for assignment in assignments]
    return {
        "person": person,
        "may_act": may_act,
        "certified": _certified(person, held, assignments, at, may_act and reader.is_superuser),
        "duties": [duty for duty in duties if duty.is_open],
        "closed": [duty for duty in duties if not duty.is_open],
        "sign_offs": open_sign_offs(person, catalogue) if may_act and person.is_active else [],
        "waiting": evidence_to_decide(reader).of(person).waiting().select_related("certification"),
        "history": _history(duties, [(certification, award) for certification, award in held if award]),
    }


def _certifications_with_awards(person: User) -> list[tuple[Certification, Award | None]]:
    """Each certification with each of her awards of it; once, with None, where she has none."""
    joined = Certification.objects.annotate(hers=FilteredRelation("awards", condition=Q(awards__holder=person)))
    wanted = joined.filter(Q(is_active=True) | Q(hers__isnull=False)).select_related("first_time_path", "hers")
    ordered = wanted.order_by("pk", F("hers__revoked_at").asc(nulls_first=True), "hers__pk")
    return [(found, getattr(found, "hers", None)) for found in ordered]  # without a row joined it has no "hers"


def _certified(
    person: User, held: list[tuple], assignments: list[PathAssignment], at: datetime, may_certify: bool
) -> list[Certified]:
    """Those in which she stands somewhere; all that there are for somebody who can certify her."""
    active = {a.path_key: a for a in assignments if a.state == PathAssignment.State.ACTIVE}
    awards: dict[Certification, list[Award]] = {}
    for certification, award in held:  # the active one first, then the revoked ones as they were revoked
        awards.setdefault(certification, [])
        if award:
            award.certification = certification
            awards[certification].append(award)
    rows = [
        _row(person, c, hers, active.get(c.first_time_path.translation_key), at, may_certify)
        for c, hers in awards.items()
    ]
    return [row for row in rows if may_certify or row.state != Standing.NOT_ASSIGNED]


def _row(
    person: User,
    certification: Certification,
    awards: list[Award],
    duty: PathAssignment | None,
    at: datetime,
    may_certify: bool,
) -> Certified:
    award = _current(awards)
    has_started = duty is not None and duty.has_started
    state, date = standing_of(award, duty, certification.window_days, at, has_started)
    choices = _award_choices(certification, award, person) if may_certify else []
    others = [cycle for cycle in cycles_of(awards, award, at) if not cycle.is_shown]
    tone = TONES.get(state, "none")
    return Certified(certification.title, state.value, str(state.label), tone, date, award, choices, others)


def _current(awards: list[Award]) -> Award | None:
    """The active one, else the last of those revoked, which come as they were revoked."""
    kept = [award for award in awards if award.state != Award.State.SUPERSEDED]
    return next((award for award in kept if award.state == Award.State.ACTIVE), kept[-1] if kept else None)


def _award_choices(certification: Certification, award: Award | None, person: User) -> list[Choice]:
    choices = _choices(ON_AWARDS, award.state, "act_on_award", person.pk, award.public_id) if award else []
    if certification.is_active:
        url = reverse("certify", args=[person.pk, certification.code])
        choices.append(Choice(url, _("Certify by hand")))
    return choices


def _choices(acts: dict[str, Act], state: str, view: str, *args) -> list[Choice]:
    """What can be done to a record in this state."""
    return [
        Choice(reverse(view, args=[*args, name]), act.title, act.is_grave)
        for name, act in acts.items()
        if state in act.states
    ]


def _duty(assignment: PathAssignment, catalogue: Catalogue, at: datetime, may_act: bool) -> Duty:
    path = catalogue.paths.get(assignment.path_key)
    steps = catalogue.progress_in_steps(path, assignment.counts_from) if path else []
    counted = counted_steps(steps, path.optional_needed) if path else []
    args = (assignment.person_id, assignment.pk)
    state, word = _state_in_words(assignment, at)
    return Duty(
        assignment,
        path.title if path else assignment.path_title,
        state,
        word,
        percent_of_steps(steps, path.optional_needed) if path else None,
        sum(step.completed_at is not None for step in counted),
        len(counted),
        _choices(ON_ASSIGNMENTS, assignment.state, "act_on_assignment", *args) if may_act else [],
    )


def _state_in_words(assignment: PathAssignment, at: datetime) -> tuple[str, str]:
    state, word = state_in_words(assignment, at)
    return state, _("Rests: the rule does not hold for this person now") if assignment.is_suspended_by_rule else word


def _history(duties: list[Duty], awards: list[tuple[Certification, Award]]) -> list[Event]:
    """What was done to her duties and certificates, the latest first, from the audit log; one query."""
    titles = {("courses", str(duty.assignment.pk)): duty.title for duty in duties}
    titles |= {("certifications", str(award.pk)): certification.title for certification, award in awards}
    of_duties = Q(action__in=DUTY_ACTIONS, object_id__in=[str(duty.assignment.pk) for duty in duties])
    of_awards = Q(action__in=AWARD_ACTIONS, object_id__in=[str(award.pk) for _certification, award in awards])
    entries = ModelLogEntry.objects.filter(of_duties | of_awards).select_related("user").order_by("-timestamp", "-pk")
    return [_event(entry, titles[entry.action.split(".")[0], entry.object_id]) for entry in entries[:HISTORY_SHOWN]]


def _event(entry: ModelLogEntry, about: str) -> Event:
    return Event(
        entry.timestamp,
        str(entry.message),
        about,
        entry.user.name if entry.user else "",
        entry.data.get("reason") or "",
        parse_datetime(entry.data.get("from") or ""),
        parse_datetime(entry.data.get("to") or ""),
        "to" in entry.data,
    )
