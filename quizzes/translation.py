from modeltranslation.translator import TranslationOptions, register

from quizzes.models import Quiz, QuizFeedback, QuizSlot


@register(Quiz)
class QuizTranslation(TranslationOptions):
    fields = ("title", "introduction")


@register(QuizFeedback)
class QuizFeedbackTranslation(TranslationOptions):
    fields = ("text",)


@register(QuizSlot)
class QuizSlotTranslation(TranslationOptions):
    fields = ("section_title",)
