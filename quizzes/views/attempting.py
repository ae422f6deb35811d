"""An attempt in progress: its questions, what is answered so far, and its end."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from quizzes.asking import overview_page, question_page
from quizzes.attempts import own_attempt, submit_attempt
from quizzes.forms import SubmitForm
from quizzes.models import Attempt
from quizzes.views.guarding import of_own_attempt, place_of

CLOCKS_DIFFER = 3_000  # milliseconds


@require_safe
@of_own_attempt
def attempt(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions of an attempt in progress, or one of them: `?q=` its position, by default the first without an
    answer. Where there is no way back it is always the one that is reached."""
    current, now = own_attempt(pk, request.user), timezone.now()
    if not current.is_running(now):
        return redirect(place_of(current, now))
    position = _position_in(request)
    if current.is_sequential and position not in (None, current.reached):
        return redirect("quizzes:attempt", pk)
    return render(request, "quizzes/attempt.html", question_page(current, now, position))


def _position_in(request: HttpRequest) -> int | None:
    position = request.GET.get("q")
    if position is None:
        return None
    if not position.isdecimal() or len(position) > 9 or int(position) == 0:
        raise Http404
    return int(position)


@require_safe
@of_own_attempt
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """What is answered and what is not, before submitting; also while it can only be submitted any more."""
    current, now = own_attempt(pk, request.user), timezone.now()
    if not current.is_running(now) and not current.awaits_submission(now):
        return redirect("quizzes:review", pk)
    return render(request, "quizzes/overview.html", overview_page(current, now))


@require_POST
@of_own_attempt
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends the attempt; but a page whose clock has run out does so only where the server's has too: it may not know
    that its person was given more time."""
    if SubmitForm.read(request.POST)["is_time_up"] and _has_time(own_attempt(pk, request.user), timezone.now()):
        messages.info(request, _("You have more time now: go on."))
        return redirect("quizzes:attempt", pk)
    submit_attempt(pk, request.user)
    return redirect("quizzes:review", pk)


def _has_time(current: Attempt, at: datetime) -> bool:
    """Whether it goes on for longer than clocks differ."""
    left = current.milliseconds_left(at)
    return current.is_running(at) and (left is None or left > CLOCKS_DIFFER)
