"""Marking in the CMS: what waits, and one answer after the other."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET
from wagtail.admin import messages
from wagtail.admin.auth import permission_required

from quizzes.marking import MarkRefused, SeenMark, StaleMark, mark_question
from quizzes.marking_forms import MarkForm
from quizzes.marking_queue import (
    BY_PERSON,
    BY_QUESTION,
    MAY_MARK,
    Queue,
    answers_for,
    blind_among,
    by_person,
    by_question,
)
from quizzes.models import AttemptQuestion
from quizzes.question_types.essay import length_in_words

PER_PAGE = 50

may_mark = permission_required(MAY_MARK)


@may_mark
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for a mark, by question or by person, of all quizzes or of one: as the address says."""
    by = BY_PERSON if request.GET.get("by") == BY_PERSON else BY_QUESTION
    rows = (by_person if by == BY_PERSON else by_question)(request.user)
    quizzes = sorted({(str(row["quiz_key"]), row["quiz_title"]) for row in rows}, key=lambda quiz: quiz[1])
    chosen = request.GET.get("quiz", "")
    if chosen in dict(quizzes):
        rows = [row for row in rows if str(row["quiz_key"]) == chosen]
    items = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "by": by,
        "rows": items,
        "elided_page_range": items.paginator.get_elided_page_range(items.number),
        "quizzes": dict(quizzes),
        "chosen": chosen,
        "count": sum(row["count"] for row in rows),
    }
    return page(request, "mark_queue.html", _("Marking"), context)


@may_mark
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """One answer. What was typed comes back where it cannot be saved, also where somebody else was faster."""
    by = BY_PERSON if request.GET.get("by") == BY_PERSON else BY_QUESTION
    answers = answers_for(request.user).select_related("attempt__person", "marked_by")
    answer = get_object_or_404(answers, pk=pk)
    form = MarkForm(answer, request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            mark_question(pk, request.user, **form.given)
        except StaleMark as stale:
            answer, status = answers.get(pk=pk), 409
            form = _with_what_was_typed(form, stale, answer)
        except MarkRefused as refused:
            form.add_error(None, str(refused))
        else:
            return _go_on(request, answer, by)
    return _mark_page(request, answer, form, by, status)


def _with_what_was_typed(form: MarkForm, stale: StaleMark, answer: AttemptQuestion) -> MarkForm:
    """The same form, that knows the mark which somebody else gave: saved again, it takes its place."""
    typed = form.data.copy()
    typed["seen"] = SeenMark.of(stale.question).token
    form = MarkForm(answer, typed)
    form.add_error(None, str(stale))
    return form


def _go_on(request: HttpRequest, answer: AttemptQuestion, by: str) -> HttpResponse:
    """To the next answer that waits, or back to the list."""
    is_blind = answer.attempt.quiz_key in blind_among([answer.attempt.quiz_key])
    following = Queue(answer, request.user, by, is_blind).next
    messages.success(request, _("The mark was saved."))
    if "next" in request.POST and following:
        return redirect(mark_url(following, by))
    return redirect(f"{reverse('marking:waiting')}?{urlencode({'by': by})}")


def mark_url(pk: int, by: str) -> str:
    return f"{reverse('marking:mark', args=[pk])}?{urlencode({'by': by})}"


def _mark_page(request: HttpRequest, answer: AttemptQuestion, form: MarkForm, by: str, status: int) -> HttpResponse:
    attempt = answer.attempt
    blind = blind_among([attempt.quiz_key])
    queue = Queue(answer, request.user, by, bool(blind))
    whose = _("Answer") if blind else attempt.person.name
    if blind and queue.number:
        whose = _("Answer %(number)d") % {"number": queue.number}
    context = {
        "answer": answer,
        "form": form,
        "whose": whose,
        "left": ngettext("%(count)d answer waits", "%(count)d answers wait", len(queue.pks))
        % {"count": len(queue.pks)},
        "next_url": mark_url(queue.next, by) if queue.next else "",
        "changes": answer.mark_changes.select_related("by"),
        **seen_by_marker(answer),
    }
    title = _("%(question)s: %(whose)s") % {"question": answer.question_name, "whose": whose}
    steps = [(f"{reverse('marking:waiting')}?{urlencode({'by': by})}", _("Marking"))]
    return page(request, "mark.html", title, context, steps, status)


def seen_by_marker(answer: AttemptQuestion) -> dict[str, Any]:
    """What was asked and answered, with what only those who mark may know."""
    kind, content, response = answer.type, answer.content, answer.response
    words = kind.response_in_words(content, response) if response is not None else []
    is_text = kind.needs_marker and isinstance(response, str)
    return {
        "text": content["text"],
        "note": content["key"].get("note", ""),
        "written": response if is_text else "",
        "length": length_in_words(content, response) if is_text and "minimum_words" in content else "",
        "words": words,
        "right": kind.answer_in_words(content),
    }


def page(
    request: HttpRequest,
    template: str,
    title: str,
    context: dict[str, Any],
    steps: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page of the CMS; `steps`: the breadcrumbs (address, label) above it."""
    steps = [(reverse("wagtailadmin_home"), _("Home")), *(steps or []), ("", title)]
    context |= {
        "breadcrumbs_items": [{"url": url, "label": label} for url, label in steps],
        "header_title": title,
        "header_icon": "edit",
    }
    return TemplateResponse(request, f"quizzes/admin/{template}", context, status=status)
