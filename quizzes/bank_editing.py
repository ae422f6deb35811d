"""Changing the bank: a copy of a question, and one change to many of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from taggit.models import Tag
from wagtail.log_actions import log

from knowledge.models import ArticlePage
from people.models import User
from quizzes.models import Question, QuestionCategory
from quizzes.models.bank import QuestionTag
from quizzes.quarantine import quarantine_questions

NAME_LENGTH = Question._meta.get_field("name").max_length


@transaction.atomic
def duplicate_question(question: Question, by: User | None) -> Question:
    """A draft that says the same, with the same tags, as a question of its own; only in this language."""
    ending = _(" (copy)")
    copy = Question.objects.get(pk=question.pk)
    tags = list(copy.tags.all())
    copy.pk, copy.latest_revision, copy.translation_key = None, None, uuid4()
    copy.name = question.name[: NAME_LENGTH - len(ending)] + ending
    copy.state, copy.quarantine_reason, copy.checked_at = Question.State.DRAFT, "", timezone.now()
    copy._state.adding = True
    copy.tagged_items = [QuestionTag(tag=tag) for tag in tags]
    copy.save()
    revision = copy.save_revision(user=by)
    log(instance=copy, action="wagtail.create", user=by, revision=revision, content_changed=True)
    return copy


@dataclass(frozen=True)
class BankChange:
    """What is to become of many questions; None and empty lists leave as it is."""

    state: str | None = None
    quarantine_reason: str = ""
    category: QuestionCategory | None = None
    difficulty: str | None = None
    source_article: ArticlePage | None = None
    add_tags: list[str] = field(default_factory=list)
    remove_tags: list[Tag] = field(default_factory=list)

    @property
    def is_quarantine(self) -> bool:
        return self.state == Question.State.QUARANTINED

    @property
    def fields(self) -> dict:
        """The new values of the fields of a question, except those of a quarantine, which has a verb of its own."""
        values = {
            "state": None if self.is_quarantine else self.state,
            "category": self.category,
            "difficulty": self.difficulty,
        }
        values = {name: value for name, value in values.items() if value is not None}
        return values | ({"quarantine_reason": ""} if "state" in values else {})

    @property
    def is_empty(self) -> bool:
        return not (self.is_quarantine or self.fields or self.source_article or self.add_tags or self.remove_tags)


@transaction.atomic
def change_questions(questions: Iterable[Question], change: BankChange, by: User | None) -> int:
    """Changes where `questions` stand in the bank, with an entry in the log for each. Returns how many there were.

    What is asked stays as it is, so they get no new version, and nobody has checked them: one whose source article is
    in doubt stays in quarantine.
    """
    questions = list(questions)
    keys = [question.pk for question in questions]
    if change.is_quarantine:
        quarantine_questions(questions, by, change.quarantine_reason)
    if change.fields:
        Question.objects.filter(pk__in=keys).update(**change.fields, changed_at=timezone.now())
    if change.source_article:
        _change_source(questions, change.source_article)
    _change_tags(keys, change)
    if words := _in_words(change):
        for question in questions:
            log(instance=question, action="wagtail.edit", user=by, data={"bulk": words}, content_changed=False)
    return len(questions)


def _change_source(questions: list[Question], article: ArticlePage) -> None:
    """Each question rests on the article in its own language where there is one."""
    versions = ArticlePage.objects.filter(translation_key=article.translation_key).defer("body")
    in_language = {version.locale_id: version for version in versions}
    for locale in {question.locale_id for question in questions}:
        keys = [question.pk for question in questions if question.locale_id == locale]
        source = in_language.get(locale, article)
        Question.objects.filter(pk__in=keys).update(source_article=source, changed_at=timezone.now())


def _change_tags(keys: list[int], change: BankChange) -> None:
    tags = [Tag.objects.get_or_create(name=name)[0] for name in change.add_tags]
    there = set(QuestionTag.objects.filter(tag__in=tags, content_object__in=keys).values_list("content_object", "tag"))
    missing = [(key, tag.pk) for key in keys for tag in tags if (key, tag.pk) not in there]
    QuestionTag.objects.bulk_create(QuestionTag(content_object_id=key, tag_id=tag) for key, tag in missing)
    QuestionTag.objects.filter(tag__in=change.remove_tags, content_object__in=keys).delete()


def _in_words(change: BankChange) -> dict[str, str]:
    words = {name: str(value) for name, value in change.fields.items() if value}
    if change.source_article:
        words["source_article"] = change.source_article.title
    if change.add_tags:
        words["add_tags"] = ", ".join(change.add_tags)
    if change.remove_tags:
        words["remove_tags"] = ", ".join(tag.name for tag in change.remove_tags)
    return words
