"""How a person goes: her records stay."""

from django.db import transaction
from django.db.models import ProtectedError
from wagtail.log_actions import log

from people.models import User


@transaction.atomic
def remove_person(person: User, by: User | None = None) -> bool:
    """Deletes somebody who left no record, such as a mistyped address; anybody else is deactivated, and is out at her
    next request. Returns whether she was deleted."""
    name, pk = str(person), person.pk
    try:
        with transaction.atomic():
            log(instance=person, action="wagtail.delete", user=by, title=name, deleted=True)
            person.delete()
    except ProtectedError:
        person.pk = pk
        User.objects.filter(pk=pk).update(is_active=False)
        person.is_active = False
        log(instance=person, action="people.deactivate", user=by)
        return False
    return True
