from modeltranslation.translator import TranslationOptions, register

from quizzes.models import Quiz


@register(Quiz)
class QuizTranslation(TranslationOptions):
    fields = ("title", "introduction")
