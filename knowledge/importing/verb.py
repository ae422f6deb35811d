"""Writing imported articles: all of the files or none."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Locale

from knowledge.blocks import ArticleBodyBlock
from knowledge.importing.article import ParsedArticle, parse_article
from knowledge.importing.readers import ArticleFileError, read_file
from knowledge.models import ArticlePage, KnowledgeIndexPage
from people.models import User

SLUG_LENGTH = 200
OUTCOMES = ("created", "updated", "published", "unchanged")


class ImportRefused(Exception):
    """Nothing was written; `problems` are sentences that name each bad file and the reason."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class SourceFile:
    name: str
    digest: str
    article: ParsedArticle
    body: list[dict]


@dataclass(frozen=True)
class ImportedArticle:
    """What became of one file; `outcome` is one of OUTCOMES, `slug` is empty before the article exists."""

    name: str
    title: str
    outcome: str
    slug: str = ""
    notes: tuple[str, ...] = ()


def import_articles(
    paths: Iterable[Path],
    *,
    language: str,
    into: str,
    publish: bool = False,
    dry_run: bool = False,
    encoding: str | None = None,
    by: User | None = None,
    on_progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> list[ImportedArticle]:
    """Make an article of each file, in the library (KnowledgeIndexPage) of `language` whose slug is `into`.

    A file is known again by its name: with the same bytes nothing changes, with others its article gets a new
    draft, and what readers see stays as it is unless `publish`, which also publishes the draft of an earlier import
    if nobody edited it since. `encoding` is that of files without a byte order mark (UTF-8 if None). `on_progress`
    is told the stage ("read" or "write"), how many are done, and of how many.

    Returns one ImportedArticle a file, in order. Raises ImportRefused with every problem of every file; then, and
    in a dry run, nothing is written.
    """
    library = _find_library(language, into)
    sources = _read_all(list(paths), encoding, on_progress)
    with transaction.atomic():
        # The lock lets a second import of the same files wait, and then find them unchanged.
        library = KnowledgeIndexPage.objects.select_for_update().get(pk=library.pk)
        known = {source.name: _known_article(library, source.name) for source in sources}
        if locked := [page for page in known.values() if page and page.locked]:
            raise ImportRefused([_("%(title)s: The article is locked.") % {"title": page.title} for page in locked])
        results = []
        for done, source in enumerate(sources, start=1):
            results.append(_import_one(library, source, known[source.name], publish, dry_run, by))
            on_progress("write", done, len(sources))
    return results


def _find_library(language: str, slug: str) -> KnowledgeIndexPage:
    libraries = KnowledgeIndexPage.objects.filter(locale__language_code=language)
    if library := libraries.filter(slug=slug).first():
        return library
    if not Locale.objects.filter(language_code=language).exists():
        raise ImportRefused([_("There is no content in the language “%(language)s”.") % {"language": language}])
    slugs = ", ".join(libraries.order_by("slug").values_list("slug", flat=True)) or "-"
    message = _("There is no knowledge library “%(slug)s” in the language “%(language)s”. There are: %(slugs)s.")
    raise ImportRefused([message % {"slug": slug, "language": language, "slugs": slugs}])


def _read_all(paths: list[Path], encoding: str | None, on_progress: Callable) -> list[SourceFile]:
    sources: dict[str, SourceFile] = {}
    problems = []
    for done, path in enumerate(paths, start=1):
        try:
            source = _read_source(path, encoding)
            if source.name in sources:
                raise ArticleFileError(str(path), _("Another of the files has the same name."))
            sources[source.name] = source
        except ArticleFileError as error:
            problems.append(str(error))
        on_progress("read", done, len(paths))
    if problems:
        raise ImportRefused(problems)
    return list(sources.values())


def _read_source(path: Path, encoding: str | None) -> SourceFile:
    data = read_file(path)
    article = parse_article(data, path.name, encoding)
    limits = {field: ArticlePage._meta.get_field(field).max_length for field in ("source_name", "summary")}
    if len(path.name) > limits["source_name"]:
        raise ArticleFileError(path.name, _("The file's name is too long."))
    if len(article.summary) > limits["summary"]:
        reason = _("The summary has more than %(limit)d characters.") % {"limit": limits["summary"]}
        raise ArticleFileError(path.name, reason)
    return SourceFile(path.name, hashlib.sha256(data).hexdigest(), article, _stored_body(article, path.name))


def _stored_body(article: ParsedArticle, name: str) -> list[dict]:
    """The blocks as the editor would have stored them: valid, each block and list item with its own id."""
    block = ArticleBodyBlock()
    try:
        return block.clean(block.to_python(article.blocks)).get_prep_value()
    except ValidationError as error:
        raise ArticleFileError(name, _("The editor would not accept its text.")) from error


def _known_article(library: KnowledgeIndexPage, name: str) -> ArticlePage | None:
    """The article as last edited, draft or not, that was made of a file of this name."""
    pages = ArticlePage.objects.child_of(library).filter(source_name=name, locale=library.locale)
    page = pages.order_by("pk").first()
    return page and page.get_latest_revision_as_object()


def _import_one(
    library: KnowledgeIndexPage, source: SourceFile, page: ArticlePage | None, publish: bool, dry_run: bool, by
) -> ImportedArticle:
    outcome = _outcome(source, page, publish)
    if outcome == "published" and not dry_run:
        page.latest_revision.publish(user=by)
    elif outcome != "unchanged" and not dry_run:
        page = _write(library, source, page, publish, by)
    slug = page.slug if page else ""
    return ImportedArticle(source.name, source.article.title, outcome, slug, _notes(source, library))


def _outcome(source: SourceFile, page: ArticlePage | None, publish: bool) -> str:
    if page is None:
        return "created"
    if page.source_digest != source.digest:
        return "updated"
    is_waiting = page.has_unpublished_changes or not page.live
    is_as_imported = _without_ids(page.body.get_prep_value()) == _without_ids(source.body)
    return "published" if publish and is_waiting and is_as_imported else "unchanged"


def _without_ids(value):
    if isinstance(value, dict):
        return {key: _without_ids(part) for key, part in value.items() if key != "id"}
    return [_without_ids(part) for part in value] if isinstance(value, list) else value


def _write(
    library: KnowledgeIndexPage, source: SourceFile, page: ArticlePage | None, publish: bool, by: User | None
) -> ArticlePage:
    is_new = page is None
    page = page or ArticlePage(source_name=source.name, locale=library.locale, live=False, owner=by)
    page.title = source.article.title
    page.summary = source.article.summary or page.summary
    page.body = source.body
    page.source_digest = source.digest
    if is_new:
        page.slug = _free_slug(library, page.title)
        library.add_child(instance=page)
    revision = page.save_revision(user=by, log_action=True)
    if publish:
        revision.publish(user=by)
    return page


def _free_slug(library: KnowledgeIndexPage, title: str) -> str:
    base = slugify(title, allow_unicode=True)[:SLUG_LENGTH].strip("-") or "article"
    taken = set(library.get_children().filter(slug__startswith=base).values_list("slug", flat=True))
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


def _notes(source: SourceFile, library: KnowledgeIndexPage) -> tuple[str, ...]:
    guess, language = source.article.language, library.locale.language_code
    if guess in (None, language):
        return source.article.notes
    note = _("It looks like “%(guess)s”, not “%(language)s”.") % {"guess": guess, "language": language}
    return (*source.article.notes, note)
