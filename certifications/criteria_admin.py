"""Moving holders to new rules in the CMS, for administrators: choose, see what it would do, say why, do it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages
from wagtail.admin.auth import user_passes_test

from certifications.criteria import Effect
from certifications.criteria_forms import CriteriaForm, ReasonForm, rules_that_give
from certifications.criteria_moves import AlreadyRunning, PreviewOutdated, start_migration, token_of
from certifications.criteria_preview import preview_of
from certifications.models import Certification, CriteriaMigration
from people.administration import AdministratorsOnlyPolicy
from people.models import User
from people.templatetags.moments import day

REFRESH = "3"  # seconds

policy = AdministratorsOnlyPolicy(CriteriaMigration, actions=("view", "add"))


def may_move(user: User) -> bool:
    return policy.user_has_permission(user, "add")


for_administrators = user_passes_test(may_move)


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """The choices; with choices in the address, what they would do; posted with a reason, it is begun."""
    certifications = Certification.objects.select_related("first_time_path", "renewal_path")
    certification = get_object_or_404(certifications, pk=pk)
    migration = CriteriaMigration(certification=certification, by=request.user, seen_at=timezone.now())
    form = CriteriaForm(request.GET if "preview" in request.GET else None, instance=migration)
    if not (form.is_bound and form.is_valid()):
        return _choices(request, form)
    reason = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and reason.is_valid():
        try:
            begun = start_migration(form.instance, request.POST.get("token", ""), reason.cleaned_data["reason"])
        except PreviewOutdated:
            messages.warning(
                request, _("Nothing was done: the rules were changed after the preview. This is a new one.")
            )
        except AlreadyRunning:
            messages.warning(request, _("Nothing was done: an earlier move is still under way."))
        else:
            return redirect("certification:moved", certification.pk, begun.pk)
        form.instance.seen_at = timezone.now()
    return _preview(request, form, reason)


def _choices(request: HttpRequest, form: CriteriaForm) -> HttpResponse:
    certification = form.instance.certification
    earlier = certification.criteria_migrations.select_related("by")[:50]
    context = {"form": form, "earlier": [(migration, in_words(migration)) for migration in earlier]}
    return _page(request, "move.html", certification, context)


def _preview(request: HttpRequest, form: CriteriaForm, reason: ReasonForm) -> HttpResponse:
    migration, effect = form.instance, request.GET.get("effect", "")
    number = request.GET.get("page", "")
    preview = preview_of(migration, migration.seen_at, effect, int(number) if number.isdecimal() else 1)
    query = request.GET.copy()
    for name in ("effect", "page"):
        query.pop(name, None)
    context = {
        "what": in_words(migration),
        "rules": rules_that_give(migration.previous_path_key) if migration.previous_path_key else [],
        "counts": [(e, e.label, count) for e, count in preview.counts.items()],
        "effect": effect if effect in Effect.values else "",
        "lines": preview.page,
        "query": query.urlencode(),
        "form": reason,
        "token": token_of(migration),
    }
    return _page(request, "move_preview.html", migration.certification, context, _("What would change"))


@for_administrators
@require_safe
def moved(request: HttpRequest, pk: int, migration_pk: int) -> HttpResponse:
    """What was done; while it is under way, the page looks again by itself."""
    migrations = CriteriaMigration.objects.select_related("certification", "by")
    migration = get_object_or_404(migrations, pk=migration_pk, certification=pk)
    counts = [(Effect(name).label, migration.counts[name]) for name in Effect.values if name in migration.counts]
    context = {"migration": migration, "what": in_words(migration), "counts": counts}
    response = _page(request, "moved.html", migration.certification, context, _("What was done"))
    if migration.state == CriteriaMigration.State.RUNNING:
        response.headers["Refresh"] = REFRESH
    return response


def in_words(migration: CriteriaMigration) -> list[str]:
    """What a migration does."""
    words = []
    if migration.moves_expiry:
        words.append(_("Each expiry is reckoned anew."))
        words.append(_("None is shortened.") if migration.never_shortens else _("Some may be shortened."))
    if migration.earliest_on:
        words.append(_("None expires before %(day)s.") % {"day": day(migration.earliest_on)})
    if migration.renew_by:
        words.append(_("All are asked to renew by %(day)s.") % {"day": day(migration.renew_by)})
        counts = _("What they have completed counts.") if migration.earlier_counts else _("They begin all of it anew.")
        words.append(counts)
    if migration.previous_path_key:
        path_title = migration.previous_path_title
        words.append(_("Those under way move from “%(path)s” to the present path.") % {"path": path_title})
    return words


def _page(
    request: HttpRequest, template: str, certification: Certification, context: dict[str, Any], part: str = ""
) -> HttpResponse:
    """part: what of the move it shows, below the page of the choices."""
    title = _("Move holders to the new rules")
    steps = [
        (reverse("wagtailadmin_home"), _("Home")),
        (reverse("certification:index"), _("Certifications")),
        (reverse("certification:edit", args=[certification.pk]), str(certification)),
        *([(move_url(certification), title), ("", part)] if part else [("", title)]),
    ]
    context |= {
        "certification": certification,
        "breadcrumbs_items": [{"url": url, "label": label} for url, label in steps],
        "header_title": f"{part or title}: {certification}",
        "header_icon": "success",
    }
    return TemplateResponse(request, f"certifications/admin/{template}", context)


def move_url(certification: Certification) -> str:
    return reverse("certification:move", args=[certification.pk])


urlpatterns = [
    path("move/<int:pk>/", move, name="move"),
    path("move/<int:pk>/<int:migration_pk>/", moved, name="moved"),
]
