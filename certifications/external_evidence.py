"""Proof from elsewhere: handed in by a person, approved or refused by a lead of hers; approval certifies her."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import FilteredRelation, Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_noop
from wagtail.log_actions import log

from certifications.awards import AlreadyCertified, grant_award, may_be_renewed
from certifications.evidence_files import ProofFile, discard, keep
from certifications.models import Award, Certification, ExternalEvidence
from courses.assignments import exempt
from courses.models import PathAssignment
from people.holding import hold
from people.leading import leads_of
from people.models import User
from people.notifying import notify
from people.reasons import require_reason

LIMIT = 1000  # files a sweep
State = ExternalEvidence.State


class NotAccepted(Exception):
    """The certification cannot be had by a proof from elsewhere, or not any more."""


class AlreadyWaiting(Exception):
    """She has handed in a proof for this certification, and nobody has decided yet."""


class OwnEvidence(Exception):
    """Nobody decides about her own."""


class AlreadyDecided(Exception):
    """Somebody was faster; the evidence, read anew, says who and what."""


@dataclass(frozen=True)
class Situation:
    """A certification as one person finds it.

    award: her active award. is_certified: it holds, and is not to be renewed yet. waiting: the proof that she has
    handed in and nobody has decided about.
    """

    certification: Certification
    award: Award | None
    is_certified: bool
    waiting: ExternalEvidence | None

    @property
    def is_open_to_evidence(self) -> bool:
        """Whether she may hand in a proof."""
        return self.certification.accepts_external_evidence and not self.is_certified and self.waiting is None


def situations_of(person: User, at: datetime, among: QuerySet[Certification]) -> list[Situation]:
    """Where `person` stands in each of these certifications; one query."""
    active = Q(awards__holder=person, awards__state=Award.State.ACTIVE)
    waiting = Q(external_evidence__person=person, external_evidence__state=State.WAITING)
    joined = among.annotate(
        hers=FilteredRelation("awards", condition=active),
        handed_in=FilteredRelation("external_evidence", condition=waiting),
    )
    rows = joined.select_related("hers__renewal", "handed_in").defer("hers__evidence")
    return [_situation(row, person, at) for row in rows]


def _situation(certification: Certification, person: User, at: datetime) -> Situation:
    award = getattr(certification, "hers", None)  # without a row joined it has none
    if award:
        award.certification, award.holder = certification, person
    is_certified = award is not None and not may_be_renewed(award, certification, at)
    return Situation(certification, award, is_certified, getattr(certification, "handed_in", None))


def submit_evidence(
    person: User,
    certification: Certification,
    file: ProofFile,
    statement: str,
    issuer: str,
    issued_on: date,
    expires_on: date | None = None,
    at: datetime | None = None,
) -> ExternalEvidence:
    """Hands in a proof and tells those who decide.

    Raises NotAccepted, AlreadyWaiting, AlreadyCertified while she holds an award that is not to be renewed yet, and
    FileNotKept; then nothing is written, and no file is left.
    """
    at = at or timezone.now()
    accepting = Certification.objects.accepting_evidence().filter(pk=certification.pk)
    situation = next(iter(situations_of(person, at, accepting)), None)
    if situation is None:
        raise NotAccepted
    if situation.is_certified:
        raise AlreadyCertified
    if situation.waiting:
        raise AlreadyWaiting
    stored_as = keep(file)
    said = {"statement": statement, "issuer": issuer, "issued_on": issued_on, "expires_on": expires_on}
    try:
        return _submit(person, certification, file, stored_as, said, at)
    except Exception:
        discard(stored_as)
        raise


@transaction.atomic
def _submit(
    person: User, certification: Certification, file: ProofFile, stored_as: str, said: dict, at: datetime
) -> ExternalEvidence:
    with translation.override(person.language):
        title = certification.title
    details = said | {
        "certification_title": title,
        "stored_as": stored_as,
        "file_name": file.name,
        "content_type": file.content_type,
        "size": len(file.data),
        "sha256": file.sha256,
        "submitted_at": at,
    }
    evidence, is_new = ExternalEvidence.objects.get_or_create(
        person=person, certification=certification, state=State.WAITING, defaults=details
    )
    if not is_new:
        raise AlreadyWaiting
    log(instance=evidence, action="certifications.submit_evidence", user=person, data={"sha256": file.sha256})
    _tell_who_decides(evidence, at)
    return evidence


def _tell_who_decides(evidence: ExternalEvidence, at: datetime) -> None:
    """Her leads; the administrators where nobody leads her."""
    person = evidence.person
    administrators = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=person.pk)
    for reader in leads_of(person) or administrators:
        with translation.override(reader.language):
            title = evidence.certification.title
        notify(
            reader,
            kind="evidence-waiting",
            dedupe_key=f"evidence-waiting-{evidence.pk}-{reader.pk}",
            subject=gettext_noop("%(name)s has handed in a proof: %(certification)s"),
            body=gettext_noop("It waits for somebody to approve or refuse it."),
            params={"name": person.name, "certification": title},
            url=reverse("evidence_piece", args=[evidence.pk]),
            at=at,
        )


@transaction.atomic
def withdraw_evidence(evidence: ExternalEvidence, at: datetime | None = None) -> ExternalEvidence:
    """Takes back what its person has handed in; the sweep erases its file. Raises AlreadyDecided."""
    _stop_waiting(evidence, state=State.WITHDRAWN, decided_at=at or timezone.now())
    log(instance=evidence, action="certifications.withdraw_evidence", user=evidence.person)
    return evidence


@transaction.atomic
def refuse_evidence(evidence: ExternalEvidence, by: User, reason: str, at: datetime | None = None) -> ExternalEvidence:
    """Says no, and tells the person why. Raises ReasonRequired, OwnEvidence, AlreadyDecided."""
    at = at or timezone.now()
    _decide(evidence, State.REFUSED, by, reason, at)
    log(instance=evidence, action="certifications.refuse_evidence", user=by, data={"reason": reason})
    notify(
        evidence.person,
        kind="evidence-refused",
        dedupe_key=f"evidence-refused-{evidence.pk}",
        subject=gettext_noop("Your proof was refused: %(certification)s"),
        body=gettext_noop("The reason that was given: %(reason)s"),
        params={"certification": evidence.certification_title, "reason": reason},
        url=reverse("certifications:evidence"),
        at=at,
    )
    return evidence


@transaction.atomic
def approve_evidence(
    evidence: ExternalEvidence,
    by: User,
    reason: str,
    at: datetime | None = None,
    ends_by: datetime | None = None,
) -> Award:
    """Certifies the person by her proof, and frees her from the paths that it stands for.

    ends_by: until when the award holds where that is sooner than the certification's rule says. Raises ReasonRequired,
    OwnEvidence, AlreadyDecided, NotAccepted where the certification is no longer given, AlreadyCertified where she has
    got an award meanwhile that is not to be renewed yet, and ValueError where `ends_by` is over.
    """
    at = at or timezone.now()
    if ends_by is not None and ends_by <= at:
        raise ValueError("An award expires after it was given.")
    if not evidence.certification.is_active:
        raise NotAccepted
    hold(evidence.person_id)
    _decide(evidence, State.APPROVED, by, reason, at)
    _free_from_paths(evidence, by, reason, at)
    award = grant_award(
        evidence.certification,
        evidence.person,
        {"external": facts_of(evidence)},
        at,
        by=by,
        reason=reason,
        ends_by=ends_by,
        only_when_due=True,
    )
    ExternalEvidence.objects.filter(pk=evidence.pk).update(award=award)
    evidence.award = award
    log(
        instance=evidence,
        action="certifications.approve_evidence",
        user=by,
        data={"reason": reason, "award": award.pk, "to": award.expires_at and award.expires_at.isoformat()},
    )
    return award


def _decide(evidence: ExternalEvidence, state: str, by: User, reason: str, at: datetime) -> None:
    require_reason(reason)
    if by.pk == evidence.person_id:
        raise OwnEvidence
    _stop_waiting(evidence, state=state, decided_by=by, decided_at=at, reason=reason)


def _stop_waiting(evidence: ExternalEvidence, **changes) -> None:
    has_waited = ExternalEvidence.objects.waiting().filter(pk=evidence.pk).update(**changes)
    evidence.refresh_from_db(fields=["state", "decided_at", "decided_by", "reason"])
    if not has_waited:
        raise AlreadyDecided


def _free_from_paths(evidence: ExternalEvidence, by: User, reason: str, at: datetime) -> None:
    """Exempts her from the open first-time path and the open renewal, unless another certification, in which she is
    not certified or due for renewal, is earned by the same path."""
    certification, person = evidence.certification, evidence.person
    paths = (certification.first_time_path, certification.path_to_renew)
    for assignment in PathAssignment.objects.of(person).open().filter(path_key__in=[p.translation_key for p in paths]):
        others = Certification.objects.earned_by_path(assignment.path_key).exclude(pk=certification.pk)
        if all(other.is_certified for other in situations_of(person, at, others)):
            exempt(assignment, by, reason, is_told=False)


def facts_of(evidence: ExternalEvidence) -> dict[str, Any]:
    """What an award keeps of the proof that it was given for; dates in ISO 8601. Not what its file was called, which
    may say more than is needed."""
    return {
        "id": evidence.pk,
        "certification": evidence.certification_title,
        "statement": evidence.statement,
        "issuer": evidence.issuer,
        "issued_on": evidence.issued_on.isoformat(),
        "expires_on": evidence.expires_on and evidence.expires_on.isoformat(),
        "submitted_at": evidence.submitted_at.isoformat(),
        "content_type": evidence.content_type,
        "size": evidence.size,
        "sha256": evidence.sha256,
    }


def erase_withdrawn_files(limit: int = LIMIT) -> int:
    """Erases the files of what was withdrawn; returns how many. What the storage does not let go is tried again."""
    withdrawn = ExternalEvidence.objects.filter(state=State.WITHDRAWN).exclude(stored_as="")
    return sum(erase_file(evidence) for evidence in withdrawn[:limit])


def erase_file(evidence: ExternalEvidence) -> bool:
    """Erases the file of a proof for good, and what it was called; its fingerprint stays. Safe to run twice.

    Returns whether it is gone.
    """
    if evidence.stored_as and not discard(evidence.stored_as):
        return False
    ExternalEvidence.objects.filter(pk=evidence.pk).update(stored_as="", file_name="")
    evidence.stored_as = evidence.file_name = ""
    return True
