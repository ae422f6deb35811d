"""The form that an observer fills in while she watches: one answer an item, and room for comments."""

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from courses.checklists import Answer, Checklist, Item, in_language
from courses.forms import LONGEST_COMMENT

MET, NOT_YET = "met", "not_yet"


class ObservationForm(forms.Form):
    """checklist: as it is now. The posted form says which one it showed; see `Checklist.version`."""

    comment = forms.CharField(
        label=_("To the whole"),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data=None, *, checklist: Checklist):
        super().__init__(_with_all_comments(data, checklist) if data is not None else None)
        self.checklist = checklist
        self.version = self.data.get("version", "")
        for item in checklist.items:
            self.fields[_met(item)] = forms.ChoiceField(
                choices=[(MET, _("Met")), (NOT_YET, pgettext_lazy("an item of a checklist", "Not yet"))],
                error_messages={"required": _("Say whether it is met.")},
            )
            self.fields[_comment(item)] = forms.CharField(
                required=False, max_length=LONGEST_COMMENT, widget=forms.Textarea(attrs={"rows": 2})
            )

    @property
    def rows(self) -> list[dict]:
        """The items with what was typed: text, is_required, the answer's name, choices, what is chosen and its errors,
        the comment, and whether the item is another one than the form showed."""
        changed = self.checklist.changed_since(self.version) if self.is_bound else set()
        return [self._row(item, item.id in changed) for item in self.checklist.items]

    def _row(self, item: Item, is_changed: bool) -> dict:
        answer, comment = self[_met(item)], self[_comment(item)]
        return {
            "text": in_language(item.text, get_language() or ""),
            "is_required": item.is_required,
            "is_changed": is_changed,
            "name": answer.html_name,
            "choices": answer.field.choices,
            "chosen": answer.value(),
            "errors": answer.errors,
            "comment": comment,
        }

    @property
    def answers(self) -> dict[str, Answer]:
        """By item, of a valid form."""
        given = self.cleaned_data
        return {item.id: Answer(given[_met(item)] == MET, given[_comment(item)]) for item in self.checklist.items}


def _met(item: Item) -> str:
    return f"met-{item.id}"


def _comment(item: Item) -> str:
    return f"comment-{item.id}"


def _with_all_comments(data, checklist: Checklist) -> dict:
    """What was posted; comments on items that are gone since are kept below the comment on the whole."""
    kept, known = data.dict(), {_comment(item) for item in checklist.items}
    gone = [text for name, text in kept.items() if name.startswith("comment-") and name not in known and text.strip()]
    return kept | {"comment": "\n".join(filter(None, [kept.get("comment", ""), *gone]))}
