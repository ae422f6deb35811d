"""The demo holds what it promises, and every address that it names can be looked at. It is loaded once for all."""

import json
from datetime import timedelta
from io import StringIO
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import TestCase
from django.utils import timezone
from taggit.models import Tag

from certifications.cycles import renewal_of
from certifications.evidence_files import bytes_of
from certifications.models import Award, Certification, CriteriaMigration, ExternalEvidence
from courses.catalogue import catalogue_for
from courses.journey import journey
from courses.models import (
    ActivityCompletion,
    AssignmentRule,
    CoursePage,
    Enrolment,
    LearningPathPage,
    Observation,
    PathAssignment,
    SignOffPage,
)
from courses.publishing import publishing_problems
from knowledge.models import ArticleAcknowledgement, ArticlePage, Product
from lms.demo.answering import right_response, wrong_response
from lms.demo.clearing import clear
from lms.demo.content import read
from lms.demo.courses import path_key
from lms.demo.journeys import Journey, Traveller, moments_between
from lms.demo.people import person
from people.models import Notification, Team, TeamMembership, User
from quizzes.models import (
    Attempt,
    AttemptQuestion,
    MarkChange,
    Question,
    QuestionCategory,
    QuestionUse,
    Quiz,
    QuizOverride,
)
from quizzes.scoring import part_of
from strategy.models import KpiReading, ServiceGoal
from tests import cast

loaded = pytest.mark.usefixtures("demo_database")


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


def keys(model, **conditions) -> int:
    """How many things there are, whatever the number of their languages."""
    return model.objects.filter(**conditions).values("translation_key").distinct().count()


@loaded
def test_the_company_is_as_large_as_promised():
    assert (User.objects.count(), Team.objects.count()) == (32, 6)
    assert (keys(CoursePage), keys(ArticlePage), keys(Question)) == (8, 25, 92)
    assert (Quiz.objects.count(), Certification.objects.count(), Product.objects.count()) == (9, 4, 10)
    assert not ServiceGoal.objects.goals().filter(course_goals=None, certifications=None).exclude(kpi=None).exists()
    for language in ("en", "ar", "ka"):
        whole = CoursePage.objects.filter(locale__language_code=language, live=True)
        assert whole.count() == (8 if language == "en" else 3)
        assert all(course.get_children().live().count() >= 4 for course in whole)


@loaded
def test_a_quarter_of_the_people_is_certified():
    assert Award.objects.valid().values("holder").distinct().count() / User.objects.count() == 0.25


@loaded
def test_every_state_is_there():
    now = timezone.now()
    assert Award.objects.valid(now).filter(expires_at__lte=now + timedelta(days=30)).count() == 2
    assert Award.objects.active().filter(expires_at__lte=now).exists()
    assert Award.objects.filter(state=Award.State.REVOKED).count() == 1
    assert Award.objects.filter(state=Award.State.SUPERSEDED, superseded_by__state=Award.State.ACTIVE).count() == 1
    assert PathAssignment.objects.overdue(now).count() >= 3
    assert PathAssignment.objects.filter(state=PathAssignment.State.EXEMPT).exists()
    assert Attempt.objects.filter(passed=False).count() >= 5
    assert Attempt.objects.in_progress().count() == 2
    assert not Attempt.objects.due(now).exists()
    assert {*Observation.objects.values_list("state", "outcome")} == {
        *(("asked", ""), ("observed", "not_yet"), ("confirmed", "met"))
    }
    assert Notification.objects.unread().exists()
    assert ArticlePage.objects.verified(now).exists() and ArticlePage.objects.due_for_verification(now).exists()
    assert KpiReading.objects.filter(team__code="phone", kpi__code="csat").count() == 12


@loaded
def test_certificates_are_in_every_part_of_their_cycle():
    now = timezone.now()
    awards = Award.objects.filter(certification__code="service-professional")
    assert awards.filter(holder=person("daniel")).count() == 3
    renewals = {name: renewal_of(awards.get(holder=person(name)), now) for name in ("rana", "chloe", "karim")}
    assert [(renewal.is_open, renewal.is_late) for renewal in renewals.values()] == [(True, False), *[(True, True)] * 2]
    for name, renewal in renewals.items():
        duty = PathAssignment.objects.of(person(name)).active().get(path_key=renewal.path_key)
        assert duty.assigned_at < now - timedelta(days=7)
    assert renewals["karim"].path_key == path_key("first-weeks") != renewals["chloe"].path_key
    opened = [award for award in Award.objects.valid(now).with_paths() if renewal_of(award, now).is_open]
    assert len(opened) == 2
    assert all(award.renewal_opened_at == award.expires_at - award.certification.window for award in opened)
    credited = journey(person("mariam"), path_key("after-sales"), catalogue_for(person("mariam")), now)["steps"]
    assert [step.get("is_credited") for step in credited] == [True, None]


@loaded
def test_a_proof_from_elsewhere_waits_for_the_lead():
    proof = ExternalEvidence.objects.waiting().get()
    assert proof.certification.accepts_external_evidence
    assert Notification.objects.get(kind="evidence-waiting").recipient == person("daniel")
    assert bytes_of(proof).startswith(b"%PDF-")


@loaded
def test_the_newest_hires_have_a_path_and_have_not_begun():
    for name in ("maya", "layla"):
        assert PathAssignment.objects.of(person(name)).get().state == PathAssignment.State.ACTIVE
        assert not Enrolment.objects.of(person(name)).exists()
    halfway = ActivityCompletion.objects.filter(enrolment__person=person("nino")).count()
    assert 5 < halfway < 17
    assert TeamMembership.objects.active().leads().get(user=person("daniel")).team.code == "phone"


@loaded
def test_nothing_happens_in_the_future_and_nobody_gets_mail():
    now = timezone.now()
    for model, field in (
        (Enrolment, "enrolled_at"),
        (ActivityCompletion, "completed_at"),
        (ArticleAcknowledgement, "acknowledged_at"),
        (PathAssignment, "assigned_at"),
        (Attempt, "started_at"),
        (AttemptQuestion, "answered_at"),
        (AttemptQuestion, "marked_at"),
        (MarkChange, "at"),
        (Observation, "observed_at"),
        (Observation, "closed_at"),
        (Award, "awarded_at"),
        (Award, "revoked_at"),
        (ExternalEvidence, "submitted_at"),
        (Notification, "created_at"),
    ):
        assert not model.objects.filter(**{f"{field}__gt": now}).exists(), f"{model.__name__}.{field}"
    assert not Notification.objects.waiting_for_mail(now).exists()


@loaded
def test_every_address_can_be_looked_at_by_the_person_it_is_for(client):
    demo = json.loads(said("--json"))
    assert len({page["name"] for page in demo["pages"]}) == len(demo["pages"]) > 20
    for page in demo["pages"]:
        client.logout()
        if page["email"]:
            client.force_login(User.objects.get(email=page["email"]), backend=settings.AUTHENTICATION_BACKENDS[0])
        assert client.get(page["address"]).status_code == 200, page


@loaded
def test_whoever_it_names_can_sign_in(client):
    demo, table = json.loads(said("--json")), said("--people")
    for who in demo["people"]:
        assert client.login(request=None, email=who["email"], password=who["password"]), who
        assert who["email"] in table and who["name"] in table
    assert demo["people"][0]["password"] in table


@loaded
def test_all_content_would_pass_the_editor():
    for page in [*ArticlePage.objects.all(), *Question.objects.all()]:
        page.body.stream_block.clean(page.body)
    for page in SignOffPage.objects.all():
        page.checklist.stream_block.clean(page.checklist)
    for course in CoursePage.objects.all():
        for page in [course, *course.get_children().specific()]:
            assert publishing_problems(page) == []


@loaded
def test_each_question_tells_right_answers_from_wrong_ones():
    for question in AttemptQuestion.objects.all():
        for response, share in ((right_response(question), 1), (wrong_response(question), 0)):
            assert question.type.accepts(question.content, response)
            question.response = response
            assert part_of(question) == (None if question.kind == "essay" else share), question


@loaded
def test_the_same_journey_on_the_same_day_is_the_same():
    def told() -> list[tuple]:
        done = ActivityCompletion.objects.filter(enrolment__person=person("priya")).order_by("completed_at")
        attempts = Attempt.objects.of(person("priya")).order_by("started_at")
        awards = Award.objects.filter(holder=person("priya")).order_by("awarded_at")
        return [
            *done.values_list("activity_key", "completed_at"),
            *attempts.values_list("quiz_key", "started_at", "mark", "passed"),
            *awards.values_list("certification__code", "awarded_at", "expires_at"),
        ]

    before, priya = told(), person("priya")
    Award.objects.filter(holder=priya).delete()
    ActivityCompletion.objects.filter(enrolment__person=priya).delete()
    for model in (Enrolment, PathAssignment, Attempt, ArticleAcknowledgement):
        model.objects.filter(person=priya).delete()
    for record in read("histories")["journey"]:
        if record["person"] == "priya":
            Traveller(Journey(**record), priya).go("")
    assert told() == before


@loaded
def test_clearing_leaves_nothing_but_the_people_of_others():
    cast.person("Real Person")
    stored_as = ExternalEvidence.objects.get().stored_as
    certification, administrator = Certification.objects.first(), User.objects.filter(is_superuser=True).first()
    CriteriaMigration.objects.create(
        certification=certification, by=administrator, moves_expiry=True, seen_at=timezone.now()
    )
    clear()
    assert not default_storage.exists(stored_as)
    assert [user.name for user in User.objects.all()] == ["Real Person"]
    for model in (
        Award,
        ExternalEvidence,
        Enrolment,
        Attempt,
        PathAssignment,
        Notification,
        Team,
        CoursePage,
        ArticlePage,
        AssignmentRule,
        LearningPathPage,
        MarkChange,
        Observation,
        Question,
        QuestionCategory,
        QuestionUse,
        Quiz,
        QuizOverride,
        Tag,
    ):
        assert not model.objects.exists(), model.__name__


class DemoCommandTest(TestCase):
    def test_if_empty_does_nothing_where_there_are_people(self):
        cast.person("Real Person")
        with patch("lms.management.commands.demo.load") as load:
            self.assertEqual(said("--if-empty"), "")
        load.assert_not_called()

    def test_if_empty_loads_where_there_is_nobody(self):
        with patch("lms.management.commands.demo.load") as load:
            said("--if-empty")
        load.assert_called_once()

    def test_it_refuses_to_delete_the_records_of_other_people(self):
        cast.person("Real Person")
        with patch("lms.management.commands.demo.load") as load:
            with self.assertRaisesMessage(CommandError, "real@example.com"):
                said()
            load.assert_not_called()
            said("--force")
            load.assert_called_once()

    def test_addresses_are_asked_of_a_loaded_demo_only(self):
        with self.assertRaisesMessage(CommandError, "not loaded"):
            said("--json")
        self.assertEqual(said("--people"), "")

    def test_moments_follow_each_other_on_working_hours(self):
        moments = [moment for _before, moment in moments_between(10, 2, 17)]
        self.assertEqual(moments, sorted(set(moments)))
        self.assertTrue(all(7 <= moment.hour <= 17 for moment in moments))
