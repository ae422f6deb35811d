"""Assignment rules in the CMS, for administrators: a rule is looked at before it is switched on."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views.generic import CreateView, EditView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminDateInput
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import log

from certifications.standing import certified_by_path
from courses.models import AssignmentRule, LearningPathPage
from courses.rule_preview import Effect, preview_of
from courses.rules import apply_rule
from people.labels import LabelForm, label_panel
from people.structure_admin import indented

READ_AS_REASON = gettext_lazy("People read it as the reason why they were given the path.")


class RuleForm(LabelForm):
    """Offers paths once, by their original, and teams as the tree that they are."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["path"].queryset = LearningPathPage.objects.live().originals().order_by("title")
        self.fields["teams"].label_from_instance = indented


def criteria_in_words(rule: AssignmentRule) -> str:
    named = [str(thing) for things in (rule.teams.all(), rule.job_roles.all()) for thing in things]
    named += [rule.get_language_display()] if rule.language else []
    return ", ".join(named) or _("everybody")


def path_in_words(rule: AssignmentRule) -> str:
    if rule.path.live:
        return str(rule.path)
    return _("%(path)s: not published, so nobody is given it") % {"path": rule.path}


class PreviewButtonMixin:
    """A saved rule leads to what it would do."""

    def get_success_url(self):
        return reverse("assignment_rules:preview", args=[self.object.pk])


class RuleCreateView(PreviewButtonMixin, CreateView):
    pass


class RuleEditView(PreviewButtonMixin, EditView):
    @property
    def header_buttons(self):
        url = reverse("assignment_rules:preview", args=[self.object.pk])
        return [*super().header_buttons, HeaderButton(_("Preview"), url, icon_name="view")]


class RuleIndexView(IndexView):
    def get_base_queryset(self):
        return AssignmentRule.objects.select_related("path").prefetch_related("teams", "job_roles")


class AssignmentRuleViewSet(ModelViewSet):
    model = AssignmentRule
    name = url_namespace = "assignment_rules"
    url_prefix = "assignment-rules"
    icon = "tasks"
    menu_label = gettext_lazy("Assignment rules")
    menu_order = 150
    add_to_admin_menu = True
    copy_view_enabled = False
    add_to_reference_index = False
    index_view_class = RuleIndexView
    add_view_class = RuleCreateView
    edit_view_class = RuleEditView
    list_display = [
        "name",
        Column("path", label=gettext_lazy("Learning path"), accessor=path_in_words, sort_key="path__title"),
        Column("criteria", label=gettext_lazy("For whom"), accessor=criteria_in_words),
        BooleanColumn("is_active", label=gettext_lazy("Active"), sort_key="is_active"),
    ]
    search_fields = ["name", "path__title"]
    edit_handler = ObjectList(
        [
            label_panel("name", gettext_lazy("Name"), help_text=READ_AS_REASON),
            FieldPanel("path"),
            MultiFieldPanel(
                [
                    FieldPanel("teams"),
                    FieldPanel("include_subteams"),
                    FieldPanel("job_roles"),
                    FieldPanel("language"),
                    FieldRowPanel(
                        [
                            FieldPanel("hired_from", widget=AdminDateInput),
                            FieldPanel("hired_until", widget=AdminDateInput),
                            FieldPanel("hired_within_days"),
                        ]
                    ),
                ],
                heading=gettext_lazy("Who is given it: everybody who meets all of this"),
            ),
            FieldRowPanel(
                [FieldPanel("due_from"), FieldPanel("due_days"), FieldPanel("due_on", widget=AdminDateInput)],
                heading=gettext_lazy("When it is due"),
            ),
            FieldPanel("is_active"),
        ],
        base_form_class=RuleForm,
    )

    def get_urlpatterns(self):
        return [*super().get_urlpatterns(), path("preview/<int:pk>/", self.preview_view, name="preview")]

    @property
    def preview_view(self):
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            if not self.permission_policy.user_has_permission(request.user, "change"):
                return redirect("wagtailadmin_home")
            rule = get_object_or_404(AssignmentRule.objects.select_related("path"), pk=pk)
            return _switch(request, rule) if request.method == "POST" else _preview(request, rule)

        return view


def _preview(request: HttpRequest, rule: AssignmentRule) -> HttpResponse:
    effect = request.GET.get("effect", "")
    preview = preview_of(rule, timezone.now(), certified_by_path, request.GET.get("page", 1), effect)
    context = {
        "rule": rule,
        "criteria": criteria_in_words(rule),
        "header_title": rule.name,
        "header_icon": "tasks",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("assignment_rules:index"), "label": _("Assignment rules")},
            {"url": "", "label": rule.name, "sublabel": _("Preview")},
        ],
        "people": preview.page,
        "gives_nothing": preview.gives_nothing,
        "counts": [(e, e.label, preview.counts[e]) for e in Effect if e in preview.counts],
        "effect": effect,
        "labels": {e.value: e.label for e in Effect},
    }
    return TemplateResponse(request, "lms/admin/rule_preview.html", context)


def _switch(request: HttpRequest, rule: AssignmentRule) -> HttpResponse:
    """Switches the rule on and applies it at once, or off; the sweep goes on with what is on."""
    is_on = "on" in request.POST
    with transaction.atomic():
        AssignmentRule.objects.filter(pk=rule.pk).update(is_active=is_on)
        log(instance=rule, action="wagtail.edit", user=request.user, data={"is_active": is_on})
    if not is_on:
        messages.success(request, _("The rule is off. Those who have the path keep it."))
        return redirect("assignment_rules:preview", rule.pk)
    given = apply_rule(rule, excepted=certified_by_path).assigned
    text = ngettext(
        "The rule is on: %(count)d person was given the path.",
        "The rule is on: %(count)d people were given the path.",
        given,
    )
    messages.success(request, text % {"count": given})
    return redirect("assignment_rules:preview", rule.pk)
