from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField

from courses.models.activities import Activity
from courses.models.observations import Observers
from courses.publishing import GatedPageMixin, SignOffPageForm, checklist_problems


class ChecklistItemBlock(blocks.StructBlock):
    text = blocks.CharBlock(max_length=300, label=_("What is to be seen"))
    is_required = blocks.BooleanBlock(required=False, default=True, label=_("Required"))

    class Meta:
        icon = "tick"
        label = _("Item")


class ChecklistBlock(blocks.StreamBlock):
    """Each item keeps the id that its block got when it was first saved, in every language."""

    item = ChecklistItemBlock()


class SignOffPage(GatedPageMixin, Activity):
    """Something to show to somebody who watches, with the checklist that is signed."""

    instructions = models.TextField(
        _("for the learner"), blank=True, help_text=_("What she is to do, and when to ask for the observation.")
    )
    observer_instructions = models.TextField(
        _("for the observer"), blank=True, help_text=_("What to watch, where and for how long.")
    )
    checklist = StreamField(ChecklistBlock(), verbose_name=_("checklist"), blank=True)
    observers = models.CharField(_("who observes"), max_length=10, choices=Observers, default=Observers.LEADS)

    template = "courses/sign_off.html"
    is_creatable = True
    base_form_class = SignOffPageForm
    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("instructions"), FieldPanel("observer_instructions")], heading=_("What is to be done")
        ),
        FieldPanel("checklist"),
        FieldPanel("observers"),
        Activity.settings_fields,
    ]
    override_translatable_fields = [
        *Activity.override_translatable_fields,
        SynchronizedField("observers", overridable=False),
    ]

    class Meta:
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")

    def publishing_problems(self) -> list[str]:
        return checklist_problems(self.checklist)
