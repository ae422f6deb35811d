"""What can be done with a question in the CMS besides editing it."""

from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.widgets.button import Button

from quizzes.bank_editing import duplicate_question
from quizzes.models import Question
from quizzes.quarantine import doubts_about, release_question


def posting(url: str) -> dict[str, str]:
    """The attributes of a button that posts at once, as Wagtail's own “Unlock” does."""
    return {"data-controller": "w-action", "data-action": "w-action#post", "data-w-action-url-value": url}


def try_button(question: Question, **look) -> Button:
    return Button(_("Try it out"), reverse("try_question", args=[question.pk]), icon_name="view", **look)


def duplicate_button(question: Question, **look) -> Button:
    url = reverse("duplicate_question", args=[question.pk])
    return Button(_("Duplicate"), icon_name="copy", attrs=posting(url), **look)


def release_button(question: Question, next_url: str = "", **look) -> Button:
    url = reverse("release_question", args=[question.pk])
    if next_url:
        url += "?" + urlencode({"next": next_url})
    return Button(_("Checked: it is still right"), attrs=posting(url), **{"icon_name": "success"} | look)


def edit_url(question: Question) -> str:
    return reverse(Question.snippet_viewset.get_url_name("edit"), args=[quote(question.pk)])


def allowed_question(request: HttpRequest, pk: int, action: str) -> Question:
    """The question, if this person may do this with questions; else PermissionDenied or Http404."""
    if not request.user.has_perm(f"quizzes.{action}_question"):
        raise PermissionDenied
    return get_object_or_404(Question.objects.with_source(), pk=pk)


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    question = allowed_question(request, pk, "change")
    if release_question(question, by=request.user):
        messages.success(request, _("“%(question)s” is checked and may be asked again.") % {"question": question})
    else:
        said = " ".join([_("“%(question)s” is checked.") % {"question": question}, *doubts_about(question)])
        messages.warning(request, said)
    return redirect(get_valid_next_url_from_request(request) or edit_url(question))


@require_POST
def duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    copy = duplicate_question(allowed_question(request, pk, "add"), by=request.user)
    messages.success(request, _("This is the copy. It is a draft until you say that it is ready."))
    return redirect(edit_url(copy))


def urls() -> list:
    from quizzes.bank_trial import try_question

    return [
        path("questions/<int:pk>/release/", release, name="release_question"),
        path("questions/<int:pk>/duplicate/", duplicate, name="duplicate_question"),
        path("questions/<int:pk>/try/", try_question, name="try_question"),
    ]
