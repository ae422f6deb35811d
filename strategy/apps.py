from django.apps import AppConfig


class StrategyConfig(AppConfig):
    name = "strategy"

    def ready(self):
        from wagtail.permissions import register_permission_policy

        from people.administration import AdministratorsOnlyPolicy
        from strategy.models import KpiReading

        register_permission_policy(KpiReading, AdministratorsOnlyPolicy(KpiReading))
