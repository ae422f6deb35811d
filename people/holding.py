"""One act at a time on what belongs to a person, where two at once would each miss what the other does."""

from people.models import User


def hold(person: User) -> None:
    """Lets whoever else holds `person` wait until this transaction ends, and then see what it did."""
    User.objects.select_for_update(no_key=True).values_list("pk").get(pk=person.pk)
