"""What the demo shows of the quiz engine: every type, rules that differ, and what trainers and leads decided."""

from decimal import Decimal
from random import Random
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from certifications.models import Award, Certification
from certifications.standing import certified_by_path
from courses.models import AssignmentRule, PathAssignment, QuizPage
from courses.rules import apply_rules
from knowledge.models import ArticleAcknowledgement
from lms.demo.answering import answer
from lms.demo.courses import path_key
from lms.demo.people import person
from lms.demo.questions import question_key, quiz_key
from people.models import User
from quizzes.attempts import submit_attempt
from quizzes.checks import problems_of
from quizzes.limits import limits_for
from quizzes.marking import SeenMark, mark_question, rubric_of
from quizzes.models import Attempt, AttemptQuestion, MarkChange, Question, QuestionCategory, QuestionUse, Quiz
from quizzes.question_types import QUESTION_TYPES
from quizzes.starting import start_attempt

pytestmark = pytest.mark.usefixtures("demo_database")
LANGUAGES = {language for language, _name in settings.LANGUAGES}


def published_quizzes() -> list[Quiz]:
    return list(Quiz.objects.filter(pk__in=QuizPage.objects.live().values("quiz")))


def question_of(slug: str, language: str = "en") -> Question:
    return Question.objects.get(translation_key=question_key(slug), locale__language_code=language)


def value_of(slug: str, language: str = "en"):
    return question_of(slug, language).body[0].value


def marked_by(marker: User, attempt: Attempt) -> Attempt:
    """The attempt after `marker` has given all points for what only a person can mark."""
    for question in attempt.questions.filter(mark=None):
        points = {criterion["id"]: Decimal(criterion["points"]) for criterion in rubric_of(question)}
        mark_question(question.pk, marker, SeenMark.of(question), points=points)
    attempt.refresh_from_db()
    return attempt


def test_every_published_quiz_can_be_started_and_asks_all_it_means_to():
    quizzes = published_quizzes()
    assert len(quizzes) == 9
    for quiz in quizzes:
        assert problems_of(quiz) == [], quiz


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_right_answers_pass_every_published_quiz(language):
    learner, trainer, rng = person("hala"), person("tamar"), Random(1)
    for quiz in published_quizzes():
        at = timezone.now()
        attempt = start_attempt(quiz, learner, uuid4(), language, at)
        answer(attempt, learner, rng, at)
        submit_attempt(attempt.pk, learner, at=at)
        attempt.refresh_from_db()
        assert marked_by(trainer, attempt).passed is True, quiz
        assert attempt.mark == attempt.max_mark, quiz


def test_wrong_answers_fail_every_published_quiz():
    learner, rng = person("hala"), Random(1)
    for quiz in published_quizzes():
        at = timezone.now()
        attempt = start_attempt(quiz, learner, uuid4(), "en", at)
        count = attempt.questions.filter(is_critical=False).count()
        answer(attempt, learner, rng, at, wrong=count, essay="?")
        submit_attempt(attempt.pk, learner, at=at)
        earned = AttemptQuestion.objects.filter(attempt=attempt, is_critical=False).exclude(mark=None)
        assert {question.mark for question in earned} == {0}, quiz
        attempt.refresh_from_db()
        assert attempt.passed is (None if quiz.key == quiz_key("write-a-reply") else False), quiz


def test_every_type_is_in_the_bank_and_the_new_ones_in_every_language():
    kinds = [(question.kind, question.locale.language_code) for question in Question.objects.select_related("locale")]
    for kind in QUESTION_TYPES:
        assert {language for known, language in kinds if known == kind} == LANGUAGES, kind


def test_questions_show_hints_units_wildcards_and_an_option_that_stays_last():
    for language in LANGUAGES:
        units = [other["factor"] for other in value_of("hours-to-reach-a-village", language)["other_units"]]
        assert 24 in units
        accepted = value_of("when-the-warranty-begins", language)["accepted"]
        assert {answer["fraction"] for answer in accepted} == {0, 100}
        assert any("*" in answer["text"] for answer in accepted)
        assert value_of("ready-for-a-fridge", language)["keep_last"] is True
        assert len(value_of("reply-to-an-angry-email", language)["rubric"]) == 3
        assert 150 <= len(value_of("type-a-chat-reply", language)["passage"]) <= 250
    assert len(value_of("nps-calculation")["hints"]) == 2


def test_every_question_says_how_hard_it_is_and_some_have_tags():
    assert not Question.objects.filter(difficulty="").exists()
    assert set(Question.objects.values_list("difficulty", flat=True)) == set(Question.Difficulty.values)
    assert Question.objects.filter(tags__name="promise").exists()
    assert QuestionCategory.objects.get(slug="deadlines").get_parent().slug == "after-sales"


def test_quizzes_differ_in_their_rules():
    behaviours = set(Quiz.objects.values_list("behaviour", flat=True))
    assert behaviours == set(Quiz.Behaviour.values)
    assert Quiz.objects.filter(layout=Quiz.Layout.ONE_PAGE).count() == 1
    for slug in ("service-people-remember-check", "handling-complaints-check"):
        quiz = Quiz.objects.get(key=quiz_key(slug))
        assert quiz.feedback_bands.count() == 3
        for band in quiz.feedback_bands.all():
            assert all(getattr(band, f"text_{language}") for language in LANGUAGES)
    critical = Quiz.objects.get(key=quiz_key("handling-complaints-check")).slots.get(is_critical=True)
    assert critical.question == question_of("verify-before-details")
    for slug in ("write-a-reply", "handling-complaints-check"):
        sections = [slot for slot in Quiz.objects.get(key=quiz_key(slug)).slots.all() if slot.section_title_en]
        assert len(sections) == 2
        assert all(getattr(slot, f"section_title_{language}") for slot in sections for language in LANGUAGES)


def test_a_quiz_was_answered_often_enough_for_statistics():
    finished = Attempt.objects.graded().filter(quiz_key=quiz_key("handling-complaints-check"), passed__isnull=False)
    assert finished.count() >= 10
    assert QuestionUse.objects.get(question_key=question_key("angry-opening")).answers >= 10


def test_two_replies_wait_for_a_marker_and_one_was_marked():
    attempts = Attempt.objects.filter(quiz_key=quiz_key("write-a-reply"))
    assert {attempt.person for attempt in attempts.filter(state=Attempt.State.SUBMITTED)} == {
        person("jonas"),
        person("rana"),
    }
    essay = attempts.get(state=Attempt.State.FINISHED).questions.get(kind="essay")
    assert (essay.marked_by, essay.mark, len(essay.rubric)) == (person("tamar"), Decimal("7.50"), 3)
    assert essay.comment and essay.attempt.passed is True


def test_what_was_decided_holds_and_says_why():
    complaints, strategy = (
        Quiz.objects.get(key=quiz_key(slug)) for slug in ("handling-complaints-check", "service-people-remember-check")
    )
    now = timezone.now()
    assert limits_for(complaints, person("fatima"), now).extra_time == Decimal("1.5")
    assert limits_for(complaints, person("tamuna"), now).extra_time == 1
    assert limits_for(strategy, person("salome"), now).attempt_limit == 5
    asked = question_of("search-order-number-first")
    assert asked.state == Question.State.QUARANTINED and asked.quarantine_reason
    changes = MarkChange.objects.filter(cause=MarkChange.Cause.NEUTRALISED)
    assert changes.count() == 2 and all(change.reason for change in changes)


def test_a_rule_gave_the_newest_her_path_and_gives_nobody_else_anything():
    given = PathAssignment.objects.of(person("maya")).get()
    assert given.rule == AssignmentRule.objects.get(is_active=True)
    assert given.path_key == path_key("first-weeks")
    before = set(PathAssignment.objects.values_list("pk", "state"))
    apply_rules(excepted=certified_by_path)
    assert set(PathAssignment.objects.values_list("pk", "state")) == before


def test_whoever_completed_a_path_with_an_article_has_read_it():
    awards = Award.objects.filter(certification__first_time_path__translation_key=path_key("refunds"))
    assert {award.holder for award in awards} == {person("priya"), person("rana")}
    for award in awards:
        read = ArticleAcknowledgement.objects.filter(person=award.holder, acknowledged_at__lt=award.awarded_at)
        assert read.filter(article_title__in=["Verify the caller", "التحقق من هوية المتصل"]).exists()


def test_a_certificate_can_be_renewed_late():
    certification = Certification.objects.get(code="service-professional")
    assert certification.late_renewal_days == 30
    assert certification.path_to_renew.translation_key == path_key("service-renewal")
