from modeltranslation.translator import TranslationOptions, register

from people.models import JobRole, Team


@register(JobRole)
class JobRoleTranslation(TranslationOptions):
    fields = ("name",)


@register(Team)
class TeamTranslation(TranslationOptions):
    fields = ("name",)
