"""Says of a file that somebody was given whether it is ours, and what it is worth now. Nothing of it is kept."""

from dataclasses import dataclass, field
from datetime import datetime

from certifications.badges.checking import check_ours
from certifications.badges.reading import LARGEST_FILE, NoBadge, badge_in
from certifications.certificates import award_of_pdf
from certifications.models import Award

BEGINS_PDF = b"%PDF-"


@dataclass(frozen=True)
class Finding:
    """kind: pdf, badge, or unknown where it is neither; too_large. award: ours that the file is of, else None.
    problems: of a badge, in words."""

    kind: str
    award: Award | None = None
    problems: list[str] = field(default_factory=list)


def examine(file: bytes, at: datetime) -> Finding:
    """A PDF is ours where it is the same to the byte as the one that we made; a badge by its signature."""
    if len(file) > LARGEST_FILE:
        return Finding("too_large")
    if BEGINS_PDF in file[:1024]:
        return Finding("pdf", award_of_pdf(file))
    try:
        badge = badge_in(file)
    except NoBadge:
        return Finding("unknown")
    verdict = check_ours(badge, at)
    return Finding("badge", verdict.award, verdict.words)
