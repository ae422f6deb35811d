"""What people read about the cycle of a certificate: what renews it and from when, and what was before it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from certifications.models import Award
from certifications.standing import award_standing
from certifications.validity import ExpiryBasis, expiry_of


@dataclass(frozen=True)
class Renewal:
    """The path that renews an award or, where that was missed, certifies the holder anew.

    opens_at: from when on completing it does so. counts_from_expiry: the new award counts from the expiry of this one,
    not from its own day. holds_until: when the new one expires where the path is completed now, or when it opens; None
    for never.
    """

    award: Award
    path_key: UUID
    opens_at: datetime
    is_open: bool
    is_late: bool
    counts_from_expiry: bool
    holds_until: datetime | None


@dataclass(frozen=True)
class Cycle:
    """One award among all that a person had of a certification. replaced_at: when a newer one superseded it."""

    award: Award
    standing: str
    replaced_at: datetime | None
    is_shown: bool

    @property
    def expired_at(self) -> datetime | None:
        """When it expired, if that ended it: not where it was revoked, or replaced while it held."""
        ended_at = self.award.expires_at
        if self.standing == "superseded":
            return ended_at if ended_at and self.replaced_at and ended_at <= self.replaced_at else None
        return ended_at if self.standing == "expired" else None


def renewal_of(award: Award, at: datetime) -> Renewal | None:
    """How an active award is renewed that expires, or whose renewal was asked for; None for any other, and where the
    certification is given up.

    award: one of `with_paths`. The renewal path counts until late renewals are let pass no longer; then it is the
    first-time path again.
    """
    certification, expires_at, opens_at = award.certification, award.expires_at, award.renewal_opens_at
    if award.state != Award.State.ACTIVE or opens_at is None or not certification.is_active:
        return None
    is_late = expires_at is not None and at >= expires_at
    is_missed = is_late and at >= expires_at + certification.late_period
    path = certification.first_time_path if is_missed else certification.path_to_renew
    return Renewal(
        award,
        path.translation_key,
        opens_at,
        opens_at <= at,
        is_late,
        certification.expiry_basis == ExpiryBasis.PREVIOUS_EXPIRY and expires_at is not None and not is_late,
        expiry_of(certification.validity, max(at, opens_at), expires_at, award.holder.time_zone),
    )


def cycles_of(awards: Iterable[Award], shown: Award | None, at: datetime) -> list[Cycle]:
    """The awards of one person and certification, the newest first; `shown` is the one that the page is about."""
    awards = list(awards)
    awarded = {award.pk: award.awarded_at for award in awards}
    return [
        Cycle(award, award_standing(award, at), awarded.get(award.superseded_by_id), award == shown)
        for award in sorted(awards, key=lambda award: (award.awarded_at, award.pk), reverse=True)
    ]
