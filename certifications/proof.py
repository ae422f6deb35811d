"""The proof of an award for those who may see it: what was frozen when it was given, and what was done to it since."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _
from wagtail.models import ModelLogEntry

from certifications.models import Award, ExternalEvidence
from people.models import User
from quizzes.models import Attempt
from quizzes.review_rules import Aspect

ACTIONS = {
    "courses.assign": _("The learning path was assigned"),
    "courses.extend": _("The due date was extended"),
    "courses.exempt": _("The person was exempted"),
    "courses.suspend": _("The learning path was suspended"),
    "courses.resume": _("The learning path was resumed"),
    "quizzes.extend_attempt": _("More time was given for an attempt"),
    "certifications.grant": _("The certificate was awarded"),
    "certifications.revoke": _("The certificate was revoked"),
    "certifications.reinstate": _("The certificate was reinstated"),
    "certifications.change_expiry": _("The expiry was changed"),
}
LIMITS = {
    "opens_at": _("opens"),
    "closes_at": _("closes"),
    "time_limit": _("time limit in minutes"),
    "attempt_limit": _("attempts allowed"),
    "extra_time": _("time, as a factor"),
}


@dataclass(frozen=True)
class Proof:
    """path: title, revision, assigned_at, due_at, completed_at. decisions: what, at, by, reason. activities: title,
    course, completed_at. observations: activity, is_met, items, comment, by, at, confirmed_at. attempts: quiz, number,
    passed, times, mark (None where it is not to be seen) and questions. overrides: quiz, team, by, reason, limits.
    external: what a proof from elsewhere says, and `has_file`; or None."""

    path: dict[str, Any]
    decisions: list[dict[str, Any]]
    activities: list[dict[str, Any]]
    observations: list[dict[str, Any]]
    attempts: list[dict[str, Any]]
    overrides: list[dict[str, Any]]
    external: dict[str, Any] | None


def proof_of(award: Award, reader: User, at: datetime) -> Proof:
    """The proof as `reader` may see it at `at`: the holder sees marks where the rules of the review show them to her,
    and not which question earned which. Five queries, whatever it holds."""
    frozen = award.evidence
    logged = _logged(award)
    names = _names(frozen, logged)
    hidden = _attempts_without_marks(frozen, at) if award.holder_id == reader.pk else set()
    return Proof(
        path=(frozen.get("path") or {})
        | {name: _at(frozen.get(name)) for name in ("assigned_at", "due_at", "completed_at")},
        decisions=[_decision(one, names) for one in [*frozen.get("decisions", []), *logged]],
        activities=[one | {"completed_at": _at(one["completed_at"])} for one in frozen.get("activities", [])],
        observations=[_observation(one, names) for one in frozen.get("observations", [])],
        attempts=[
            _attempt(one, names, one["id"] not in hidden, award.holder_id != reader.pk)
            for one in frozen.get("attempts", [])
        ],
        overrides=[_override(one, names) for one in frozen.get("overrides", [])],
        external=_external(frozen["external"], reader) if "external" in frozen else None,
    )


def _at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _logged(award: Award) -> list[dict[str, Any]]:
    """What was done to the award itself."""
    kind = ContentType.objects.get_for_model(Award)
    entries = ModelLogEntry.objects.filter(content_type=kind, object_id=str(award.pk), action__in=ACTIONS)
    return [
        {
            "at": entry.timestamp.isoformat(),
            "action": entry.action,
            "by": entry.user_id,
            "reason": entry.data.get("reason", ""),
            "from": entry.data.get("from"),
            "to": entry.data.get("to"),
        }
        for entry in entries.order_by("timestamp", "pk")
    ]


def _names(frozen: dict, logged: list[dict]) -> dict[int, str]:
    """The names that people have today: whoever was erased has none any more."""
    questions = [question for attempt in frozen.get("attempts", []) for question in attempt.get("questions", [])]
    changes = [change for question in questions for change in question["changes"]]
    kept = [one for part in ("decisions", "observations", "overrides") for one in frozen.get(part, [])]
    keys = {one["by"] for one in [*kept, *logged, *changes]}
    keys |= {question["marked_by"] for question in questions}
    return dict(User.objects.filter(pk__in=keys - {None}).values_list("pk", "name"))


def _attempts_without_marks(frozen: dict, at: datetime) -> set[int]:
    attempts = Attempt.objects.filter(pk__in=[one["id"] for one in frozen.get("attempts", [])])
    return {attempt.pk for attempt in attempts if Aspect.MARKS not in attempt.aspects_shown(at)}


def _decision(one: dict, names: dict[int, str]) -> dict[str, Any]:
    return one | {
        "what": ACTIONS.get(one["action"], one["action"]),
        "at": _at(one["at"]),
        "by": names.get(one["by"], ""),
        "from": _at(one.get("from")),
        "to": _at(one.get("to")),
    }


def _observation(one: dict, names: dict[int, str]) -> dict[str, Any]:
    return one | {"by": names.get(one["by"], ""), "at": _at(one["at"]), "confirmed_at": _at(one["confirmed_at"])}


def _attempt(one: dict, names: dict[int, str], has_mark: bool, has_questions: bool) -> dict[str, Any]:
    questions = one.get("questions", [])
    graders = {names.get(question["marked_by"], "") for question in questions}
    shown = [_question(question, names) for question in questions] if has_questions else []
    return one | {
        "mark": one["mark"] if has_mark else None,
        "started_at": _at(one.get("started_at")),
        "finished_at": _at(one["finished_at"]),
        "passed": one.get("passed", True),
        "graders": sorted(graders - {""}),
        "questions": shown,
    }


def _question(one: dict, names: dict[int, str]) -> dict[str, Any]:
    changes = [change | {"at": _at(change["at"]), "by": names.get(change["by"], "")} for change in one["changes"]]
    return one | {"marked_by": names.get(one["marked_by"], ""), "changes": changes}


def _override(one: dict, names: dict[int, str]) -> dict[str, Any]:
    limits = [(LIMITS[name], value) for name, value in one["limits"].items() if name in LIMITS]
    return one | {"by": names.get(one["by"], ""), "at": _at(one["at"]), "limits": limits}


def _external(one: dict, reader: User) -> dict[str, Any]:
    kept = ExternalEvidence.objects.visible_to(reader).exclude(stored_as="")
    return one | {
        "issued_on": date.fromisoformat(one["issued_on"]),
        "expires_on": date.fromisoformat(one["expires_on"]) if one["expires_on"] else None,
        "submitted_at": _at(one["submitted_at"]),
        "has_file": kept.filter(pk=one["id"]).exists(),
    }
