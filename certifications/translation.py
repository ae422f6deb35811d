from modeltranslation.translator import TranslationOptions, register

from certifications.models import CertificateBranding, Certification


@register(Certification)
class CertificationTranslation(TranslationOptions):
    fields = ("title", "description")


@register(CertificateBranding)
class CertificateBrandingTranslation(TranslationOptions):
    fields = ("organisation", "signatory_name", "signatory_title")
