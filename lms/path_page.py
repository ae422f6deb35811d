"""A learning path as its learner sees it, with the certificates that it renews."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from certifications.cycles import Renewal, renewal_of
from certifications.models import Award
from courses.catalogue import catalogue_for
from courses.journey import journey
from people.models import User


def path_page(person: User, path_key: UUID, at: datetime) -> dict:
    """The context of the page, in four queries. Raises Http404 for a path that is not published."""
    shown = journey(person, path_key, catalogue_for(person), at)
    return shown | {"renewals": renewals_by(person, path_key, at)}


def renewals_by(person: User, path_key: UUID, at: datetime) -> list[Renewal]:
    """What completing the path at `at` would do for the certificates of `person`; one query."""
    of_path = Q(certification__first_time_path__translation_key=path_key)
    of_path |= Q(certification__renewal_path__translation_key=path_key)
    awards = Award.objects.active().filter(of_path, holder=person, certification__is_active=True).with_paths()
    renewals = [renewal_of(award, at) for award in awards]
    return [renewal for renewal in renewals if renewal and renewal.is_open and renewal.path_key == path_key]
