"""Reminding of duties: the person before, on and after the due date; her leads, and theirs, when it is long past.

On which morning is people/ladders.py. What is said goes by the instant of saying it: a reminder that comes late says
that the date has passed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from courses.duty_changes import IT_IS_DUE, IT_WAS_DUE
from courses.models import LearningPathPage, PathAssignment
from people.ladders import rung_reached, within_reach
from people.leading import leads_above_by_person, leads_by_person
from people.models import MessageSettings, User
from people.notifying import Message
from people.reminding import not_looked_at, remind

Titles = dict[tuple[UUID, str], str]  # of paths, by key and language


@dataclass(frozen=True)
class Ladders:
    """The rungs in days after a due date, or before it: those of the person, of her leads, and of her leads' leads."""

    own: list[int]
    leads: list[int]
    above: list[int]

    @classmethod
    def of(cls, settings: MessageSettings) -> "Ladders":
        overdue = [settings.overdue_every_days * number for number in range(1, settings.overdue_times + 1)]
        return cls(
            own=[-days for days in settings.days_before_due] + [0] + overdue,
            leads=[settings.lead_after_days] if settings.lead_after_days else [],
            above=[settings.escalate_after_days] if settings.escalate_after_days else [],
        )


@dataclass(frozen=True)
class Reached:
    """The rungs of a duty that were reached since it was looked at last."""

    duty: PathAssignment
    own: int | None
    leads: int | None
    above: int | None

    @property
    def due_on(self) -> date:
        """The day on which it is due where the person is; others read the same day."""
        return self.duty.due_at.astimezone(ZoneInfo(self.duty.person.time_zone)).date()

    def key(self, kind: str, rung: int) -> str:
        """The same whatever happens to the person's time zone, and another one when the due date moves."""
        return f"{kind}-{self.duty.pk}-{self.duty.due_at:%Y%m%d}-{rung}"


def remind_of_duties(at: datetime | None = None, spoken_of: Q | None = None) -> int:
    """Reminds of what is due soon, today, or overdue at `at`; returns how many messages were left. Safe to run twice at
    once, and again.

    spoken_of: the condition on duties that something else reminds of, such as the certificate that they renew.
    """
    at = at or timezone.now()
    settings = MessageSettings.current()
    ladders = Ladders.of(settings)
    duties = PathAssignment.objects.active().filter(
        not_looked_at("person", settings.first_time, at),
        due_at__range=within_reach(ladders.own + ladders.leads + ladders.above, at),
    )
    is_spoken_of = Case(When(spoken_of, then=Value(True)), default=False) if spoken_of else Value(False)
    duties = duties.annotate(is_spoken_of=is_spoken_of).select_related("person")
    return remind(duties, partial(_messages, ladders=ladders, first_time=settings.first_time, at=at), at)


def _messages(duties: Sequence[PathAssignment], ladders: Ladders, first_time: time, at: datetime) -> list[Message]:
    """What there is to say of a chunk of duties, in five queries."""
    reached = [_reached(duty, ladders, first_time, at) for duty in duties if not duty.is_spoken_of]
    late = [one for one in reached if one.leads is not None]
    very_late = [one for one in reached if one.above is not None]
    leads = leads_by_person([one.duty.person for one in late], at.date())
    above = leads_above_by_person([one.duty.person for one in very_late], at.date())
    titles = LearningPathPage.objects.live().titles({one.duty.path_key for one in late + very_late})
    return [
        *(_to_the_person(one, at) for one in reached if one.own is not None),
        *(_to_a_lead(one, lead, titles) for one in late for lead in leads[one.duty.person_id]),
        *(_to_a_lead_above(one, lead, titles) for one in very_late for lead in above[one.duty.person_id]),
    ]


def _reached(duty: PathAssignment, ladders: Ladders, first_time: time, at: datetime) -> Reached:
    since = duty.reminders_checked_at or duty.assigned_at
    own, leads, above = (
        rung_reached(rungs, duty.due_at, since, at, duty.person.time_zone, first_time)
        for rungs in (ladders.own, ladders.leads, ladders.above)
    )
    return Reached(duty, own, leads, above)


def _to_the_person(one: Reached, at: datetime) -> Message:
    duty = one.duty
    if duty.due_at <= at:
        kind, subject = "path-overdue", gettext_noop("Overdue: %(path)s")
        body = [IT_WAS_DUE, gettext_noop("If you need more time, ask your team lead.")]
    elif one.due_on == at.astimezone(ZoneInfo(duty.person.time_zone)).date():
        kind, subject, body = "path-due", gettext_noop("Due today: %(path)s"), [IT_IS_DUE]
    else:
        kind, subject, body = "path-due-soon", gettext_noop("Due soon: %(path)s"), [IT_IS_DUE]
    return Message(
        duty.person,
        kind,
        one.key("path-reminder", one.own),
        subject,
        body,
        reverse("path", args=[duty.path_key]),
        {"path": duty.path_title, "due": one.due_on},
    )


def _to_a_lead(one: Reached, lead: User, titles: Titles) -> Message:
    subject = gettext_noop("Overdue in your team: %(person)s, %(path)s")
    return _about_a_member(one, lead, titles, "team-overdue", one.leads, subject)


def _to_a_lead_above(one: Reached, lead: User, titles: Titles) -> Message:
    subject = gettext_noop("Overdue for long in your teams: %(person)s, %(path)s")
    return _about_a_member(one, lead, titles, "team-overdue-escalated", one.above, subject)


def _about_a_member(one: Reached, lead: User, titles: Titles, kind: str, rung: int, subject: str) -> Message:
    duty = one.duty
    title = titles.get((duty.path_key, lead.language), duty.path_title)
    return Message(
        lead,
        kind,
        f"{one.key(kind, rung)}-{lead.pk}",
        subject,
        IT_WAS_DUE,
        reverse("person", args=[duty.person_id]),
        {"person": duty.person.name, "path": title, "due": one.due_on},
    )
