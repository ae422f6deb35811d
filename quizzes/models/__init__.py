from quizzes.models.attempts import Attempt, AttemptQuestion
from quizzes.models.bank import Question, QuestionCategory, QuestionTag
from quizzes.models.marking import MarkChange
from quizzes.models.overrides import QuizOverride
from quizzes.models.quizzes import Quiz, QuizFeedback, QuizSlot
from quizzes.models.statistics import QuestionUse, StatisticsReport
from quizzes.models.uploads import QuestionUpload

__all__ = [
    "Attempt",
    "AttemptQuestion",
    "MarkChange",
    "Question",
    "QuestionCategory",
    "QuestionTag",
    "QuestionUpload",
    "QuestionUse",
    "Quiz",
    "QuizFeedback",
    "QuizOverride",
    "QuizSlot",
    "StatisticsReport",
]
