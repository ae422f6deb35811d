"""Which messages a person does not want by e-mail. She reads them in the application all the same."""

from collections.abc import Iterable

from django.core.signing import BadSignature, Signer
from django.db import transaction

from people.messages import MessageKind, all_kinds, kind_of
from people.models import User

_signer = Signer(salt="people.unsubscribe")


class CannotBeMuted(Exception):
    """The kind is a duty, or there is none of that code."""


def optional_kinds() -> list[MessageKind]:
    return [kind for kind in all_kinds() if not kind.is_duty]


def wants_mail(person: User, kind: MessageKind) -> bool:
    return person.is_active and (kind.is_duty or kind.code not in person.muted_kinds)


def mute(person: User, code: str) -> None:
    """No more e-mails of this kind. Raises CannotBeMuted."""
    if kind_of(code).is_duty:
        raise CannotBeMuted(code)
    _change(person, lambda muted: {*muted, code})


def unmute(person: User, code: str) -> None:
    _change(person, lambda muted: muted - {code})


def choose_mails(person: User, wanted: Iterable[str]) -> None:
    """E-mails of the kinds with the codes `wanted` and of none of the other kinds that can be muted."""
    unwanted = {kind.code for kind in optional_kinds()} - set(wanted)
    _change(person, lambda _muted: unwanted)


@transaction.atomic
def _change(person: User, change) -> None:
    muted = User.objects.select_for_update(no_key=True).get(pk=person.pk).muted_kinds
    person.muted_kinds = sorted(change(set(muted)))
    User.objects.filter(pk=person.pk).update(muted_kinds=person.muted_kinds)


def unsubscribe_token(person: User, code: str) -> str:
    """What stands in the address by which anybody who has it turns off this kind of e-mail for this person; it holds
    for good, as mails are kept."""
    return _signer.sign_object([person.pk, code], compress=False)


def read_unsubscribe_token(token: str) -> tuple[int, str] | None:
    """The person's pk and the code of the kind, or None for a token that we did not give."""
    try:
        pk, code = _signer.unsign_object(token)
    except BadSignature:
        return None
    return pk, code
