"""What became of attempts and of their marks: for trainers, and without names where a quiz is marked blind."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from quizzes.marking_queue import name_of
from quizzes.models import Attempt, MarkChange

CHUNK = 2000  # rows that an export holds at once


class AttemptFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Name or e-mail"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"), choices=[("", gettext_lazy("All")), *Attempt.State.choices], required=False
    )
    result = forms.ChoiceField(
        label=gettext_lazy("Result"),
        choices=[
            ("", gettext_lazy("All")),
            ("passed", pgettext_lazy("of attempts", "passed")),
            ("failed", pgettext_lazy("of attempts", "not passed")),
        ],
        required=False,
    )


class ChangeFilter(forms.Form):
    cause = forms.ChoiceField(
        label=gettext_lazy("Cause"), choices=[("", gettext_lazy("All")), *MarkChange.Cause.choices], required=False
    )
    attempt = forms.IntegerField(required=False, widget=forms.HiddenInput)
    batch = forms.UUIDField(required=False, widget=forms.HiddenInput)


def attempts_of(quiz_key: UUID, chosen: dict[str, Any], blind: set[UUID]) -> QuerySet[Attempt]:
    """The attempts at a quiz that count, the latest first. A name that is hidden is not found by looking for it."""
    attempts = Attempt.objects.graded().filter(quiz_key=quiz_key).select_related("person")
    if chosen.get("state"):
        attempts = attempts.filter(state=chosen["state"])
    if chosen.get("result"):
        attempts = attempts.filter(passed=chosen["result"] == "passed")
    if q := chosen.get("q"):
        attempts = attempts.filter(Q(person__name__icontains=q) | Q(person__email__icontains=q))
        if quiz_key in blind:
            attempts = attempts.exclude(state=Attempt.State.SUBMITTED)
    return attempts.order_by("-started_at", "-pk")


def changes_of(quiz_key: UUID, chosen: dict[str, Any]) -> QuerySet[MarkChange]:
    """What was done to marks of a quiz, the latest first."""
    changes = MarkChange.objects.filter(question__attempt__quiz_key=quiz_key)
    for name, field in (("cause", "cause"), ("attempt", "question__attempt"), ("batch", "batch")):
        if chosen.get(name):
            changes = changes.filter(**{field: chosen[name]})
    changes = changes.select_related("by", "question__attempt__person").defer("question__content")
    return changes.order_by("-at", "-pk")


def attempt_rows(attempts: QuerySet[Attempt], blind: set[UUID]) -> Iterator[list[str]]:
    """The table of attempts as texts, for an export."""
    yield [
        _("Person"),
        _("Attempt"),
        _("State"),
        _("Mark"),
        _("Highest mark"),
        _("Passed"),
        _("Started"),
        _("Finished"),
    ]
    for attempt in attempts.iterator(CHUNK):
        yield [
            name_of(attempt, blind),
            str(attempt.number),
            attempt.get_state_display(),
            "" if attempt.mark is None else str(attempt.mark),
            str(attempt.max_mark),
            {True: _("yes"), False: _("no"), None: ""}[attempt.passed],
            moment_of(attempt.started_at),
            moment_of(attempt.finished_at),
        ]


def change_rows(changes: QuerySet[MarkChange], blind: set[UUID]) -> Iterator[list[str]]:
    """The table of changes of marks as texts, for an export."""
    yield [
        *(_("When"), _("Person"), _("Attempt"), _("Question"), _("Old mark"), _("New mark")),
        *(_("Old highest mark"), _("New highest mark"), _("Cause"), _("By"), _("Reason")),
    ]
    for change in changes.iterator(CHUNK):
        question = change.question
        yield [
            moment_of(change.at),
            name_of(question.attempt, blind),
            str(question.attempt.number),
            question.question_name,
            "" if change.old_mark is None else str(change.old_mark),
            "" if change.new_mark is None else str(change.new_mark),
            str(change.old_max_mark),
            str(change.new_max_mark),
            change.get_cause_display(),
            change.by.name if change.by else "",
            change.reason,
        ]


def moment_of(at) -> str:
    return date_format(localtime(at), "Y-m-d H:i") if at else ""
