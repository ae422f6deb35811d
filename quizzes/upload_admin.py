"""Importing and exporting questions in the CMS: choose a file, see what it would do, import it; or download one."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin import messages
from wagtail.admin.auth import permission_required
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from quizzes.exporting import ExportRefused, export_questions
from quizzes.filing import Shelves
from quizzes.formats.categories import TOP, path_of
from quizzes.models import QuestionUpload
from quizzes.question_types import QUESTION_TYPES
from quizzes.upload_forms import NAMES, ExportForm, UploadForm
from quizzes.uploading import is_at_work, is_given_up, may_start, receive_upload, start_import

SUFFIXES = {"gift": "gift", "moodle-xml": "xml", "csv": "csv"}
CONTENT_TYPES = {"gift": "text/plain", "moodle-xml": "application/xml", "csv": "text/csv"}
OUTCOMES = {
    "created": pgettext_lazy("of a question in an import", "new"),
    "updated": pgettext_lazy("of a question in an import", "changes"),
    "unchanged": pgettext_lazy("of a question in an import", "unchanged"),
}
PARTS = {
    "type": gettext_lazy("Type"),
    "mark": gettext_lazy("Mark"),
    "penalty": gettext_lazy("Penalty"),
    "tags": gettext_lazy("Tags"),
}
LATEST = 10
QUIZ_MENU = "register_quiz_menu_item"  # the hook of the group's menu
REFRESH = "2"  # seconds

may_import = permission_required("quizzes.add_question")
may_export = permission_required("quizzes.view_question")


@may_import
def upload(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None, initial={"language": settings.LANGUAGE_CODE})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        choices = {name: chosen[name] for name in ("format_name", "category", "language", "encoding")}
        received = receive_upload(chosen["data"], by=request.user, file_name=chosen["file"].name, **choices)
        return redirect("question_uploads:show", received.pk)
    latest = QuestionUpload.objects.visible_to(request.user).defer("data", "result")[:LATEST]
    context = {"form": form, "latest": latest, "categories": _categories()}
    return _page(request, "upload.html", _("Import questions"), context)


@may_import
@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(QuestionUpload.objects.visible_to(request.user), pk=pk)
    result = found.result
    context = {
        "upload": found,
        "result": result,
        "rows": [_labelled(row) for row in result.get("rows", [])],
        "rows_left": result.get("total", 0) - len(result.get("rows", [])),
        "refusals_left": result.get("refused", 0) - len(result.get("refusals", [])),
        "change_count": _change_count(found),
        "format_label": NAMES[found.format_name],
        "language_label": dict(settings.WAGTAIL_CONTENT_LANGUAGES).get(found.language, found.language),
        "is_at_work": is_at_work(found),
        "is_given_up": is_given_up(found),
        "may_start": may_start(found),
    }
    response = _page(request, "upload_result.html", found.file_name, context)
    if context["is_at_work"]:
        response.headers["Refresh"] = REFRESH
    return response


def _labelled(row: dict) -> dict:
    """A row of a result in the words of the person who reads it."""
    kind = QUESTION_TYPES.get(row["type"])
    fields = (kind.block.child_blocks if kind else {}) | PARTS
    return row | {
        "type": kind.block.label if kind else row["type"],
        "outcome_label": OUTCOMES[row["outcome"]],
        "changes": [fields[name] if name in PARTS else fields[name].label for name in row["changes"] if name in fields],
    }


def _change_count(found: QuestionUpload) -> int:
    counts = found.result.get("counts", {})
    return counts.get("created", 0) + counts.get("updated", 0)


@may_import
@require_POST
def run(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(QuestionUpload.objects.visible_to(request.user), pk=pk)
    if found.result.get("counts", {}).get("updated") and not request.user.has_perm("quizzes.change_question"):
        messages.error(request, _("The file changes questions of the bank, which you may not do."))
    elif not start_import(found, request.user):
        messages.warning(request, _("This file cannot be imported now: see below how it stands."))
    return redirect("question_uploads:show", pk)


@may_export
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    form = ExportForm(request.GET if "format_name" in request.GET else None)
    problems = []
    if form.is_bound and form.is_valid():
        chosen = form.cleaned_data
        try:
            pieces = export_questions(**(chosen | {"category": chosen["category"] or None}))
            return _download(pieces, chosen)
        except ExportRefused as refused:
            problems = refused.problems
    context = {"form": form, "problems": problems, "categories": _categories()}
    return _page(request, "export.html", _("Export questions"), context)


def _download(pieces, chosen: dict) -> StreamingHttpResponse:
    name, content_type = chosen["format_name"], CONTENT_TYPES[chosen["format_name"]]
    stem = "-".join(filter(None, ("questions", slugify(chosen["category"], allow_unicode=True), chosen["language"])))
    response = StreamingHttpResponse(pieces, content_type=f"{content_type}; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{stem}.{SUFFIXES[name]}")
    return response


def _categories() -> list[str]:
    """The paths of the categories, as the field takes them."""
    return [path_of(names).removeprefix(TOP) for names in Shelves().by_path]


def _page(request: HttpRequest, template: str, title: str, context: dict) -> HttpResponse:
    items = [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": reverse("wagtailsnippets_quizzes_question:list"), "label": _("Questions")},
        {"url": reverse("question_uploads:upload"), "label": _("Import questions")},
    ]
    context |= {
        "breadcrumbs_items": items if template == "upload_result.html" else items[:2],
        "header_title": title,
        "header_icon": "download" if template == "export.html" else "upload",
    }
    context["breadcrumbs_items"] = [*context["breadcrumbs_items"], {"url": "", "label": title}]
    return TemplateResponse(request, f"quizzes/admin/{template}", context)


class QuestionImportMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("quizzes.add_question")


class QuestionExportMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("quizzes.view_question")


class QuestionImportViewSet(ViewSet):
    name = "question_uploads"
    url_prefix = "questions/import"
    icon = "upload"
    menu_label = gettext_lazy("Import questions")
    menu_item_class = QuestionImportMenuItem
    menu_hook = QUIZ_MENU
    menu_order = 80

    def get_urlpatterns(self):
        return [
            path("", upload, name="upload"),
            path("<int:pk>/", show, name="show"),
            path("<int:pk>/run/", run, name="run"),
        ]


class QuestionExportViewSet(ViewSet):
    name = "question_export"
    url_prefix = "questions/export"
    icon = "download"
    menu_label = gettext_lazy("Export questions")
    menu_item_class = QuestionExportMenuItem
    menu_hook = QUIZ_MENU
    menu_order = 81

    def get_urlpatterns(self):
        return [path("", export, name="export")]
