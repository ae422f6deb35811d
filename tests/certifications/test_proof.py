from datetime import UTC, datetime, timedelta
from decimal import Decimal

import time_machine
from django.test import TestCase

from certifications.awards import grant_award, revoke_award
from certifications.models import Award
from certifications.proof import proof_of
from courses.assignments import assign_path, extend_due_date
from courses.enrolling import enrol
from courses.models import Enrolment
from courses.progress import complete_activity
from people.models import User
from quizzes.attempts import save_answer, submit_attempt
from quizzes.marking import SeenMark, mark_question
from quizzes.models import Question
from quizzes.overriding import extend_attempt, grant_override
from quizzes.starting import start_attempt
from tests import factories
from tests.cast import CastMixin
from tests.queries import at_most
from tests.quizzes import bank

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PROOF_QUERIES = 3  # the log of the award, the names of people, the attempts whose marks the holder may see


class ProofTest(CastMixin, TestCase):
    """Maya earned it: a lesson, and a quiz of a claim and an essay, with more time, an override and a mark by hand."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.claim = bank.question("true_false", bank.category(), default_mark=5, name="One owner")
        cls.note = bank.question("essay", default_mark=5, name="A note", block={"rubric": []})
        cls.quiz = bank.quiz_of(cls.claim, cls.note, pass_mark=60, time_limit=30)
        cls.course = factories.course("Complaints", lessons=1)
        factories.quiz_page(cls.course, cls.quiz)
        cls.path = factories.path(cls.course, title="First weeks")
        cls.certification = factories.certification(cls.path)
        with time_machine.travel(AT, tick=False):
            cls.award = cls.earn()

    @classmethod
    def earn(cls) -> Award:
        assignment = assign_path(cls.maya, cls.path, by=cls.daniel, reason="She joined", due_at=AT + 24 * HOUR)
        extend_due_date(assignment, AT + 48 * HOUR, cls.giorgi, "She was ill")
        grant_override(cls.quiz, cls.tamar, "Slow network", person=cls.maya, extra_time=Decimal("1.5"))
        enrolment = enrol(cls.maya, cls.course)
        lesson = cls.course.get_children().first().specific
        complete_activity(Enrolment.objects.of(cls.maya), lesson)
        attempt = start_attempt(cls.quiz, cls.maya, enrolment.registration)
        extend_attempt(attempt.pk, cls.tamar, "The power went out", HOUR)
        for question in attempt.questions.all():
            response = "Dear Ms Osei" if question.kind == "essay" else bank.right_response(question)
            save_answer(attempt.pk, cls.maya, question.position, response, 0)
        submit_attempt(attempt.pk, cls.maya)
        essay = attempt.questions.get(kind="essay")
        mark_question(essay.pk, cls.tamar, SeenMark.of(essay), mark=Decimal(4))
        cls.attempt = attempt
        return Award.objects.get()

    def proof(self, reader):
        return proof_of(self.award, reader, AT + HOUR)

    def test_the_evidence_names_revision_times_marks_versions_graders_and_reasons(self):
        proof = self.proof(self.daniel)
        self.assertEqual((proof.path["title"], proof.path["revision"]), ("First weeks", self.path.live_revision_id))
        self.assertEqual((proof.path["due_at"], proof.path["completed_at"]), (AT + 48 * HOUR, AT))
        self.assertEqual([one["title"] for one in proof.activities], ["Complaints, lesson 1", "Show that you know"])
        (attempt,) = proof.attempts
        self.assertEqual((attempt["mark"], attempt["passed"], attempt["graders"]), ("9.00", True, ["Tamar Lomidze"]))
        versions = {q["name"]: (q["revision"], q["mark"], q["marked_by"]) for q in attempt["questions"]}
        latest = dict(Question.objects.values_list("pk", "latest_revision_id"))
        self.assertEqual(versions["One owner"], (latest[self.claim.pk], "5.00", ""))
        self.assertEqual(versions["A note"], (latest[self.note.pk], "4.00", "Tamar Lomidze"))
        self.assertEqual([(o["reason"], o["by"]) for o in proof.overrides], [("Slow network", "Tamar Lomidze")])
        self.assertEqual(
            [(one["by"], one["reason"]) for one in proof.decisions[:3]],
            [
                ("Daniel Mercer", "She joined"),
                ("Giorgi Kapanadze", "She was ill"),
                ("Tamar Lomidze", "The power went out"),
            ],
        )

    def test_it_is_frozen_at_the_grant(self):
        before = self.proof(self.daniel)
        self.path.title = "Other weeks"
        factories.publish(self.path)
        self.claim.name = "No owner"
        self.claim.save_revision()
        self.quiz.overrides.all().delete()
        self.assertEqual(self.proof(self.daniel), before)

    def test_what_is_done_to_the_award_later_is_added(self):
        revoke_award(self.award, self.ana, "Shared the answers")
        last = self.proof(self.maya).decisions[-1]
        self.assertEqual(
            (last["what"], last["by"], last["reason"]),
            ("The certificate was revoked", "Ana Petrov", "Shared the answers"),
        )

    def test_names_are_those_of_today(self):
        User.objects.filter(pk=self.tamar.pk).update(name="Erased")
        self.assertEqual(self.proof(self.daniel).attempts[0]["graders"], ["Erased"])

    def test_the_holder_sees_no_more_marks_than_the_review_shows_her(self):
        mine = self.proof(self.maya).attempts[0]
        self.assertEqual((mine["mark"], mine["questions"]), ("9.00", []))
        self.attempt.refresh_from_db()
        self.attempt.rules["review"] = {phase: ["attempt"] for phase in self.attempt.rules["review"]}
        self.attempt.save()
        self.assertIsNone(self.proof(self.maya).attempts[0]["mark"])
        self.assertEqual(self.proof(self.daniel).attempts[0]["mark"], "9.00")

    def test_an_award_by_hand_or_from_before_shows_what_it_has(self):
        award = grant_award(self.certification, self.sam, {}, AT, by=self.daniel, reason="Assessed on the floor")
        proof = proof_of(award, self.daniel, AT)
        self.assertEqual([one["reason"] for one in proof.decisions], ["Assessed on the floor"])
        old = {"id": 1, "quiz": "Q", "mark": "1", "max_mark": "2", "finished_at": AT.isoformat()}
        award.evidence = {"attempts": [old]}
        self.assertEqual(proof_of(award, self.daniel, AT).attempts[0]["finished_at"], AT)

    def test_it_costs_the_same_however_much_it_holds(self):
        self.proof(self.maya)
        for copies in (1, 3):
            self.award.evidence["attempts"] = self.award.evidence["attempts"][:1] * copies
            with at_most(PROOF_QUERIES):
                self.proof(self.maya)

    def test_the_page_shows_it_to_those_who_may_see_the_award(self):
        address = f"{self.award.get_absolute_url()}proof/"
        may, may_not = (self.maya, self.daniel, self.ana), (self.sam, self.tamar)
        for person, status in [*((one, 200) for one in may), *((one, 404) for one in may_not)]:
            with self.subTest(person.name):
                self.client.force_login(person)
                page = self.client.get(address)
                self.assertEqual(page.status_code, status)
        self.client.force_login(self.daniel)
        for words in ("First weeks", "She was ill", "The power went out", "Slow network", "A note", "4.00 / 5.00"):
            self.assertContains(self.client.get(address), words)
        self.assertContains(self.client.get(self.award.get_absolute_url()), address)
