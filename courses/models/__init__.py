from courses.models.activities import Activity, LessonPage, QuizPage, ReadingPage
from courses.models.assignments import PathAssignment
from courses.models.courses import CourseGoal, CourseIndexPage, CoursePage
from courses.models.enrolments import ActivityCompletion, Enrolment
from courses.models.paths import LearningPathIndexPage, LearningPathPage, PathStep
from courses.models.rules import AssignmentRule

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
    "PathAssignment",
    "PathStep",
    "QuizPage",
    "ReadingPage",
]
