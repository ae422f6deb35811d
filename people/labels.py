"""Editing a record's labels in every language at once: one row, one column a language (django-modeltranslation)."""

from django.conf import settings
from django.utils.translation import get_language_bidi, override
from modeltranslation.translator import translator
from modeltranslation.utils import build_localized_fieldname
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, Panel


def label_panel(field: str, heading: str, **attrs) -> MultiFieldPanel:
    """The field `field` under its heading in each language, the default one first."""
    languages = [code for code, _name in settings.LANGUAGES]
    return MultiFieldPanel([FieldPanel(build_localized_fieldname(field, code)) for code in languages], heading, **attrs)


class LabelForm(WagtailAdminModelForm):
    """Requires a label in the default language where the record must have one, and sets each in its direction."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for original in translator.get_options_for_model(self._meta.model).get_field_names():
            for code, language in settings.LANGUAGES:
                if field := self.fields.get(build_localized_fieldname(original, code)):
                    self._fit(field, original, code, language)

    def _fit(self, field, original: str, code: str, language: str) -> None:
        model_field = self._meta.model._meta.get_field(original)
        with override(code):
            direction = "rtl" if get_language_bidi() else "ltr"
        field.widget.attrs |= {"lang": code, "dir": direction}
        field.label = language
        field.required = code == settings.LANGUAGE_CODE and not model_field.blank


def label_editor(*panels: Panel) -> ObjectList:
    return ObjectList(panels, base_form_class=LabelForm)
