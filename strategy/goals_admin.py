"""The service strategy in the CMS: its tree with what trains towards it, its KPIs, its competencies."""

from decimal import Decimal

from django.db.models import Q
from django.utils.formats import localize
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminDateInput

from people.labels import LabelForm, label_editor, label_panel
from people.models import User
from strategy.models import Competency, Kpi, KpiReading, ServiceGoal

DEPTH = {ServiceGoal.Level.VISION: 0, ServiceGoal.Level.STEP: 1, ServiceGoal.Level.GOAL: 2}


def indented(goal: ServiceGoal) -> str:
    return "\N{EM SPACE}" * 2 * DEPTH[goal.level] + str(goal)


def number(value: Decimal | None) -> str:
    return "" if value is None else localize(value.normalize())


class ServiceGoalForm(LabelForm):
    """Offers as owners those who answer for service: leads and authors, not the whole staff."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        above = ServiceGoal.objects.exclude(level=ServiceGoal.Level.GOAL).in_tree_order()
        self.fields["parent"].queryset = above.exclude(pk=self.instance.pk)
        self.fields["parent"].label_from_instance = indented
        people = User.objects.filter(pk__in=User.objects.leads() | User.objects.authors())
        self.fields["owner"].queryset = User.objects.filter(Q(pk__in=people) | Q(pk=self.instance.owner_id))


class ServiceGoalViewSet(ModelViewSet):
    model = ServiceGoal
    icon = "thumbtack"
    edit_handler = ObjectList(
        [
            label_panel("title", _("Title")),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("level"), FieldPanel("parent")]),
                    FieldRowPanel([FieldPanel("code"), FieldPanel("position")]),
                ],
                _("In the strategy"),
            ),
            MultiFieldPanel(
                [FieldPanel("kpi"), FieldRowPanel([FieldPanel("baseline"), FieldPanel("target")]), FieldPanel("owner")],
                _("How it is measured"),
            ),
            label_panel("description", _("Description"), classname="collapsed"),
        ],
        base_form_class=ServiceGoalForm,
    )
    list_display = [
        TitleColumn("title", accessor=indented, label=_("Title"), url_name="servicegoal:edit"),
        Column("level", accessor=lambda goal: capfirst(goal.get_level_display()), label=_("Level")),
        Column("kpi", label=_("KPI")),
        Column("baseline", accessor=lambda goal: number(goal.baseline), label=_("Baseline")),
        Column("target", accessor=lambda goal: number(goal.target), label=_("Target")),
        Column("course_count", label=_("Courses")),
        Column("owner", label=_("Owner")),
    ]
    list_filter = ["level", "kpi"]
    list_per_page = 100
    search_fields = ["title", "code"]
    copy_view_enabled = False

    class index_view_class(IndexView):
        def get_base_queryset(self):
            return ServiceGoal.objects.in_tree_order().with_course_count().select_related("kpi", "owner")


class KpiViewSet(ModelViewSet):
    model = Kpi
    icon = "order"
    edit_handler = label_editor(
        label_panel("name", _("Name")),
        FieldPanel("code"),
        FieldRowPanel([FieldPanel("unit"), FieldPanel("better")], _("How it is read")),
    )
    list_display = ["name", "code", "unit", "better"]
    search_fields = ["name", "code"]
    copy_view_enabled = False


class KpiReadingViewSet(ModelViewSet):
    """For administrators: readings of agents are personal."""

    model = KpiReading
    icon = "list-ol"
    panels = [
        FieldPanel("kpi"),
        FieldRowPanel([FieldPanel("team"), FieldPanel("agent")], _("Of a team or of an agent")),
        FieldRowPanel([FieldPanel("starts_on", widget=AdminDateInput), FieldPanel("ends_on", widget=AdminDateInput)]),
        FieldRowPanel([FieldPanel("value"), FieldPanel("sample_size")]),
    ]
    list_display = ["kpi", "team", "agent", "starts_on", "ends_on", "value", "sample_size"]
    list_filter = ["kpi", "team"]
    search_fields = ["agent__name", "team__name"]
    copy_view_enabled = False
    add_to_reference_index = False

    class index_view_class(IndexView):
        def get_base_queryset(self):
            return KpiReading.objects.select_related("kpi", "team", "agent").order_by("-starts_on", "-pk")


class CompetencyViewSet(ModelViewSet):
    model = Competency
    icon = "pick"
    edit_handler = label_editor(
        label_panel("name", _("Name")), FieldPanel("code"), label_panel("description", _("Description"))
    )
    list_display = ["name", "code"]
    search_fields = ["name", "code"]
    copy_view_enabled = False


class StrategyGroup(ViewSetGroup):
    menu_label = _("Strategy")
    menu_icon = "thumbtack"
    menu_order = 150
    items = (ServiceGoalViewSet, KpiViewSet, KpiReadingViewSet, CompetencyViewSet)
