"""The week of a lead: once a week, who in her teams needs her, as the board shows it.

It describes the morning on which it is due, also when it is made later that day.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_noop

from certifications.models import Award
from lms.board import Filters, state_conditions
from people.directions import listed
from people.ladders import last_morning
from people.leading import upwards
from people.models import MessageSettings, Notification, TeamMembership, User
from people.notifying import Message, notify_many

WEEK = timedelta(days=7)
LATEST = timedelta(hours=12)  # a digest that could not be made by then waits for the next week
NAMED = 10
CHUNK = 500


class Section(NamedTuple):
    """What is reported: `state` is the board's filter that shows it, if there is one."""

    name: str
    state: str
    words: str


SECTIONS = (
    Section("expired", "expired", gettext_noop("Expired (%(expired)s): %(expired_names)s")),
    Section("overdue", "overdue", gettext_noop("Overdue (%(overdue)s): %(overdue_names)s")),
    Section("expiring", "expiring-30", gettext_noop("Expiring within 30 days (%(expiring)s): %(expiring_names)s")),
    Section("certified", "", gettext_noop("Certified this week (%(certified)s): %(certified_names)s")),
)

# Of one lead: the people of each section, by name and key.
Report = dict[str, set[tuple[str, int]]]


def send_digests(at: datetime | None = None) -> int:
    """Leaves the digest of each lead whose morning of it has come, and who has something to read; returns how many.

    Safe to run twice at once, and again. Two queries on any other day; on the day itself some ten and two for each 500
    digests, whatever the number of leads and people.
    """
    at = at or timezone.now()
    mornings = _mornings(MessageSettings.current(), at)
    return sum(_send(User.objects.leads().filter(time_zone__in=zones), each, at) for each, zones in mornings.items())


def _send(leads: QuerySet[User], morning: datetime, at: datetime) -> int:
    waiting = _without_digest(leads, morning)
    reports = _reports(waiting, morning) if waiting else {}
    idle = [_key(lead, morning) for lead in waiting if lead.pk not in reports]
    cache.set_many(dict.fromkeys(idle, True), LATEST.total_seconds())
    digests = [_digest(lead, reports[lead.pk], morning) for lead in waiting if lead.pk in reports]
    chunks = (digests[start : start + CHUNK] for start in range(0, len(digests), CHUNK))
    return sum(notify_many(chunk, at) for chunk in chunks)


def _mornings(rules: MessageSettings, at: datetime) -> dict[datetime, list[str]]:
    """The mornings of digests that have come lately, and in which time zones of leads."""
    mornings: dict[datetime, list[str]] = defaultdict(list)
    if rules.digest_weekday is None:
        return mornings
    for zone in User.objects.leads().order_by().values_list("time_zone", flat=True).distinct():
        morning = last_morning(at, zone, rules.first_time)
        if at - morning < LATEST and _local_day(morning, zone).weekday() == rules.digest_weekday:
            mornings[morning].append(zone)
    return mornings


def _local_day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def _key(lead: User, morning: datetime) -> str:
    year, week, _weekday = _local_day(morning, lead.time_zone).isocalendar()
    return f"team-digest-{lead.pk}-{year}-W{week}"


def _without_digest(leads: QuerySet[User], morning: datetime) -> list[User]:
    """Those of `leads` to whom nothing was sent that morning, and who were not found to have nothing to read: what is
    cached only saves looking again each minute."""
    keys = {_key(lead, morning): lead for lead in leads}
    said = set(Notification.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", flat=True))
    done = said | cache.get_many(keys).keys()
    return [lead for key, lead in keys.items() if key not in done]


def _reports(leads: list[User], morning: datetime) -> dict[int, Report]:
    """What is to be reported to each of `leads`, by her key; nothing for who has nothing to read. Six queries."""
    found = {name: set(people) for name, people in _sections(morning)}
    day = morning.date()
    led = TeamMembership.objects.active(day).leads().filter(user__in=leads)
    leads_at: dict[str, set[int]] = defaultdict(set)
    for lead, path in led.values_list("user", "team__path"):
        leads_at[path].add(lead)
    reports: dict[int, Report] = defaultdict(lambda: defaultdict(set))
    members = TeamMembership.objects.active(day).members().filter(user__is_active=True)
    for pk, name, path in members.values_list("user", "user__name", "team__path").iterator():
        names = [section for section, people in found.items() if pk in people]
        for lead in {lead for team in upwards(path) for lead in leads_at.get(team, ())} if names else ():
            for section in names:
                reports[lead][section].add((name, pk))
    return reports


def _sections(morning: datetime) -> Iterator[tuple[str, Iterator[int]]]:
    """The keys of the people of each section."""
    conditions = state_conditions(morning)
    certified = Award.objects.filter(holder=OuterRef("pk"), awarded_at__gt=morning - WEEK, awarded_at__lte=morning)
    this_week = Exists(certified.exclude(state=Award.State.REVOKED))
    for section in SECTIONS:
        condition = conditions[section.state] if section.state else this_week
        yield section.name, User.objects.filter(condition, is_active=True).order_by().values_list("pk", flat=True)


def _digest(lead: User, report: Report, morning: datetime) -> Message:
    body, params = [], {"day": _local_day(morning, lead.time_zone)}
    for section in SECTIONS:
        if not (people := sorted(report[section.name])):
            continue
        params |= {section.name: len(people), f"{section.name}_names": _names([name for name, _pk in people])}
        body.append(section.words)
        if section.state:
            body.append(f"{settings.SITE_URL}{reverse('board')}?{Filters(state=section.state).query()}")
    subject = gettext_noop("Your team on %(day)s")
    return Message(lead, "team-digest", _key(lead, morning), subject, body, reverse("board"), params)


def _first_names(names: list[str]) -> str:
    """The first of them, as a list in the language of the moment."""
    return listed(names[:NAMED]) + (" …" if len(names) > NAMED else "")


_names = lazy(_first_names, str)
