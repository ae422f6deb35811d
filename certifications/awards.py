"""Granting and revoking awards. An award comes from recorded evidence, or from a named person with a reason."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_noop
from wagtail.log_actions import log

from certifications.models import Award, Certification
from certifications.validity import add_months
from people.models import User
from people.notifying import notify


class ReasonRequired(ValueError):
    """What a person does by hand to an award is refused without a reason."""


@transaction.atomic
def grant_award(
    certification: Certification,
    holder: User,
    evidence: dict,
    at: datetime | None = None,
    by: User | None = None,
    reason: str = "",
) -> Award:
    """Awards `certification` to `holder`, or returns the award that she already has.

    While an award is valid it is only renewed inside its window, or by hand; an early renewal counts from the old
    expiry, a late one from `at`, so no renewal shortens a validity. The old award is superseded, never changed.
    Raises ReasonRequired when `by` gives none.
    """
    if by and not reason.strip():
        raise ReasonRequired
    at = at or timezone.now()
    _hold_grants_to(holder)
    current = Award.objects.active().filter(holder=holder, certification=certification).first()
    if current and current.is_valid(at) and not by and not _window_is_open(current, certification, at):
        return current
    if current:
        Award.objects.filter(pk=current.pk).update(state=Award.State.SUPERSEDED)
    award = _new_award(certification, holder, evidence, at, current, by, reason)
    if current:
        Award.objects.filter(pk=current.pk).update(superseded_by=award)
    log(instance=award, action="certifications.grant", user=by, data={"holder": holder.pk, "reason": reason})
    notify(
        holder,
        kind="certified",
        dedupe_key=f"certified-{award.pk}",
        subject=gettext_noop("You are certified: %(certification)s"),
        body=gettext_noop("Your certificate is ready to look at, to download and to share."),
        params={"certification": award.certification_title},
        url=award.get_absolute_url(),
        at=at,
    )
    return award


def _hold_grants_to(holder: User) -> None:
    """One grant at a time a person: the next one sees this one's award."""
    User.objects.select_for_update(no_key=True).get(pk=holder.pk)


def _window_is_open(current: Award, certification: Certification, at: datetime) -> bool:
    if current.expires_at is None:
        return False
    return at >= current.expires_at - timedelta(days=certification.window_days)


def _new_award(certification, holder, evidence, at, current, by, reason) -> Award:
    expires_at = None
    if certification.validity_months:
        is_early = current is not None and current.is_valid(at) and current.expires_at is not None
        base = current.expires_at if is_early else at
        expires_at = add_months(base, certification.validity_months, holder.time_zone)
    with translation.override(holder.language):
        title, description = certification.title, certification.description
    return Award.objects.create(
        certification=certification,
        holder=holder,
        holder_name=holder.name,
        certification_title=title,
        certification_description=description,
        language=holder.language,
        awarded_at=at,
        expires_at=expires_at,
        evidence=evidence,
        granted_by=by,
        grant_reason=reason,
    )


@transaction.atomic
def revoke_award(award: Award, by: User, reason: str, at: datetime | None = None) -> Award:
    """Takes an active award away: it stays, and says since when it is revoked. Raises ReasonRequired."""
    if not reason.strip():
        raise ReasonRequired
    at = at or timezone.now()
    revoked = Award.State.REVOKED
    changed = Award.objects.active().filter(pk=award.pk).update(state=revoked, revoked_at=at, revoke_reason=reason)
    award.refresh_from_db()
    if changed:
        log(instance=award, action="certifications.revoke", user=by, data={"reason": reason})
        notify(
            award.holder,
            kind="award-revoked",
            dedupe_key=f"award-revoked-{award.pk}",
            subject=gettext_noop("Your certificate was revoked: %(certification)s"),
            body=gettext_noop("The reason that was given: %(reason)s"),
            params={"certification": award.certification_title, "reason": reason},
            url=award.get_absolute_url(),
            at=at,
        )
    return award
