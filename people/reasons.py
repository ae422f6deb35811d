"""What a person decides by hand about somebody else has a reason, in every room."""


class ReasonRequired(ValueError):
    """It is refused without a reason."""


def require_reason(reason: str) -> None:
    """Raises ReasonRequired where nothing is said."""
    if not reason.strip():
        raise ReasonRequired
