"""Emptying the house before the demo moves in: all content, all records, and the people of the demo."""

from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from taggit.models import Tag
from wagtail.models import ModelLogEntry, Page, PageLogEntry

from certifications.evidence_files import discard
from certifications.models import Award, Certification, CriteriaMigration, ExternalEvidence
from courses.models import (
    ActivityCompletion,
    AssignmentRule,
    CourseIndexPage,
    Enrolment,
    LearningPathIndexPage,
    Observation,
    PathAssignment,
)
from knowledge.models import ArticleAcknowledgement, KnowledgeIndexPage, Product, ProductCategory
from lms.demo.people import DOMAIN
from people.models import JobRole, Notification, Team, User
from quizzes.models import Attempt, Question, QuestionCategory, QuestionUpload, QuestionUse, Quiz
from strategy.models import Competency, Kpi, KpiReading, ServiceGoal

RECORDS = [
    *(Award, ActivityCompletion, Observation, Enrolment, PathAssignment, Attempt, ArticleAcknowledgement),
    Notification,
]
LOGS = [PageLogEntry, ModelLogEntry]


def other_people() -> QuerySet[User]:
    """People whom the demo did not make."""
    return User.objects.exclude(email__endswith=f"@{DOMAIN}")


@transaction.atomic
def clear() -> None:
    """Deletes all content and all records, and the people of the demo; other people stay. What is made first is
    deleted last, for the database protects what something else still needs."""
    for stored_as in ExternalEvidence.objects.exclude(stored_as="").values_list("stored_as", flat=True):
        transaction.on_commit(partial(discard, stored_as))
    _delete(ExternalEvidence)
    Award.objects.update(superseded_by=None)
    _delete(*RECORDS, AssignmentRule, CriteriaMigration, Certification)
    _delete_pages_below(LearningPathIndexPage)
    _delete_pages_below(CourseIndexPage)
    _delete(Quiz, QuestionUpload, QuestionUse, Question, QuestionCategory)
    _delete_pages_below(KnowledgeIndexPage)
    _delete(Product, ProductCategory, Tag, KpiReading)
    for level in reversed(ServiceGoal.Level.values):
        ServiceGoal.objects.filter(level=level).delete()
    _delete(Kpi, Competency, Team, *LOGS)
    User.objects.filter(email__endswith=f"@{DOMAIN}").delete()
    JobRole.objects.filter(people=None).delete()


def _delete(*models) -> None:
    for model in models:
        model.objects.all().delete()


def _delete_pages_below(index: type[Page]) -> None:
    for section in index.objects.all():
        section.get_descendants().delete()
