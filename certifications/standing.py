"""Where a person stands in a certification. Derived from her award and her assignment at an instant, never stored.

`standing_of` says it of one person and one certification; `standing_in` is the same as an expression on people, and
`people_with` finds those of whom it is so in some certification, for filters and counts. A test holds them together.
"""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from certifications.models import Award, Certification
from courses.models import PathAssignment


class Standing(models.TextChoices):
    """The field's words, the worst first."""

    EXPIRED = "expired", _("Expired")
    OVERDUE = "overdue", _("Overdue")
    REVOKED = "revoked", _("Revoked")
    DUE_FOR_RENEWAL = "due_for_renewal", _("Due for renewal")
    IN_PROGRESS = "in_progress", _("In progress")
    ASSIGNED = "assigned", _("Assigned")
    CERTIFIED = "certified", _("Certified")
    NOT_ASSIGNED = "not_assigned", _("Not assigned")


def standing_of(
    award: Award | None, assignment: PathAssignment | None, window_days: int, at: datetime, has_started: bool = False
) -> tuple[Standing, datetime | None]:
    """The standing at the instant `at`, and the instant that goes with it: expiry, due date or revocation.

    award: the person's active award of the certification, else the one revoked last, else None. assignment: her active
    assignment of its first-time path, or None; has_started: whether she has begun it. window_days: the renewal window.
    """
    if award and award.state == Award.State.REVOKED:
        return Standing.REVOKED, award.revoked_at
    if award and not award.is_valid(at):
        return Standing.EXPIRED, award.expires_at
    if award and award.expires_at and award.expires_at <= at + timedelta(days=window_days):
        return Standing.DUE_FOR_RENEWAL, award.expires_at
    if award:
        return Standing.CERTIFIED, award.expires_at
    if assignment is None:
        return Standing.NOT_ASSIGNED, None
    if assignment.is_overdue(at):
        return Standing.OVERDUE, assignment.due_at
    return Standing.IN_PROGRESS if has_started else Standing.ASSIGNED, assignment.due_at


def award_standing(award: Award, at: datetime) -> str:
    """What one award is worth at the instant `at`: valid, expiring (its renewal window is open), expired, revoked or
    superseded."""
    if award.state != Award.State.ACTIVE:
        return award.state
    if not award.is_valid(at):
        return "expired"
    window = award.certification.window
    is_open = award.certification.is_active and award.expires_at and award.expires_at - at <= window
    return "expiring" if is_open else "valid"


def standing_in(certification: Certification, at: datetime) -> Case:
    """The expression for the `Standing` of people in `certification` at the instant `at`."""
    awards = Award.objects.filter(holder=OuterRef("pk"), certification=certification)
    held, duties = awards.active(), _duties(certification)
    return Case(
        When(Exists(held.filter(expires_at__lte=at)), then=Value(Standing.EXPIRED)),
        When(Exists(held.filter(expires_at__lte=at + certification.window)), then=Value(Standing.DUE_FOR_RENEWAL)),
        When(Exists(held), then=Value(Standing.CERTIFIED)),
        When(Exists(awards.filter(state=Award.State.REVOKED)), then=Value(Standing.REVOKED)),
        When(Exists(duties.overdue(at)), then=Value(Standing.OVERDUE)),
        When(Exists(duties.with_start().filter(has_started=True)), then=Value(Standing.IN_PROGRESS)),
        When(Exists(duties), then=Value(Standing.ASSIGNED)),
        default=Value(Standing.NOT_ASSIGNED),
        output_field=models.CharField(),
    )


def _duties(certification: Certification) -> QuerySet[PathAssignment]:
    """What people have to do for the first time, in a query on people."""
    path_key = certification.first_time_path.translation_key
    return PathAssignment.objects.active().filter(person=OuterRef("pk"), path_key=path_key)


def people_with(standing: Standing, at: datetime, **conditions) -> Exists | Q:
    """The condition on people that they have `standing` in a certification; who is due for renewal is certified too.

    conditions: further ones on the award of who is certified, such as `expires_at__lte`. Expired, overdue, revoked and
    certified are one subquery each, for whole organisations; any other asks each certification.
    """
    awards = Award.objects.filter(holder=OuterRef("pk"), certification__is_active=True)
    if standing == Standing.EXPIRED:
        return Exists(awards.active().filter(expires_at__lte=at))
    if standing == Standing.CERTIFIED:
        return Exists(awards.valid(at).filter(**conditions))
    if standing == Standing.REVOKED:
        regained = Award.objects.active().filter(holder=OuterRef("holder"), certification=OuterRef("certification"))
        return Exists(awards.filter(~Exists(regained), state=Award.State.REVOKED))
    if standing == Standing.OVERDUE:
        return Exists(PathAssignment.objects.overdue(at).filter(_never_certified(), person=OuterRef("pk")))
    certifications = Certification.objects.filter(is_active=True).select_related("first_time_path")
    in_some = [Q(Exact(standing_in(certification, at), standing)) for certification in certifications]
    return reduce(or_, in_some, Q(pk__in=[]))


def _never_certified() -> Exists:
    """The condition on assignments that their path leads to a certification of which the person has no award."""
    awards = Award.objects.filter(
        certification=OuterRef("pk"),
        holder=OuterRef(OuterRef("person")),
        state__in=[Award.State.ACTIVE, Award.State.REVOKED],
    )
    certifications = Certification.objects.filter(
        ~Exists(awards), is_active=True, first_time_path__translation_key=OuterRef("path_key")
    )
    return Exists(certifications)


def certified_by_path(path_key: UUID, at: datetime | None = None) -> Q:
    """The condition on people that they hold a valid award of a certification that the path `path_key` earns first."""
    # Named by their keys, because a join would read every award that there is.
    certifications = list(
        Certification.objects.filter(first_time_path__translation_key=path_key).values_list("pk", flat=True)
    )
    if not certifications:
        return Q(pk__in=[])
    return Q(Exists(Award.objects.valid(at).filter(holder=OuterRef("pk"), certification__in=certifications)))
