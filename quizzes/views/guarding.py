"""What every page of an attempt refuses, and how it says so."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from quizzes.asking import address_of
from quizzes.attempts import own_attempt
from quizzes.models import Attempt
from quizzes.refusals import AttemptClosed, ForeignResponse, NoWayBack


def of_own_attempt(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answers 404 where the attempt is not the person's own, 400 to what its pages do not post, and 409 with the way
    on to what comes too late."""

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
        except NoWayBack as error:
            return _refuse_way_back(request, pk, error)

    return guarded


def wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def place_of(attempt: Attempt, at) -> str:
    """Where an attempt leads that takes no more answers: to submitting while that is possible, else to its review."""
    name = "overview" if attempt.awaits_submission(at) else "review"
    return reverse(f"quizzes:{name}", args=[attempt.pk])


def _refuse_late(request: HttpRequest, pk: int, closed: AttemptClosed) -> HttpResponse:
    if wants_json(request):
        return refusal_as_json("closed", closed)
    attempt, now = own_attempt(pk, request.user), timezone.now()
    if attempt.awaits_submission(now):
        text = _("Its time is over. The answers that were saved before count when you submit them.")
        action = _("Submit the saved answers")
    else:
        text = _("Its time is over, or it was submitted in another window. The answers that were saved before count.")
        action = _("See the result")
    context = {"title": _("This attempt takes no more answers"), "text": text, "action": action}
    return _refused(request, attempt, context | {"url": place_of(attempt, now)})


def _refuse_way_back(request: HttpRequest, pk: int, refusal: NoWayBack) -> HttpResponse:
    if wants_json(request):
        return refusal_as_json("left", refusal)
    attempt = own_attempt(pk, request.user)
    context = {"title": _("This question is behind you"), "text": str(refusal), "action": _("Go on")}
    return _refused(request, attempt, context | {"url": address_of(attempt, refusal.reached)})


def _refused(request: HttpRequest, attempt: Attempt, context: dict) -> HttpResponse:
    return render(request, "quizzes/refused.html", {"attempt": attempt} | context, status=409)


def refusal_as_json(error: str, refusal: Exception, **more) -> JsonResponse:
    return JsonResponse({"error": error, "message": str(refusal)} | more, status=409)
