"""What renewing an award asks, and from when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from certifications.models import Award
from courses.models import LearningPathPage


@dataclass(frozen=True)
class Renewal:
    """The path that renews an award, and the instant from which completing it does."""

    path_title: str
    url: str
    opens_at: datetime
    is_open: bool


def renewal_of(award: Award, language: str, at: datetime) -> Renewal | None:
    """How an active award that expires is renewed, in the reader's language; None for any other."""
    if award.state != Award.State.ACTIVE or award.expires_at is None:
        return None
    certification = award.certification
    path = certification.renewal_path or certification.first_time_path
    path = LearningPathPage.objects.live().in_language(path.translation_key, language) or path
    opens_at = award.expires_at - timedelta(days=certification.window_days)
    url = reverse("courses:path", args=[path.translation_key])
    return Renewal(path_title=path.title, url=url, opens_at=opens_at, is_open=opens_at <= at)
