"""What trainers and leads decided about questions, attempts, limits and people: each by the verb that a page calls."""

from datetime import timedelta
from decimal import Decimal
from random import Random

from courses.checklists import Answer, checklist_of
from courses.learning import start_quiz
from courses.models import Observation, QuizPage, SignOffPage
from courses.observing import Seen, ask_for_observation, confirm_observation, record_observation
from courses.reading import sign_off_of
from lms.demo.answering import answer
from lms.demo.content import read
from lms.demo.courses import activity_key, course_key, item_key
from lms.demo.moments import days_ago
from lms.demo.people import person
from lms.demo.questions import question_key, quiz_key
from people.models import Team, User
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
    for record in content["observation"]:
        _observe(record)
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


def _observe(record: dict) -> None:
    learner, course = person(record["person"]), course_key(record["course"])
    page = sign_off_of(course, activity_key(record["course"], record["activity"]))
    observation = ask_for_observation(learner, course, page, at=days_ago(record["days_ago"], hour=8))
    if signing := record.get("signed"):
        observation = _sign(page, learner, record["course"], signing, observation)
    if confirming := record.get("confirmed"):
        confirm_observation(observation, learner, at=days_ago(confirming["days_ago"], hour=10))


def _sign(page: SignOffPage, learner: User, course: str, record: dict, asked: Observation) -> Observation:
    """Everything is met but for what `not_met` names; `comments` are on what is."""
    said = {str(item_key(course, slug)): text for slug, text in (record["comments"] | record["not_met"]).items()}
    not_met = {str(item_key(course, slug)) for slug in record["not_met"]}
    checklist = checklist_of(page)
    answers = {item.id: Answer(item.id not in not_met, said.get(item.id, "")) for item in checklist.items}
    seen, at = Seen(checklist.version, asked.mark), days_ago(record["days_ago"], hour=13)
    return record_observation(page, learner, person(record["by"]), answers, seen, record["comment"], at=at)


def _override(record: dict) -> None:
    whom = {"person": person(record["person"])} if "person" in record else {"team": _team(record["team"])}
    limits = {name: record[name] for name in ("extra_time", "attempt_limit") if name in record}
    quiz = Quiz.objects.get(key=quiz_key(record["quiz"]))
    grant_override(quiz, person(record["by"]), record["reason"], **whom, **limits)


def _team(code: str) -> Team:
    return Team.objects.get(code=code)
