"""The pages of an attempt. To everybody but the person whose attempt it is, they do not exist."""

from quizzes.views.answering import answer, answers, flag
from quizzes.views.attempting import attempt, overview, submit
from quizzes.views.reviewing import history, practise, review

__all__ = ["answer", "answers", "attempt", "flag", "history", "overview", "practise", "review", "submit"]
