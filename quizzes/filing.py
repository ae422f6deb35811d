"""Putting parsed questions on the shelves of the bank, many at a time: what the verb of the import writes with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.text import slugify
from taggit.models import Tag
from wagtail.models import Locale, ModelLogEntry, ReferenceIndex, Revision
from wagtail.search.backends import get_search_backends_with_name
from wagtail.search.models import IndexEntry

from people.models import User
from quizzes.formats.bodies import ImageOf, body_of
from quizzes.formats.categories import names_in
from quizzes.formats.parsed import ParsedQuestion
from quizzes.formats.stored import image_keys
from quizzes.models import Question, QuestionCategory
from quizzes.models.bank import QuestionTag
from quizzes.shelving import place_category

SLUG_LENGTH = 50
UPDATED = ["body", "default_mark", "penalty", "changed_at", "latest_revision"]


class Shelves:
    """The categories of the bank by their paths: the names from the top down."""

    def __init__(self):
        self.by_path: dict[tuple[str, ...], QuestionCategory] = {}
        self.path_by_pk: dict[int, tuple[str, ...]] = {}
        self.slugs: dict[str, tuple[str, ...]] = {}
        above: list[str] = []
        for category in QuestionCategory.objects.all():
            above = [*above[: category.depth - 1], " ".join(category.name.split())]
            self._know(category, tuple(above))

    def _know(self, category: QuestionCategory, path: tuple[str, ...]) -> None:
        self.by_path.setdefault(path, category)
        self.path_by_pk[category.pk] = path
        self.slugs[category.slug] = path

    def path_of(self, wanted: str) -> tuple[str, ...] | None:
        """The path that somebody means by a path, a name or a code; None where several have this name."""
        path = names_in(wanted)
        if path in self.by_path:
            return path
        named = {found for found in self.by_path if path == found[-1:]}
        if len(named) > 1:
            return None
        return named.pop() if named else self.slugs.get(wanted.strip(), path)

    def category(self, path: tuple[str, ...]) -> QuestionCategory:
        """The category at this path, made with those above it where it is missing."""
        if path not in self.by_path:
            parent = self.category(path[:-1]) if len(path) > 1 else None
            made = QuestionCategory(name=path[-1], slug=self._free_slug(path[-1]))
            self._know(place_category(made, parent), path)
        return self.by_path[path]

    def _free_slug(self, name: str) -> str:
        base = slugify(name, allow_unicode=True)[: SLUG_LENGTH - 5].strip("-") or "category"
        slug, number = base, 2
        while slug in self.slugs:
            slug, number = f"{base}-{number}", number + 1
        return slug


def tags_by_question(questions: Iterable[Question]) -> dict[int, tuple[str, ...]]:
    """The names of the tags of each question that has any, by its pk."""
    rows = QuestionTag.objects.filter(content_object__in=[question.pk for question in questions])
    found: dict[int, tuple[str, ...]] = {}
    for pk, name in rows.order_by("tag__name").values_list("content_object_id", "tag__name"):
        found[pk] = (*found.get(pk, ()), name)
    return found


@dataclass(frozen=True)
class Desk:
    """What questions are written with: categories, language, whoever does it, and the images of their pictures."""

    shelves: Shelves
    locale: Locale
    by: User | None
    image_of: ImageOf


def create_questions(batch: list[tuple[ParsedQuestion, dict]], desk: Desk) -> None:
    """Each with its block's value, its tags, its first version, a log entry and its place in the search index."""
    questions = [
        Question(
            name=parsed.name,
            category=desk.shelves.category(parsed.category),
            body=body_of(parsed.type, value, desk.image_of),
            locale=desk.locale,
            **_said(parsed),
        )
        for parsed, value in batch
    ]
    Question.objects.bulk_create(questions)
    _tag(questions, [parsed.tags for parsed, _value in batch])
    _keep_versions(questions, desk.by, "wagtail.create")
    _overwrite(questions, ["latest_revision"])
    _index(questions)
    _refer(_pictured(questions))


def _said(parsed: ParsedQuestion) -> dict:
    fields = {"default_mark": parsed.mark, "penalty": parsed.penalty}
    return {name: value for name, value in fields.items() if value is not None}


def _tag(questions: list[Question], names: list[tuple[str, ...]]) -> None:
    wanted = {name for tags in names for name in tags}
    known = {tag.name: tag for tag in Tag.objects.filter(name__in=wanted)}
    known |= {name: Tag.objects.create(name=name) for name in sorted(wanted - known.keys())}
    for question, tags in zip(questions, names, strict=True):
        question.tagged_items = [QuestionTag(content_object=question, tag=known[name]) for name in tags]
    QuestionTag.objects.bulk_create([item for question in questions for item in question.tagged_items.all()])


def update_questions(changes: list[tuple[Question, ParsedQuestion, dict]], desk: Desk) -> None:
    """With the new value of the block; the version before is kept, also of a question that had none kept so far."""
    questions = [question for question, _parsed, _value in changes]
    were_pictured = _pictured(questions)
    _keep_versions([question for question in questions if question.latest_revision_id is None], None)
    for question, parsed, value in changes:
        question.body = body_of(parsed.type, value, desk.image_of)
        for name, said in _said(parsed).items():
            setattr(question, name, said)
    tagged = [(question, parsed.tags) for question, parsed, _value in changes if parsed.tags]
    QuestionTag.objects.filter(content_object__in=[question.pk for question, _tags in tagged]).delete()
    _tag([question for question, _tags in tagged], [tags for _question, tags in tagged])
    _keep_versions(questions, desk.by, "wagtail.edit")
    _overwrite(questions, UPDATED)
    _index(questions)
    _refer(were_pictured | _pictured(questions))


def _overwrite(questions: list[Question], fields: list[str]) -> None:
    """Rows that are there get new values in these fields. The caller holds a lock on them, so none can be gone.

    An insertion whose every row is a conflict costs a fifth of what `bulk_update` does with its CASE for each value.
    """
    Question.objects.bulk_create(questions, update_conflicts=True, unique_fields=["pk"], update_fields=fields)


def _keep_versions(questions: list[Question], by: User | None, action: str = "") -> None:
    """A version of each as it is now, with an entry in the log where `action` names one.

    The questions point to it, and are not saved.
    """
    now, content_type = timezone.now(), ContentType.objects.get_for_model(Question)
    revisions = [
        Revision(
            content_type=content_type,
            base_content_type=content_type,
            object_id=str(question.pk),
            content=question.serializable_data(),
            object_str=str(question),
            created_at=now,
            user=by,
        )
        for question in questions
    ]
    for question, revision in zip(questions, Revision.objects.bulk_create(revisions), strict=True):
        question.latest_revision = revision
    if action:
        ModelLogEntry.objects.bulk_create(_log_entry(question, action, by, now) for question in questions)


def _log_entry(question: Question, action: str, by: User | None, at: datetime) -> ModelLogEntry:
    return ModelLogEntry(
        content_type=ContentType.objects.get_for_model(Question),
        object_id=str(question.pk),
        label=str(question),
        action=action,
        timestamp=at,
        user=by,
        revision=question.latest_revision,
        content_changed=True,
    )


def _index(questions: list[Question]) -> None:
    """Anew: many entries are put in by one statement, and changed by one each."""
    keys = [str(question.pk) for question in questions]
    content_type = ContentType.objects.get_for_model(Question)
    IndexEntry.objects.filter(content_type=content_type, object_id__in=keys).delete()
    for _name, backend in get_search_backends_with_name(with_auto_update=True):
        backend.add_bulk(Question, questions)


def _pictured(questions: list[Question]) -> set[Question]:
    return {question for question in questions if any(image_keys(raw["value"]) for raw in question.body.raw_data[:1])}


def _refer(questions: Iterable[Question]) -> None:
    """Wagtail says where an image is used, and is not told of what is written many at a time."""
    for question in questions:
        ReferenceIndex.create_or_update_for_object(question)
