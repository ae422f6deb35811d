import re
from datetime import date, time

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

MOST_DAYS = 366
COMMAS = re.compile(r"[\s,،]+")  # the Arabic one too
# Monday is 0, as in date.weekday().
WEEKDAY_CHOICES = list(WEEKDAYS.items())


class MessageSettingsForm(WagtailAdminModelForm):
    quiet_weekdays = forms.TypedMultipleChoiceField(
        label=capfirst(_("quiet weekdays")),
        choices=WEEKDAY_CHOICES,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Mails that are not urgent wait until the next day that is not quiet."),
    )


def validate_days(text: str) -> None:
    """Numbers of days from 1 to MOST_DAYS with commas between them, or nothing."""
    for number in filter(None, COMMAS.split(text)):
        if not number.isascii() or not number.isdigit() or not 1 <= int(number) <= MOST_DAYS:
            raise ValidationError(
                _("Write numbers of days from 1 to %(most)d, with commas between them."), params={"most": MOST_DAYS}
            )


def validate_dates(text: str) -> None:
    for line in text.split():
        try:
            date.fromisoformat(line)
        except ValueError as error:
            raise ValidationError(
                _("“%(line)s” is not a day. Write year, month and day, such as 2027-01-07."), params={"line": line}
            ) from error


@register_setting(icon="mail", order=300)
class MessageSettings(BaseGenericSetting):
    """When people are reminded of what, and when they are left in peace."""

    due_soon_days = models.CharField(
        _("before a due date"),
        max_length=60,
        default="7, 1",
        blank=True,
        validators=[validate_days],
        help_text=_("How many days before, with commas between them. On the day itself there is always a message."),
    )
    overdue_every_days = models.PositiveSmallIntegerField(
        _("after a due date, every"), default=7, validators=[MinValueValidator(1)], help_text=_("In days.")
    )
    overdue_times = models.PositiveSmallIntegerField(
        _("how many times"), default=4, validators=[MaxValueValidator(52)], help_text=_("0: never.")
    )
    lead_after_days = models.PositiveSmallIntegerField(
        _("the team lead is told after"),
        null=True,
        blank=True,
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
        help_text=_("In days after the due date; empty: never."),
    )
    escalate_after_days = models.PositiveSmallIntegerField(
        _("the lead's lead is told after"),
        null=True,
        blank=True,
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
        help_text=_("In days after the due date; empty: never."),
    )
    closing_days = models.CharField(
        _("before a certificate expires"),
        max_length=60,
        default="30, 7, 1",
        blank=True,
        validators=[validate_days],
        help_text=_("How many days before, with commas between them, once its renewal window is open."),
    )
    quiet_weekdays = models.JSONField(_("quiet weekdays"), default=list, blank=True)
    quiet_dates = models.TextField(
        _("quiet days"),
        blank=True,
        validators=[validate_dates],
        help_text=_("Such as public holidays: one a line, as 2027-01-07."),
    )
    first_hour = models.PositiveSmallIntegerField(
        _("mails from"),
        default=8,
        validators=[MaxValueValidator(23)],
        help_text=_("The hour, where the reader is, at which reminders go out; what is urgent goes out at once."),
    )
    digest_weekday = models.SmallIntegerField(
        _("digest for team leads on"), choices=WEEKDAY_CHOICES, null=True, blank=True, default=0
    )

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("due_soon_days"),
                FieldPanel("overdue_every_days"),
                FieldPanel("overdue_times"),
                FieldPanel("lead_after_days"),
                FieldPanel("escalate_after_days"),
            ],
            heading=_("Learning paths"),
        ),
        MultiFieldPanel([FieldPanel("closing_days")], heading=_("Certificates")),
        MultiFieldPanel(
            [
                FieldPanel("quiet_weekdays"),
                FieldPanel("quiet_dates"),
                FieldPanel("first_hour"),
                FieldPanel("digest_weekday"),
            ],
            heading=_("Times"),
        ),
    ]

    base_form_class = MessageSettingsForm

    class Meta:
        verbose_name = _("messages")
        verbose_name_plural = _("messages")

    def __str__(self):
        return str(self._meta.verbose_name)

    @classmethod
    def current(cls) -> "MessageSettings":
        """The one that there is, else the defaults; it writes nothing."""
        return cls.objects.first() or cls()

    def clean(self):
        super().clean()
        told, escalated = self.lead_after_days, self.escalate_after_days
        if told and escalated and escalated <= told:
            raise ValidationError({"escalate_after_days": _("The lead's lead is told later than the lead.")})

    @property
    def first_time(self) -> time:
        return time(self.first_hour)

    @property
    def days_before_due(self) -> list[int]:
        return _numbers(self.due_soon_days)

    @property
    def days_before_expiry(self) -> list[int]:
        return _numbers(self.closing_days)

    def is_quiet(self, day: date) -> bool:
        return day.weekday() in self.quiet_weekdays or day.isoformat() in self.quiet_dates.split()


def _numbers(text: str) -> list[int]:
    return sorted({int(number) for number in filter(None, COMMAS.split(text))}, reverse=True)
