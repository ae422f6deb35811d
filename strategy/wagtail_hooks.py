"""The service strategy in the CMS."""

from wagtail import hooks

from strategy.goals_admin import StrategyGroup


@hooks.register("register_admin_viewset")
def register_strategy():
    return StrategyGroup()
