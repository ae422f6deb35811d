"""Reminding of expiries: the holder while her renewal window is open, her leads when a certificate is about to expire
and when it has. On which morning is people/ladders.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from certifications.models import Award
from people.ladders import rung_reached, within_reach
from people.leading import leads_by_person
from people.models import MessageSettings, User
from people.notifying import Message
from people.reminding import not_looked_at, remind

AFTER_EXPIRY = 1  # the first morning on which every certificate of the day before has expired
LEADS_NOTICE = 7  # days


@dataclass(frozen=True)
class Reached:
    """What has to be said of an award since it was looked at last: the rung, in days after its expiry, for the holder,
    and for her leads."""

    award: Award
    own: int | None
    leads: int | None

    @property
    def expires_on(self) -> date:
        """The day on which it expires where the holder is; others read the same day."""
        return self.award.expires_at.astimezone(ZoneInfo(self.award.holder.time_zone)).date()

    def key(self, kind: str, rung: int) -> str:
        """The same whatever happens to the holder's time zone, and another one when the expiry is changed."""
        return f"{kind}-{self.award.pk}-{self.award.expires_at:%Y%m%d}-{rung}"


def remind_of_expiries(at: datetime | None = None) -> int:
    """Reminds of the certificates that expire soon, or have expired, at `at`; returns how many messages were left. Safe
    to run twice at once, and again."""
    at = at or timezone.now()
    settings = MessageSettings.current()
    rungs = [-days for days in settings.days_before_expiry] + [AFTER_EXPIRY]
    awards = Award.objects.active().filter(
        not_looked_at("holder", settings.first_time, at),
        certification__is_active=True,
        expires_at__range=within_reach(rungs, at),
    )
    awards = awards.select_related("holder", "certification__first_time_path", "certification__renewal_path")
    return remind(awards, partial(_messages, settings=settings, at=at), at)


def reminded_of_as_awards() -> Q:
    """The condition on duties that they are due when the certificate expires that they renew: it is that which is
    reminded of."""
    renewed = Award.objects.active().filter(certification__is_active=True)
    return Q(Exists(renewed.filter(renewal=OuterRef("pk"), expires_at=OuterRef("due_at"))))


def notice_for_leads(days_before_expiry: Sequence[int]) -> list[int]:
    """On which of the holder's rungs her leads are told too: the last that is a week before, else the first."""
    early = [days for days in days_before_expiry if days >= LEADS_NOTICE]
    return [min(early)] if early else list(days_before_expiry[:1])


def _messages(awards: Sequence[Award], settings: MessageSettings, at: datetime) -> list[Message]:
    """What there is to say of a chunk of awards, in two queries."""
    reached = [_reached(award, settings, at) for award in awards]
    for_leads = [one for one in reached if one.leads is not None]
    leads = leads_by_person([one.award.holder for one in for_leads], at.date())
    return [
        *(_to_the_holder(one, at) for one in reached if one.own is not None),
        *(_to_a_lead(one, lead, at) for one in for_leads for lead in leads[one.award.holder_id]),
    ]


def _reached(award: Award, settings: MessageSettings, at: datetime) -> Reached:
    closing = settings.days_before_expiry
    if award.expires_at <= at:
        own = [AFTER_EXPIRY] if _can_be_renewed_late(award, at) else []
        leads = [AFTER_EXPIRY]
    elif award.renewal_opened_at:
        own, leads = [-days for days in closing], [-days for days in notice_for_leads(closing)]
    else:
        own = leads = []
    moments = (award.awarded_at, award.renewal_opened_at, award.reminders_checked_at)
    since = max(moment for moment in moments if moment)
    own_rung, leads_rung = (
        rung_reached(rungs, award.expires_at, since, at, award.holder.time_zone, settings.first_time)
        for rungs in (own, leads)
    )
    return Reached(award, own_rung, leads_rung)


def _can_be_renewed_late(award: Award, at: datetime) -> bool:
    return award.lapsed_at is None and at < award.expires_at + award.certification.late_period


def _to_the_holder(one: Reached, at: datetime) -> Message:
    award = one.award
    if award.expires_at <= at:
        kind, subject = "award-expired", gettext_noop("Your certificate has expired: %(certification)s")
        body = gettext_noop("You can still renew it until %(until)s.")
    else:
        kind, subject = "award-closing", gettext_noop("Your certificate expires soon: %(certification)s")
        body = [
            gettext_noop("It is valid until %(expires)s."),
            gettext_noop("Complete the learning path by then to renew it."),
        ]
    path = award.certification.path_to_renew
    return Message(
        award.holder,
        kind,
        one.key(kind, one.own),
        subject,
        body,
        path.get_view_url() if path.live else award.get_absolute_url(),
        {
            "certification": award.certification_title,
            "expires": one.expires_on,
            "until": award.expires_at + award.certification.late_period,
        },
    )


def _to_a_lead(one: Reached, lead: User, at: datetime) -> Message:
    award = one.award
    if award.expires_at <= at:
        kind, body = "team-award-expired", gettext_noop("It was valid until %(expires)s.")
        subject = gettext_noop("A certificate in your team has expired: %(person)s, %(certification)s")
    else:
        kind, body = "team-award-closing", gettext_noop("It is valid until %(expires)s.")
        subject = gettext_noop("A certificate in your team expires soon: %(person)s, %(certification)s")
    return Message(
        lead,
        kind,
        f"{one.key(kind, one.leads)}-{lead.pk}",
        subject,
        body,
        reverse("person", args=[award.holder_id]),
        {"person": award.holder.name, "certification": award.certification, "expires": one.expires_on},
    )
