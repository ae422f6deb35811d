"""The versions of a question: when each was saved, by whom, what it changed, and which slots keep it."""

import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db.models import DecimalField, Field
from django.utils.translation import gettext as _
from wagtail.models import Revision

from quizzes.models import Question, QuizSlot

NEWEST = 20
BLOCK_KEY = re.compile(r' data-block-key=\\?"\w*\\?"')  # in JSON
PARTS = ("name", "body", "default_mark", "penalty")


@dataclass(frozen=True)
class Version:
    revision: Revision
    number: int  # 1 is the oldest
    changes: list[str]  # in words
    slots: list[QuizSlot]  # that keep it
    previous: Revision | None
    is_latest: bool


def versions_of(question: Question, at_most: int = NEWEST) -> list[Version]:
    """The newest versions, the newest first; three queries."""
    revisions = question.revisions.select_related("user").order_by("-created_at", "-pk")
    total = revisions.count()
    found = list(revisions[: at_most + 1])
    kept = defaultdict(list)
    for slot in QuizSlot.objects.filter(pinned_revision__in=found).select_related("quiz").order_by("quiz__title"):
        kept[slot.pinned_revision_id].append(slot)
    pairs = list(pairwise([*found, None]))
    return [
        Version(
            revision=revision,
            number=total - position,
            changes=changes_between(older.content, revision.content) if older else [_("the first version")],
            slots=kept[revision.pk],
            previous=older,
            is_latest=revision.pk == question.latest_revision_id,
        )
        for position, (revision, older) in enumerate(pairs[:at_most])
    ]


def changes_between(older: dict[str, Any], newer: dict[str, Any]) -> list[str]:
    """What differs between two versions as they are stored, in words; empty where only its place in the bank does."""
    fields = [Question._meta.get_field(name) for name in PARTS]
    return [str(field.verbose_name) for field in fields if _stored(field, older) != _stored(field, newer)]


def _stored(field: Field, content: dict[str, Any]) -> Any:
    """The value of a field in a version; "2" and "2.00" are the same mark, and the editor's keys are no text."""
    value = content.get(field.name)
    if isinstance(field, DecimalField) and value is not None:
        return Decimal(value)
    return BLOCK_KEY.sub("", value) if isinstance(value, str) else value
