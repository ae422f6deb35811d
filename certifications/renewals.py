"""The cycle of a certification: its renewal window opens, it is renewed, or it expires and is earned anew."""

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from wagtail.log_actions import log

from certifications.awards import grant_award
from certifications.evidence import evidence_of
from certifications.models import Award, Certification
from courses.assignments import assign_path, take_back
from courses.models import LearningPathPage, PathAssignment
from people.holding import hold
from people.models import User
from people.notifying import notify
from people.reasons import require_reason

logger = logging.getLogger("certifications")

LIMIT = 1000  # a sweep; what is left comes with the next one
FORGONE = (PathAssignment.State.EXEMPT, PathAssignment.State.REMOVED)


def earns(certification: Certification, path_key: UUID, holder: User, at: datetime) -> bool:
    """Whether completing the path `path_key` at `at` earns `certification`.

    The first-time path always does. A renewal path of its own does for whoever holds an award that is valid, or that
    expired no longer ago than late renewals are let pass.
    """
    if certification.first_time_path.translation_key == path_key:
        return True
    current = Award.objects.active().filter(holder=holder, certification=certification).first()
    return current is not None and (current.expires_at is None or at < current.expires_at + certification.late_period)


def open_renewals(at: datetime | None = None, limit: int = LIMIT) -> int:
    """Gives the renewal path to whoever's window is open at `at`; returns to how many. Safe to run twice at once.

    She stays certified. A new registration begins in the courses that she completed before the window opened, so that
    the old cycle stays as history.
    """
    at = at or timezone.now()
    return _each(at, limit, _window_open, _open)


@transaction.atomic
def ask_to_renew(
    award: Award, due_at: datetime, counts_from: datetime | None, by: User, reason: str, at: datetime | None = None
) -> PathAssignment | None:
    """Opens the renewal of an active award, also long before its window, because somebody decides so.

    due_at: by when it is asked for; missing it takes nothing away. counts_from: as for `assign_path`. Whoever completes
    the path is renewed: at once, where earlier completions complete it. A duty that she has in this path already
    becomes the renewal. Returns what she has to do; None where the award is not active. Raises ReasonRequired.
    """
    require_reason(reason)
    at = at or timezone.now()
    hold(award.holder_id)
    if not Award.objects.active().filter(pk=award.pk).update(renewal_opened_at=at):
        return None
    path = award.certification.path_to_renew
    given = assign_path(award.holder, path, by=by, reason=reason, at=at, due_at=due_at, counts_from=counts_from)
    log(instance=award, action="certifications.renewal", user=by, data={"holder": award.holder_id, "reason": reason})
    link_renewal(award, given, at)
    if given.state == PathAssignment.State.COMPLETED:
        return given
    notify(
        award.holder,
        kind="renewal-open",
        dedupe_key=f"renewal-open-{award.pk}-{given.pk}",
        subject=gettext_noop("Please renew your certificate: %(certification)s"),
        body=[
            gettext_noop("Complete the renewal by %(day)s. The certificate stays valid until it expires."),
            gettext_noop("The reason that was given: %(reason)s"),
        ],
        params={"certification": award.certification_title, "day": given.due_at or due_at, "reason": reason},
        url=award.get_absolute_url(),
        at=at,
    )
    return given


def link_renewal(award: Award, assignment: PathAssignment, at: datetime) -> None:
    """Lets the completion of `assignment` renew the award, also where it is complete by now."""
    Award.objects.filter(pk=award.pk).update(renewal=assignment)
    award.renewal = assignment
    if assignment.state == PathAssignment.State.COMPLETED:
        grant_award(award.certification, award.holder, evidence_of(assignment), at=at)


def lapse_awards(at: datetime | None = None, limit: int = LIMIT) -> int:
    """Lets the awards go whose renewal was missed at `at`: back to the first-time path; returns how many."""
    at = at or timezone.now()
    return _each(at, limit, _missed, _lapse)


def _each(
    at: datetime,
    limit: int,
    due: Callable[[Certification, datetime], QuerySet[Award]],
    act: Callable[[Certification, Award, datetime], None],
) -> int:
    """Acts on each award that is due, in a transaction of its own; one that fails is logged and holds up no other.

    Each is looked at again when its holder is held: meanwhile it may have been renewed, revoked or given another
    expiry, or another sweep may have been there.
    """
    done = 0
    for certification in Certification.objects.filter(is_active=True).select_related("first_time_path", "renewal_path"):
        awards = due(certification, at).filter(certification=certification, holder__is_active=True)
        for award in list(awards.select_related("holder").order_by("expires_at", "pk")[: limit - done]):
            award.certification = certification
            try:
                with transaction.atomic():
                    hold(award.holder_id)
                    if due(certification, at).filter(pk=award.pk, expires_at=award.expires_at).exists():
                        act(certification, award, at)
                        done += 1
            except Exception:
                logger.exception("award %s: its cycle could not go on", award.pk)
    return done


def _window_open(certification: Certification, at: datetime) -> QuerySet[Award]:
    """Those whose renewal is not open; one that was opened early and then forgone is asked for in the window again."""
    forgone = Q(renewal__state__in=FORGONE, renewal_opened_at__lt=F("expires_at") - certification.window)
    awards = Award.objects.active().filter(Q(renewal_opened_at=None) | forgone, lapsed_at=None)
    return awards.filter(expires_at__lte=at + certification.window, expires_at__gt=at - certification.late_period)


def _missed(certification: Certification, at: datetime) -> QuerySet[Award]:
    return Award.objects.active().filter(lapsed_at=None, expires_at__lte=at - certification.late_period)


def _open(certification: Certification, award: Award, at: datetime) -> None:
    Award.objects.filter(pk=award.pk).update(renewal_opened_at=at)
    path = certification.path_to_renew
    if not path.live:
        logger.warning("award %s: its renewal path is not published", award.pk)
        return
    _give(award, path, at, gettext_noop("Your certificate “%(certification)s” is up for renewal."))
    log(instance=award, action="certifications.renewal", data={"holder": award.holder_id})
    _tell(
        award,
        "renewal-open",
        gettext_noop("You can renew your certificate: %(certification)s"),
        gettext_noop("It stays valid until it expires. Renew it in time and the new one counts from there."),
        at,
    )


def _lapse(certification: Certification, award: Award, at: datetime) -> None:
    Award.objects.filter(pk=award.pk).update(lapsed_at=at)
    if award.renewal_id and certification.path_to_renew != certification.first_time_path:
        with translation.override(award.holder.language):
            take_back(award.renewal, reason=_("The certificate expired: the first-time path is asked for again."))
    if certification.first_time_path.live:
        reason = gettext_noop("Your certificate “%(certification)s” has expired.")
        _give(award, certification.first_time_path, at, reason)
    log(instance=award, action="certifications.lapse", data={"holder": award.holder_id})
    _tell(
        award,
        "award-expired",
        gettext_noop("Your certificate has expired: %(certification)s"),
        gettext_noop("To be certified again, complete the learning path once more."),
        at,
    )


def _give(award: Award, path: LearningPathPage, at: datetime, reason: str) -> None:
    """What was completed since the window opened counts; what was completed before belongs to the old cycle."""
    window_opened_at = award.expires_at - award.certification.window
    with translation.override(award.holder.language):
        words = _(reason) % {"certification": award.certification_title}
    due_at = award.expires_at if award.expires_at > at else None
    given = assign_path(award.holder, path, reason=words, at=at, due_at=due_at, counts_from=min(window_opened_at, at))
    link_renewal(award, given, at)


def _tell(award: Award, kind: str, subject: str, body: str, at: datetime) -> None:
    key = f"{kind}-{award.pk}-{award.expires_at:%Y%m%d}"
    params = {"certification": award.certification_title}
    notify(
        award.holder,
        kind=kind,
        dedupe_key=key,
        subject=subject,
        body=body,
        params=params,
        url=award.get_absolute_url(),
        at=at,
    )
