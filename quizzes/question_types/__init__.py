"""The question types: each is one module here (a block, a scorer) and one template in templates/quizzes/types/."""

from quizzes.question_types.registry import QUESTION_TYPES, QuestionBodyBlock, QuestionType, asked

__all__ = ["QUESTION_TYPES", "QuestionBodyBlock", "QuestionType", "asked"]
