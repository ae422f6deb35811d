from django.apps import AppConfig


class LmsConfig(AppConfig):
    name = "lms"

    def ready(self):
        from lms.messages import KINDS
        from people.messages import register_kinds

        register_kinds(*KINDS)
