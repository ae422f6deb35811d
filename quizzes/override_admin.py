"""Overrides of a quiz in the CMS: who has other limits, until when and why; and more time for an open attempt."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin import messages

from people.templatetags.moments import moment
from quizzes.models import Attempt, Quiz, QuizOverride
from quizzes.override_forms import AddOverrideForm, ChangeOverrideForm, ExtensionForm, ReasonForm, may_override
from quizzes.overriding import (
    NoDeadline,
    OverrideExists,
    change_override,
    extend_attempt,
    grant_override,
    withdraw_override,
)
from quizzes.quiz_trial import quiz_page
from quizzes.refusals import AttemptClosed

PER_PAGE = 50


def url_of(name: str, pk: int) -> str:
    return reverse(Quiz.snippet_viewset.get_url_name(name), args=[pk])


@may_override
def overrides(request: HttpRequest, quiz_pk: int) -> HttpResponse:
    quiz, at = get_object_or_404(Quiz, pk=quiz_pk), timezone.now()
    found = quiz.overrides.select_related("person", "team", "created_by").order_by("-created_at", "-pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "page": page,
        "rows": [_row(override, at) for override in page],
        "attempts": _open_attempts(quiz, request.GET.get("q", "")),
        "q": request.GET.get("q", ""),
        "add_url": url_of("add_override", quiz.pk),
    }
    return quiz_page(request, quiz, "overrides.html", _("Overrides"), context)


def _row(override: QuizOverride, at) -> dict:
    return {
        "override": override,
        "has_ended": override.expires_at is not None and override.expires_at <= at,
        "change_url": url_of("change_override", override.pk),
        "withdraw_url": url_of("withdraw_override", override.pk),
    }


def _open_attempts(quiz: Quiz, query: str) -> list[dict]:
    """The attempts whose deadline can be moved, the next deadline first; those of people whose name has `query`."""
    found = Attempt.objects.graded().in_progress().filter(quiz_key=quiz.key, deadline_at__isnull=False)
    if query:
        found = found.filter(person__name__icontains=query)
    found = found.select_related("person").order_by("deadline_at", "pk")[:PER_PAGE]
    return [{"attempt": attempt, "extend_url": url_of("extend_attempt", attempt.pk)} for attempt in found]


@may_override
def add(request: HttpRequest, quiz_pk: int) -> HttpResponse:
    quiz = get_object_or_404(Quiz, pk=quiz_pk)
    form = AddOverrideForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        kept = {name: given[name] for name in ("reason", "person", "team", "expires_at")}
        try:
            grant_override(quiz, request.user, **kept, **form.limits)
        except OverrideExists as exists:
            messages.warning(request, _("%(reason)s Change it here.") % {"reason": exists})
            return redirect(url_of("change_override", exists.override.pk))
        messages.success(request, _("The override holds for every attempt that starts from now on."))
        return redirect(url_of("overrides", quiz.pk))
    return _form_page(request, quiz, form, _("Add an override"), _("Add"))


@may_override
def change(request: HttpRequest, pk: int) -> HttpResponse:
    override = get_object_or_404(QuizOverride.objects.select_related("quiz", "person", "team"), pk=pk)
    form = ChangeOverrideForm(_posted(request), instance=override)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        change_override(override, request.user, given["reason"], given["expires_at"], **form.limits)
        messages.success(request, _("The override was changed."))
        return redirect(url_of("overrides", override.quiz_id))
    title = _("Override for %(whom)s") % {"whom": override.person or override.team}
    return _form_page(request, override.quiz, form, title, _("Save"))


@may_override
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    override = get_object_or_404(QuizOverride.objects.select_related("quiz", "person", "team"), pk=pk)
    form = ReasonForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        withdraw_override(override, request.user, form.cleaned_data["reason"])
        messages.success(request, _("The override was withdrawn. Attempts that are open keep their limits."))
        return redirect(url_of("overrides", override.quiz_id))
    title = _("Withdraw the override for %(whom)s") % {"whom": override.person or override.team}
    return _form_page(request, override.quiz, form, title, _("Withdraw"), is_serious=True)


@may_override
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    attempt = get_object_or_404(Attempt.objects.graded().select_related("person"), pk=pk)
    quiz = get_object_or_404(Quiz, key=attempt.quiz_key)
    form = ExtensionForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            extended = extend_attempt(attempt.pk, request.user, form.cleaned_data["reason"], form.extra)
        except AttemptClosed:
            messages.error(request, _("This attempt is over; its deadline stays."))
        except NoDeadline:
            messages.error(request, _("This attempt has no deadline."))
        else:
            text = _("%(person)s has time until %(moment)s now.")
            messages.success(request, text % {"person": attempt.person, "moment": moment(extended.deadline_at)})
        return redirect(url_of("overrides", quiz.pk))
    title = _("More time for %(person)s") % {"person": attempt.person}
    return _form_page(request, quiz, form, title, _("Give more time"), attempt=attempt)


def _posted(request: HttpRequest):
    """What a form is bound to: also an empty POST, which misses something."""
    return request.POST if request.method == "POST" else None


def _form_page(request: HttpRequest, quiz: Quiz, form, title: str, action: str, **more) -> HttpResponse:
    above = (url_of("overrides", quiz.pk), _("Overrides"))
    context = {"form": form, "action_label": action, "media": form.media, "back_url": above[0], **more}
    return quiz_page(request, quiz, "override_form.html", title, context, above)
