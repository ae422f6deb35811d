from modeltranslation.translator import TranslationOptions, register

from strategy.models import Competency, Kpi, ServiceGoal


@register(Kpi)
class KpiTranslation(TranslationOptions):
    fields = ("name",)


@register(ServiceGoal)
class ServiceGoalTranslation(TranslationOptions):
    fields = ("title", "description")


@register(Competency)
class CompetencyTranslation(TranslationOptions):
    fields = ("name", "description")
