"""The team board: people down, certifications across, the worst first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.models import Award, Certification
from certifications.standing import Standing, people_with, standing_of
from courses.models import PathAssignment
from lms.acting import evidence_to_decide, may_act_on
from people.models import Team, TeamMembership, User

PEOPLE_A_PAGE = 100
HORIZONS = (30, 60, 90)  # days


@dataclass(frozen=True)
class Filters:
    """What the address asks for. An unknown value asks for nothing."""

    state: str = ""
    team: str = ""

    @classmethod
    def from_query(cls, query) -> "Filters":
        return cls(state=query.get("state", ""), team=query.get("team", ""))

    def query(self, **changes) -> str:
        chosen = {"state": self.state, "team": self.team} | changes
        return urlencode({name: value for name, value in chosen.items() if value})


# The look of a state; its icon has the state's name in the template.
TONES = {
    Standing.CERTIFIED: "done",
    Standing.DUE_FOR_RENEWAL: "due",
    Standing.EXPIRED: "overdue",
    Standing.OVERDUE: "overdue",
    Standing.REVOKED: "overdue",
    Standing.IN_PROGRESS: "active",
    Standing.ASSIGNED: "active",
}


@dataclass(frozen=True)
class Cell:
    title: str
    state: str
    word: str
    tone: str
    date: datetime | None


@dataclass(frozen=True)
class Row:
    """person: on the page, with `may_act`: whether the reader may."""

    person: User
    team_name: str
    cells: list[Cell]


def state_conditions(at: datetime) -> dict[str, Exists]:
    """The board's filters by state, as conditions on people."""
    horizons = {
        f"expiring-{days}": people_with(Standing.CERTIFIED, at, expires_at__lte=at + timedelta(days=days))
        for days in HORIZONS
    }
    worst = {str(s): people_with(s, at) for s in (Standing.EXPIRED, Standing.OVERDUE, Standing.REVOKED)}
    return worst | horizons


def people_on_board(user: User, team: Team | None) -> QuerySet[User]:
    """The members of the teams that `user` leads (or of `team` and below), with the name of a team of theirs."""
    teams = Team.objects.visible_to(user)
    if team is not None:
        teams = teams.filter(path__startswith=team.path)
    own = TeamMembership.objects.active().members().filter(user=OuterRef("pk"), team__in=teams)
    return User.objects.in_teams(teams).annotate(team_id=Subquery(own.values("team")[:1]))


def sorted_by_risk(people: QuerySet[User], conditions: dict[str, Exists]) -> QuerySet[User]:
    """The worst first, as `conditions` says: expired, overdue, revoked, expiring soon, everybody else; then by name."""
    whens = [When(condition, then=Value(rank)) for rank, condition in enumerate(conditions.values())]
    risk = Case(*whens, default=Value(len(whens)), output_field=IntegerField())
    return people.annotate(risk=risk).order_by("risk", "name", "pk")


def rows_of(people: Iterable[User], certifications: list[Certification], teams: dict[int, Team], at: datetime):
    """The board's rows of `people`, in two queries."""
    people = list(people)
    titles = {certification.pk: certification.title for certification in certifications}
    words = {standing: str(standing.label) for standing in Standing}
    awards = _latest_awards(people)
    assignments = _active_assignments(people)
    for person in people:
        cells = []
        for certification in certifications:
            award = awards.get((person.pk, certification.pk))
            assignment = assignments.get((person.pk, certification.path_key))
            has_started = assignment is not None and assignment.has_started
            state, date = standing_of(award, assignment, certification.window_days, at, has_started)
            cells.append(Cell(titles[certification.pk], state.value, words[state], TONES.get(state, "none"), date))
        team = teams.get(person.team_id)
        yield Row(person, team.name if team else "", cells)


def _latest_awards(people: list[User]) -> dict:
    """By person and certification: the active award, else the one revoked last."""
    awards = Award.objects.filter(holder__in=people).exclude(state=Award.State.SUPERSEDED)
    awards = awards.only("holder", "certification", "state", "expires_at", "revoked_at")  # there may be a thousand
    oldest_first = awards.order_by(Case(When(state="active", then=1), default=0), "revoked_at", "pk")
    return {(award.holder_id, award.certification_id): award for award in oldest_first}


def _active_assignments(people: list[User]) -> dict:
    assignments = PathAssignment.objects.active().filter(person__in=people).with_start()
    assignments = assignments.only("person", "path_key", "state", "due_at")
    return {(a.person_id, a.path_key): a for a in assignments}


def certifications_on_board() -> list[Certification]:
    certifications = list(Certification.objects.filter(is_active=True).select_related("first_time_path"))
    for certification in certifications:
        certification.path_key = certification.first_time_path.translation_key
    return certifications


def people_shown(user: User, filters: Filters, at: datetime) -> QuerySet[User]:
    """Everybody whom the board shows to `user` with these filters, on all its pages."""
    team = Team.objects.visible_to(user).filter(code=filters.team).first() if filters.team else None
    people, conditions = people_on_board(user, team), state_conditions(at)
    return people.filter(conditions[filters.state]) if filters.state in conditions else people


@dataclass(frozen=True)
class Board:
    """Everything that the page shows. `teams` are those that the person may choose from."""

    certifications: list[Certification]
    rows: list[Row]
    page: Page
    counts: dict[str, int]
    teams: list[Team]


class _CountedPaginator(Paginator):
    """A paginator that is told how many there are, because the filters have counted them already."""

    def __init__(self, people, per_page: int, count: int):
        super().__init__(people, per_page)
        self.count = count


def team_board(user: User, filters: Filters, page_number, at: datetime) -> Board:
    """The board that `user` may see, in six queries whatever the number of people and certifications."""
    teams = list(Team.objects.visible_to(user))
    team = next((team for team in teams if team.code == filters.team), None)
    people = people_on_board(user, team)
    conditions = state_conditions(at)
    counts = people.aggregate(
        everybody=Count("pk"),
        evidence_waiting=Max(_number_of(evidence_to_decide(user).waiting())),
        **{_alias(name): Count("pk", filter=Q(condition)) for name, condition in conditions.items()},
    )
    shown = people.filter(conditions[filters.state]) if filters.state in conditions else people
    count = counts[_alias(filters.state) if filters.state in conditions else "everybody"]
    may_act = Exists(may_act_on(user).filter(pk=OuterRef("pk")))
    people = sorted_by_risk(shown, conditions).annotate(may_act=may_act)
    page = _CountedPaginator(people, PEOPLE_A_PAGE, count).get_page(page_number)
    certifications = certifications_on_board()
    rows = list(rows_of(page.object_list, certifications, {team.pk: team for team in teams}, at))
    return Board(certifications, rows, page, counts, teams)


def _number_of(rows: QuerySet) -> Subquery:
    """How many rows there are, as a value of another query's rows; None for none."""
    together = rows.order_by().annotate(together=Value(1)).values("together")
    return Subquery(together.annotate(number=Count("pk")).values("number"))


def _alias(name: str) -> str:
    return "n_" + name.replace("-", "_")


def exported_rows(user: User, filters: Filters, at: datetime, chunk: int = 500) -> Iterator[list[str]]:
    """Head and rows of the board's export, without pages, in flat memory."""
    teams = {team.pk: team for team in Team.objects.visible_to(user)}
    team = next((team for team in teams.values() if team.code == filters.team), None)
    conditions = state_conditions(at)
    people = sorted_by_risk(people_on_board(user, team), conditions)
    if filters.state in conditions:
        people = people.filter(conditions[filters.state])
    certifications = certifications_on_board()
    head = [_("Name"), _("E-mail address"), _("Team"), _("As of")]
    for certification in certifications:
        head += [certification.title, _("%(title)s: date") % {"title": certification.title}]
    yield head
    batch: list[User] = []
    for person in people.iterator(chunk_size=chunk):
        batch.append(person)
        if len(batch) == chunk:
            yield from _exported(batch, certifications, teams, at)
            batch = []
    yield from _exported(batch, certifications, teams, at)


def _exported(people: list[User], certifications, teams, at: datetime) -> Iterator[list[str]]:
    for row in rows_of(people, certifications, teams, at):
        line = [row.person.name, row.person.email, row.team_name, at.isoformat(timespec="seconds")]
        for cell in row.cells:
            line += [cell.word, timezone.localtime(cell.date).date().isoformat() if cell.date else ""]
        yield line
