"""What the people of the demo did until today."""

from django.db.models import F
from django.utils import timezone

from certifications.awards import revoke_award
from certifications.models import Award
from certifications.renewals import lapse_awards, open_renewals
from courses.assignments import exempt, extend_due_date
from courses.models import PathAssignment
from lms.demo.content import read
from lms.demo.courses import path_key
from lms.demo.journeys import Journey, Traveller
from lms.demo.moments import days_ago
from lms.demo.people import person
from people.models import Notification

UNREAD_DAYS = 14


def load_histories() -> None:
    content = read("histories")
    for record in content["journey"]:
        learner = person(record["person"])
        Traveller(Journey(**record), learner).go(content["reason"][record["path"]][learner.language])
    open_and_miss_renewals()
    for record in content["extension"]:
        due_at = days_ago(-record["due_in"], hour=16)
        extend_due_date(_assignment(record), due_at, person(record["by"]), record["reason"])
    for record in content["exemption"]:
        exempt(_assignment(record), person(record["by"]), record["reason"])
    for record in content["revocation"]:
        award = Award.objects.active().get(holder=person(record["person"]), certification__code=record["certification"])
        revoke_award(award, person(record["by"]), record["reason"], at=days_ago(record["days_ago"]))


def open_and_miss_renewals() -> None:
    """What the sweep did on each day on which a renewal window opened or a renewal was missed."""
    moments = set()
    for award in Award.objects.active().exclude(expires_at=None).select_related("certification"):
        certification = award.certification
        moments |= {award.expires_at - certification.window, award.expires_at + certification.late_period}
    for at in sorted(moment for moment in moments if moment <= timezone.now()):
        open_renewals(at)
        lapse_awards(at)


def _assignment(record: dict) -> PathAssignment:
    return PathAssignment.objects.of(person(record["person"])).open().get(path_key=path_key(record["path"]))


def deliver_notifications() -> None:
    """Nobody gets e-mail from the demo; what is older than two weeks was read long ago."""
    Notification.objects.update(sent_at=F("created_at"), next_try_at=None, attempts=1)
    Notification.objects.filter(created_at__lt=days_ago(UNREAD_DAYS)).update(read_at=F("created_at"))
