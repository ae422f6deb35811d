from django.apps import AppConfig


class CertificationsConfig(AppConfig):
    name = "certifications"

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from certifications import checks, receivers  # noqa: F401
        from certifications.messages import KINDS
        from certifications.models import Award, CriteriaMigration
        from people.administration import AdministratorsOnlyPolicy
        from people.messages import register_kinds

        register_permission_policy(Award, AdministratorsOnlyPolicy(Award, actions=("view",)))
        register_permission_policy(
            CriteriaMigration, AdministratorsOnlyPolicy(CriteriaMigration, actions=("view", "add"))
        )
        register_kinds(*KINDS)
