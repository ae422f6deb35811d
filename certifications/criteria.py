"""What moving to the present rules of a certification means for each certificate and each duty.

The preview and the run ask the same functions about the same rows, so that what was shown is what is done. Each part of
a migration (expiries, renewals by a date, paths of those under way) adds its effect; a further part would be one more.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from certifications.models import Award, Certification, CriteriaMigration
from certifications.validity import expiry_of
from courses.earlier import is_completed
from courses.models import LearningPathPage, PathAssignment
from courses.prerequisites import ALL_TIME
from people.days import end_of_day
from people.models import User


class Effect(models.TextChoices):
    """What happens to a certificate or a duty: first what changes something, then why nothing does."""

    ENDS_NOW = "ends_now", _("expires at once")
    EARLIER = "earlier", _("expires earlier")
    LATER = "later", _("expires later")
    ASKED = "asked", _("is asked to renew")
    RENEWED = "renewed", _("is renewed at once: it is all completed already")
    HAS_DUTY = "has_duty", _("has the path already: completing it renews")
    MOVED = "moved", _("goes on with the present path")
    COMPLETED = "completed", _("is given the present path, and has completed all of it already")
    HAS_BOTH = "has_both", _("has the present path already: the previous one is taken back")
    UNCHANGED = "unchanged", _("expires on the same day")
    KEPT = "kept", _("would expire earlier, and keeps the expiry")
    RENEWAL_OPEN = "renewal_open", _("is not asked: the renewal is open already")
    CERTIFIED = "certified", _("is certified already")
    EXPIRED = "expired", _("has expired")
    REVOKED = "revoked", _("was revoked")
    SUPERSEDED = "superseded", _("was renewed since")
    LEFT = "left", _("is not active any more")
    ONESELF = "oneself", _("is you: somebody else has to do it")
    FAILED = "failed", _("could not be dealt with")


CHANGES = tuple(Effect)[: tuple(Effect).index(Effect.UNCHANGED)]
MOVES_EXPIRY = {Effect.ENDS_NOW, Effect.EARLIER, Effect.LATER}
ASKS = {Effect.ASKED, Effect.RENEWED, Effect.HAS_DUTY}
MOVES_PATH = {Effect.MOVED, Effect.COMPLETED, Effect.HAS_BOTH}


@dataclass(frozen=True)
class Prospect:
    """What is to become of one certificate or duty. expires_at, due_at: as they are afterwards."""

    effects: tuple[Effect, ...]
    expires_at: datetime | None = None
    due_at: datetime | None = None

    def includes(self, effects: set[Effect]) -> bool:
        return not effects.isdisjoint(self.effects)


def rules_of(certification: Certification) -> dict:
    """What decides about its awards, as JSON: equal as long as nobody changed it."""
    names = ("is_active", "validity_months", "expiry_basis", "fixed_month", "fixed_day", "minimum_months")
    paths = {"first": certification.first_time_path, "renewal": certification.path_to_renew}
    return {name: getattr(certification, name) for name in (*names, "window_days", "late_renewal_days")} | {
        name: [str(path.translation_key), path.live] for name, path in paths.items()
    }


def awards_concerned(migration: CriteriaMigration, at: datetime) -> QuerySet[Award]:
    """The awards that were there at the preview, each with what decides about it; see `prospect_of_award`."""
    awards = Award.objects.filter(certification=migration.certification, awarded_at__lt=migration.seen_at)
    awards = awards.select_related("holder", "renewal", "supersedes", "external_evidence").defer(
        "evidence", "supersedes__evidence"
    )
    if migration.renew_by is None:
        return awards
    path = migration.certification.path_to_renew
    earlier = is_completed(path, "holder", path.counts_from(at)) if migration.earlier_counts else Q(pk__in=[])
    return awards.annotate(has_duty=_has_open(path, "holder"), has_completed=_truth(earlier))


def duties_concerned(migration: CriteriaMigration, at: datetime) -> QuerySet[PathAssignment]:
    """The open assignments of the previous path that were there at the preview; see `prospect_of_duty`.

    One that was given as a renewal is exchanged for the path that renews now, and one that followed a missed renewal
    for the first-time path; what counts for them counts from when it did.
    """
    certification = migration.certification
    first, renewing = certification.first_time_path, certification.path_to_renew
    awards = Award.objects.active().filter(certification=certification)
    linked = awards.filter(renewal=OuterRef("pk"))
    duties = PathAssignment.objects.open().filter(
        path_key=migration.previous_path_key, assigned_at__lt=migration.seen_at
    )
    begun_at = Coalesce(OuterRef(OuterRef("counts_from")), Value(ALL_TIME, models.DateTimeField()))
    return duties.select_related("person", "rule").annotate(
        renews=Exists(linked.filter(lapsed_at=None)),
        follows=Exists(linked.filter(lapsed_at__isnull=False)),
        is_certified=Exists(Award.objects.valid(at).filter(certification=certification, holder=OuterRef("person"))),
        has_present=Case(When(renews=True, then=_has_open(renewing, "person")), default=_has_open(first, "person")),
        has_completed=Case(
            When(renews=True, then=_truth(is_completed(renewing, "person", begun_at))),
            When(follows=True, then=_truth(is_completed(first, "person", begun_at))),
            default=_truth(is_completed(first, "person", first.counts_from(at))),
        ),
    )


def _has_open(path: LearningPathPage, person: str) -> Exists:
    return Exists(PathAssignment.objects.open().filter(path_key=path.translation_key, person=OuterRef(person)))


def _truth(condition: Q) -> Case:
    return Case(When(condition, then=True), default=False, output_field=models.BooleanField())


def prospect_of_award(migration: CriteriaMigration, award: Award, at: datetime) -> Prospect:
    """What `migration` does at `at` to one of `awards_concerned`."""
    if exception := _why_not(migration, award, at):
        return Prospect((exception,), award.expires_at)
    effects, expires_at = [], award.expires_at
    if migration.moves_expiry:
        effect, expires_at = _new_expiry(migration, award, at)
        effects.append(effect)
    if migration.renew_by is None or Effect.ENDS_NOW in effects:
        return Prospect(tuple(effects), expires_at)
    asked, due_at = _renewal(award), end_of_day(migration.renew_by, award.holder.time_zone)
    return Prospect((*effects, asked), expires_at, due_at=min(due_at, expires_at or due_at) if asked in ASKS else None)


def _why_not(migration: CriteriaMigration, award: Award, at: datetime) -> Effect | None:
    if award.state != Award.State.ACTIVE:
        return Effect(award.state)
    return _why_not_her(migration, award.holder) or (None if award.is_valid(at) else Effect.EXPIRED)


def _why_not_her(migration: CriteriaMigration, person: User) -> Effect | None:
    if not person.is_active:
        return Effect.LEFT
    return Effect.ONESELF if person == migration.by else None


def _new_expiry(migration: CriteriaMigration, award: Award, at: datetime) -> tuple[Effect, datetime | None]:
    """As if it had been awarded by the rules of today, after the award that it renewed. An expiry on the same day where
    the holder is stays as it is printed."""
    before, time_zone = award.expires_at, award.holder.time_zone
    after = _by_rule(migration.certification, award)
    if _is_before(after, before) and migration.earliest_on:
        latest = max(after, end_of_day(migration.earliest_on, time_zone))
        after = latest if before is None else min(latest, before)
    if _is_same_day(after, before, award.holder.time_zone):
        return Effect.UNCHANGED, before
    if not _is_before(after, before):
        return Effect.LATER, after
    if migration.never_shortens:
        return Effect.KEPT, before
    return (Effect.ENDS_NOW if after <= at else Effect.EARLIER), after


def _by_rule(certification: Certification, award: Award) -> datetime | None:
    """As the present rules say, and no longer than the proof from elsewhere holds that it was given for."""
    time_zone = award.holder.time_zone
    renewed, proof = getattr(award, "supersedes", None), getattr(award, "external_evidence", None)
    expires_at = expiry_of(certification.validity, award.awarded_at, renewed and renewed.expires_at, time_zone)
    if proof is None or proof.expires_on is None:
        return expires_at
    ends_at = end_of_day(proof.expires_on, time_zone)
    return ends_at if _is_before(ends_at, expires_at) and ends_at > award.awarded_at else expires_at


def _is_before(one: datetime | None, other: datetime | None) -> bool:
    """None is never, and so after everything."""
    return one is not None and (other is None or one < other)


def _is_same_day(one: datetime | None, other: datetime | None, time_zone: str) -> bool:
    if one is None or other is None:
        return one is other
    zone = ZoneInfo(time_zone)
    return one.astimezone(zone).date() == other.astimezone(zone).date()


def _renewal(award: Award) -> Effect:
    if award.renewal and award.renewal.state in PathAssignment.OPEN_STATES:
        return Effect.RENEWAL_OPEN
    if award.has_duty:
        return Effect.HAS_DUTY
    return Effect.RENEWED if award.has_completed else Effect.ASKED


def prospect_of_duty(migration: CriteriaMigration, duty: PathAssignment) -> Prospect:
    """What `migration` does to one of `duties_concerned`."""
    effect = _why_not_her(migration, duty.person)
    if effect is None and duty.is_certified and not duty.renews:
        effect = Effect.CERTIFIED
    if effect is None and duty.has_present:
        effect = Effect.HAS_BOTH
    return Prospect((effect or (Effect.COMPLETED if duty.has_completed else Effect.MOVED),), due_at=duty.due_at)
