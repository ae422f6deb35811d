"""Trying a question out: an author answers it as a learner would and sees at once what it says. Nothing is recorded."""

import copy
from dataclasses import dataclass
from datetime import datetime
from random import Random, SystemRandom
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods

from quizzes.freezing import freeze_question
from quizzes.models import AttemptQuestion, Question, QuizSlot
from quizzes.scoring import mark_of

LARGEST_SEED = 2**31


@dataclass(frozen=True)
class Trial:
    """A question as one learner would get it, and what her response is worth.

    question: its frozen form, not saved. seed: what its order was shuffled with, so that the answer meets the same one.
    """

    question: AttemptQuestion
    seed: int
    is_answered: bool

    @property
    def is_marked_by_hand(self) -> bool:
        return self.is_answered and self.question.mark is None

    @property
    def is_right(self) -> bool:
        return self.question.mark == self.question.max_mark

    @property
    def chosen(self) -> list[str]:
        return self._on_response(self.question.type.response_in_words)

    @property
    def right(self) -> list[str]:
        return self.question.type.answer_in_words(self.question.content)

    @property
    def feedback(self) -> list[str]:
        return self._on_response(self.question.type.feedback)

    @property
    def result(self) -> list[str]:
        words = self.question.type.result_in_words
        return self._on_response(words, self.question.seconds) if words else []

    def _on_response(self, words, *more) -> list[str]:
        response = self.question.response
        return [] if response is None else words(self.question.content, response, *more)


def trial_of(question: Question, post: QueryDict, at: datetime | None = None) -> Trial:
    """`question` as it stands in memory, answered by `post` where that holds an answer.

    Raises ValidationError where it is not complete.
    """
    seed = _seed(post.get("seed"))
    frozen = _frozen(question, Random(seed))
    frozen.began_at = _began_at(post, at or timezone.now())
    is_answered = "seed" in post and post.get("go") != "begin"
    if is_answered:
        response = frozen.type.parse(post)
        is_possible = response is not None and frozen.type.accepts(frozen.content, response)
        frozen.response = response if is_possible else None
        frozen.answered_at = at or timezone.now()
        frozen.mark = mark_of(frozen)
    return Trial(frozen, seed, is_answered)


def _seed(posted: str | None) -> int:
    return int(posted) if posted and posted.isdecimal() else SystemRandom().randrange(LARGEST_SEED)


def _began_at(post: QueryDict, at: datetime) -> datetime | None:
    if post.get("go") == "begin":
        return at
    try:
        began_at = parse_datetime(post.get("began_at", ""))
    except ValueError:
        return None
    return began_at if began_at and timezone.is_aware(began_at) else None


def _frozen(question: Question, rng: Random) -> AttemptQuestion:
    """As an attempt would freeze it, shuffled."""
    tried, article = copy.copy(question), question.source_article
    block = question.body.stream_block
    tried.body = block.to_python(_with_steady_ids(block.get_prep_value(question.body)))
    block.clean(tried.body)
    tried.article_key, tried.article_title = (article.translation_key, article.title) if article else (None, None)
    return freeze_question(tried, 1, QuizSlot(), "", rng, shuffle=True)


def _with_steady_ids(stored: Any, place: str = "") -> Any:
    """The stored form of a body with an id for each of its parts that follows from its place.

    What was not saved yet has none, or another one each time, and an answer has to find its option again.
    """
    if isinstance(stored, list):
        return [_with_steady_ids(part, f"{place}.{number}") for number, part in enumerate(stored)]
    if isinstance(stored, dict):
        parts = {name: _with_steady_ids(part, f"{place}.{name}") for name, part in stored.items()}
        return parts | ({"id": place.strip(".")} if "value" in stored else {})
    return stored


def show_trial(request: HttpRequest, question: Question, post: QueryDict | None = None) -> HttpResponse:
    """The page of a trial, in the question's language. The editor's preview brings the answer in its address."""
    post = getattr(request, "answers", QueryDict()) if post is None else post
    is_preview = getattr(request, "is_preview", False)
    language = question.locale.language_code if question.locale_id else translation.get_language()
    context = {"subject": question, "is_preview": is_preview}
    with translation.override(language):
        try:
            context["trial"] = trial_of(question, post)
        except ValidationError:
            context["trial"] = None  # it is not complete yet
        if question.pk and not is_preview:
            versions = Question.objects.filter(translation_key=question.translation_key).exclude(pk=question.pk)
            context["others"] = versions.select_related("locale").defer("body").order_by("locale_id")
        return render(request, "quizzes/admin/question_trial.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def try_question(request: HttpRequest, pk: int) -> HttpResponse:
    """POST because it may be long; it writes nothing."""
    if not any(request.user.has_perm(f"quizzes.{action}_question") for action in ("view", "add", "change")):
        raise PermissionDenied
    question = get_object_or_404(Question.objects.select_related("locale").with_source(), pk=pk)
    return show_trial(request, question, request.POST if request.method == "POST" else QueryDict())
