from modeltranslation.translator import TranslationOptions, register

from certifications.models import Certification


@register(Certification)
class CertificationTranslation(TranslationOptions):
    fields = ("title", "description")
