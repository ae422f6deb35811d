"""Signing off what somebody can do: she asks, somebody watches and signs a checklist, and she confirms what was seen.

Only an observation that is met and that both have signed completes the activity. What was signed is never changed:
whoever sees it differently says so, and another observation follows.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from wagtail.log_actions import log

from courses.checklists import Answer, checklist_of, outcome_of
from courses.enrolling import enrol
from courses.models import Enrolment, Observation, Observers, SignOffPage
from courses.progress import complete_activity
from courses.reading import course_for
from knowledge.languages import titles_in
from people.leading import leads_of
from people.models import User
from people.notifying import notify
from people.reasons import require_reason

State = Observation.State


class ObservationRefused(Exception):
    """Nothing was written. The text is for who wanted to do it."""


class NothingToObserve(ObservationRefused):
    def __init__(self):
        super().__init__(_("There is nothing to observe: it is complete already, or the course is not begun."))


class MayNotObserve(ObservationRefused):
    def __init__(self):
        super().__init__(_("Only a lead of hers may sign, or an assessor who was asked; and nobody signs for herself."))


class ChecklistIncomplete(ObservationRefused):
    def __init__(self):
        super().__init__(_("Say of each item whether it is met."))


class ChecklistChanged(ObservationRefused):
    def __init__(self):
        super().__init__(_("The checklist was changed meanwhile. Look at the items that are marked, and sign again."))


class AlreadyObserved(ObservationRefused):
    def __init__(self):
        super().__init__(_("Somebody has signed an observation meanwhile. Yours was not recorded."))


class Overtaken(ObservationRefused):
    def __init__(self):
        super().__init__(_("Nothing was done: this has changed meanwhile."))


class Seen(NamedTuple):
    """What an observer's form showed: the version of its checklist, and the mark of the latest observation or ""."""

    version: str
    latest: str


def latest_observation(registration: UUID, activity_key: UUID) -> Observation | None:
    return Observation.objects.for_activity(registration, activity_key).select_related("observed_by").first()


def enrolment_to_observe(person: User, page: SignOffPage) -> Enrolment:
    """Her current enrolment in the course of `page`, while the activity is not complete. Raises NothingToObserve."""
    course_key = page.get_parent().translation_key
    enrolment = Enrolment.objects.of(person).for_course(course_key).current().first()
    if enrolment is None or enrolment.completions.filter(activity_key=page.translation_key).exists():
        raise NothingToObserve
    return enrolment


@transaction.atomic
def ask_for_observation(person: User, course_key: UUID, page: SignOffPage, at: datetime | None = None) -> Observation:
    """Asks those who lead `person` to observe her; while she waits for it, or for her own answer, asks nothing more.

    Asking again after "not yet" confirms that first. Where nobody leads her and assessors may observe, they are asked.
    Raises CourseLocked, NothingToObserve where it is complete, and Http404 for a course that is not published.
    """
    at = at or timezone.now()
    enrol(person, course_for(person, course_key), at)
    enrolment = enrolment_to_observe(person, page)
    before = latest_observation(enrolment.registration, page.translation_key)
    if before and before.waits_for_answer and not before.is_met:
        confirm_observation(before, person, at)
    observation, is_new = Observation.objects.open().get_or_create(
        registration=enrolment.registration,
        activity_key=page.translation_key,
        defaults=_about(person, enrolment, page) | {"state": State.ASKED, "asked_at": at, "created_at": at},
    )
    if is_new:
        log(instance=observation, action="courses.ask_observation", user=person, data=_in_log(observation))
        for observer in _to_be_asked(person, page):
            _tell(
                observer,
                "sign-off-asked",
                gettext_noop("%(person)s asks you to observe: %(activity)s"),
                observation,
                at,
            )
    return observation


def _about(person: User, enrolment: Enrolment, page: SignOffPage) -> dict:
    return {
        "person": person,
        "registration": enrolment.registration,
        "course_key": enrolment.course_key,
        "course_title": enrolment.course_title,
        "activity_key": page.translation_key,
        "activity_title": titles_in(person.language, [page.translation_key]).get(page.translation_key, page.title),
        "observers": page.observers,
    }


def _to_be_asked(person: User, page: SignOffPage) -> list[User]:
    leads = leads_of(person)
    if leads or page.observers != Observers.LEADS_AND_ASSESSORS:
        return leads
    return list(User.objects.assessors().exclude(pk=person.pk))


@transaction.atomic
def record_observation(
    page: SignOffPage,
    person: User,
    by: User,
    answers: Mapping[str, Answer],
    seen: Seen,
    comment: str = "",
    at: datetime | None = None,
) -> Observation:
    """Signs, as `by`, what was seen of `person`; it is met when every required item is.

    page: the version whose rules hold. answers: of each item, by its id. seen: what the form showed, so that nobody
    signs a checklist that she has not read, or what somebody else has signed meanwhile. Takes up what she asked for;
    where she asked for nothing, a lead may sign as well. Signing the same again changes nothing.
    Raises NothingToObserve, ChecklistChanged, ChecklistIncomplete, MayNotObserve and AlreadyObserved.
    """
    at = at or timezone.now()
    checklist = checklist_of(page)
    if seen.version != checklist.version:
        raise ChecklistChanged
    try:
        items = checklist.answered(answers)
    except KeyError as missing:
        raise ChecklistIncomplete from missing
    enrolment = enrolment_to_observe(person, page)
    latest = latest_observation(enrolment.registration, page.translation_key)
    signed = {"items": items, "outcome": outcome_of(items), "comment": comment, "observed_by": by}
    if latest and latest.waits_for_answer and _is_same(latest, signed):
        return latest
    if not may_observe(by, person, latest):
        raise MayNotObserve
    signed |= {"state": State.OBSERVED, "observed_at": at}
    if latest and latest.is_asked:
        observation = _take_up(latest, signed)
    elif seen.latest == (latest.mark if latest else "") and not (latest and latest.waits_for_answer):
        observation = _sign_unasked(_about(person, enrolment, page) | signed | {"created_at": at})
    else:
        raise AlreadyObserved
    log(instance=observation, action="courses.record_observation", user=by, data=_in_log(observation))
    _tell(
        person,
        "sign-off-observed",
        gettext_noop("You were observed. Say whether you agree: %(activity)s"),
        observation,
        at,
    )
    return observation


def may_observe(by: User, person: User, latest: Observation | None) -> bool:
    """Whether `by` may sign for `person` now: she leads her, or is an assessor and assessors are asked."""
    if by.pk == person.pk or not by.is_active:
        return False
    if User.objects.led_by(by).filter(pk=person.pk).exists():
        return True
    return bool(latest) and Observation.objects.visible_to(by).asked().filter(pk=latest.pk).exists()


def _is_same(observation: Observation, signed: dict) -> bool:
    return all(getattr(observation, name) == value for name, value in signed.items())


def _take_up(asked: Observation, signed: dict) -> Observation:
    if not _still_asked(asked.pk).update(**signed):
        raise AlreadyObserved
    for name, value in signed.items():
        setattr(asked, name, value)
    return asked


def _still_asked(pk: int) -> QuerySet[Observation]:
    return Observation.objects.asked().filter(pk=pk)


def _sign_unasked(signed: dict) -> Observation:
    try:
        with transaction.atomic():
            return Observation.objects.create(**signed)
    except IntegrityError as error:  # she asked, or somebody signed, in this moment
        raise AlreadyObserved from error


@transaction.atomic
def confirm_observation(observation: Observation, person: User, at: datetime | None = None) -> Observation:
    """Signs, as the person who was observed, that it was so. One that is met completes the activity.

    Confirming again changes nothing. Raises Overtaken where there is nothing of hers to confirm (any more).
    """
    at = at or timezone.now()
    if not _close(observation, State.OBSERVED, State.CONFIRMED, at, person=person):
        return observation
    log(instance=observation, action="courses.confirm_observation", user=person, data=_in_log(observation))
    if observation.is_met:
        _complete(observation, at)
    subject = gettext_noop("%(person)s agrees with what you signed: %(activity)s")
    _tell(observation.observed_by, "sign-off-confirmed", subject, observation, at)
    return observation


def _complete(observation: Observation, at: datetime) -> None:
    """By what the observation says of the activity: the page may have gone since."""
    activity = SignOffPage(translation_key=observation.activity_key, title=observation.activity_title)
    enrolments = Enrolment.objects.filter(registration=observation.registration)
    try:
        complete_activity(enrolments, activity, at, {"observation": observation.pk})
    except Enrolment.DoesNotExist as error:  # she has begun the course anew
        raise Overtaken from error


@transaction.atomic
def dispute_observation(
    observation: Observation, person: User, comment: str, at: datetime | None = None
) -> Observation:
    """Says, as the person who was observed, that she sees it differently, and why; nothing is completed.

    Saying it again changes nothing. Raises ReasonRequired without a comment, and Overtaken.
    """
    require_reason(comment)
    at = at or timezone.now()
    if _close(observation, State.OBSERVED, State.DISPUTED, at, comment, person=person):
        log(instance=observation, action="courses.dispute_observation", user=person, data={"reason": comment})
        subject = gettext_noop("%(person)s sees it differently: %(activity)s")
        _tell(observation.observed_by, "sign-off-disputed", subject, observation, at)
    return observation


@transaction.atomic
def withdraw_observation(
    observation: Observation, by: User, reason: str = "", at: datetime | None = None
) -> Observation:
    """Takes back what `by` asked for, or what she signed as long as it is not answered; the latter with a reason.

    Taking it back again changes nothing. Raises ReasonRequired, and Overtaken.
    """
    at = at or timezone.now()
    if observation.person_id == by.pk:
        is_taken_back = _close(observation, State.ASKED, State.WITHDRAWN, at, reason, person=by)
    else:
        require_reason(reason)
        is_taken_back = _close(observation, State.OBSERVED, State.WITHDRAWN, at, reason, observed_by=by)
        if is_taken_back:
            subject = gettext_noop("What was signed for you was taken back: %(activity)s")
            _tell(observation.person, "sign-off-withdrawn", subject, observation, at)
    if is_taken_back:
        log(instance=observation, action="courses.withdraw_observation", user=by, data={"reason": reason})
    return observation


def _close(observation: Observation, before: str, after: str, at: datetime, comment: str = "", **whose: User) -> bool:
    """Moves it from the state `before` to `after`, if it is that person's to do. False where it is there already;
    raises Overtaken where it is in any other state, or another's."""
    hers = Observation.objects.filter(pk=observation.pk, **whose)
    is_closed = hers.filter(state=before).update(state=after, closed_at=at, closing_comment=comment)
    if not is_closed and not hers.filter(state=after).exists():
        raise Overtaken
    observation.refresh_from_db()
    return bool(is_closed)


def _in_log(observation: Observation) -> dict:
    return {"person": observation.person_id, "outcome": observation.outcome}


def _tell(recipient: User, kind: str, subject: str, observation: Observation, at: datetime) -> None:
    """One message about what became of an observation, in the words of its reader, with the way to it."""
    title = titles_in(recipient.language, [observation.activity_key]).get(observation.activity_key)
    is_hers = recipient.pk == observation.person_id
    address = ("courses:activity", [observation.course_key, observation.activity_key])
    name, args = address if is_hers else ("sign_off", [observation.pk])
    notify(
        recipient,
        kind=kind,
        dedupe_key=f"{kind}-{observation.pk}-{recipient.pk}",
        subject=subject,
        params={"person": observation.person.name, "activity": title or observation.activity_title},
        url=reverse(name, args=args),
        at=at,
    )
