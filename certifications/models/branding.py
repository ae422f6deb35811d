import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.images import get_image_model_string

from people.labels import label_editor, label_panel

LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3


def is_dark_colour(colour: str) -> None:
    """The validator of #rrggbb against which white text can be read, and which can be read on white."""
    if not re.fullmatch("#[0-9a-fA-F]{6}", colour):
        raise ValidationError(_("Write the colour as #rrggbb."))
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    if 1.05 / (luminance + 0.05) < LEAST_CONTRAST:
        raise ValidationError(_("Choose a darker colour: text is written in it."))


@register_setting(icon="success", order=200)
class CertificateBranding(BaseGenericSetting):
    """What all certificates of the organisation share. A certificate that is made keeps what it was made with."""

    organisation = models.CharField(
        _("organisation"), max_length=120, blank=True, help_text=_("Empty: the name in the settings of the server.")
    )
    colour = models.CharField(
        _("colour"), max_length=7, default="#0f4c5c", validators=[is_dark_colour], help_text=_("Dark, as #rrggbb.")
    )
    logo = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Best as a PNG without a ground of its own."),
    )
    signatory_name = models.CharField(_("signatory"), max_length=120, blank=True)
    signatory_title = models.CharField(_("position of the signatory"), max_length=160, blank=True)

    edit_handler = label_editor(
        label_panel("organisation", _("Organisation")),
        FieldRowPanel([FieldPanel("colour"), FieldPanel("logo")]),
        MultiFieldPanel(
            [label_panel("signatory_name", _("Name")), label_panel("signatory_title", _("Position"))], _("Signatory")
        ),
    )

    class Meta:
        verbose_name = _("certificate branding")
        verbose_name_plural = _("certificate brandings")

    @classmethod
    def current(cls) -> "CertificateBranding":
        """The one that there is, else the defaults; it writes nothing."""
        return cls.objects.select_related("logo").first() or cls()

    @property
    def organisation_name(self) -> str:
        """In the language of the moment."""
        return self.organisation or settings.ORGANISATION_NAME
