"""What a lead or an administrator may do to a person's duties and certificates by hand, and what each act asks for.

Leads assign, extend, exempt, suspend, resume and take back, among the people of their teams. Certificates are for
administrators. Nobody acts on herself, and no lead on who leads the same team or one above: whoever leads further up
does.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certifications import awards
from certifications.models import Award, ExternalEvidence
from courses import assignments
from courses.models import LearningPathPage, PathAssignment
from knowledge.languages import titles_in
from lms.acting_forms import DueDateForm, ExpiryForm, ReasonForm
from people.days import end_of_day
from people.models import User

# Beyond this many people a rule is the tool: it has a preview, and goes on for those who come later.
MOST_AT_ONCE = 500


def may_act_on(user: User) -> QuerySet[User]:
    """The people on whom `user` may act: those whom she leads."""
    return User.objects.led_by(user)


def evidence_to_decide(user: User) -> QuerySet[ExternalEvidence]:
    """What those on whom `user` may act have handed in, but for those who have left."""
    return ExternalEvidence.objects.filter(person__in=may_act_on(user).filter(is_active=True))


def paths_in(language: str) -> list[tuple[str, str]]:
    """Key and title of each published path, as a reader of `language` sees it; one query."""
    titles = titles_in(language, LearningPathPage.objects.live().values("translation_key"))
    return sorted(((str(key), title) for key, title in titles.items()), key=lambda choice: choice[1])


@transaction.atomic
def assign_to(
    people: Iterable[User], path: LearningPathPage, by: User, reason: str, due_on: date | None, at: datetime
) -> int:
    """Gives `path` to each of `people`, or to nobody if one fails. Returns how many did not have it yet.

    due_on: the day on whose end it is due, where each of them is; by default as the path says.
    """
    people = list(people)
    given = 0
    for person in people:
        due_at = due_on and end_of_day(due_on, person.time_zone)
        assignment = assignments.assign_path(person, path, by=by, reason=reason, at=at, due_at=due_at)
        given += assignment.assigned_at == at
    return given


def having_open(path: LearningPathPage, people: list[User]) -> int:
    """How many of `people` have the path as an open duty, and are given nothing more."""
    return PathAssignment.objects.open().filter(path_key=path.translation_key, person__in=people).count()


@dataclass(frozen=True)
class Act:
    """One thing that can be done to a record in one of `states`.

    explanation: what it means and how it is undone. verb: is given the record, by whom, and what the form asks for.
    """

    states: tuple[str, ...]
    title: Promise
    explanation: Promise
    done: Promise
    verb: Callable
    form: type[ReasonForm] = ReasonForm
    is_grave: bool = False


State = PathAssignment.State
RUNNING = (State.ACTIVE, State.HELD)
ON_ASSIGNMENTS = {
    "extend": Act(
        (*RUNNING, State.SUSPENDED),
        _("Move the due date"),
        _("The path is due at the end of the new day. The date can be moved again."),
        _("The due date was moved."),
        assignments.extend_due_date,
        DueDateForm,
    ),
    "suspend": Act(
        RUNNING,
        _("Let it rest"),
        _("Nothing is due while the path rests. You can let it go on at any time."),
        _("The path rests. You can let it go on at any time."),
        assignments.suspend,
    ),
    "resume": Act(
        (State.SUSPENDED,),
        _("Let it go on"),
        _("The path counts again, with the due date that it had. What was completed meanwhile counts."),
        _("The path goes on."),
        assignments.resume,
    ),
    "exempt": Act(
        (*RUNNING, State.SUSPENDED),
        _("Exempt"),
        _("The path is no duty any more, and no rule gives it again. To undo it, assign the path anew."),
        _("Exempted. To undo it, assign the path anew."),
        assignments.exempt,
    ),
    "remove": Act(
        (*RUNNING, State.SUSPENDED),
        _("Take it back"),
        _(
            "For a path that was given by mistake. What was learned stays, and no rule gives the path again. "
            "To undo it, assign the path anew."
        ),
        _("The path was taken back. To undo it, assign the path anew."),
        assignments.remove,
        is_grave=True,
    ),
}
ON_AWARDS = {
    "expiry": Act(
        (Award.State.ACTIVE,),
        _("Change the expiry"),
        _("The certificate holds until the end of the new day, and its renewal opens by it. It can be changed again."),
        _("The expiry was changed."),
        awards.change_expiry,
        ExpiryForm,
    ),
    "revoke": Act(
        (Award.State.ACTIVE,),
        _("Revoke the certificate"),
        _("From now on it is shown as revoked to everybody who checks it. You can reinstate it, with the same dates."),
        _("The certificate was revoked. You can reinstate it."),
        awards.revoke_award,
        is_grave=True,
    ),
    "reinstate": Act(
        (Award.State.REVOKED,),
        _("Reinstate the certificate"),
        _("It holds again as it was, until the same day. You can revoke it again."),
        _("The certificate holds again."),
        awards.reinstate_award,
    ),
}
