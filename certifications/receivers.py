"""What the rooms below tell the certifications."""

from django.dispatch import receiver

from certifications.awards import grant_award
from certifications.evidence import evidence_of
from certifications.models import Certification
from courses.signals import path_completed


@receiver(path_completed, dispatch_uid="certifications_grant_what_the_path_earns")
def grant_what_the_path_earns(sender, assignment, **kwargs) -> None:
    for certification in Certification.objects.earned_by_path(assignment.path_key):
        grant_award(certification, assignment.person, evidence_of(assignment), at=assignment.completed_at)
