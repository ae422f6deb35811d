"""What a trainer's browser posts from an editor of the CMS."""

from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from courses.models import CourseIndexPage


def course_data(action: str = "", goals=(), title="Handling complaints", **fields) -> dict:
    """`goals`: pairs of a goal and a rationale; `action`: `publish`, `submit` or nothing, which saves a draft."""
    rows = [{"goal": goal.pk, "rationale": rationale} for goal, rationale in goals]
    data = {
        "title": title,
        "slug": "handling-complaints",
        "summary": "You calm people down.",
        "illustration": "",
        "course_goals": inline_formset(rows),
        "comments": inline_formset([]),
        **fields,
    }
    if action:
        data[f"action-{action}"] = "on"
    return nested_form_data(data)


def add_course_url(language="en") -> str:
    index = CourseIndexPage.objects.get(locale__language_code=language)
    return reverse("wagtailadmin_pages:add", args=["courses", "coursepage", index.pk])


def edit_url(page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])
