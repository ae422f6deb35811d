"""What a failure to send a mail is about: the mail server, or this mail alone."""

from dataclasses import dataclass
from smtplib import SMTPDataError, SMTPNotSupportedError, SMTPRecipientsRefused, SMTPResponseException

ABOUT_ONE_MAIL = (SMTPRecipientsRefused, SMTPDataError, SMTPNotSupportedError)
CLOSING_DOWN = 421  # RFC 5321, 4.2.3: the answer of a server that goes, to whatever it was asked


@dataclass(frozen=True)
class MailFault:
    """`name` holds nothing about anybody; `words`, the server's own, may. `is_permanent`: the next try would get the
    same answer. `is_about_the_server`: so would every other mail."""

    name: str
    words: str
    is_permanent: bool
    is_about_the_server: bool


def fault_of(error: Exception) -> MailFault:
    code, answer = _answer(error)
    is_ours = not isinstance(error, OSError)
    is_about_one = (is_ours or isinstance(error, ABOUT_ONE_MAIL)) and code != CLOSING_DOWN
    is_refused = isinstance(error, SMTPNotSupportedError) or (code is not None and code >= 500)
    name = type(error).__name__ + (f" {code}" if code else "")
    return MailFault(
        name=name,
        words=" ".join("".join(c if c.isprintable() else " " for c in f"{name} {answer}").split()),
        is_permanent=is_about_one and is_refused,
        is_about_the_server=not is_about_one,
    )


def _answer(error: Exception) -> tuple[int | None, str]:
    """The code (RFC 5321, 4.2) and the words that the server answered with; where it did not, what went wrong."""
    if isinstance(error, SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
    elif isinstance(error, SMTPResponseException):
        code, words = error.smtp_code, error.smtp_error
    else:
        return None, str(error)
    return code, words.decode(errors="replace") if isinstance(words, bytes) else str(words)
