"""Telling people what was done to a certificate by hand: its holder, and her leads."""

from collections.abc import Iterator
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext_noop
from wagtail.models import ModelLogEntry

from certifications.models import Award
from people.leading import leads_of
from people.notifying import Message


class _Words(NamedTuple):
    kind: str
    subject: str
    for_leads: str


WORDS = {
    "certifications.revoke": _Words(
        "award-revoked",
        gettext_noop("Your certificate was revoked: %(certification)s"),
        gettext_noop("A certificate in your team was revoked: %(person)s, %(certification)s"),
    ),
    "certifications.reinstate": _Words(
        "award-reinstated",
        gettext_noop("Your certificate holds again: %(certification)s"),
        gettext_noop("A certificate in your team holds again: %(person)s, %(certification)s"),
    ),
    "certifications.change_expiry": _Words(
        "award-expiry-changed",
        gettext_noop("The expiry of your certificate was changed: %(certification)s"),
        gettext_noop("The expiry of a certificate in your team was changed: %(person)s, %(certification)s"),
    ),
}


def news_of(award: Award, entry: ModelLogEntry) -> Iterator[Message]:
    """What is said of the act that `entry` logs, each act once: to the holder, and to each of her leads who did not do
    it herself."""
    holder, words, key = award.holder, WORDS[entry.action], f"award-changed-{entry.pk}"
    body = gettext_noop("The reason that was given: %(reason)s")
    params = {"person": holder.name, "reason": entry.data["reason"]}
    hers = params | {"certification": award.certification_title}
    yield Message(holder, words.kind, key, words.subject, body, award.get_absolute_url(), hers)
    theirs = params | {"certification": award.certification}
    for lead in leads_of(holder):
        if lead.pk != entry.user_id:
            page = reverse("person", args=[holder.pk])
            yield Message(lead, "team-award-changed", f"{key}-{lead.pk}", words.for_leads, body, page, theirs)
