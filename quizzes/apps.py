from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "quizzes"

    def ready(self):
        from people.messages import register_kinds
        from quizzes.messages import KINDS

        register_kinds(*KINDS)
