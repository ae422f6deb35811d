"""What a person reads about her own finished attempt."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.functional import cached_property

from knowledge.models import ArticlePage
from people.models import User
from quizzes.models import Attempt, AttemptQuestion


@dataclass
class ReviewedQuestion:
    """A question of a finished attempt: what was answered, what is right and why, and the article to read again."""

    question: AttemptQuestion
    article_title: str | None = None

    @property
    def position(self) -> int:
        return self.question.position

    @property
    def text(self) -> str:
        return self.question.content["text"]

    @property
    def is_right(self) -> bool:
        return self.question.mark == self.question.max_mark

    @property
    def is_partly(self) -> bool:
        return not self.is_right and self.question.mark > 0

    @cached_property
    def chosen(self) -> list[str]:
        return self._on_response(self.question.type.response_in_words)

    @cached_property
    def right(self) -> list[str]:
        return self.question.type.answer_in_words(self.question.content)

    @cached_property
    def feedback(self) -> list[str]:
        return self._on_response(self.question.type.feedback)

    def _on_response(self, words) -> list[str]:
        return [] if self.question.response is None else words(self.question.content, self.question.response)

    @property
    def general_feedback(self) -> str:
        return self.question.content["key"]["general_feedback"]

    @property
    def article_key(self) -> UUID | None:
        article = self.question.content["key"].get("article")
        return UUID(article["key"]) if article else None

    @property
    def article_url(self) -> str | None:
        return reverse("knowledge:article", args=[self.article_key]) if self.article_title else None


def review_of(attempt: Attempt, reader: User) -> list[ReviewedQuestion]:
    """The questions of a finished attempt; articles that are still published have their title in her language."""
    reviewed = [ReviewedQuestion(question) for question in attempt.questions.all()]
    keys = {question.article_key for question in reviewed if question.article_key}
    articles = ArticlePage.objects.visible_to(reader).filter(translation_key__in=keys).best_for(reader.language)
    titles = dict(articles.values_list("translation_key", "title"))
    for question in reviewed:
        question.article_title = titles.get(question.article_key)
    return reviewed


def may_retry(attempt: Attempt) -> bool:
    limit = attempt.rules["attempt_limit"]
    return not attempt.passed and (limit == 0 or attempt.number < limit)
