"""What the rooms below tell the certifications.

Assignment rules belong to the courses, but only here is it known who is certified already and needs no path.
"""

from django.dispatch import receiver

from certifications.awards import grant_award
from certifications.evidence import evidence_of
from certifications.models import Certification
from certifications.renewals import earns
from certifications.standing import certified_by_path
from courses.rules import apply_rules
from courses.signals import path_completed
from people.signals import person_changed


@receiver(path_completed, dispatch_uid="certifications_grant_what_the_path_earns")
def grant_what_the_path_earns(sender, assignment, **kwargs) -> None:
    person, at = assignment.person, assignment.completed_at
    for certification in Certification.objects.earned_by_path(assignment.path_key).select_related("first_time_path"):
        if earns(certification, assignment.path_key, person, at):
            grant_award(certification, person, evidence_of(assignment), at=at)


@receiver(person_changed, dispatch_uid="certifications_apply_the_rules_to_who_changed")
def apply_the_rules_to_who_changed(sender, person, **kwargs) -> None:
    apply_rules(person=person, excepted=certified_by_path)
