"""Sent inside the transaction that made it true."""

from django.dispatch import Signal

from people.models import User

person_changed = Signal()  # person: her role, her hire date, her language or her teams may be others now


def tell_of_change(person: User) -> None:
    """For the screens that change a person or her teams: they have no verb of their own."""
    person_changed.send(User, person=person)
