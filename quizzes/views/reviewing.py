"""After an attempt: what it teaches, all attempts at its quiz, and practising what was missed."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from quizzes.attempts import own_attempt, submit_attempt
from quizzes.forms import PracticeForm
from quizzes.histories import history_of
from quizzes.models import Attempt
from quizzes.practising import start_practice
from quizzes.refusals import NothingToPractise
from quizzes.reviews import review_page
from quizzes.views.guarding import of_own_attempt


@require_safe
@of_own_attempt
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """What an attempt that is over teaches. One whose time is over is ended by whoever looks first, here or the sweep:
    the one write that a GET causes, and the clock alone has decided on it."""
    current, now = own_attempt(pk, request.user), timezone.now()
    if current.is_running(now):
        return redirect("quizzes:attempt", pk)
    if current.awaits_submission(now):
        return redirect("quizzes:overview", pk)
    if current.state == Attempt.State.IN_PROGRESS:
        current = submit_attempt(pk, request.user, now)
    return render(request, "quizzes/review.html", review_page(current, request.user, now))


@require_POST
@of_own_attempt
def practise(request: HttpRequest, pk: int) -> HttpResponse:
    PracticeForm.read(request.POST)
    try:
        practice = start_practice(pk, request.user)
    except NothingToPractise as refusal:
        messages.error(request, str(refusal))
        return redirect("quizzes:review", pk)
    return redirect("quizzes:attempt", practice.pk)


@require_safe
def history(request: HttpRequest, quiz_key: UUID) -> HttpResponse:
    """All attempts of hers at a quiz."""
    rounds = history_of(request.user, quiz_key, timezone.now())
    if not rounds:
        raise Http404
    return render(request, "quizzes/history.html", {"rounds": rounds, "title": rounds[0].title})
