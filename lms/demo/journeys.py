"""One person's go at one learning path, told by the verbs that the real thing would call."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from random import Random

from django.conf import settings

from courses.assignments import assign_path
from courses.learning import complete_lesson, complete_reading, start_quiz
from courses.models import Activity, CoursePage, LearningPathPage
from courses.prerequisites import completed_by
from knowledge.acknowledgement import acknowledge_article
from knowledge.models import ArticlePage
from lms.demo.answering import answer
from lms.demo.courses import path_key
from lms.demo.moments import days_ago
from people.models import TeamMembership, User
from quizzes.attempts import submit_attempt

WORKDAY = (7, 10)  # from when, and how many hours, in UTC
QUIZ_TAKES = timedelta(minutes=6)


@dataclass(frozen=True)
class Journey:
    """A record of content/histories.toml, which explains the fields."""

    person: str
    path: str
    assigned: int
    until: int | None = None
    activities: int | None = None
    fails: dict[str, int] = field(default_factory=dict)
    stuck: int = 0
    answered: int = 0
    renews: bool = False


class Traveller:
    """A person on a journey."""

    def __init__(self, journey: Journey, person: User) -> None:
        self.journey, self.person = journey, person
        self.rng = Random(f"{journey.person} {journey.path}")
        self.path = LearningPathPage.objects.in_language(path_key(journey.path), person.language)

    def go(self, reason: str) -> None:
        at = days_ago(self.journey.assigned, hour=6)
        counts_from = at if self.journey.renews else None
        todo = self.todo(counts_from)
        assign_path(self.person, self.path, by=lead_of(self.person), reason=reason, at=at, counts_from=counts_from)
        if self.journey.until is None:
            return
        count = self.journey.activities or len(todo)
        moments = moments_between(self.journey.assigned, self.journey.until, count)
        self.read_articles(moments[0][0])
        for (course, activity), (before, moment) in zip(todo, moments, strict=False):
            self.do(course, activity, before, moment)
        if self.journey.stuck or self.journey.answered:
            self.leave_open(*todo[count], moments[-1][1])

    def todo(self, counts_from: datetime | None) -> list[tuple[CoursePage, Activity]]:
        """The activities of those courses of the path that she has not completed since `counts_from`, in order.

        Quizzes and sign-offs that nobody has to do she leaves out: those are in decisions.toml.
        """
        done = completed_by(self.person, "course__translation_key", counts_from)
        steps = self.path.steps.get_queryset().exclude(course=None).exclude(done)
        keys = steps.order_by("sort_order").values_list("course__translation_key", flat=True)
        courses = [CoursePage.objects.in_language(key, settings.LANGUAGE_CODE) for key in keys]
        pages = [(course, page) for course in courses for page in course.get_children().live().specific()]
        return [(course, page) for course, page in pages if page.is_required or page.kind not in ("quiz", "signoff")]

    def read_articles(self, at: datetime) -> None:
        """Acknowledges the articles that are steps of the path themselves."""
        keys = self.path.steps.get_queryset().exclude(article=None).values_list("article__translation_key", flat=True)
        for key in keys:
            acknowledge_article(self.person, ArticlePage.objects.in_language(key, self.person.language), at)

    def do(self, course: CoursePage, activity: Activity, before: datetime, at: datetime) -> None:
        match activity.kind:
            case "lesson":
                complete_lesson(self.person, course.translation_key, activity, at)
            case "reading":
                article = ArticlePage.objects.in_language(activity.article.translation_key, self.person.language)
                complete_reading(self.person, course.translation_key, activity, article, at)
            case "quiz":
                fails = self.journey.fails.get(course.slug, 0)
                for number in range(1, fails + 1):
                    self.take_quiz(course, activity, before + (at - before) * number / (fails + 1), passes=False)
                self.take_quiz(course, activity, at, passes=True)

    def take_quiz(self, course: CoursePage, activity: Activity, at: datetime, *, passes: bool) -> None:
        attempt = start_quiz(self.person, course.translation_key, activity, at - QUIZ_TAKES)
        wrong = self.rng.choice([0, 0, 1]) if passes else self.rng.choice([2, 3])
        answer(attempt, self.person, self.rng, at - timedelta(minutes=1), wrong=wrong)
        submit_attempt(attempt.pk, self.person, at=at)

    def leave_open(self, course: CoursePage, activity: Activity, at: datetime) -> None:
        """Fails the next quiz, or leaves it half answered."""
        for number in range(self.journey.stuck):
            self.take_quiz(course, activity, at + timedelta(hours=number + 1), passes=False)
        if self.journey.answered:
            attempt = start_quiz(self.person, course.translation_key, activity, at + timedelta(hours=1))
            answer(attempt, self.person, self.rng, at + timedelta(hours=1, minutes=3), count=self.journey.answered)


def lead_of(person: User) -> User | None:
    """Who gives a person her paths: the lead of her team, or for a lead the one above."""
    membership = TeamMembership.objects.filter(user=person).select_related("team").first()
    if membership is None:
        return None
    team = membership.team if membership.role == "member" else membership.team.get_parent()
    return User.objects.filter(team_memberships__team=team, team_memberships__role="lead").first()


def moments_between(first: int, last: int, count: int) -> list[tuple[datetime, datetime]]:
    """`count` working moments from `first` to `last` days ago, each after the one before it, which it comes with."""
    step = (first - last) / count
    moments = [_working_moment(first - step * number) for number in range(count + 1)]
    return list(zip(moments, moments[1:], strict=False))


def _working_moment(days: float) -> datetime:
    whole = ceil(days)
    start, hours = WORKDAY
    return days_ago(whole, hour=start) + timedelta(hours=hours * (whole - days))
