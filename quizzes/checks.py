"""What keeps a quiz from being started, and what a trainer should know about it, in words."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.templatetags.moments import moment
from quizzes.drawing import candidates_for, draw, draws_of, is_in_pool, pool_of, slots_of, tags_of
from quizzes.models import Question, QuestionTag, Quiz, QuizSlot
from quizzes.quarantine import doubts_about
from quizzes.question_types import QUESTION_TYPES
from quizzes.refusals import PoolTooSmall

HURRIED = 20  # seconds a question
NAMED_AT_MOST = 5


def problems_of(quiz: Quiz, at: datetime | None = None) -> list[str]:
    """The problems of a saved quiz at `at`, each a sentence; none where learners can start it and be asked all of it.

    Its cost does not depend on the number of slots, nor on how many questions they draw from.
    """
    at, slots = at or timezone.now(), slots_of(quiz)
    if not slots:
        return [_("This quiz has no questions yet.")]
    return [*_problems_of_fixed(slots, at), *_problems_of_draws(slots, at)]


def warnings_of(quiz: Quiz, at: datetime | None = None) -> list[str]:
    """What keeps nobody from starting, but is seldom meant; each a sentence."""
    at, slots = at or timezone.now(), slots_of(quiz)
    return [*_warnings_of_time(quiz, slots, at), *_warnings_of_questions(quiz, slots)] if slots else []


def _problems_of_fixed(slots: Iterable[QuizSlot], at: datetime) -> list[str]:
    fixed = [slot for slot in slots if slot.question_key]
    rows = Question.objects.filter(translation_key__in={slot.question_key for slot in fixed})
    in_default = rows.filter(locale__language_code=settings.LANGUAGE_CODE).with_source().defer("body")
    by_key = {row.translation_key: row for row in in_default} if fixed else {}
    problems = [(slot, _why_not_asked(by_key.get(slot.question_key), at)) for slot in fixed]
    return [_refused(slot, why) for slot, why in problems if why]


def _why_not_asked(question: Question | None, at: datetime) -> str:
    """question: in the default language, None where there is none. Empty where it can be asked at `at`."""
    if question is None:
        return _("it has no version in %(language)s.") % {"language": _default_language()}
    match question.state:
        case Question.State.DRAFT:
            return _("it is a draft.")
        case Question.State.HIDDEN:
            return _("it is hidden.")
    if doubts := doubts_about(question, at):
        return _("it is in quarantine. %(why)s") % {"why": " ".join(doubts)}
    return ""


def _refused(slot: QuizSlot, why: str) -> str:
    if slot.is_critical:
        text = _("The critical question “%(question)s” cannot be asked, so nobody can start: %(why)s")
    else:
        text = _("The question “%(question)s” is not ready: %(why)s")
    return text % {"question": slot.question_name, "why": why}


def _problems_of_draws(slots: list[QuizSlot], at: datetime) -> list[str]:
    draws = draws_of(slots)
    if not draws:
        return []
    candidates = candidates_for(slots, at=at)
    named = {slot.question_key for slot in slots}
    problems = _unknown_tags(draws)
    for slot in draws:
        keys = {one.key for one in candidates if one.pool == pool_of(slot)} - named
        if len(keys) < slot.draw_count:
            problems.append(_too_few(slot, len(keys)))
    if not problems:
        problems = _shared_too_often(slots, candidates)
    return [*problems, *_untranslated(draws, at)]


def _unknown_tags(draws: Iterable[QuizSlot]) -> list[str]:
    wanted = sorted(set().union(*(tags_of(slot) for slot in draws)))
    if not wanted:
        return []
    any_of_them = Q()
    for name in wanted:
        any_of_them |= Q(tag__name__iexact=name)
    there = {name.lower() for name in QuestionTag.objects.filter(any_of_them).values_list("tag__name", flat=True)}
    return [_("No question has the tag “%(tag)s”.") % {"tag": name} for name in wanted if name not in there]


def _too_few(slot: QuizSlot, have: int) -> str:
    if not slot.tag_names:
        return str(PoolTooSmall(slot, need=slot.draw_count, have=have))
    text = _(
        "Too few ready questions of the category “%(category)s” have the tags “%(tags)s”: "
        "%(need)d are needed, %(have)d are there."
    )
    return text % {"category": slot.category, "tags": slot.tag_names, "need": slot.draw_count, "have": have}


def _shared_too_often(slots: list[QuizSlot], candidates: list) -> list[str]:
    """Each slot alone would find enough; together they may want the same questions."""
    try:
        draw(slots, candidates)
    except PoolTooSmall as problem:
        text = _(
            "The slots draw from the same questions, and no question is asked twice. For “%(category)s”, "
            "%(need)d are needed, %(have)d are left."
        )
        return [text % {"category": problem.category, "need": problem.need, "have": problem.have}]
    return []


def _untranslated(draws: Iterable[QuizSlot], at: datetime) -> list[str]:
    """Questions that would be drawn for somebody who cannot read them."""
    in_default = Question.objects.filter(locale__language_code=settings.LANGUAGE_CODE)
    found = Question.objects.askable(at).filter(_in_any_pool(draws))
    found = found.exclude(translation_key__in=in_default.values("translation_key"))
    names: dict[UUID, str] = dict(found.order_by("name").values_list("translation_key", "name")[: NAMED_AT_MOST * 4])
    text = _("The question “%(question)s” could be drawn, but has no version in %(language)s.")
    listed = list(names.values())[:NAMED_AT_MOST]
    return [text % {"question": name, "language": _default_language()} for name in listed]


def _in_any_pool(draws: Iterable[QuizSlot]) -> Q:
    condition = Q(pk__in=[])
    for pool in {pool_of(slot) for slot in draws}:
        condition |= is_in_pool(pool)
    return condition


def _default_language() -> str:
    return str(dict(settings.LANGUAGES)[settings.LANGUAGE_CODE])


def _warnings_of_time(quiz: Quiz, slots: list[QuizSlot], at: datetime) -> list[str]:
    warnings = []
    if quiz.closes_at and quiz.closes_at <= at:
        text = _("The quiz closed on %(moment)s: without an override, nobody can start it.")
        warnings.append(text % {"moment": moment(quiz.closes_at)})
    if not quiz.time_limit:
        return warnings
    if quiz.opens_at and quiz.closes_at and quiz.closes_at - quiz.opens_at < timedelta(minutes=quiz.time_limit):
        warnings.append(_("The quiz is open for less than its time limit."))
    count = sum(slot.draw_count if slot.category_id else 1 for slot in slots)
    seconds = quiz.time_limit * 60 // count
    if seconds < HURRIED:
        text = ngettext(
            "The time limit leaves %(seconds)d second for each question.",
            "The time limit leaves %(seconds)d seconds for each question.",
            seconds,
        )
        warnings.append(text % {"seconds": seconds})
    return warnings


def _warnings_of_questions(quiz: Quiz, slots: list[QuizSlot]) -> list[str]:
    fixed = [slot.question_key for slot in slots if slot.question_key]
    asked = Question.objects.filter(Q(translation_key__in=fixed) | _in_any_pool(draws_of(slots)))
    warnings = []
    names = {slot.question_key: slot.question_name for slot in slots if slot.question_key}
    for key, name in names.items():
        if fixed.count(key) > 1:
            warnings.append(_("The question “%(question)s” is asked more than once.") % {"question": name})
    marked_by_people = [name for name, question_type in QUESTION_TYPES.items() if question_type.needs_marker]
    if asked.filter(body__0__type__in=marked_by_people).exists():
        warnings.append(_("A person has to mark some of its questions: results wait for that."))
    in_tries = quiz.behaviour == Quiz.Behaviour.SEVERAL_TRIES
    if in_tries and not asked.filter(body__0__value__hints__0__isnull=False).exists():
        warnings.append(_("It allows several tries, but none of its questions has a hint: each has one try."))
    return warnings
