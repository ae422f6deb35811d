"""Why a verb of this room refuses. The text of each is for the person who is refused."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class StartRefused(Exception):
    """An attempt cannot be started."""


class AttemptLimitReached(StartRefused):
    def __init__(self, limit: int):
        self.limit = limit
        message = ngettext(
            "You have used the one attempt that this quiz allows.",
            "You have used all %(limit)d attempts that this quiz allows.",
            limit,
        )
        super().__init__(message % {"limit": limit})


class QuizIsEmpty(StartRefused):
    def __init__(self):
        super().__init__(_("This quiz has no questions yet."))


class PoolTooSmall(StartRefused):
    """A slot wants to draw `need` questions from `category`, but only `have` are ready for it."""

    def __init__(self, slot, need: int, have: int):
        self.slot, self.category, self.need, self.have = slot, slot.category, need, have
        message = _("The category “%(category)s” has too few ready questions: %(need)d are needed, %(have)d are there.")
        super().__init__(message % {"category": slot.category, "need": need, "have": have})


class AttemptClosed(Exception):
    """The attempt takes no more answers: it was submitted, or its time is over."""

    def __init__(self):
        super().__init__(_("This attempt takes no more answers. The ones that were saved count."))


class StaleAnswer(Exception):
    """Another window saved this question in the meantime; `response` and `revision` are what it saved."""

    def __init__(self, response: Any, revision: int):
        self.response, self.revision = response, revision
        super().__init__(_("This question was answered in another window in the meantime."))


class ForeignResponse(ValueError):
    """The response cannot come from the question's own form."""
