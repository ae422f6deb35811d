"""Twelve months of KPI readings of each team: most on their way from the baseline to the target, not all."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from django.db.models import Q

from certifications.models import Award
from lms.demo.moments import today
from people.models import Team, TeamMembership
from strategy.models import Kpi, KpiReading, ServiceGoal

MONTHS = 12
EVERY_TEAM = ["csat", "nps", "resolution"]
MEASURED = {
    "service": ["nps", "ces", "churn", "csat"],
    "phone": [*EVERY_TEAM, "fcr", "aht", "wait", "ces"],
    "chat": [*EVERY_TEAM, "fcr", "aht", "frt", "response", "ces"],
    "after-sales": [*EVERY_TEAM, "fcr", "reach"],
    "social": [*EVERY_TEAM, "frt", "response"],
}
# How much of the way to its target a team has come, and how many contacts it has in a month.
PROGRESS = {"service": 0.6, "phone": 0.8, "chat": 0.95, "after-sales": 0.35, "social": 0.55}
CONTACTS = {"service": 9000, "phone": 4200, "chat": 3100, "after-sales": 900, "social": 800}


def load_readings() -> None:
    teams = {team.code: team for team in Team.objects.all()}
    goals = {goal.kpi.code: goal for goal in ServiceGoal.objects.exclude(kpi=None).select_related("kpi")}
    certified = goals["certified"].kpi
    readings = []
    for number, month in enumerate(months()):
        passed = number / (MONTHS - 1)
        for team, codes in MEASURED.items():
            readings += [_on_the_way(goals[code], teams[team], month, passed) for code in codes]
        readings += [_certified(certified, team, month) for team in teams.values()]
    KpiReading.objects.bulk_create(readings)


def months() -> list[tuple[date, date]]:
    """First and last day of the last twelve whole months, the oldest first."""
    last = today().replace(day=1) - timedelta(days=1)
    found = []
    for _number in range(MONTHS):
        found.append((last.replace(day=1), last))
        last = last.replace(day=1) - timedelta(days=1)
    return found[::-1]


def _on_the_way(goal: ServiceGoal, team: Team, month: tuple[date, date], passed: float) -> KpiReading:
    """A value on the line from baseline to target, a little above or below it; `passed`: of the year, from 0 to 1."""
    rng = Random(f"{goal.kpi.code} {team.code} {month[0]}")
    way = float(goal.target - goal.baseline) * (passed * PROGRESS[team.code] + rng.uniform(-0.08, 0.08))
    sample_size = int(CONTACTS[team.code] * rng.uniform(0.85, 1.15))
    return _reading(goal.kpi, team, month, float(goal.baseline) + way, sample_size)


def _certified(kpi: Kpi, team: Team, month: tuple[date, date]) -> KpiReading:
    """How many percent of those who were in the team at the end of the month held a valid award then."""
    below = TeamMembership.objects.members().filter(team__path__startswith=team.path, starts_on__lte=month[1])
    people = set(below.values_list("user", flat=True))
    at = datetime.combine(month[1], time.max, UTC)
    unexpired = Award.objects.filter(Q(expires_at=None) | Q(expires_at__gt=at), holder__in=people, awarded_at__lte=at)
    held = unexpired.filter(Q(revoked_at=None) | Q(revoked_at__gt=at))
    return _reading(kpi, team, month, 100 * held.values("holder").distinct().count() / len(people), len(people))


def _reading(kpi: Kpi, team: Team, month: tuple[date, date], value: float, sample_size: int) -> KpiReading:
    starts_on, ends_on = month
    value = Decimal(f"{value:.2f}")
    return KpiReading(kpi=kpi, team=team, starts_on=starts_on, ends_on=ends_on, value=value, sample_size=sample_size)
