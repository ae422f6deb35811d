from modeltranslation.translator import TranslationOptions, register

from courses.models import AssignmentRule


@register(AssignmentRule)
class AssignmentRuleTranslation(TranslationOptions):
    fields = ("name",)
