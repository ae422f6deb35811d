"""The attempts at a quiz in the CMS: the list, one of them with its answers, and the history of the marks.

Who may change quizzes sees everybody's attempts at them: trainers answer for the questions, and mark. Leads do not come
here; they see their own people on the board.
"""

from collections.abc import Iterable
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from people.spreadsheets import csv_lines
from quizzes.attempt_reports import (
    AttemptFilter,
    ChangeFilter,
    attempt_rows,
    attempts_of,
    change_rows,
    changes_of,
)
from quizzes.marking_admin import PER_PAGE, may_mark, page, seen_by_marker
from quizzes.marking_queue import blind_among, is_nameless, name_of
from quizzes.models import Attempt, Quiz


@may_mark
@require_GET
def attempts(request: HttpRequest, quiz_key: UUID) -> HttpResponse:
    title, blind = title_of(quiz_key), blind_among([quiz_key])
    form = AttemptFilter(request.GET)
    found = attempts_of(quiz_key, _chosen(form), blind)
    if "csv" in request.GET:
        return csv_download(attempt_rows(found, blind), "attempts.csv")
    items = paginated(found, request)
    context = {
        "form": form,
        "rows": [{"attempt": attempt, "name": name_of(attempt, blind)} for attempt in items],
        "items": items,
        "elided_page_range": items.paginator.get_elided_page_range(items.number),
        "quiz_key": quiz_key,
    }
    return page(request, "mark_attempts.html", _("Attempts: %(quiz)s") % {"quiz": title}, context)


@may_mark
@require_GET
def attempt(request: HttpRequest, pk: int) -> HttpResponse:
    """One attempt with its answers and their history; an author does not come by her own preview here."""
    found = get_object_or_404(Attempt.objects.graded().select_related("person"), pk=pk)
    blind = blind_among([found.quiz_key])
    answers = found.questions.select_related("marked_by").prefetch_related("mark_changes__by")
    may_be_marked = found.state in (Attempt.State.SUBMITTED, Attempt.State.FINISHED)
    context = {
        "attempt": found,
        "name": name_of(found, blind),
        "is_nameless": is_nameless(found, blind),
        "answers": [{"answer": answer, **seen_by_marker(answer)} for answer in answers],
        "may_mark": may_be_marked and found.person_id != request.user.pk,
    }
    steps = [(attempts_url(found.quiz_key), _("Attempts: %(quiz)s") % {"quiz": found.quiz_title})]
    title = _("%(name)s, attempt %(number)d") % {"name": context["name"], "number": found.number}
    return page(request, "mark_attempt.html", title, context, steps)


@may_mark
@require_GET
def history(request: HttpRequest, quiz_key: UUID) -> HttpResponse:
    """What was done to the marks of a quiz, or of one attempt, or by one regrade."""
    title, blind = title_of(quiz_key), blind_among([quiz_key])
    form = ChangeFilter(request.GET)
    found = changes_of(quiz_key, _chosen(form))
    if "csv" in request.GET:
        return csv_download(change_rows(found, blind), "marks.csv")
    items = paginated(found, request)
    context = {
        "form": form,
        "rows": [{"change": change, "name": name_of(change.question.attempt, blind)} for change in items],
        "items": items,
        "elided_page_range": items.paginator.get_elided_page_range(items.number),
        "quiz_key": quiz_key,
    }
    steps = [(attempts_url(quiz_key), _("Attempts: %(quiz)s") % {"quiz": title})]
    return page(request, "mark_history.html", _("History of the marks"), context, steps)


def title_of(quiz_key: UUID) -> str:
    """The title of the quiz; of one that was deleted, as its attempts name it. Raises Http404."""
    quiz = Quiz.objects.filter(key=quiz_key).first()
    if quiz:
        return quiz.title
    titles = Attempt.objects.graded().filter(quiz_key=quiz_key).values_list("quiz_title", flat=True)
    title = titles.first()
    if title is None:
        raise Http404
    return title


def attempts_url(quiz_key: UUID) -> str:
    return reverse("marking:attempts", args=[quiz_key])


def paginated(rows, request: HttpRequest) -> Page:
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))


def _chosen(form) -> dict:
    """What of a filter is understood; the rest is as if it were not there."""
    form.is_valid()
    return form.cleaned_data


def csv_download(rows: Iterable[list[str]], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
