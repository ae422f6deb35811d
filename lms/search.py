"""One search over articles, courses and lessons: in the reader's words, one result a thing, in her language."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, JSONObject, Length, Substr
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from wagtail.models import Page, PageViewRestriction

from courses.models import CoursePage, LessonPage
from knowledge.blocks import ArticleBodyBlock
from knowledge.models import ArticlePage
from knowledge.plain_text import plain_text
from knowledge.search_index import Term, entries_with
from knowledge.snippets import snippet
from knowledge.spelling import near_words, vocabulary
from knowledge.text_analysis import asked_forms, fold, is_stop_word, words
from people.models import User

KINDS = {ArticlePage: "article", CoursePage: "course", LessonPage: "lesson"}
BODY = ArticleBodyBlock()
MOST_MATCHES = 150
MOST_WORDS = 12
SHORTEST_PREFIX = 3


@dataclass
class Found:
    """What a search found: the keys of the things, the best first, and the terms that were looked for."""

    keys: list[UUID] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)


@dataclass
class Result:
    kind: str
    title: str
    url: str
    snippet_html: SafeString
    is_verified: bool
    language: str


def find(person: User, query: str) -> Found:
    """What answers all words of `query`, in whichever language it was asked; one query.

    Where nothing does, cut or mistyped words count as well, and any one of the words is enough; that takes a second
    query, and a third when the vocabulary is not in the cache.
    """
    asked = _words_of(query)
    if not asked:
        return Found()
    languages = tuple(dict.fromkeys([person.language, settings.LANGUAGE_CODE]))
    terms = [Term(asked_forms(word, languages)) for word in asked]
    keys = _keys_of(terms, every=True)
    if not keys:
        terms = [_forgiving(term, word) for term, word in zip(terms, asked, strict=True)]
        keys = _keys_of(terms, every=False)
    return Found(keys, terms)


def results(person: User, keys: list[UUID], terms: list[Term]) -> list[Result]:
    """The things of `keys`, in that order, in her language where there is a translation; one query."""
    versions = defaultdict(list)
    for version in _versions(keys):
        versions[version["translation_key"]].append(version)
    chosen = [_best(versions[key], person.language) for key in keys]
    return [_result(version, terms) for version in chosen if version]


def _words_of(query: str) -> list[str]:
    """The first twelve different words of the query, without those that say nothing unless it has no others."""
    asked = list(dict.fromkeys(word.group() for word in words(query)))
    return ([word for word in asked if not is_stop_word(word)] or asked)[:MOST_WORDS]


def _forgiving(term: Term, word: str) -> Term:
    folded = fold(word)
    near = near_words(folded, vocabulary(_kinds()))
    return Term(term.forms + near, folded if len(folded) >= SHORTEST_PREFIX else "")


def _keys_of(terms: list[Term], every: bool) -> list[UUID]:
    page = _visible().filter(pk=OuterRef("page_id"))
    entries = entries_with(terms, every).filter(type_id__in=_kinds()).order_by("-score", "page_id")
    keys = entries.values_list(Subquery(page.values("translation_key")[:1]), flat=True)[:MOST_MATCHES]
    return list(dict.fromkeys(key for key in keys if key))


def _visible() -> QuerySet[Page]:
    """Published pages, except what an author made private in the CMS and lessons whose course is not published."""
    private = PageViewRestriction.objects.exclude(restriction_type=PageViewRestriction.LOGIN)
    above = private.filter(page__path=Substr(OuterRef("path"), 1, Length("page__path")))
    is_lesson = Q(content_type=_type_of(LessonPage))
    return Page.objects.order_by().live().filter(~Exists(above), ~is_lesson | Exists(_parent()))


def _parent() -> QuerySet[Page]:
    path = Substr(OuterRef("path"), 1, Length(OuterRef("path")) - Page.steplen)
    return Page.objects.order_by().live().filter(path=path)


def _versions(keys: list[UUID]) -> QuerySet:
    """Each visible version of the things of `keys`, texts as JSON; `course` is, of a lesson's course, its `key` and
    whether it `has_original`, a version in the default language, which then says what the course asks for."""
    originals = Page.objects.live().filter(
        translation_key=OuterRef("translation_key"), locale__language_code=settings.LANGUAGE_CODE
    )
    course = _parent().values(data=JSONObject(key="translation_key", has_original=Exists(originals)))
    return (
        _visible()
        .filter(translation_key__in=keys, content_type__in=_kinds())
        .annotate(
            course=Subquery(course[:1]),
            article_body=Cast("articlepage__body", TextField()),
            lesson_body=Cast("activity__lessonpage__body", TextField()),
        )
        .values(
            *("title", "translation_key", "content_type_id", "course", "article_body", "lesson_body"),
            *("locale_id", "locale__language_code", "articlepage__summary", "coursepage__summary"),
            "articlepage__verified_until",
        )
    )


def _best(versions: list[dict], language: str) -> dict | None:
    """The version for a reader of `language`; none of a lesson that only a translation of its course has."""

    def rank(version: dict) -> tuple[bool, bool, int]:
        code = version["locale__language_code"]
        return code != language, code != settings.LANGUAGE_CODE, version["locale_id"]

    best = min(versions, key=rank, default=None)
    if best and _kinds()[best["content_type_id"]] == "lesson" and _course_of(best)["has_original"]:
        is_asked_for = any(version["locale__language_code"] == settings.LANGUAGE_CODE for version in versions)
        return best if is_asked_for else None
    return best


def _course_of(version: dict) -> dict:
    """SQLite hands objects over as text."""
    course = version["course"]
    return json.loads(course) if isinstance(course, str) else course


def _result(version: dict, terms: list[Term]) -> Result:
    kind = _kinds()[version["content_type_id"]]
    verified_until, language = version["articlepage__verified_until"], version["locale__language_code"]
    return Result(
        kind=kind,
        title=version["title"],
        url=_url(kind, version),
        snippet_html=snippet(_text(version), language, terms),
        is_verified=verified_until is not None and verified_until > timezone.now(),
        language=language,
    )


def _text(version: dict) -> str:
    summary = version["articlepage__summary"] or version["coursepage__summary"] or ""
    body = json.loads(version["article_body"] or version["lesson_body"] or "[]")
    return "\n".join(filter(None, [summary, plain_text(BODY, body)]))


def _url(kind: str, version: dict) -> str:
    key = version["translation_key"]
    if kind == "lesson":
        return reverse("courses:activity", args=[UUID(_course_of(version)["key"]), key])
    return reverse("knowledge:article" if kind == "article" else "courses:course", args=[key])


def _kinds() -> dict[int, str]:
    """The kinds by the number of their content type; Django remembers content types, so this costs no query."""
    return {_type_of(model): kind for model, kind in KINDS.items()}


def _type_of(model: type[Page]) -> int:
    return ContentType.objects.get_for_model(model).pk
