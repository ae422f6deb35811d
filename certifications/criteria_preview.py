"""What a migration to new rules would do, before it does anything: how many of what, and to whom."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from certifications.criteria import (
    CHANGES,
    Effect,
    Prospect,
    awards_concerned,
    duties_concerned,
    prospect_of_award,
    prospect_of_duty,
)
from certifications.models import Award, CriteriaMigration
from people.models import User
from people.templatetags.moments import day

LINES_A_PAGE = 50
CHUNK = 2000


@dataclass(frozen=True)
class Line:
    """A certificate, or a duty, and what is to become of it. Its days are those of where the person is."""

    person: User
    prospect: Prospect
    award: Award | None = None

    @property
    def effects(self) -> tuple[Effect, ...]:
        return self.prospect.effects

    @property
    def expires_now(self) -> str:
        return self._expiry(self.award.expires_at) if self.award else ""

    @property
    def would_expire(self) -> str:
        return self._expiry(self.prospect.expires_at) if self.award else ""

    @property
    def due(self) -> str:
        """Of what is left to do; a duty that she had before keeps its own."""
        is_shown = self.prospect.due_at and not self.prospect.includes(
            {Effect.RENEWED, Effect.HAS_DUTY, Effect.COMPLETED}
        )
        return self._day(self.prospect.due_at) if is_shown else ""

    def _expiry(self, at: datetime | None) -> str:
        return self._day(at) if at else _("never")

    def _day(self, at: datetime) -> str:
        return day(at.astimezone(ZoneInfo(self.person.time_zone)).date())


@dataclass(frozen=True)
class Preview:
    """counts: how many certificates and duties each effect has. page: those with the effect that was asked for, or all
    that change."""

    counts: dict[Effect, int]
    page: Page


def preview_of(migration: CriteriaMigration, at: datetime, effect: str = "", page_number: int = 1) -> Preview:
    """What the unsaved `migration` would do at `at`: one pass through all, of which a page is kept."""
    counts, shown, lines = _pass(migration, at, effect, page_number)
    page = Paginator(range(shown), LINES_A_PAGE).get_page(page_number)
    if page.number != page_number:
        lines = _pass(migration, at, effect, page.number)[2]
    page.object_list = lines
    return Preview({effect: counts[effect] for effect in Effect if counts[effect]}, page)


def _pass(
    migration: CriteriaMigration, at: datetime, effect: str, page_number: int
) -> tuple[Counter[Effect], int, list[Line]]:
    """The counts, how many are shown on all pages, and those of one page."""
    wanted = {effect} if effect in Effect.values else set(CHANGES)
    counts, shown, lines = Counter(), 0, []
    first = (page_number - 1) * LINES_A_PAGE
    for line in _lines(migration, at):
        counts.update(line.effects)
        if line.prospect.includes(wanted):
            if first <= shown < first + LINES_A_PAGE:
                lines.append(line)
            shown += 1
    return counts, shown, lines


def _lines(migration: CriteriaMigration, at: datetime) -> Iterator[Line]:
    """By name, certificates before duties."""
    if migration.concerns_awards:
        for award in awards_concerned(migration, at).order_by("holder_name", "pk").iterator(CHUNK):
            yield Line(award.holder, prospect_of_award(migration, award, at), award)
    if migration.previous_path_key:
        for duty in duties_concerned(migration, at).order_by("person__name", "pk").iterator(CHUNK):
            yield Line(duty.person, prospect_of_duty(migration, duty))
