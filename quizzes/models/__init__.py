from quizzes.models.attempts import Attempt, AttemptQuestion
from quizzes.models.bank import Question, QuestionCategory, QuestionTag
from quizzes.models.quizzes import Quiz, QuizSlot

__all__ = ["Attempt", "AttemptQuestion", "Question", "QuestionCategory", "QuestionTag", "Quiz", "QuizSlot"]
