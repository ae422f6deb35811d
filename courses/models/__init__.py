from courses.models.activities import Activity, LessonPage, QuizPage, ReadingPage
from courses.models.assignments import PathAssignment
from courses.models.courses import CourseGoal, CourseIndexPage, CoursePage
from courses.models.enrolments import ActivityCompletion, Enrolment
from courses.models.observations import Observation, Observers
from courses.models.paths import LearningPathIndexPage, LearningPathPage, PathStep
from courses.models.rules import AssignmentRule
from courses.models.sign_offs import SignOffPage

__all__ = [
    "Activity",
    "ActivityCompletion",
    "AssignmentRule",
    "CourseGoal",
    "CourseIndexPage",
    "CoursePage",
    "Enrolment",
    "LearningPathIndexPage",
    "LearningPathPage",
    "LessonPage",
    "Observation",
    "Observers",
    "PathAssignment",
    "PathStep",
    "QuizPage",
    "ReadingPage",
    "SignOffPage",
]
