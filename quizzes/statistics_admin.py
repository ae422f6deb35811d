"""The statistics of quizzes and questions in the CMS."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.auth import permission_required
from wagtail.admin.panels import Panel
from wagtail.admin.widgets.button import BaseButton

from people.spreadsheets import csv_lines
from quizzes.models import Question, Quiz, StatisticsReport
from quizzes.quiz_trial import quiz_page
from quizzes.statistics.computing import MINIMUM
from quizzes.statistics.reports import ask_for_report, is_under_way, shown_statistics
from quizzes.statistics.rows import COLUMNS, TOGETHER, VERSIONS, question_cells, quiz_cells, response_cells, rows_of
from quizzes.statistics.summaries import summary_of
from quizzes.statistics.wording import MEANINGS, part, percent, quiz_in_words, warnings_of

PER_PAGE = 100
EVERY = 3  # seconds between two looks at a report that is being computed

may_look = permission_required("quizzes.change_quiz")


class FilterForm(forms.Form):
    which = forms.ChoiceField(label=gettext_lazy("Attempts"), choices=StatisticsReport.Which.choices)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), required=False, choices=[("", gettext_lazy("all")), *settings.LANGUAGES]
    )
    versions = forms.ChoiceField(label=gettext_lazy("Versions"), choices=VERSIONS)


@dataclass
class Filters:
    """What the address asks for; what it does not say, or says wrongly, is as by default."""

    which: str = StatisticsReport.Which.FIRST
    language: str = ""
    versions: str = TOGETHER
    order: str = "name"

    @classmethod
    def of(cls, request: HttpRequest) -> "Filters":
        form = FilterForm(request.GET)
        form.is_valid()  # what is not valid is not in the cleaned data
        given = {name: value for name, value in form.cleaned_data.items() if value}
        order = request.GET.get("order", "")
        return cls(**given, order=order if order.removeprefix("-") in COLUMNS else "name")

    def query(self, **changes) -> str:
        """The part of an address that asks for this, with these changes."""
        values = vars(self) | changes
        return "?" + "&".join(f"{name}={value}" for name, value in values.items() if value)


@may_look
def statistics(request: HttpRequest, pk: int) -> HttpResponse:
    """A GET shows what there is; a POST asks for the report of a large quiz anew."""
    quiz, filters = get_object_or_404(Quiz, pk=pk), Filters.of(request)
    if request.method == "POST":
        ask_for_report(quiz, filters.which, filters.language, request.user)
        messages.success(request, _("The statistics are being computed. You may leave this page meanwhile."))
        return redirect(request.get_full_path())
    shown = shown_statistics(quiz, filters.which, filters.language)
    context = {
        "shown": shown,
        "filters": filters,
        "form": FilterForm(vars(filters)),
        "is_under_way": is_under_way(shown.report),
        "minimum": MINIMUM,
        **(_told(shown.data, filters, request) if shown.data else {}),
    }
    response = quiz_page(request, quiz, "statistics.html", _("Statistics: %(quiz)s") % {"quiz": quiz.title}, context)
    if context["is_under_way"]:
        response["Refresh"] = str(EVERY)
    return response


def _told(data: dict, filters: Filters, request: HttpRequest) -> dict:
    attempts = data["test"]["n"]
    rows = rows_of(data, filters.versions, filters.order)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    _link(page)
    return {
        "attempts": attempts,
        "missing": max(0, MINIMUM - attempts),
        "test": quiz_in_words(data["test"]),
        "page": page,
        "meanings": [(str(COLUMNS[name][1]), meaning) for name, meaning in MEANINGS.items()],
        "columns": [_column(name, str(label), filters) for name, (_words, label) in COLUMNS.items()],
        "exports": [(reverse("quiz_statistics_export", args=[request.resolver_match.kwargs["pk"], name]), label)
                    for name, label in EXPORTS.items()],
    }  # fmt: skip


def _column(name: str, label: str, filters: Filters) -> dict:
    """A heading: where it sorts to, and how the table is sorted by it now ("ascending", "descending" or nothing)."""
    falling = filters.order == f"-{name}"
    sorted_now = "descending" if falling else "ascending" if filters.order == name else ""
    turned = f"-{name}" if sorted_now == "ascending" else name
    return {"label": label, "sorted": sorted_now, "url": filters.query(order=turned)}


def _link(page: Page) -> None:
    """Gives the rows the address of their question's editor: one query. That of a deleted question stays empty."""
    keys = {UUID(row.question["key"]) for row in page}
    questions = Question.objects.filter(translation_key__in=keys).order_by("-locale_id")
    pks = {(str(key), language): pk for key, language, pk in
           questions.values_list("translation_key", "locale__language_code", "pk")}  # fmt: skip
    originals = {key: pk for (key, _language), pk in pks.items()}
    edit = Question.snippet_viewset.get_url_name("edit")
    for row in page:
        key, language = row.question["key"], row.version["language"] if row.version else ""
        pk = pks.get((key, language)) or originals.get(key)
        row.url = reverse(edit, args=[pk]) if pk else ""


EXPORTS = {
    "questions": gettext_lazy("Questions (CSV)"),
    "responses": gettext_lazy("Responses (CSV)"),
    "quiz": gettext_lazy("The whole quiz (CSV)"),
}


@may_look
def export(request: HttpRequest, pk: int, table: str) -> StreamingHttpResponse:
    """One of the EXPORTS, filtered and sorted as the page is. Where nothing is computed yet there is nothing."""
    quiz, filters = get_object_or_404(Quiz, pk=pk), Filters.of(request)
    data = shown_statistics(quiz, filters.which, filters.language).data
    if data is None or table not in EXPORTS:
        raise Http404
    rows = rows_of(data, filters.versions, filters.order)
    cells = {"questions": lambda: question_cells(rows), "responses": lambda: response_cells(rows),
             "quiz": lambda: quiz_cells(data["test"])}[table]()  # fmt: skip
    response = StreamingHttpResponse(csv_lines(cells), content_type="text/csv; charset=utf-8")
    name = slugify(f"{quiz.title} {table}", allow_unicode=False) or f"statistics-{table}"
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def statistics_button(quiz: Quiz, button: type[BaseButton]) -> BaseButton:
    """The way to the statistics of a quiz, as a button of this class."""
    url = reverse("quiz_statistics", args=[quiz.pk])
    return button(_("Statistics"), url=url, icon_name="table", priority=17)


def urls() -> list:
    return [
        path("quizzes/<int:pk>/statistics/", statistics, name="quiz_statistics"),
        path("quizzes/<int:pk>/statistics/<slug:table>.csv", export, name="quiz_statistics_export"),
    ]


class QuestionStatisticsPanel(Panel):
    """How a question did over all quizzes, in its editor: two or three queries, and nothing to fill in."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "quizzes/admin/statistics_of_question.html"

        def is_shown(self) -> bool:
            return super().is_shown() and self.instance.pk is not None

        def get_context_data(self, parent_context=None):
            summary = summary_of(self.instance.translation_key)
            whole = summary["whole"]
            told = {**whole._asdict(), "language_gap": summary["language_gap"]}
            return super().get_context_data(parent_context) | {
                "answers": whole.answers,
                "last_used_at": whole.last_used_at,
                "minimum": MINIMUM,
                "warnings": warnings_of(told),
                "rows": _summary_rows(summary),
            }


def _summary_rows(summary: dict) -> list[dict]:
    """The whole, the languages where there are several, and the versions where there are several."""
    names = dict(settings.LANGUAGES)
    rows = [{"label": _("All"), "summary": summary["whole"]}]
    if len(summary["languages"]) > 1:
        rows += [{"label": names.get(code, code), "summary": told} for code, told in summary["languages"].items()]
    if len(summary["versions"]) > 1:
        rows += [
            {
                "saved_at": version["saved_at"],
                "label": names.get(version["language"], ""),
                "summary": version["summary"],
            }
            for version in summary["versions"]
        ]
    for row in rows:
        told = row["summary"]
        row["cells"] = [str(told.answers), part(told.facility), percent(told.discrimination)]
    return rows
