"""The review options of a quiz as a table of checkboxes: a row for each aspect, a column for each phase."""

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from quizzes.review_rules import Aspect, Phase, everything

# What no ticking changes: the attempt itself is always shown during it, the overall feedback never.
FIXED = {(Phase.DURING, Aspect.ATTEMPT): True, (Phase.DURING, Aspect.OVERALL_FEEDBACK): False}
SEPARATOR = ":"


def cell(phase: str, aspect: str) -> str:
    """The value of the checkbox of one cell."""
    return f"{phase}{SEPARATOR}{aspect}"


def cells_of(review: dict[str, list[str]]) -> list[str]:
    """The cells that are ticked for `review`."""
    return [
        cell(phase, aspect) for phase in Phase.values for aspect in Aspect.values if aspect in review.get(phase, [])
    ]


def _only(review: dict[str, list[str]]) -> dict[str, list[str]]:
    return {phase: review.get(phase, []) for phase in Phase.values}


AFTER = (Phase.IMMEDIATELY, Phase.LATER, Phase.CLOSED)
NOT_BEFORE_THE_END = everything() | {Phase.DURING.value: [Aspect.ATTEMPT.value]}
PRESETS = [
    (_("Everything after the attempt"), NOT_BEFORE_THE_END),
    (
        _("Only the mark"),
        _only({Phase.DURING: [Aspect.ATTEMPT]} | {phase: [Aspect.MARKS] for phase in AFTER}),
    ),
    (
        _("Nothing until the quiz is closed"),
        _only({Phase.DURING: [Aspect.ATTEMPT], Phase.CLOSED: list(Aspect.values)}),
    ),
]


class ReviewMatrixWidget(forms.Widget):
    template_name = "quizzes/admin/quiz_matrix.html"

    class Media:
        js = ["js/review-matrix.js"]

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict:
        context = super().get_context(name, value, attrs)
        ticked = set(cells_of(value) if isinstance(value, dict) else value or [])
        context["phases"] = Phase.choices
        context["rows"] = [
            {
                "aspect": aspect,
                "label": label,
                "cells": [self._cell(phase, aspect, ticked) for phase in Phase.values],
            }
            for aspect, label in Aspect.choices
        ]
        context["presets"] = [{"label": label, "cells": " ".join(cells_of(review))} for label, review in PRESETS]
        return context

    def _cell(self, phase: str, aspect: str, ticked: set[str]) -> dict:
        value = cell(phase, aspect)
        fixed = FIXED.get((Phase(phase), Aspect(aspect)))
        is_ticked = value in ticked if fixed is None else fixed
        return {"phase": phase, "value": value, "is_ticked": is_ticked, "is_fixed": fixed is not None}

    def render(self, name: str, value: Any, attrs: dict | None = None, renderer=None) -> str:
        """By the project's templates, which Django's renderer of forms does not look into."""
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    def value_from_datadict(self, data, files, name: str) -> list[str]:
        return data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])

    def value_omitted_from_data(self, data, files, name: str) -> bool:
        return name not in data  # a table without a tick sends its hidden field

    def id_for_label(self, id_: str) -> str:
        return ""


class ReviewMatrixField(forms.Field):
    """{phase: [aspects]} as `Quiz.review` holds it."""

    widget = ReviewMatrixWidget

    def __init__(self, **kwargs):
        super().__init__(required=False, **kwargs)

    def clean(self, value: list[str]) -> dict[str, list[str]]:
        """Raises ValidationError for a cell that the table does not have."""
        posted = {one for one in value or [] if one}
        allowed = {cell(phase, aspect) for phase in Phase.values for aspect in Aspect.values}
        if posted - allowed:
            raise forms.ValidationError(_("The table has no such cell."))
        if not value:
            return {}
        return {
            phase: [aspect for aspect in Aspect.values if self._holds(phase, aspect, posted)] for phase in Phase.values
        }

    def _holds(self, phase: str, aspect: str, posted: set[str]) -> bool:
        fixed = FIXED.get((Phase(phase), Aspect(aspect)))
        return cell(phase, aspect) in posted if fixed is None else fixed

    def has_changed(self, initial: dict | None, data: list[str]) -> bool:
        return bool(data) and cells_of(initial or {}) != cells_of(self.clean(data))
