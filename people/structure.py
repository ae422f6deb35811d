"""The tree of teams."""

from django.db import transaction

from people.models import Team


@transaction.atomic
def place_team(team: Team, parent: Team | None) -> Team:
    """Saves `team`, new or not, as the last sub-team of `parent`, or as a team of its own. Raises
    treebeard's InvalidMoveToDescendant if `parent` stands below it."""
    if team.pk is None:
        return Team.objects.get(pk=parent.pk).add_child(instance=team) if parent else Team.add_root(instance=team)
    team.save()
    if team.get_parent(update=True) != parent:
        target = Team.objects.get(pk=parent.pk) if parent else Team.get_last_root_node()
        team.move(target, "last-child" if parent else "last-sibling")
    return Team.objects.get(pk=team.pk)
