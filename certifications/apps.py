from django.apps import AppConfig


class CertificationsConfig(AppConfig):
    name = "certifications"

    def ready(self):
        from certifications import receivers  # noqa: F401
