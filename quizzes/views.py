"""The pages of an attempt. To everybody but the person whose attempt it is, they do not exist."""

import re
from collections.abc import Callable
from functools import wraps
from html import unescape

from django.core.exceptions import BadRequest
from django.db.models.fields.json import KT
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.views.decorators.http import require_POST, require_safe

from quizzes.attempts import own_attempt, save_answer, set_flag, submit_attempt
from quizzes.forms import AnswerForm, FlagForm, SubmitForm
from quizzes.models import Attempt, AttemptQuestion
from quizzes.question_types import asked
from quizzes.question_types.fields import posted
from quizzes.refusals import AttemptClosed, ForeignResponse, StaleAnswer
from quizzes.reviews import may_retry, review_of


def of_own_attempt(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answers 404 where the attempt is not the person's own, and 400 to what its pages do not post."""

    @wraps(view)
    def guarded(request: HttpRequest, pk: int) -> HttpResponse:
        try:
            return view(request, pk)
        except Attempt.DoesNotExist as error:
            raise Http404 from error
        except ForeignResponse as error:
            raise BadRequest("This is no answer to this question.") from error
        except AttemptClosed as error:
            return _refuse_late(request, pk, error)

    return guarded


@require_safe
@of_own_attempt
def attempt(request: HttpRequest, pk: int) -> HttpResponse:
    """One question of an attempt in progress: `?q=` its position, by default the first without an answer."""
    current = own_attempt(pk, request.user)
    if not current.is_running(timezone.now()):
        return redirect("quizzes:review", pk)
    answered = list(current.questions.progress())
    first_open = next((entry["position"] for entry in answered if not entry["is_answered"]), 1)
    position = request.GET.get("q", str(first_open))
    if not position.isdecimal() or len(position) > 9:
        raise Http404
    question = get_object_or_404(current.questions, position=int(position))
    return render(request, "quizzes/attempt.html", _question_page(current, question, answered))


def _question_page(current: Attempt, question: AttemptQuestion, answered: list[dict]) -> dict:
    """What the page of a question shows. The key is not among it."""
    return {
        "attempt": current,
        "question": {
            "template_name": question.type.template_name,
            "content": asked(question.content),
            "response": question.response,
            "revision": question.revision,
            "answered_at": question.answered_at,
            "is_flagged": question.is_flagged,
        },
        "position": question.position,
        "total": len(answered),
        "answered": answered,
        "milliseconds_left": current.milliseconds_left(timezone.now()),
    }


@require_POST
@of_own_attempt
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Saves one answer. A form goes on to the next page; a script gets the new revision as JSON."""
    fields = AnswerForm.read(request.POST)
    seen, is_flagged = fields["revision"], fields["is_flagged"]
    try:
        revision = save_answer(pk, request.user, fields["position"], request.POST, seen, is_flagged=is_flagged)
    except StaleAnswer as stale:
        return _refuse_stale(request, pk, fields["position"], stale)
    if _wants_json(request):
        return JsonResponse({"revision": revision})
    return redirect(_place_after(pk, fields["position"], fields["go"]))


def _place_after(pk: int, position: int, go: str) -> str:
    if go == "overview":
        return reverse("quizzes:overview", args=[pk])
    steps = {"previous": -1, "next": 1}
    return reverse("quizzes:attempt", args=[pk]) + f"?q={max(1, position + steps.get(go, 0))}"


def _refuse_stale(request: HttpRequest, pk: int, position: int, stale: StaleAnswer) -> HttpResponse:
    """409 with what the other window saved; the page offers both."""
    if _wants_json(request):
        saved = {"revision": stale.revision, "answer": posted(stale.response)}
        return JsonResponse({"error": "stale", "message": str(stale)} | saved, status=409)
    current = own_attempt(pk, request.user)
    question = current.questions.get(position=position)
    mine = question.type.parse(request.POST)
    page = _question_page(current, question, list(current.questions.progress()))
    page["conflict"] = {
        "message": str(stale),
        "mine": [] if mine is None else question.type.response_in_words(question.content, mine),
        "mine_posted": posted(mine),
        "theirs": [] if stale.response is None else question.type.response_in_words(question.content, stale.response),
    }
    return render(request, "quizzes/attempt.html", page, status=409)


def _refuse_late(request: HttpRequest, pk: int, closed: AttemptClosed) -> HttpResponse:
    """409, and the way to the result."""
    if _wants_json(request):
        return JsonResponse({"error": "closed", "message": str(closed)}, status=409)
    return render(request, "quizzes/closed.html", {"attempt": own_attempt(pk, request.user)}, status=409)


def _wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


@require_POST
@of_own_attempt
def flag(request: HttpRequest, pk: int) -> HttpResponse:
    fields = FlagForm.read(request.POST)
    set_flag(pk, request.user, fields["position"], fields["is_flagged"])
    if _wants_json(request):
        return JsonResponse({"is_flagged": fields["is_flagged"]})
    return redirect(_place_after(pk, fields["position"], ""))


@require_safe
@of_own_attempt
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """What is answered and what is not, before submitting."""
    current, now = own_attempt(pk, request.user), timezone.now()
    if not current.is_running(now):
        return redirect("quizzes:review", pk)
    answered = list(current.questions.progress(text=KT("content__text")))
    for entry in answered:
        entry["text"] = _in_short(entry["text"])
    context = {
        "attempt": current,
        "answered": answered,
        "unanswered_count": sum(not entry["is_answered"] for entry in answered),
        "milliseconds_left": current.milliseconds_left(now),
    }
    return render(request, "quizzes/overview.html", context)


def _in_short(rich_text: str) -> str:
    words = unescape(strip_tags(re.sub("</(p|li)>|<br>", " ", rich_text))).split()
    return Truncator(" ".join(words)).chars(90)


@require_POST
@of_own_attempt
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    SubmitForm.read(request.POST)
    submit_attempt(pk, request.user)
    return redirect("quizzes:review", pk)


@require_safe
@of_own_attempt
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """What a finished attempt teaches. One whose time is over is finished by whoever looks first, here or the sweep:
    the one write that a GET causes, and the clock alone has decided on it."""
    current, now = own_attempt(pk, request.user), timezone.now()
    if current.is_running(now):
        return redirect("quizzes:attempt", pk)
    if current.state == Attempt.State.IN_PROGRESS:
        current = submit_attempt(pk, request.user, now)
    context = {
        "attempt": current,
        "passed": current.passed,
        "percent": current.whole_percent,
        "pass_mark": current.pass_mark,
        "questions": review_of(current, request.user),
        "may_retry": may_retry(current),
    }
    return render(request, "quizzes/review.html", context)
