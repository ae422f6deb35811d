"""What a learner does about a sign-off: asks for it, confirms it, sees it differently, or takes her question back."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses.activity_pages import activity_context
from courses.forms import DisputeForm
from courses.models import Enrolment, Observation
from courses.observing import (
    ObservationRefused,
    ask_for_observation,
    confirm_observation,
    dispute_observation,
    withdraw_observation,
)
from courses.reading import course_for, sign_off_of
from courses.views import after_completing, locked_courses_explain_themselves


@require_POST
@locked_courses_explain_themselves
def ask(request: HttpRequest, key: UUID, activity_key: UUID) -> HttpResponse:
    page = sign_off_of(key, activity_key)
    try:
        ask_for_observation(request.user, key, page)
    except ObservationRefused as refusal:
        messages.warning(request, str(refusal))
    return redirect("courses:activity", key, activity_key)


@require_POST
def answer(request: HttpRequest, pk: int, answer: str) -> HttpResponse:
    observation = get_object_or_404(Observation.objects.of(request.user), pk=pk)
    if answer not in ANSWERS:
        raise Http404
    try:
        return ANSWERS[answer](request, observation)
    except ObservationRefused as refusal:
        messages.warning(request, str(refusal))
        return _back_to(observation)


def _confirm(request: HttpRequest, observation: Observation) -> HttpResponse:
    at = timezone.now()
    confirm_observation(observation, request.user, at)
    if not observation.is_met:
        messages.success(request, _("Confirmed. Ask again when you are ready."))
        return _back_to(observation)
    enrolment = Enrolment.objects.get(registration=observation.registration)
    return after_completing(request, enrolment, at, observation.activity_key)


def _dispute(request: HttpRequest, observation: Observation) -> HttpResponse:
    form = DisputeForm(request.POST)
    if not form.is_valid():
        course = course_for(request.user, observation.course_key)
        template, context = activity_context(request.user, course, observation.activity_key)
        return render(request, template, context | {"dispute_form": form})
    dispute_observation(observation, request.user, form.cleaned_data["comment"])
    messages.success(request, _("The observer was told how you see it. You can ask for another observation."))
    return _back_to(observation)


def _withdraw(request: HttpRequest, observation: Observation) -> HttpResponse:
    withdraw_observation(observation, request.user)
    messages.success(request, _("You took it back. You can ask again at any time."))
    return _back_to(observation)


def _back_to(observation: Observation) -> HttpResponse:
    return redirect("courses:activity", observation.course_key, observation.activity_key)


ANSWERS = {"confirm": _confirm, "dispute": _dispute, "withdraw": _withdraw}
