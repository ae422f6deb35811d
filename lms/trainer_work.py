"""What waits for an author: the dashboard of the CMS. Each list costs the same however long it is."""

from dataclasses import dataclass
from datetime import datetime

from babel.lists import format_list
from django.conf import settings
from django.db.models import Case, Count, F, QuerySet, When
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.models import Page

from courses.models import CoursePage
from knowledge.models import ArticlePage
from people.models import User
from quizzes.bank_buttons import edit_url
from quizzes.models import Question
from quizzes.quarantine import doubts_about

SHOWN = 5


@dataclass(frozen=True)
class Item:
    title: str
    language: str
    url: str
    note: str


@dataclass(frozen=True)
class WorkList:
    heading: str
    done: str  # what is said when nothing is left
    items: list[Item]
    total: int
    url: str = ""  # where the rest is

    @property
    def more(self) -> int:
        return self.total - len(self.items)


def work_of(author: User, at: datetime | None = None) -> list[WorkList]:
    work = [articles_to_verify(author, at), drafts_of(author), courses_to_translate()]
    return [*work, questions_in_quarantine(at)] if author.has_perm("quizzes.change_question") else work


def articles_to_verify(author: User, at: datetime | None = None) -> WorkList:
    """Published articles that are due for verification by `author`, or by nobody: without a verifier, or with one who
    cannot come into the CMS."""
    others = User.objects.authors().exclude(pk=author.pk)
    due = ArticlePage.objects.due_for_verification(at).exclude(verifier__in=others)
    due = due.order_by(Case(When(verifier=author, then=0), default=1), F("verified_until").asc(nulls_first=True), "pk")
    return WorkList(
        heading=_("Articles to verify"),
        done=_("No article waits for you."),
        items=[_item(article) for article in _first(due)],
        total=due.count(),
        url=reverse("articles:index") + "?" + urlencode({"due": "true"}),
    )


def drafts_of(author: User) -> WorkList:
    """Pages whose newest version `author` wrote and nobody published yet."""
    drafts = Page.objects.filter(has_unpublished_changes=True, latest_revision__user=author)
    return WorkList(
        heading=_("Your drafts"),
        done=_("You have no unpublished changes."),
        items=[_item(page) for page in _first(drafts.order_by("-latest_revision_created_at"))],
        total=drafts.count(),
    )


def courses_to_translate() -> WorkList:
    """Courses that are published in the default language and not in every other one."""
    live_in = Count("translation_key")
    complete = CoursePage.objects.live().order_by().values("translation_key").annotate(n=live_in)
    complete = complete.filter(n__gte=len(settings.LANGUAGES)).values("translation_key")
    courses = CoursePage.objects.live().filter(locale__language_code=settings.LANGUAGE_CODE)
    courses = courses.exclude(translation_key__in=complete).order_by("title")
    shown = list(_first(courses))
    missing = _missing_languages(shown)
    return WorkList(
        heading=_("Courses to translate"),
        done=_("Every course is published in every language."),
        items=[_item(course, note=missing[course.translation_key]) for course in shown],
        total=courses.count(),
    )


def questions_in_quarantine(at: datetime | None = None) -> WorkList:
    """Questions that are not asked until somebody has checked them or verified their source."""
    held = Question.objects.quarantined(at)
    shown = held.select_related("locale").with_source().defer("body").order_by("checked_at", "pk")[:SHOWN]
    return WorkList(
        heading=_("Questions in quarantine"),
        done=_("No question is in quarantine."),
        items=[
            Item(question.name, question.locale.language_code, edit_url(question), " ".join(doubts_about(question, at)))
            for question in shown
        ],
        total=held.count(),
        url=reverse(Question.snippet_viewset.get_url_name("list")) + "?" + urlencode({"state": "quarantined"}),
    )


def _missing_languages(courses: list[CoursePage]) -> dict:
    keys = [course.translation_key for course in courses]
    versions = CoursePage.objects.live().filter(translation_key__in=keys).order_by()
    there = set(versions.values_list("translation_key", "locale__language_code"))
    missing = {key: [str(name) for code, name in settings.LANGUAGES if (key, code) not in there] for key in keys}
    text = _("Missing: %(languages)s")
    return {key: text % {"languages": format_list(names, locale=get_language())} for key, names in missing.items()}


def _first(pages: QuerySet) -> QuerySet:
    return pages.select_related("locale").defer_streamfields()[:SHOWN]


def _item(page: Page, note: str = "") -> Item:
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return Item(page.draft_title or page.title, page.locale.language_code, url, note or page.locale.get_display_name())
