"""Opening a person, and acting on her: each act is a page that says what it means and asks for the reason."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from certifications.awards import AlreadyCertified, grant_award
from certifications.models import Award, Certification
from courses.models import LearningPathPage, PathAssignment
from lms.acting import MOST_AT_ONCE, ON_ASSIGNMENTS, ON_AWARDS, Act, assign_to, having_open, may_act_on, paths_in
from lms.acting_forms import AssignForm, CertifyForm, ReasonForm
from lms.board import Filters, people_shown
from lms.person_page import people_to_open, person_page
from people.models import User

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])


def only_leads(request: HttpRequest) -> None:
    if not (request.user.is_superuser or request.user.leads_teams):
        raise Http404


def _only_administrators(request: HttpRequest) -> None:
    if not request.user.is_superuser:
        raise Http404


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """A person of the reader's teams, with the days and times of where that person is."""
    only_leads(request)
    found = get_object_or_404(people_to_open(request.user), pk=pk)
    with timezone.override(ZoneInfo(found.time_zone)):
        return render(request, "lms/person.html", person_page(found, request.user, timezone.now()))


@asks_and_acts
def act_on_assignment(request: HttpRequest, pk: int, of: int, action: str) -> HttpResponse:
    only_leads(request)
    whom = get_object_or_404(may_act_on(request.user), pk=pk)
    record = get_object_or_404(PathAssignment.objects.visible_to(request.user).of(whom), pk=of)
    path = LearningPathPage.objects.live().in_language(record.path_key, request.user.language)
    return _act(request, whom, record, ON_ASSIGNMENTS.get(action), path.title if path else record.path_title)


@asks_and_acts
def act_on_award(request: HttpRequest, pk: int, public_id: str, action: str) -> HttpResponse:
    _only_administrators(request)
    whom = get_object_or_404(may_act_on(request.user), pk=pk)
    record = get_object_or_404(Award.objects.visible_to(request.user).filter(holder=whom), public_id=public_id)
    return _act(request, whom, record, ON_AWARDS.get(action), record.certification.title)


def _act(request: HttpRequest, whom: User, record: PathAssignment | Award, act: Act | None, about: str) -> HttpResponse:
    if act is None:
        raise Http404
    if record.state not in act.states:
        messages.warning(request, _("Nothing was done: this has changed meanwhile."))
        return redirect("person", whom.pk)
    form = act.form(request.POST if request.method == "POST" else None, person=whom, record=record)
    if request.method == "POST" and form.is_valid():
        try:
            act.verb(record, by=request.user, **form.answers)
        except AlreadyCertified:
            messages.warning(request, _("Nothing was done: there is a newer certificate, and it holds."))
        else:
            messages.success(request, act.done)
        return redirect("person", whom.pk)
    words = {"title": act.title, "explanation": act.explanation, "is_grave": act.is_grave}
    return _ask(request, whom, form, about, words)


def _ask(request: HttpRequest, whom: User, form: ReasonForm, about: str, words: dict) -> HttpResponse:
    context = words | {"person": whom, "form": form, "about": about}
    with timezone.override(ZoneInfo(whom.time_zone)):
        return render(request, "lms/act.html", context)


@asks_and_acts
def certify(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    _only_administrators(request)
    whom = get_object_or_404(may_act_on(request.user), pk=pk)
    certification = get_object_or_404(Certification.objects.filter(is_active=True), code=code)
    form = CertifyForm(request.POST if request.method == "POST" else None, person=whom)
    if request.method == "POST" and form.is_valid():
        grant_award(certification, whom, by=request.user, **form.answers)
        messages.success(request, _("Certified. You can revoke the certificate."))
        return redirect("person", pk)
    explanation = _(
        "A certificate is given without the path, from today on. A certificate that holds is replaced by it."
    )
    words = {"title": _("Certify by hand"), "explanation": explanation}
    return _ask(request, whom, form, certification.title, words)


@asks_and_acts
def assign(request: HttpRequest) -> HttpResponse:
    """Gives a path to one person, to those selected on the board, or to everybody whom it shows.

    Several people are confirmed first, with how many have the path already; when that number is no longer right by
    then, they are confirmed again.
    """
    only_leads(request)
    asked = request.POST if request.method == "POST" else request.GET
    people = _people_asked_for(request.user, asked)
    if refusal := _why_not(people):
        messages.warning(request, refusal)
        return redirect(f"{reverse('board')}?{Filters.from_query(asked).query()}")
    form = AssignForm(request.POST if request.method == "POST" else None, paths=paths_in(request.user.language))
    context = {"form": form, "people": people, "chosen": _chosen(asked), "filters": Filters.from_query(asked)}
    if request.method == "POST" and "change" not in request.POST and form.is_valid():
        path = get_object_or_404(LearningPathPage.objects.live().originals(), translation_key=form.path_key)
        having = having_open(path, people)
        if len(people) == 1 or request.POST.get("confirmed") == f"{len(people)}-{having}":
            return _assign(request, people, path, form)
        context |= {"is_confirming": True, "having": having, "missing": len(people) - having}
        context["path_title"] = dict(form.fields["path"].choices)[form.cleaned_data["path"]]
    return render(request, "lms/assign.html", context)


def _people_asked_for(user: User, asked) -> list[User]:
    """Those selected, or everybody whom the board shows with the filters. Raises Http404 for somebody out of scope."""
    reach = may_act_on(user).filter(is_active=True)
    if asked.get("who") == "shown":
        return list(people_shown(user, Filters.from_query(asked), timezone.now()).filter(pk__in=reach.values("pk")))
    chosen = _chosen(asked)
    if not all(pk.isdecimal() and len(pk) < 10 for pk in chosen):
        raise Http404
    people = list(reach.filter(pk__in=chosen[: MOST_AT_ONCE + 1])) if chosen else []
    if len(people) != len(chosen[: MOST_AT_ONCE + 1]):
        raise Http404
    return people


def _chosen(asked) -> list[str]:
    return [] if asked.get("who") == "shown" else sorted(set(asked.getlist("people")))


def _why_not(people: list[User]) -> str:
    if not people:
        return _("Select the people first.")
    if len(people) > MOST_AT_ONCE:
        text = ngettext(
            "At most %(count)d person at once: for more, an administrator makes a rule.",
            "At most %(count)d people at once: for more, an administrator makes a rule.",
            MOST_AT_ONCE,
        )
        return text % {"count": MOST_AT_ONCE}
    return ""


def _assign(request: HttpRequest, people: list[User], path: LearningPathPage, form: AssignForm) -> HttpResponse:
    answers = form.cleaned_data
    given = assign_to(people, path, request.user, answers["reason"], answers["due_on"], timezone.now())
    had = len(people) - given
    if given:
        text = ngettext(
            "%(count)d person was given the path. You can take it back on the page of that person.",
            "%(count)d people were given the path. You can take it back on the page of each.",
            given,
        )
        messages.success(request, text % {"count": given})
    if had:
        text = ngettext(
            "%(count)d person has the path already, and nothing changed there.",
            "%(count)d people have the path already, and nothing changed there.",
            had,
        )
        messages.info(request, text % {"count": had})
    if len(people) == 1:
        return redirect("person", people[0].pk)
    return redirect(f"{reverse('board')}?{Filters.from_query(request.POST).query()}")
