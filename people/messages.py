"""The kinds of messages. Each room declares its own in its `messages.py`, and registers them when it is ready."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class MessageKind:
    """What a message is about.

    `label` names the kind to its reader. The e-mail of a duty cannot be turned off. An urgent one goes out at once,
    on quiet days and at night too.
    """

    code: str
    label: str | Promise
    is_duty: bool = True
    is_urgent: bool = False


_kinds: dict[str, MessageKind] = {}


def register_kinds(*kinds: MessageKind) -> None:
    _kinds.update({kind.code: kind for kind in kinds})


def kind_of(code: str) -> MessageKind:
    """The kind of this code; one that no room declares (any more) is a duty and not urgent."""
    return _kinds.get(code) or MessageKind(code, code)


def all_kinds() -> list[MessageKind]:
    return list(_kinds.values())
