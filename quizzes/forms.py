"""What the pages of an attempt may post. Anything else is refused rather than ignored (promise 2)."""

import re

from django import forms
from django.core.exceptions import BadRequest
from django.http import QueryDict

from quizzes.question_types.fields import is_answer_field

SENT_ALONG = {"csrfmiddlewaretoken"}
OF_QUESTION = re.compile(r"q([1-9]\d{0,3})-(?!position$)(.+)", re.DOTALL)


class PostedForm(forms.Form):
    """A form that only our own pages send, so what is wrong with it is not for the person to mend."""

    @classmethod
    def read(cls, post: QueryDict) -> dict:
        """The cleaned fields. Raises BadRequest for a field that is not the form's, and for a value that is not its."""
        form = cls(post)
        foreign = {name for name in set(post) - set(form.fields) - SENT_ALONG if not cls.takes(name)}
        has_null = any("\0" in value for name in post for value in post.getlist(name))
        if foreign or has_null or not form.is_valid():
            raise BadRequest("This form was not sent by its page.")
        return form.cleaned_data

    @classmethod
    def takes(cls, name: str) -> bool:
        """Whether a field that the form does not name may be posted with it."""
        return False


class FlagForm(PostedForm):
    position = forms.IntegerField(min_value=1, max_value=9_999)
    is_flagged = forms.BooleanField(required=False)


class AnswerForm(FlagForm):
    """One answer. Where another window saved one in the meantime: `over` is the revision of that one, which she has
    seen and wants to replace, and `keep` says that she wants to keep it."""

    revision = forms.IntegerField(min_value=0, max_value=1_000_000_000)
    over = forms.IntegerField(required=False, min_value=0, max_value=1_000_000_000)
    keep = forms.BooleanField(required=False)
    go = forms.ChoiceField(
        required=False, choices=[(name, "") for name in ("previous", "next", "overview", "begin", "check")]
    )

    @classmethod
    def takes(cls, name: str) -> bool:
        """The question type reads the answer from the post itself, and tells which fields are not the question's."""
        return is_answer_field(name)

    def clean(self) -> dict:
        fields = super().clean()
        fields["seen_revision"] = fields.get("revision") if fields.get("over") is None else fields["over"]
        return fields


class AnswersForm(PostedForm):
    """The answers of a page with all questions. Those of one are named `q`, its position, `-`, the name."""

    go = forms.ChoiceField(required=False, choices=[("overview", "")])

    @classmethod
    def takes(cls, name: str) -> bool:
        return OF_QUESTION.fullmatch(name) is not None


def parted(post: QueryDict) -> list[QueryDict]:
    """The fields of each question in the post of a page with all of them, as the page of that question posts them."""
    parts: dict[str, QueryDict] = {}
    for name, values in post.lists():
        if found := OF_QUESTION.fullmatch(name):
            position, field = found.groups()
            parts.setdefault(position, QueryDict(mutable=True)).setlist(field, values)
    for position, part in parts.items():
        part["position"] = position
    return list(parts.values())


def prefix_of(position: int) -> str:
    """What the names of the fields of a question begin with, on a page with all of them."""
    return f"q{position}-"


class SubmitForm(PostedForm):
    """is_time_up: nobody pressed the button; the page's clock has run out."""

    is_time_up = forms.BooleanField(required=False)


class PracticeForm(PostedForm):
    pass
