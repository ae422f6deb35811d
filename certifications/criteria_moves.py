"""Moving holders to the present rules of a certification: begun by whoever saw the preview, gone on with by the sweep.

Each certificate and each duty is dealt with once, in a transaction of its own: the cursor that claims it, what is done
to it, the message about it and the count move together. So a run that is killed goes on where it was, and two runs at
once share the work.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, task, task_backends
from django_tasks.backends.immediate import ImmediateBackend
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from certifications.awards import change_expiry
from certifications.criteria import (
    ASKS,
    MOVES_EXPIRY,
    MOVES_PATH,
    Effect,
    awards_concerned,
    duties_concerned,
    prospect_of_award,
    prospect_of_duty,
    rules_of,
)
from certifications.models import Award, CriteriaMigration
from certifications.renewals import ask_to_renew, link_renewal
from courses.assignments import exchange_path
from courses.models import PathAssignment
from people.holding import hold
from people.reasons import require_reason

logger = logging.getLogger("certifications")

State = CriteriaMigration.State

AT_ONCE = 50  # certificates and duties while the person waits who began it: about a second
LIMIT = 500  # a sweep: less than ten seconds
CHUNK = 50  # between two looks at whether the rules are still those that were previewed
SALT = "certifications.criteria"
PREVIEW_AGE = timedelta(days=1)


class PreviewOutdated(Exception):
    """The rules, or what was chosen, are not those of the preview; or it is too long ago."""


class AlreadyRunning(Exception):
    """Another migration of this certification is under way."""


def token_of(migration: CriteriaMigration) -> str:
    """Says, signed, what was previewed: by whom, when, which choices, under which rules."""
    return signing.dumps(_previewed(migration) | {"seen_at": migration.seen_at.isoformat()}, salt=SALT)


def _previewed(migration: CriteriaMigration) -> dict[str, Any]:
    return {"by": migration.by_id, "choices": migration.choices, "rules": rules_of(migration.certification)}


def start_migration(
    migration: CriteriaMigration, token: str, reason: str, at: datetime | None = None
) -> CriteriaMigration:
    """Begins the unsaved `migration` that was previewed with `token`; the same token again begins nothing more.

    Raises PreviewOutdated, AlreadyRunning and ReasonRequired.
    """
    require_reason(reason)
    migration.seen_at = _seen_at(migration, token)
    again = {"certification": migration.certification, "by": migration.by, "seen_at": migration.seen_at}
    if begun := CriteriaMigration.objects.filter(**again).first():
        return begun
    migration.reason, migration.started_at = reason, at or timezone.now()
    migration.rules, migration.changed_meanwhile = rules_of(migration.certification), _changed_since(migration)
    try:
        with transaction.atomic():
            migration.save(force_insert=True)
            data = migration.choices | {"reason": reason, "migration": migration.pk}
            log(instance=migration.certification, action="certifications.migrate", user=migration.by, data=data)
    except IntegrityError as error:
        raise AlreadyRunning from error
    if not isinstance(task_backends[DEFAULT_TASK_BACKEND_ALIAS], ImmediateBackend):
        transaction.on_commit(partial(migrate_in_background.enqueue, migration.pk))
    go_on(migration.pk, at, AT_ONCE)
    return migration


def _seen_at(migration: CriteriaMigration, token: str) -> datetime:
    try:
        seen = signing.loads(token, salt=SALT, max_age=PREVIEW_AGE)
    except signing.BadSignature as error:
        raise PreviewOutdated from error
    seen_at = parse_datetime(seen.pop("seen_at"))
    if seen != _previewed(migration):
        raise PreviewOutdated
    return seen_at


def _changed_since(migration: CriteriaMigration) -> int:
    """How many people have a certificate or a duty that somebody or the sweep changed after the preview."""
    awards = Award.objects.filter(certification=migration.certification, pk__in=_logged(Award, migration.seen_at))
    changed = set(awards.values_list("holder", flat=True))
    if migration.previous_path_key:
        logged = _logged(PathAssignment, migration.seen_at)
        duties = PathAssignment.objects.filter(path_key=migration.previous_path_key, pk__in=logged)
        changed |= set(duties.values_list("person", flat=True))
    return len(changed)


def _logged(model: type[Award] | type[PathAssignment], since: datetime) -> list[int]:
    entries = ModelLogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model), timestamp__gt=since)
    return [int(pk) for pk in entries.values_list("object_id", flat=True).distinct()]


@task()
def migrate_in_background(pk: int) -> None:
    while go_on(pk):
        pass


def go_on_with_migrations(at: datetime | None = None, limit: int = LIMIT) -> int:
    """Goes on with the migrations that are under way; returns how many certificates and duties it dealt with."""
    running = CriteriaMigration.objects.filter(state=State.RUNNING).order_by("pk").values_list("pk", flat=True)
    done = 0
    for pk in list(running):
        done += go_on(pk, at, limit - done)
    return done


def go_on(pk: int, at: datetime | None = None, limit: int = LIMIT) -> int:
    """Deals with up to `limit` certificates and duties of a migration that is under way; returns with how many.

    Ends it when none is left, and stops it when the rules are no longer those that were previewed.
    """
    at, done = at or timezone.now(), 0
    while done < limit:
        migration = _running(pk)
        if migration is None:
            break
        if migration.rules != rules_of(migration.certification):
            _end(migration, State.STOPPED, at)
            break
        chunk = min(CHUNK, limit - done)
        dealt = _move_awards(migration, at, chunk) or _move_duties(migration, at, chunk)
        if not dealt:
            _end(migration, State.DONE, at)
            break
        done += dealt
    return done


def _running(pk: int) -> CriteriaMigration | None:
    paths = ("certification__first_time_path", "certification__renewal_path")
    return CriteriaMigration.objects.filter(pk=pk, state=State.RUNNING).select_related("by", *paths).first()


@transaction.atomic
def _end(migration: CriteriaMigration, state: str, at: datetime) -> None:
    running = CriteriaMigration.objects.filter(pk=migration.pk, state=State.RUNNING)
    if running.update(state=state, finished_at=at):
        counts = running.model.objects.values_list("counts", flat=True).get(pk=migration.pk)
        data = {"migration": migration.pk, "state": state, "counts": counts}
        log(instance=migration.certification, action="certifications.migrated", user=migration.by, data=data)


def _move_awards(migration: CriteriaMigration, at: datetime, limit: int) -> int:
    if not migration.concerns_awards:
        return 0
    left = awards_concerned(migration, at).active().filter(pk__gt=migration.award_cursor)
    rows = left.order_by("pk").values_list("pk", "holder")[:limit]
    return _each(migration, "award_cursor", list(rows), _move_award, at)


def _move_duties(migration: CriteriaMigration, at: datetime, limit: int) -> int:
    if not migration.previous_path_key:
        return 0
    left = duties_concerned(migration, at).filter(pk__gt=migration.assignment_cursor)
    rows = left.order_by("pk").values_list("pk", "person")[:limit]
    return _each(migration, "assignment_cursor", list(rows), _move_duty, at)


Act = Callable[[CriteriaMigration, int, datetime], tuple[Effect, ...]]


def _each(migration: CriteriaMigration, cursor: str, left: list[tuple[int, int]], act: Act, at: datetime) -> int:
    """Acts on each in a transaction of its own; one that fails is logged, counted and passed over.

    left: the keys of what is left, in order, each with that of its person.
    """
    for pk, person_pk in left:
        try:
            with transaction.atomic():
                if _claim(migration, cursor, pk):
                    hold(person_pk)
                    _count(migration, act(migration, pk, at))
        except Exception:
            logger.exception("migration %s: %s %s could not be dealt with", migration.pk, cursor, pk)
            with transaction.atomic():
                if _claim(migration, cursor, pk):
                    _count(migration, (Effect.FAILED,))
    return len(left)


def _claim(migration: CriteriaMigration, cursor: str, pk: int) -> int:
    unclaimed = CriteriaMigration.objects.filter(pk=migration.pk, state=State.RUNNING, **{f"{cursor}__lt": pk})
    return unclaimed.update(**{cursor: pk})


def _count(migration: CriteriaMigration, effects: tuple[Effect, ...]) -> None:
    """The row is held by whoever claimed: no count is lost."""
    row = CriteriaMigration.objects.filter(pk=migration.pk)
    counts = row.values_list("counts", flat=True).get()
    row.update(counts=counts | {effect.value: counts.get(effect.value, 0) + 1 for effect in effects})


def _move_award(migration: CriteriaMigration, pk: int, at: datetime) -> tuple[Effect, ...]:
    award = awards_concerned(migration, at).active().filter(pk=pk).first()
    if award is None:
        return ()
    prospect = prospect_of_award(migration, award, at)
    if prospect.includes(MOVES_EXPIRY):
        change_expiry(award, prospect.expires_at, migration.by, migration.reason, at)
    award.certification = migration.certification  # with its paths, for all
    if prospect.includes(ASKS):
        counts_from = migration.counts_from(migration.started_at)
        ask_to_renew(award, prospect.due_at, counts_from, migration.by, migration.reason, at)
    return prospect.effects


def _move_duty(migration: CriteriaMigration, pk: int, at: datetime) -> tuple[Effect, ...]:
    duty = duties_concerned(migration, at).filter(pk=pk).first()
    if duty is None:
        return ()
    prospect = prospect_of_duty(migration, duty)
    if prospect.includes(MOVES_PATH):
        _exchange(migration, duty, at)
    return prospect.effects


def _exchange(migration: CriteriaMigration, duty: PathAssignment, at: datetime) -> None:
    """The award whose renewal it was has the new one for its renewal."""
    certification = migration.certification
    path = certification.path_to_renew if duty.renews else certification.first_time_path
    counts_from = duty.counts_from if duty.renews or duty.follows else None
    linked = Award.objects.active().filter(certification=certification, renewal=duty).first()
    given = exchange_path(duty, path, migration.by, migration.reason, at, counts_from)
    if linked and given:
        link_renewal(linked, given, at)
