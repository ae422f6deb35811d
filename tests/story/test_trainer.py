"""A trainer makes a course with a lesson and a quiz in the CMS, and is refused publishing it without a goal."""

import pytest
from playwright.sync_api import Page, expect

from courses.models import CourseIndexPage, CoursePage, LessonPage, QuizPage
from people.models import User
from quizzes.models import QuestionCategory, Quiz
from strategy.models import ServiceGoal
from tests.story.learner import finish_activity, sign_in, take_quiz

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demo_database")]


def publish(page: Page) -> None:
    """Publishes by the menu beside “Save draft”, as one does by hand."""
    page.locator("footer .w-dropdown [data-w-dropdown-target=toggle], footer .w-dropdown__toggle").first.click()
    page.locator("button[name=action-publish]").click()
    page.wait_for_load_state()


def name(page: Page, title: str) -> None:
    """Types a title and waits until the editor has made its address from it."""
    page.locator("[name=title]").fill(title)
    page.locator("[name=title]").press("Tab")
    expect(page.locator("[name=slug]")).not_to_have_value("")


def make_quiz(page: Page, title: str, shelf: QuestionCategory) -> Quiz:
    """A quiz that draws three questions from `shelf`."""
    page.goto("/cms/snippets/quizzes/quiz/add/")
    page.locator("[name=title_en]").fill(title)
    page.locator("[role=tab][href='#tab-questions']").click()
    page.get_by_role("tab", name="Questions").click()
    page.locator("#id_slots-ADD").click()
    choose(page, "slots-0-category", shelf)
    page.locator("[name=slots-0-draw_count]").fill("3")
    page.locator("form footer button[type=submit], form footer [type=submit]").first.click()
    page.wait_for_load_state()
    return Quiz.objects.get(title_en=title)


def test_a_course_from_the_first_draft_to_a_learner(new_page, settings):
    settings.WAGTAIL_AUTOSAVE_INTERVAL = 0  # no human types and publishes within the half second of an autosave
    trainer = new_page(viewport={"width": 1280, "height": 900})
    sign_in(trainer, "tamar@marjani.example")
    quiz = make_quiz(trainer, "Kind words check", QuestionCategory.objects.get(slug="writing"))

    catalogue = CourseIndexPage.objects.get(locale__language_code="en")
    trainer.goto(f"/cms/pages/add/courses/coursepage/{catalogue.pk}/")
    name(trainer, "Kind words")
    trainer.locator("[name=summary]").fill("Say no without losing a customer.")
    publish(trainer)
    expect(trainer.locator("main")).to_contain_text("Link this course to at least one service goal")
    assert not CoursePage.objects.live().filter(title="Kind words").exists()

    trainer.locator("#id_course_goals-ADD").click()
    goal = ServiceGoal.objects.get(code="csat-90")
    trainer.locator("[name=course_goals-0-goal]").select_option(str(goal.pk))
    trainer.locator("[name=course_goals-0-rationale]").fill("Customers who hear a kind no are satisfied all the same.")
    publish(trainer)
    course = CoursePage.objects.live().get(title="Kind words")

    trainer.goto(f"/cms/pages/add/courses/lessonpage/{course.pk}/")
    name(trainer, "A kind no")
    publish(trainer)
    assert LessonPage.objects.live().child_of(course).get().title == "A kind no"

    trainer.goto(f"/cms/pages/add/courses/quizpage/{course.pk}/")
    name(trainer, "Check: kind words")
    choose(trainer, "quiz", quiz)
    publish(trainer)
    assert QuizPage.objects.live().child_of(course).get().quiz == quiz

    learner = new_page()
    sign_in(learner, "sam@marjani.example")
    learner.goto("/courses/")
    learner.get_by_role("link", name="Kind words").click()
    learner.locator("main form button, main a.button").first.click()
    finish_activity(learner)
    learner.locator("#finish a.button").click()
    learner.wait_for_load_state()
    assert take_quiz(learner, User.objects.get(email="sam@marjani.example")).passed is True


def choose(page: Page, field: str, value) -> None:
    """Sets a chooser, or a plain select where the field has one."""
    select = page.locator(f"select[name={field}]")
    if select.count():
        select.select_option(str(value.pk))
        return
    page.locator(f"#id_{field}-chooser [data-chooser-action-choose]").first.click()
    page.locator(".modal-content").get_by_text(str(value), exact=True).first.click()
    expect(page.locator(f"#id_{field}-chooser")).to_contain_text(str(value))
