"""Questions that are not asked while it is doubtful whether they are right, and why.

Part of the quarantine follows from the source article alone (`QuestionQuerySet.quarantined`): it begins the second the
article changes materially or its verification ends, and nothing has to be swept.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from people.models import User
from quizzes.models import Question


def quarantine_question(question: Question, by: User | None, reason: str) -> int:
    """Takes `question` out of every draw; see `quarantine_questions`."""
    return quarantine_questions([question], by, reason)


@transaction.atomic
def quarantine_questions(questions: Iterable[Question], by: User | None, reason: str) -> int:
    """Takes `questions` out of every draw, in all their languages: translations say the same. Returns how many rows.

    Drafts and hidden questions, which are not drawn anyway, stay what they are. reason: what has to be checked.
    """
    questions = list(questions)
    named = Q(pk__in=[question.pk for question in questions], state=Question.State.QUARANTINED)
    rows = Question.objects.filter(
        Q(state=Question.State.READY) | named,
        translation_key__in=[question.translation_key for question in questions],
    )
    rows = list(rows.select_for_update(no_key=True).order_by("pk").defer("body"))
    Question.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=Question.State.QUARANTINED, quarantine_reason=reason
    )
    for row in rows:
        log(instance=row, action="quizzes.quarantine", user=by, data={"reason": reason})
    return len(rows)


@transaction.atomic
def release_question(question: Question, by: User | None, at: datetime | None = None) -> bool:
    """`by` has checked `question` against its source at `at`: it is right. Returns whether it may be asked again.

    Only this language of it, as somebody has to read the others too. What still keeps it in quarantine, an article
    that is not verified, `doubts_about` says.
    """
    at = at or timezone.now()
    Question.objects.filter(pk=question.pk).update(checked_at=at)
    held = Question.objects.filter(pk=question.pk, state=Question.State.QUARANTINED)
    held.update(state=Question.State.READY, quarantine_reason="")
    question.refresh_from_db(fields=["state", "quarantine_reason", "checked_at"])
    log(instance=question, action="quizzes.release", user=by, data={"checked_at": at.isoformat()})
    return Question.objects.askable(at).filter(pk=question.pk).exists()


def doubts_about(question: Question, at: datetime | None = None) -> list[str]:
    """Why `question` is in quarantine at `at`, in words; empty where it is not.

    The same rule as `QuestionQuerySet.quarantined`, about one row.
    """
    if question.state == Question.State.QUARANTINED:
        return [question.quarantine_reason or _("It was put into quarantine by hand.")]
    article = question.source_article
    if question.state != Question.State.READY or article is None:
        return []
    doubts = []
    if not article.is_verified(at or timezone.now()):
        doubts.append(_("Its source article “%(article)s” is not verified.") % {"article": article.title})
    if _changed_since(question):
        day = date_format(localtime(article.materially_changed_at), "DATE_FORMAT")
        text = _("Its source article “%(article)s” changed materially on %(date)s, after this was last checked.")
        doubts.append(text % {"article": article.title, "date": day})
    return doubts


def awaits_check(question: Question) -> bool:
    """Whether `release_question` takes a doubt away; one about an article that is not verified ends with its
    verification alone."""
    is_ready = question.state == Question.State.READY
    return question.state == Question.State.QUARANTINED or (is_ready and _changed_since(question))


def _changed_since(question: Question) -> bool:
    article = question.source_article
    changed_at = article and article.materially_changed_at
    return bool(changed_at and changed_at > question.checked_at)
