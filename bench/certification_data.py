"""Fills a database with the people of the certifications' bench, and grows it: more people in more teams of 100."""

from datetime import timedelta
from random import Random

from django.core.management import call_command
from django.utils import timezone

from bench import certification_records as rows
from bench import records
from bench.bulk import finish, without_foreign_key_checks, write
from bench.content import SEED, service_goal
from bench.wording import TOPICS, lesson_body
from certifications.models import Award, Certification
from courses.models import (
    AssignmentRule,
    CourseGoal,
    CourseIndexPage,
    CoursePage,
    Enrolment,
    LearningPathIndexPage,
    LearningPathPage,
    LessonPage,
    PathAssignment,
    PathStep,
)
from lms.demo.pages import indexing_at_the_end, publish, section
from lms.site import ensure_site
from people.models import Team, TeamMembership, User
from strategy.models import ServiceGoal

WINDOW = 60  # days
LESSONS = 3


class Company:
    """Its people, as far as they were written. The rules give their paths to those of the North."""

    def __init__(self):
        call_command("migrate", verbosity=0, interactive=False)
        ensure_site()
        if User.objects.exists():
            raise SystemExit("This database holds people: give an empty one.")
        now = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
        self.days = records.Days(now - timedelta(hours=1))
        self.people = 0
        root = Team.add_root(code="service", name="Service")
        self.north = root.add_child(code="north", name="North")
        self.south = root.add_child(code="south", name="South")
        self.teams: list[int] = []
        goal, rng = service_goal(), Random(SEED)
        with indexing_at_the_end():
            pages = [_path(number, goal, rng) for number in range(rows.CERTIFICATIONS + rows.RULES)]
        self.certified = [self._certification(page) for page in pages[: rows.CERTIFICATIONS]]
        self.ruled = [self._rule(page) for page in pages[rows.CERTIFICATIONS :]]

    def _certification(self, page: LearningPathPage) -> rows.Path:
        made = Certification.objects.create(
            code=page.slug, title=f"Certified on {page.title}", first_time_path=page, window_days=WINDOW
        )
        return _path_row(made.pk, page)

    def _rule(self, page: LearningPathPage) -> rows.Path:
        rule = AssignmentRule(name=f"The North: {page.title}", path=page, is_active=True, due_days=30)
        rule.teams = [self.north]
        rule.save()
        return _path_row(rule.pk, page)

    def grow(self, people: int, is_north: bool) -> None:
        """Until there are so many."""
        new, parent = range(self.people + 1, people + 1), self.north if is_north else self.south
        while len(self.teams) * records.TEAM_SIZE < people:
            number = len(self.teams)
            self.teams.append(parent.add_child(code=f"team-{number}", name=f"Team {number}").pk)
        days, certified = self.days, self.certified
        users = (row for row in records.users(people, "!", days) if row[0] in new)
        tables = [
            (User, records.USER_COLUMNS, users),
            (TeamMembership, records.MEMBERSHIP_COLUMNS, rows.memberships(new, self.teams, days)),
            (PathAssignment, rows.ASSIGNMENT_COLUMNS, rows.assignments(new, certified, days)),
            (Enrolment, rows.ENROLMENT_COLUMNS, rows.enrolments(new, certified, days)),
            (Award, rows.AWARD_COLUMNS, rows.awards(new, certified, days)),
        ]
        if is_north:
            ruled = rows.rule_assignments(new, self.ruled, days)
            tables.append((PathAssignment, rows.ASSIGNMENT_COLUMNS, ruled))
        with without_foreign_key_checks():
            for model, columns, written in tables:
                write(model, columns, written)
        finish([User, TeamMembership, PathAssignment, Enrolment, Award])
        self.people = people


def _path(number: int, goal: ServiceGoal, rng: Random) -> LearningPathPage:
    course = CoursePage(title=f"Course {number}", slug=f"course-{number}", summary="What it takes.")
    course.course_goals.add(CourseGoal(goal=goal, rationale="It is what the customer feels."))
    publish(course, section(CourseIndexPage, "en"))
    for place in range(LESSONS):
        body = lesson_body(TOPICS[number % len(TOPICS)], rng)
        publish(LessonPage(title=f"Lesson {number}.{place}", slug=f"lesson-{place}", body=body), course)
    path = LearningPathPage(title=f"Path {number}", slug=f"path-{number}")
    path.steps.add(PathStep(course=course, sort_order=0))
    return publish(path, section(LearningPathIndexPage, "en"))


def _path_row(pk: int, page: LearningPathPage) -> rows.Path:
    course = page.steps.get_queryset().get().course
    return rows.Path(pk, page.translation_key.hex, page.title, course.translation_key.hex)
