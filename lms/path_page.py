"""A learning path as its learner sees it, with the certificates that it renews, and those that a proof from elsewhere
earns without it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from certifications.cycles import Renewal, renewal_of
from certifications.external_evidence import Situation, situations_of
from certifications.models import Certification
from courses.catalogue import catalogue_for
from courses.journey import journey
from people.models import User


def path_page(person: User, path_key: UUID, at: datetime) -> dict:
    """The context of the page, in four queries. Raises Http404 for a path that is not published."""
    shown = journey(person, path_key, catalogue_for(person), at)
    certifications = Certification.objects.earned_by_path(path_key).select_related("first_time_path", "renewal_path")
    situations = situations_of(person, at, certifications)
    return shown | {
        "renewals": renewals_by(situations, path_key, at),
        "offers": [s for s in situations if s.certification.accepts_external_evidence and not s.is_certified],
    }


def renewals_by(situations: Iterable[Situation], path_key: UUID, at: datetime) -> list[Renewal]:
    """What completing the path at `at` would do for the certificates of the person whose situations these are."""
    renewals = [renewal_of(situation.award, at) for situation in situations if situation.award]
    return [renewal for renewal in renewals if renewal and renewal.is_open and renewal.path_key == path_key]
