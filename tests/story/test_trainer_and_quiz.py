"""A trainer brings forty questions, builds a quiz that draws from them, tries it, publishes it, mends a fault,
regrades, and reads what the answers tell."""

from pathlib import Path
from random import Random
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from courses.models import CoursePage
from lms.demo.answering import answer, right_response
from people.models import User
from quizzes.attempts import save_answer, submit_attempt
from quizzes.models import Attempt, MarkChange, Question, QuestionCategory, Quiz
from quizzes.starting import start_attempt
from tests.story.learner import sign_in, take_quiz
from tests.story.test_trainer import choose, name, publish

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demo_database")]

FAULTY = "Parcel 01"
LEARNERS = 12


def gift() -> str:
    """Forty questions; in the first one the wrong option is marked as right."""
    blocks = ["$CATEGORY: Parcels"]
    for number in range(1, 41):
        right, wrong = ("Tomorrow", "Today") if number > 1 else ("Today", "Tomorrow")
        blocks.append(
            f"::Parcel {number:02}:: Parcel {number} was sent today. When does it arrive? {{={right} ~{wrong}}}"
        )
    return "\n\n".join(blocks)


def bring_questions(page: Page, folder: Path) -> None:
    file = folder / "parcels.gift"
    file.write_text(gift())
    page.goto("/cms/questions/import/")
    page.locator("[name=file]").set_input_files(file)
    page.locator("[name=category]").fill("Parcels")
    page.get_by_role("button", name="Check the file").click()
    expect(page.locator("main")).to_contain_text("40 questions are new")
    assert not Question.objects.filter(name=FAULTY).exists()
    page.get_by_role("button", name="Import 40 questions").click()
    expect(page.locator("main")).to_contain_text("The file is imported.")


def build_quiz(page: Page) -> Quiz:
    """One question that everybody is asked, and three that are drawn."""
    page.goto("/cms/snippets/quizzes/quiz/add/")
    page.locator("[name=title_en]").fill("Parcels check")
    page.get_by_role("tab", name="Questions").click()
    page.locator("#id_slots-ADD").click()
    page.locator("#id_slots-0-question-chooser [data-chooser-action-choose]").first.click()
    page.locator(".modal-content [name=q]").fill(FAULTY)
    page.locator(".modal-content").get_by_text(FAULTY, exact=True).first.click()
    expect(page.locator("#id_slots-0-question-chooser")).to_contain_text(FAULTY)
    page.locator("#id_slots-ADD").click()
    choose(page, "slots-1-category", QuestionCategory.objects.get(name="Parcels"))
    page.locator("[name=slots-1-draw_count]").fill("3")
    page.locator("form footer [type=submit]").first.click()
    page.wait_for_load_state()
    return Quiz.objects.get(title_en="Parcels check")


def try_it(page: Page, trainer: User, quiz: Quiz) -> None:
    page.goto(f"/cms/snippets/quizzes/quiz/edit/{quiz.pk}/")
    page.get_by_role("link", name="Try it").first.click()
    page.get_by_role("button", name="Start the preview").click()
    page.wait_for_url("**/attempts/**")
    preview = Attempt.objects.of(trainer).get(purpose=Attempt.Purpose.PREVIEW)
    for question in preview.questions.order_by("position"):
        page.locator(f"form[data-answer-form] [name=answer][value='{right_response(question)}']").check()
        page.locator("form[data-answer-form] button[name=go]:last-of-type").click()
    page.wait_for_url("**/overview/")
    page.locator("main form[action$='/submit/'] button").click()
    expect(page.locator("h1")).to_contain_text("You passed")


def put_into_course(page: Page, quiz: Quiz) -> CoursePage:
    course = CoursePage.objects.live().get(slug="know-the-product", locale__language_code="en")
    page.goto(f"/cms/pages/add/courses/quizpage/{course.pk}/")
    name(page, "Check: parcels")
    choose(page, "quiz", quiz)
    publish(page)
    assert course.get_children().live().filter(title="Check: parcels").exists()
    return course


def let_them_answer(quiz: Quiz) -> None:
    """Everybody knows that a parcel that was sent today arrives tomorrow, which the faulty question calls wrong."""
    learners = User.objects.filter(is_superuser=False, groups=None).exclude(email__startswith="sam@")
    for person in learners[:LEARNERS]:
        attempt = start_attempt(quiz, person, uuid4())
        answer(attempt, person, Random(person.pk), attempt.started_at)
        asked = attempt.questions.get(question_name=FAULTY)
        tomorrow = next(option["id"] for option in asked.content["options"] if option["text"] == "Tomorrow")
        save_answer(attempt.pk, person, asked.position, tomorrow, seen_revision=1)
        submit_attempt(attempt.pk, person)


def mend(page: Page) -> None:
    page.goto(f"/cms/snippets/quizzes/question/edit/{Question.objects.get(name=FAULTY).pk}/")
    for number, is_right in ((0, False), (1, True)):
        page.locator(f"[name=body-0-value-options-{number}-value-is_correct]").set_checked(is_right)
    page.locator("form footer [type=submit]").first.click()
    page.wait_for_load_state()


def regrade(page: Page, quiz: Quiz) -> None:
    page.goto(f"/cms/snippets/quizzes/quiz/edit/{quiz.pk}/")
    page.get_by_role("link", name="Attempts").first.click()
    page.get_by_role("link", name="Regrade").first.click()
    page.get_by_role("button", name="Show what would change").click()
    expect(page.locator("main")).to_contain_text(f"{LEARNERS + 1} marks of {LEARNERS + 1} would change.")
    assert not MarkChange.objects.filter(question__question_name=FAULTY).exists()
    page.locator("[name=reason]").fill("The key of the first question was wrong.")
    page.get_by_role("button", name="Change the marks").click()
    expect(page.locator("main")).to_contain_text(f"{LEARNERS + 1} marks changed.")
    expect(page.locator("main")).to_contain_text("Would not pass now: decide by hand")


def test_from_a_file_of_questions_to_what_the_answers_tell(new_page, settings, tmp_path):
    settings.WAGTAIL_AUTOSAVE_INTERVAL = 0
    page = new_page(viewport={"width": 1280, "height": 900})
    sign_in(page, "tamar@marjani.example")
    bring_questions(page, tmp_path)
    quiz = build_quiz(page)
    try_it(page, User.objects.get(email="tamar@marjani.example"), quiz)
    course = put_into_course(page, quiz)

    learner = new_page()
    sign_in(learner, "sam@marjani.example")
    activity = course.get_children().get(title="Check: parcels")
    learner.goto(f"/courses/{course.translation_key}/{activity.translation_key}/")
    assert take_quiz(learner, User.objects.get(email="sam@marjani.example")).passed is True

    let_them_answer(quiz)
    graded = Attempt.objects.graded().filter(quiz_key=quiz.key)
    assert graded.filter(passed=False).count() == LEARNERS
    mend(page)
    regrade(page, quiz)
    assert graded.filter(passed=True).count() == LEARNERS

    page.goto(f"/cms/snippets/quizzes/quiz/edit/{quiz.pk}/")
    page.get_by_role("link", name="Statistics").first.click()
    expect(page.locator("main")).to_contain_text(f"{LEARNERS + 1} attempts count.")
    row = page.locator("tr", has=page.get_by_role("link", name=FAULTY))
    expect(row).to_contain_text("92.3%")
