"""Why a verb of this room refuses. The text of each is for the person who is refused."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.templatetags.moments import moment


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


class NothingToPractise(StartRefused):
    def __init__(self):
        super().__init__(_("There is nothing in this attempt to practise."))


class NotOpenYet(StartRefused):
    def __init__(self, opens_at: datetime):
        self.opens_at = opens_at
        super().__init__(_("This quiz opens on %(moment)s.") % {"moment": moment(opens_at)})


class QuizIsClosed(StartRefused):
    def __init__(self, closes_at: datetime):
        self.closes_at = closes_at
        super().__init__(_("This quiz closed on %(moment)s.") % {"moment": moment(closes_at)})


class TooSoon(StartRefused):
    """The delay after the attempt before is not over until `free_at`."""

    def __init__(self, free_at: datetime):
        self.free_at = free_at
        super().__init__(_("You can try again from %(moment)s.") % {"moment": moment(free_at)})


class CriticalQuestionMissing(StartRefused):
    """A critical question cannot be asked now, so nobody could tell whether a pass is one."""

    def __init__(self, question_name: str):
        self.question_name = question_name
        super().__init__(_("This quiz is being checked by its trainers. Try again later."))


class AttemptClosed(Exception):
    """The attempt takes no more answers: it was submitted, or its time is over."""

    def __init__(self):
        super().__init__(_("This attempt takes no more answers. The ones that were saved count."))


class StaleAnswer(Exception):
    """Another window saved this question in the meantime; `response` and `revision` are what it saved."""

    def __init__(self, response: Any, revision: int):
        self.response, self.revision = response, revision
        super().__init__(_("This question was answered in another window in the meantime."))


class AnswerStands(Exception):
    """The answer was checked during the attempt and cannot be changed any more."""

    def __init__(self):
        super().__init__(_("This answer was checked and stands."))


class NoWayBack(Exception):
    """The quiz goes forwards only, and is at another question; `reached` is its position."""

    def __init__(self, reached: int):
        self.reached = reached
        super().__init__(_("This quiz goes forwards only. You are at question %(number)d.") % {"number": reached})


class ForeignResponse(ValueError):
    """The response cannot come from the question's own form."""
