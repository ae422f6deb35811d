from django.apps import AppConfig


class CertificationsConfig(AppConfig):
    name = "certifications"

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from certifications import checks, receivers  # noqa: F401
        from certifications.models import Award
        from people.administration import AdministratorsOnlyPolicy

        register_permission_policy(Award, AdministratorsOnlyPolicy(Award, actions=("view",)))
