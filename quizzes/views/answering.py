"""What an attempt is told: one answer, all answers of a page, a flag."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from quizzes.answering import GivenAnswer, begin_question, check_answer, save_and_leave, save_answers
from quizzes.asking import Refused, question_page
from quizzes.attempts import own_attempt, save_answer, set_flag
from quizzes.forms import AnswerForm, AnswersForm, FlagForm, parted, prefix_of
from quizzes.models import AttemptQuestion
from quizzes.question_types.fields import posted
from quizzes.refusals import AnswerStands, StaleAnswer
from quizzes.views.guarding import of_own_attempt, refusal_as_json, wants_json


@require_POST
@of_own_attempt
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes one answer. A form goes on to where its button says; a script gets the new revision as JSON."""
    fields = AnswerForm.read(request.POST)
    position, seen, is_flagged = fields["position"], fields["seen_revision"], fields["is_flagged"]
    try:
        if wants_json(request):
            revision = save_answer(pk, request.user, position, request.POST, seen, is_flagged=is_flagged)
            return JsonResponse({"revision": revision})
        return redirect(_take(request, pk, fields))
    except (StaleAnswer, AnswerStands) as refused:
        if wants_json(request):
            return _refused_as_json(refused)
        return _offer_again(request, pk, {position: (refused, request.POST)}, position)


def _take(request: HttpRequest, pk: int, fields: dict) -> str:
    """Saves, checks or begins one question as its form says, and returns the address to go to."""
    position, go = fields["position"], fields["go"]
    given = (pk, request.user, position, request.POST, fields["seen_revision"])
    match go:
        case _go if fields["keep"]:
            pass
        case "begin":
            begin_question(pk, request.user, position)
        case "check":
            _say_if_unanswered(request, check_answer(*given, is_flagged=fields["is_flagged"]))
            return f"{_place(pk, position)}#feedback"
        case "next" | "overview":
            save_and_leave(*given, is_flagged=fields["is_flagged"])
        case _:
            save_answer(*given, is_flagged=fields["is_flagged"])
    if go == "overview":
        return reverse("quizzes:overview", args=[pk])
    return _place(pk, max(1, position + {"previous": -1, "next": 1}.get(go, 0)))


def _place(pk: int, position: int) -> str:
    return reverse("quizzes:attempt", args=[pk]) + f"?q={position}"


def _say_if_unanswered(request: HttpRequest, question: AttemptQuestion) -> None:
    if question.response is None:
        messages.warning(request, _("Give an answer first."))


def _refused_as_json(refused: Refused) -> JsonResponse:
    if isinstance(refused, AnswerStands):
        return refusal_as_json("stands", refused)
    return refusal_as_json("stale", refused, revision=refused.revision, answer=posted(refused.response))


def _offer_again(request: HttpRequest, pk: int, refused: dict, position: int | None = None) -> HttpResponse:
    """409 with the page, which says what was not saved and offers it together with what is saved."""
    page = question_page(own_attempt(pk, request.user), timezone.now(), position, refused)
    return render(request, "quizzes/attempt.html", page, status=409)


@require_POST
@of_own_attempt
def answers(request: HttpRequest, pk: int) -> HttpResponse:
    """Saves the answers of a page with all questions; then begins or checks one of them where its button says so."""
    go = AnswersForm.read(request.POST)["go"]
    parts = parted(request.POST)
    given = [(AnswerForm.read(part), part) for part in parts]
    saved = [_given(fields, part) for fields, part in given if not fields["keep"]]
    refused = save_answers(pk, request.user, saved)
    if refused:
        forms = {fields["position"]: part for fields, part in given}
        return _offer_again(request, pk, {position: (error, forms[position]) for position, error in refused.items()})
    for fields, part in given:
        if fields["go"] in ("begin", "check"):
            return redirect(_begin_or_check(request, pk, fields, part))
    if go == "overview":
        return redirect("quizzes:overview", pk)
    messages.success(request, _("Your answers are saved."))
    return redirect("quizzes:attempt", pk)


def _given(fields: dict, part: QueryDict) -> GivenAnswer:
    return GivenAnswer(fields["position"], part, fields["seen_revision"], fields["is_flagged"])


def _begin_or_check(request: HttpRequest, pk: int, fields: dict, part: QueryDict) -> str:
    position, place = fields["position"], reverse("quizzes:attempt", args=[pk]) + f"#{prefix_of(fields['position'])}"
    if fields["go"] == "begin":
        begin_question(pk, request.user, position)
        return f"{place}question"
    revision = fields["seen_revision"]
    _say_if_unanswered(request, check_answer(pk, request.user, position, part, revision))
    return f"{place}feedback"


@require_POST
@of_own_attempt
def flag(request: HttpRequest, pk: int) -> HttpResponse:
    fields = FlagForm.read(request.POST)
    set_flag(pk, request.user, fields["position"], fields["is_flagged"])
    if wants_json(request):
        return JsonResponse({"is_flagged": fields["is_flagged"]})
    return redirect(_place(pk, fields["position"]))
