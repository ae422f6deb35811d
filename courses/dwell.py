"""How long a person has had a lesson before her: its page carries, signed, when it was opened."""

from datetime import datetime
from uuid import UUID

from django.core import signing

from people.models import User

SALT = "courses.dwell"


def opened(person: User, activity_key: UUID, at: datetime) -> str:
    """Says that `person` opened the lesson at `at`; good for nobody else and for no other lesson."""
    return signing.dumps([person.pk, str(activity_key), int(at.timestamp())], salt=SALT)


def seconds_since_opened(token: str, person: User, activity_key: UUID, at: datetime) -> int:
    """Whole seconds from the opening to `at`; 0 where `token` does not say so."""
    try:
        person_pk, key, opened_at = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return 0
    if (person_pk, key) != (person.pk, str(activity_key)):
        return 0
    return int(at.timestamp()) - opened_at
