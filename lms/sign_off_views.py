"""Observing somebody at her work: what is asked for, the form to sign, and what became of it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from courses.checklists import checklist_in, versions_of
from courses.models import Observation, SignOffPage
from courses.observing import (
    NothingToObserve,
    ObservationRefused,
    Seen,
    enrolment_to_observe,
    latest_observation,
    record_observation,
    withdraw_observation,
)
from lms.acting import may_act_on
from lms.acting_forms import ReasonForm
from lms.acting_views import asks_and_acts, only_leads
from lms.sign_off_forms import ObservationForm
from lms.sign_offs import name_in, observations_for, query_for, sign_offs
from people.models import User

STATE_LABELS = {
    "": gettext_lazy("All"),
    Observation.State.ASKED: gettext_lazy("To observe"),
    Observation.State.OBSERVED: gettext_lazy("To be confirmed"),
    Observation.State.CONFIRMED: gettext_lazy("Confirmed"),
    Observation.State.DISPUTED: gettext_lazy("Seen differently"),
    Observation.State.WITHDRAWN: gettext_lazy("Taken back"),
}


def only_observers(request: HttpRequest) -> None:
    if not request.user.is_assessor:
        only_leads(request)


@require_safe
def sign_off_list(request: HttpRequest) -> HttpResponse:
    only_observers(request)
    state = request.GET.get("state", "")
    found = sign_offs(request.user, state, request.GET.get("page"))
    filters = [
        {
            "label": label,
            "count": found.counts[value],
            "is_current": value == state,
            "url": f"?{query_for(value)}",
        }
        for value, label in STATE_LABELS.items()
    ]
    query = query_for(state)
    context = {"page_obj": found.page, "filters": filters, "query": query and f"{query}&"}
    return render(request, "lms/sign_offs.html", context)


@asks_and_acts
def sign_off(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for what is asked for; anything else as it was signed."""
    only_observers(request)
    observation = get_object_or_404(observations_for(request.user), pk=pk)
    page = _page(observation.activity_key)
    if page and (observation.is_asked or request.method == "POST"):
        return _observe(request, observation.person, page)
    return _record(request, observation, _reason_form(observation))


def _reason_form(observation: Observation, data=None) -> ReasonForm:
    return ReasonForm(data, person=observation.person)


def _record(request: HttpRequest, observation: Observation, form: ReasonForm) -> HttpResponse:
    name_in(request.user.language, [observation])
    may_withdraw = observation.waits_for_answer and observation.observed_by_id == request.user.pk
    context = {"observation": observation, "may_withdraw": may_withdraw, "form": form}
    return render(request, "lms/sign_off.html", context)


@asks_and_acts
def start_sign_off(request: HttpRequest, pk: int, activity_key: UUID) -> HttpResponse:
    """The form for somebody who has not asked."""
    only_leads(request)
    person = get_object_or_404(may_act_on(request.user).filter(is_active=True), pk=pk)
    page = _page(activity_key)
    if page is None:
        raise Http404
    return _observe(request, person, page)


def _page(activity_key: UUID) -> SignOffPage | None:
    pages = SignOffPage.objects.with_course_key().filter(translation_key=activity_key)
    return pages.select_related("locale").first()


def _observe(request: HttpRequest, person: User, page: SignOffPage) -> HttpResponse:
    try:
        latest = latest_observation(enrolment_to_observe(person, page).registration, page.translation_key)
    except NothingToObserve as refusal:
        latest = None
        if request.method != "POST":
            messages.warning(request, str(refusal))
            return redirect("sign_offs")
    if latest and latest.waits_for_answer and request.method != "POST":
        return redirect("sign_off", latest.pk)
    versions = versions_of(page.translation_key)
    checklist = checklist_in(page, versions)
    form = ObservationForm(request.POST if request.method == "POST" else None, checklist=checklist)
    context = {"refusal": ""}
    if request.method == "POST" and form.is_valid():
        seen = Seen(form.version, request.POST.get("latest", ""))
        try:
            signed = record_observation(page, person, request.user, form.answers, seen, form.cleaned_data["comment"])
        except ObservationRefused as refusal:
            context["refusal"] = str(refusal)
        else:
            messages.success(request, _("Signed. %(name)s is asked to confirm it.") % {"name": person.name})
            return redirect("sign_off", signed.pk)
    words = next((one for one in versions if one.locale.language_code == request.user.language), page)
    context |= {"person": person, "page": words, "form": form, "version": checklist.version, "latest": latest}
    return render(request, "lms/observe.html", context)


@require_POST
def withdraw_sign_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes back what the reader signed, with a reason, while it is not answered."""
    only_observers(request)
    observation = get_object_or_404(observations_for(request.user).filter(observed_by=request.user), pk=pk)
    form = _reason_form(observation, request.POST)
    if not form.is_valid():
        return _record(request, observation, form)
    try:
        withdraw_observation(observation, request.user, form.cleaned_data["reason"])
    except ObservationRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Taken back. You can observe again."))
    return redirect("sign_off", pk)
