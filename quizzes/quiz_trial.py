"""Trying a quiz from the CMS: what is wrong with it, and an attempt at it that nobody counts."""

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.auth import permission_required

from quizzes.checks import problems_of, warnings_of
from quizzes.models import Quiz
from quizzes.refusals import StartRefused
from quizzes.starting import start_preview

may_change = permission_required("quizzes.change_quiz")


class TrialForm(forms.Form):
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)


@may_change
def try_quiz(request: HttpRequest, pk: int) -> HttpResponse:
    """A GET says what keeps learners from starting; a POST starts a preview in the language chosen."""
    quiz = get_object_or_404(Quiz, pk=pk)
    form = TrialForm(request.POST if request.method == "POST" else None, initial={"language": request.user.language})
    if request.method == "POST" and form.is_valid():
        try:
            preview = start_preview(quiz, request.user, form.cleaned_data["language"])
        except StartRefused as refusal:
            messages.error(request, str(refusal))
        else:
            return redirect("quizzes:attempt", preview.pk)
    context = {"form": form, "problems": problems_of(quiz), "warnings": warnings_of(quiz)}
    return quiz_page(request, quiz, "quiz_try.html", _("Try it"), context)


def quiz_page(request: HttpRequest, quiz: Quiz, template: str, title: str, context: dict, *above) -> HttpResponse:
    """A page of the CMS about `quiz`; `above`: breadcrumbs (address, label) between the quiz and it."""
    urls = Quiz.snippet_viewset
    steps = [
        (reverse(urls.get_url_name("list")), _("Quizzes")),
        (reverse(urls.get_url_name("edit"), args=[quiz.pk]), quiz.title),
        *above,
        ("", title),
    ]
    context |= {
        "quiz": quiz,
        "breadcrumbs_items": [{"url": url, "label": label} for url, label in steps],
        "header_title": title,
        "header_icon": "form",
    }
    return TemplateResponse(request, f"quizzes/admin/{template}", context)
