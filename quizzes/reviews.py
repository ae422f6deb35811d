"""What a person reads about her own attempt, or about an answer that was checked: never more than its rules show."""

from copy import copy
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils.functional import cached_property

from knowledge.models import ArticlePage
from people.models import User
from quizzes.models import Attempt, AttemptQuestion, Quiz
from quizzes.practising import aspects_for, can_practise, missed_questions
from quizzes.review_rules import Aspect
from quizzes.scoring import part_of

OF_A_TRY = frozenset({Aspect.CORRECTNESS, Aspect.SPECIFIC_FEEDBACK})


@dataclass
class ReviewedQuestion:
    """A question with what was answered, what is right and why. What `aspects` do not hold is empty here, so that no
    template can show it."""

    question: AttemptQuestion
    aspects: frozenset[Aspect]
    article_title: str | None = None

    @property
    def position(self) -> int:
        return self.question.position

    @property
    def section(self) -> str:
        return self.question.section

    @property
    def is_critical(self) -> bool:
        return self.question.is_critical

    @property
    def is_neutralised(self) -> bool:
        return self.question.is_neutralised

    @property
    def text(self) -> str:
        return self.question.content["text"]

    @property
    def image(self) -> dict | None:
        return self.question.content.get("image")

    @cached_property
    def chosen(self) -> list[str]:
        return self._on_response(self.question.type.response_in_words)

    @cached_property
    def verdict(self) -> str:
        """`right`, `partly`, `wrong`, or `waiting` for a person to mark it."""
        if Aspect.CORRECTNESS not in self.aspects or self.is_neutralised:
            return ""
        earned, whole = self._earned()
        if earned is None:
            return "waiting"
        if earned >= whole:
            return "right"
        return "partly" if earned > 0 else "wrong"

    def _earned(self):
        """What was earned, and what could be. A penalty for earlier tries makes no right answer less right."""
        question = self.question
        if question.tries and not question.type.needs_marker and question.marked_by_id is None:
            return part_of(question), 1
        return question.mark, question.max_mark

    @property
    def mark(self) -> Decimal | None:
        return self.question.mark if Aspect.MARKS in self.aspects and not self.is_neutralised else None

    @property
    def max_mark(self) -> Decimal:
        return self.question.max_mark

    @cached_property
    def measured(self) -> list[str]:
        """What was measured of an answer that was timed."""
        words, question = self.question.type.result_in_words, self.question
        if words is None or Aspect.CORRECTNESS not in self.aspects or question.response is None:
            return []
        return words(question.content, question.response, question.seconds)

    @cached_property
    def right(self) -> list[str]:
        """The right answer; nothing where it would only say again what was answered."""
        if Aspect.RIGHT_ANSWER not in self.aspects or self.verdict == "right":
            return []
        return self.question.type.answer_in_words(self.question.content)

    @cached_property
    def feedback(self) -> list[str]:
        if Aspect.SPECIFIC_FEEDBACK not in self.aspects:
            return []
        return self._on_response(self.question.type.feedback)

    def _on_response(self, words) -> list[str]:
        return [] if self.question.response is None else words(self.question.content, self.question.response)

    @property
    def comment(self) -> str:
        return self.question.comment if Aspect.SPECIFIC_FEEDBACK in self.aspects else ""

    @cached_property
    def rubric(self) -> list[dict]:
        """Each criterion with the points that whoever marked it gave, as far as marks are shown."""
        if not {Aspect.SPECIFIC_FEEDBACK, Aspect.MARKS} <= self.aspects:
            return []
        given = self.question.rubric
        criteria = self.question.content["key"].get("rubric", [])
        return [
            {"name": criterion["name"], "points": given[criterion["id"]], "most": criterion["points"]}
            for criterion in criteria
            if criterion["id"] in given
        ]

    @property
    def general_feedback(self) -> str:
        shown = Aspect.GENERAL_FEEDBACK in self.aspects
        return self.question.content["key"].get("general_feedback", "") if shown else ""

    @property
    def article_key(self) -> UUID | None:
        """Of the article to read again, which belongs to the general feedback."""
        article = self.question.content["key"].get("article")
        return UUID(article["key"]) if article and Aspect.GENERAL_FEEDBACK in self.aspects else None

    @property
    def article_url(self) -> str | None:
        return reverse("knowledge:article", args=[self.article_key]) if self.article_title else None


def checked_answer(question: AttemptQuestion, aspects: frozenset[Aspect]) -> ReviewedQuestion | None:
    """What may be read during the attempt about an answer that was checked; None where none was.

    While more tries are left it is about the last one, and tells neither the mark nor what is right.
    """
    if question.settled_at:
        return ReviewedQuestion(question, aspects)
    if not question.tries:
        return None
    tried = copy(question)
    tried.response = question.tries[-1]
    return ReviewedQuestion(tried, aspects & OF_A_TRY)


def review_of(attempt: Attempt, aspects: frozenset[Aspect], reader: User) -> list[ReviewedQuestion]:
    """The questions of an attempt that is over, where they are shown.

    Articles that are still published have their title in her language.
    """
    if Aspect.ATTEMPT not in aspects:
        return []
    reviewed = [ReviewedQuestion(question, aspects) for question in attempt.questions.all()]
    keys = {question.article_key for question in reviewed if question.article_key}
    articles = ArticlePage.objects.visible_to(reader).filter(translation_key__in=keys).best_for(reader.language)
    titles = dict(articles.values_list("translation_key", "title"))
    for question in reviewed:
        question.article_title = titles.get(question.article_key)
    return reviewed


def overall_feedback(attempt: Attempt, aspects: frozenset[Aspect]) -> str:
    """What the quiz says to a result like this: the band with the highest bound that it reaches, compared exactly."""
    if Aspect.OVERALL_FEEDBACK not in aspects or attempt.mark is None:
        return ""
    bands = attempt.rule("feedback")
    reached = (text for bound, text in bands if attempt.mark * 100 >= Decimal(bound) * attempt.max_mark)
    return next(reached, "")


def may_retry(attempt: Attempt, at: datetime) -> bool:
    """Whether, by the rules that it began with, another attempt may follow."""
    limit, closes_at = attempt.rule("attempt_limit"), attempt.closes_at
    is_open = closes_at is None or at < closes_at
    return not attempt.passed and is_open and (limit == 0 or attempt.number < limit)


def cms_url(attempt: Attempt) -> str | None:
    """Where an author goes back to who tried a quiz; None where it is gone by now."""
    pk = Quiz.objects.filter(key=attempt.quiz_key).values_list("pk", flat=True).first()
    return pk and reverse(Quiz.snippet_viewset.get_url_name("edit"), args=[pk])


def review_page(attempt: Attempt, reader: User, at: datetime) -> dict:
    """The context of the page of an attempt that is over. Passed or not is always said: the course depends on it."""
    aspects = aspects_for(attempt, at)
    if attempt.state == Attempt.State.ABANDONED:  # nobody marks it
        aspects -= {Aspect.CORRECTNESS, Aspect.MARKS}
    questions = review_of(attempt, aspects, reader)
    rows = [reviewed.question for reviewed in questions]
    shows_marks = Aspect.MARKS in aspects and attempt.percent is not None
    return {
        "attempt": attempt,
        "is_practice": attempt.purpose == Attempt.Purpose.PRACTICE,
        "is_preview": attempt.purpose == Attempt.Purpose.PREVIEW,
        "is_waiting": attempt.state == Attempt.State.SUBMITTED,
        "is_abandoned": attempt.state == Attempt.State.ABANDONED,
        "passed": attempt.passed,
        "percent": attempt.whole_percent if shows_marks else None,
        "pass_mark": attempt.pass_mark,
        "has_critical": any(row.is_critical for row in rows),
        "overall_feedback": overall_feedback(attempt, aspects),
        "questions": questions,
        "cms_url": cms_url(attempt) if attempt.purpose == Attempt.Purpose.PREVIEW else None,
        "may_retry": may_retry(attempt, at),
        "may_practise": can_practise(attempt, aspects) and bool(missed_questions(rows)),
    }
