"""Regrading in the CMS: choose, see what it would change, say why, do it, and see what it did."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from quizzes.attempts_admin import attempts_url, csv_download
from quizzes.marking_admin import PER_PAGE, may_mark, page
from quizzes.marking_queue import blind_among, name_of
from quizzes.models import Attempt, AttemptQuestion, MarkChange, Question, Quiz
from quizzes.regrade_plans import OVER, Plan
from quizzes.regrade_runs import run_of, selection_of, start_regrade, treatment_of
from quizzes.regrading import plan
from quizzes.regrading_forms import ReasonForm, RegradeForm
from quizzes.rekeying import Obstacle

SHOWN = 500  # attempts that would not pass now and that a result names

REFRESH = "2"  # seconds


def asked_in(quiz: Quiz) -> list[dict[str, Any]]:
    """The questions of a quiz's attempts that are over: how many answers, and whether the question changed since.

    Each is {"key", "label", "changed"}, by name.
    """
    over = AttemptQuestion.objects.filter(
        attempt__quiz_key=quiz.key, attempt__state__in=OVER, attempt__purpose=Attempt.Purpose.GRADED
    )
    rows = over.order_by().values("question_key").annotate(count=Count("pk"), name=Max("question_name"))
    rows = sorted(rows, key=lambda row: row["name"])
    latest = Question.objects.filter(translation_key__in=[row["question_key"] for row in rows])
    current = set(latest.values_list("latest_revision", flat=True))
    older = over.exclude(Q(revision_id=None) | Q(revision_id__in=current - {None}))
    changed = set(older.order_by().values_list("question_key", flat=True).distinct())
    return [
        {"key": row["question_key"], "changed": row["question_key"] in changed, "label": _label(row, changed)}
        for row in rows
    ]


def _label(row: dict[str, Any], changed: set[UUID]) -> str:
    count = ngettext("%(count)d answer", "%(count)d answers", row["count"]) % {"count": row["count"]}
    words = {"question": row["name"], "count": count}
    if row["question_key"] in changed:
        return _("%(question)s (%(count)s; changed since it was asked)") % words
    return _("%(question)s (%(count)s)") % words


@may_mark
@require_GET
def choose(request: HttpRequest, quiz_key: UUID) -> HttpResponse:
    """The choices; with choices in the address, what would change: nothing is written."""
    quiz = get_object_or_404(Quiz, key=quiz_key)
    form = RegradeForm(asked_in(quiz), request.GET if "act" in request.GET else None)
    if form.is_bound and form.is_valid():
        found, blind = _planned(quiz, form), blind_among([quiz.key])
        if "csv" in request.GET:
            return csv_download(_plan_rows(found, blind), "regrade.csv")
        return _plan_page(request, quiz, found, blind)
    steps = [(attempts_url(quiz.key), _("Attempts: %(quiz)s") % {"quiz": quiz.title})]
    return page(request, "regrade.html", _("Regrade"), {"form": form, "quiz": quiz}, steps)


def _planned(quiz: Quiz, form: RegradeForm) -> Plan:
    return plan(selection_of(quiz, form.cleaned_data), treatment_of(form.cleaned_data))


def _plan_page(
    request: HttpRequest, quiz: Quiz, found: Plan, blind: set[UUID], reason: ReasonForm | None = None
) -> HttpResponse:
    items = Paginator(found.results, PER_PAGE).get_page(request.GET.get("p"))
    people = Attempt.objects.select_related("person").in_bulk([result.attempt for result in items])
    running = Attempt.objects.graded().in_progress().filter(quiz_key=quiz.key).count()
    query = request.GET.copy()
    query.pop("p", None)
    context = {
        "quiz": quiz,
        "found": found,
        "refused": _in_words(found.refused),
        "items": items,
        "elided_page_range": items.paginator.get_elided_page_range(items.number),
        "rows": [_row(result, people[result.attempt], blind) for result in items],
        "running": running,
        "query": query.urlencode(),
        "form": reason or ReasonForm(),
    }
    choices_url = reverse("marking:regrade", args=[quiz.key])
    steps = [
        (attempts_url(quiz.key), _("Attempts: %(quiz)s") % {"quiz": quiz.title}),
        (choices_url, _("Regrade")),
    ]
    return page(request, "regrade_plan.html", _("What would change"), context, steps)


def _row(result, attempt: Attempt, blind: set[UUID]) -> dict[str, Any]:
    return {"result": result, "attempt": attempt, "name": name_of(attempt, blind)}


def _in_words(refused: list[dict]) -> list[dict]:
    return [row | {"why": Obstacle(row["obstacle"]).label} for row in refused]


def _plan_rows(found: Plan, blind: set[UUID]) -> Iterator[list[str]]:
    yield [
        *(_("Person"), _("Attempt"), _("Question"), _("Old mark"), _("New mark")),
        *(_("Old result"), _("New result"), _("Passed before"), _("Passes now")),
    ]
    words = {True: _("yes"), False: _("no"), None: ""}
    for start in range(0, len(found.results), PER_PAGE * 10):
        results = found.results[start : start + PER_PAGE * 10]
        attempts = Attempt.objects.select_related("person").in_bulk([result.attempt for result in results])
        for result in results:
            attempt = attempts[result.attempt]
            for mark in result.marks:
                yield [
                    *(name_of(attempt, blind), str(attempt.number), mark.question_name),
                    *(_of(mark.old_mark, mark.old_max_mark), _of(mark.new_mark, mark.new_max_mark)),
                    *(_of(result.old_mark, result.old_max_mark), _of(result.new_mark, result.new_max_mark)),
                    *(words[result.was_passed], words[result.is_passed]),
                ]


def _of(mark, highest) -> str:
    return _("%(mark)s of %(highest)s") % {"mark": "–" if mark is None else mark, "highest": highest}


@may_mark
@require_POST
def run(request: HttpRequest, quiz_key: UUID) -> HttpResponse:
    """Does what the dry run said. The choices are in the address, the reason is posted."""
    quiz = get_object_or_404(Quiz, key=quiz_key)
    form, reason = RegradeForm(asked_in(quiz), request.GET), ReasonForm(request.POST)
    if not form.is_valid():
        return redirect("marking:regrade", quiz.key)
    if not reason.is_valid():
        return _plan_page(request, quiz, _planned(quiz, form), blind_among([quiz.key]), reason)
    batch = start_regrade(quiz, form.cleaned_data, request.user, reason.cleaned_data["reason"])
    return redirect("marking:regraded", batch)


@may_mark
@require_GET
def regraded(request: HttpRequest, batch: UUID) -> HttpResponse:
    """What a regrade did; while it is at work, the page looks again by itself."""
    found = run_of(batch)
    quiz = found and Quiz.objects.filter(pk=found.quiz_pk).first()
    if quiz is None:
        raise Http404
    blind = blind_among([quiz.key])
    failing = Attempt.objects.filter(pk__in=(found.found or {}).get("failing", [])[:SHOWN]).select_related("person")
    context = {
        "run": found,
        "found": found.found,
        "refused": _in_words((found.found or {}).get("refused", [])),
        "failing": [{"attempt": attempt, "name": name_of(attempt, blind)} for attempt in failing],
        "is_given_up": found.is_given_up(),
        "done": MarkChange.objects.filter(batch=batch).count(),
        "history_url": f"{reverse('marking:history', args=[quiz.key])}?batch={batch}",
        "quiz": quiz,
    }
    steps = [(attempts_url(quiz.key), _("Attempts: %(quiz)s") % {"quiz": quiz.title})]
    response = page(request, "regrade_result.html", _("Regraded"), context, steps)
    if found.found is None and not context["is_given_up"]:
        response.headers["Refresh"] = REFRESH
    return response
