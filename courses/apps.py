from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from courses import receivers  # noqa: F401
        from courses.messages import KINDS
        from courses.models import AssignmentRule
        from people.administration import AdministratorsOnlyPolicy
        from people.messages import register_kinds

        register_permission_policy(AssignmentRule, AdministratorsOnlyPolicy(AssignmentRule))
        register_kinds(*KINDS)
