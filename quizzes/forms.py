"""What the pages of an attempt may post. Anything else is refused rather than ignored (promise 2)."""

from django import forms
from django.core.exceptions import BadRequest
from django.http import QueryDict

from quizzes.question_types.fields import is_answer_field

SENT_ALONG = {"csrfmiddlewaretoken"}


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
    position = forms.IntegerField(min_value=1, max_value=10_000)
    is_flagged = forms.BooleanField(required=False)


class AnswerForm(FlagForm):
    revision = forms.IntegerField(min_value=0, max_value=1_000_000_000)
    go = forms.ChoiceField(required=False, choices=[("previous", ""), ("next", ""), ("overview", "")])

    @classmethod
    def takes(cls, name: str) -> bool:
        """The question type reads the answer from the post itself, and tells which fields are not the question's."""
        return is_answer_field(name)


class SubmitForm(PostedForm):
    pass
