"""What the editor of a question shows besides its fields."""

from wagtail.admin.panels import Panel

from quizzes.bank_buttons import release_button
from quizzes.bank_uses import uses_of
from quizzes.bank_versions import versions_of
from quizzes.quarantine import awaits_check, doubts_about


class SavedQuestionPanel(Panel):
    """For what can only be said of a question that is in the bank."""

    class BoundPanel(Panel.BoundPanel):
        def is_shown(self) -> bool:
            return self.instance.pk is not None


class QuarantinePanel(SavedQuestionPanel):
    """Why the question is not asked, and the button that says that it is right."""

    class BoundPanel(SavedQuestionPanel.BoundPanel):
        template_name = "quizzes/admin/question_quarantine.html"

        def is_shown(self) -> bool:
            return super().is_shown() and bool(doubts_about(self.instance))

        def get_context_data(self, parent_context=None):
            article = self.instance.source_article
            button = release_button(self.instance, icon_name=None, classname="button button-small")
            return super().get_context_data(parent_context) | {
                "doubts": doubts_about(self.instance),
                "button": button if awaits_check(self.instance) else None,
                "article": article,
                "is_verified": article is None or article.is_verified(),
            }


class UsesPanel(SavedQuestionPanel):
    """The quizzes that ask it, and how often it was asked."""

    class BoundPanel(SavedQuestionPanel.BoundPanel):
        template_name = "quizzes/admin/question_uses.html"

        def get_context_data(self, parent_context=None):
            return super().get_context_data(parent_context) | {"uses": uses_of(self.instance)}


class VersionsPanel(SavedQuestionPanel):
    """Its versions, what each changed, and the quizzes that keep one."""

    class BoundPanel(SavedQuestionPanel.BoundPanel):
        template_name = "quizzes/admin/question_versions.html"

        def get_context_data(self, parent_context=None):
            versions = versions_of(self.instance)
            return super().get_context_data(parent_context) | {"versions": versions, "question": self.instance}
