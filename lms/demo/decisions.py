"""What trainers and leads decided about questions, attempts and limits: each by the verb that their page calls."""

from datetime import timedelta
from decimal import Decimal
from random import Random

from courses.learning import start_quiz
from courses.models import QuizPage
from lms.demo.answering import answer
from lms.demo.content import read
from lms.demo.courses import course_key
from lms.demo.moments import days_ago
from lms.demo.people import person
from lms.demo.questions import question_key, quiz_key
from people.models import Team
from quizzes.attempts import submit_attempt
from quizzes.marking import SeenMark, mark_question, rubric_of
from quizzes.models import AttemptQuestion, Question, Quiz
from quizzes.neutralising import neutralise
from quizzes.overriding import grant_override
from quizzes.quarantine import quarantine_question

WRITING_TAKES = timedelta(minutes=14)


def load_decisions() -> None:
    content = read("decisions")
    for record in content["reply"]:
        essay = _write_reply(record)
        if marking := record.get("marked"):
            _mark(essay, marking)
    for record in content["override"]:
        _override(record)
    for record in content["quarantine"]:
        question = Question.objects.filter(translation_key=question_key(record["question"])).first()
        quarantine_question(question, person(record["by"]), record["reason"])
    for record in content["neutralised"]:
        keys, by = (question_key(record["question"]), quiz_key(record["quiz"])), person(record["by"])
        neutralise(*keys, record["how"], by, record["reason"], at=days_ago(record["days_ago"]))


def _write_reply(record: dict) -> AttemptQuestion:
    """The essay of one attempt at a practice, submitted."""
    writer, course = person(record["person"]), course_key(record["course"])
    page = QuizPage.objects.in_course(course).get(quiz__key=quiz_key(record["quiz"]))
    at = days_ago(record["days_ago"], hour=11)
    attempt = start_quiz(writer, course, page, at - WRITING_TAKES)
    answer(attempt, writer, Random(record["person"]), at - timedelta(minutes=1), essay=record["text"])
    submit_attempt(attempt.pk, writer, at=at)
    return attempt.questions.get(kind="essay")


def _mark(essay: AttemptQuestion, record: dict) -> None:
    criteria = [criterion["id"] for criterion in rubric_of(essay)]
    points = dict(zip(criteria, map(Decimal, record["points"]), strict=True))
    marker, at = person(record["by"]), days_ago(record["days_ago"], hour=14)
    mark_question(essay.pk, marker, SeenMark.of(essay), points=points, comment=record["comment"], at=at)


def _override(record: dict) -> None:
    whom = {"person": person(record["person"])} if "person" in record else {"team": _team(record["team"])}
    limits = {name: record[name] for name in ("extra_time", "attempt_limit") if name in record}
    quiz = Quiz.objects.get(key=quiz_key(record["quiz"]))
    grant_override(quiz, person(record["by"]), record["reason"], **whom, **limits)


def _team(code: str) -> Team:
    return Team.objects.get(code=code)
