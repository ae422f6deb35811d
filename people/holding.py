"""One act at a time on what belongs to a person, where two at once would each miss what the other does.

Whoever locks more than one row of hers holds the person first, and then her enrolments, her duties and her awards: two
that lock in another order would wait for each other.
"""

from collections.abc import Iterable

from people.models import User


def hold(person: int) -> None:
    """Lets whoever else holds the person with this pk wait until this transaction ends, and then see what it did."""
    User.objects.select_for_update(no_key=True).values_list("pk").get(pk=person)


def hold_all(people: Iterable[int]) -> None:
    """The same for several at once, in the order of their keys: two that hold some of the same do not wait for each
    other."""
    held = User.objects.filter(pk__in=people).order_by("pk").select_for_update(no_key=True)
    list(held.values_list("pk"))
