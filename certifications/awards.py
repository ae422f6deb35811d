"""Granting and revoking awards. An award comes from recorded evidence, or from a named person with a reason."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_noop
from wagtail.log_actions import log

from certifications.award_changes import news_of
from certifications.models import Award, Certification
from certifications.validity import expiry_of
from courses.models import PathAssignment
from people.holding import hold
from people.models import User
from people.notifying import notify, notify_many
from people.reasons import require_reason

COMPLETED = PathAssignment.State.COMPLETED


class AlreadyCertified(Exception):
    """The holder has an active award of this certification; there cannot be two."""


@transaction.atomic
def grant_award(
    certification: Certification,
    holder: User,
    evidence: dict,
    at: datetime | None = None,
    by: User | None = None,
    reason: str = "",
    ends_by: datetime | None = None,
    only_when_due: bool = False,
) -> Award:
    """Awards `certification` to `holder`, or returns the award that she already has.

    While an award is valid it is only renewed inside its window, by the renewal that it was opened for, or by hand. How
    long the new one holds is `validity.expiry_of`, or until `ends_by` where that is sooner: no renewal shortens a
    validity. The old award is superseded, never changed. Raises ReasonRequired when `by` gives none, and
    AlreadyCertified where `by` is to renew `only_when_due` and it may not be renewed yet.
    """
    if by:
        require_reason(reason)
    at = at or timezone.now()
    hold(holder.pk)
    actives = Award.objects.active().filter(holder=holder, certification=certification)
    current = actives.select_related("renewal").first()
    if current and not may_be_renewed(current, certification, at):
        if only_when_due:
            raise AlreadyCertified
        if not by:
            return current
    if current:
        Award.objects.filter(pk=current.pk).update(state=Award.State.SUPERSEDED)
    award = _new_award(certification, holder, evidence, at, current, by, reason, ends_by)
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


def may_be_renewed(award: Award, certification: Certification, at: datetime) -> bool:
    """Whether an active award of `certification` no longer holds at `at`, its window is open, or its renewal was opened
    before that, and is open still or complete."""
    if not award.is_valid(at) or (award.renewal and award.renewal.state in (*PathAssignment.OPEN_STATES, COMPLETED)):
        return True
    return award.expires_at is not None and at >= award.expires_at - certification.window


def expiry_by_rule(
    certification: Certification, holder: User, at: datetime, current: Award | None, ends_by: datetime | None = None
) -> datetime | None:
    """When an award that is given at `at` expires, None for never; see `grant_award`.

    current: the holder's active award, else None.
    """
    previous = current and current.expires_at
    expires_at = expiry_of(certification.validity, at, previous, holder.time_zone)
    if ends_by is None or (expires_at is not None and expires_at <= ends_by):
        return expires_at
    return max(ends_by, previous) if previous is not None and previous > at else ends_by


def _new_award(certification, holder, evidence, at, current, by, reason, ends_by) -> Award:
    expires_at = expiry_by_rule(certification, holder, at, current, ends_by)
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
    require_reason(reason)
    at = at or timezone.now()
    hold(award.holder_id)
    revoked = Award.State.REVOKED
    changed = Award.objects.active().filter(pk=award.pk).update(state=revoked, revoked_at=at, revoke_reason=reason)
    award.refresh_from_db()
    if changed:
        entry = log(instance=award, action="certifications.revoke", user=by, data={"reason": reason})
        notify_many(news_of(award, entry), at)
    return award


@transaction.atomic
def reinstate_award(award: Award, by: User, reason: str, at: datetime | None = None) -> Award:
    """Gives a revoked award back as it was; its dates stay. Raises ReasonRequired, and AlreadyCertified where the
    holder has another active award by now."""
    require_reason(reason)
    hold(award.holder_id)
    if Award.objects.active().filter(holder=award.holder, certification=award.certification).exists():
        raise AlreadyCertified
    revoked = Award.objects.filter(pk=award.pk, state=Award.State.REVOKED)
    changed = revoked.update(state=Award.State.ACTIVE, revoked_at=None, revoke_reason="")
    award.refresh_from_db()
    if changed:
        entry = log(instance=award, action="certifications.reinstate", user=by, data={"reason": reason})
        notify_many(news_of(award, entry), at)
    return award


@transaction.atomic
def change_expiry(
    award: Award, expires_at: datetime | None, by: User, reason: str, at: datetime | None = None
) -> Award:
    """Moves the expiry of an active award; None for never. Its renewal window opens by the new date.

    Raises ReasonRequired, and ValueError where it would expire before it was given.
    """
    require_reason(reason)
    if expires_at is not None and expires_at <= award.awarded_at:
        raise ValueError("An award expires after it was given.")
    hold(award.holder_id)
    award.refresh_from_db()
    before = award.expires_at
    changes = {"expires_at": expires_at, "renewal_opened_at": None, "lapsed_at": None}
    changes["pdf_due_at"] = at or timezone.now()  # the date is printed on it
    changed = Award.objects.active().filter(pk=award.pk).update(**changes)
    award.refresh_from_db()
    if changed:
        dates = {"from": before and before.isoformat(), "to": expires_at and expires_at.isoformat()}
        data = dates | {"reason": reason}
        entry = log(instance=award, action="certifications.change_expiry", user=by, data=data)
        notify_many(news_of(award, entry), at)
    return award
