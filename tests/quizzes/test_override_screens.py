"""Overrides in the CMS, as a trainer uses them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import time_machine
from django.test import TestCase
from django.urls import reverse
from wagtail.models import ModelLogEntry

from quizzes.attempts import submit_attempt
from quizzes.models import Attempt, Quiz, QuizOverride
from quizzes.overriding import grant_override
from quizzes.starting import start_attempt
from tests.cast import CastMixin, person
from tests.queries import at_most
from tests.quizzes import bank

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WHY = "She uses a screen reader."


def url(view, *args):
    return reverse(Quiz.snippet_viewset.get_url_name(view), args=args)


class ScreenTestCase(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.quiz = bank.quiz_of(bank.question("true_false"), time_limit=20, attempt_limit=1)

    def setUp(self):
        clock = time_machine.travel(NOW, tick=False)
        clock.start()
        self.addCleanup(clock.stop)
        self.client.force_login(self.tamar)

    def grant(self, whom=None, **fields):
        fields = fields or {"time_limit": 30}
        return grant_override(self.quiz, self.tamar, WHY, person=whom or self.maya, **fields)

    def post(self, view, pk, **fields):
        return self.client.post(url(view, pk), fields, follow=True)

    def add(self, **fields):
        return self.post("add_override", self.quiz.pk, **({"reason": WHY} | fields))

    def last_action(self):
        entry = ModelLogEntry.objects.order_by("pk").last()
        return entry.action, entry.user, entry.data["reason"]


class TheList(ScreenTestCase):
    def page(self, **query):
        return self.client.get(url("overrides", self.quiz.pk), query)

    def test_it_says_for_whom_what_until_when_who_and_why(self):
        self.grant(extra_time="1.5", attempt_limit=0, expires_at=NOW + timedelta(days=2))
        grant_override(self.quiz, self.ana, "A late shift.", team=self.chat, closes_at=NOW + timedelta(days=9))
        response = self.page()
        for text in ("Maya Osei", "1.5 times the time", "as many attempts as one likes", "Mar 4, 2026", WHY, "Tamar"):
            self.assertContains(response, text)
        for text in ("Chat", "closes Mar 11, 2026", "A late shift.", "Ana Petrov", "for good"):
            self.assertContains(response, text)

    def test_one_that_has_ended_is_greyed(self):
        self.grant()
        self.assertNotContains(self.page(), "overrides__ended")
        QuizOverride.objects.update(expires_at=NOW)
        self.assertContains(self.page(), "overrides__ended")

    def test_it_costs_the_same_for_one_and_for_three(self):
        def cost():
            with at_most(100) as queries:
                self.page()
            return len(queries)

        self.grant()
        start_attempt(self.quiz, self.maya, uuid4())
        cost()
        for_one = cost()
        for colleague in (self.layla, self.sam):
            self.grant(colleague)
            start_attempt(self.quiz, colleague, uuid4())
        self.assertEqual(cost(), for_one)

    def test_open_attempts_are_found_by_name(self):
        for colleague in (self.maya, self.sam):
            start_attempt(self.quiz, colleague, uuid4())
        submit_attempt(start_attempt(self.quiz, self.layla, uuid4()).pk, self.layla)
        self.assertEqual(self.people_in(self.page()), {"Maya Osei", "Sam Whitfield"})
        self.assertEqual(self.people_in(self.page(q="sam")), {"Sam Whitfield"})

    def people_in(self, response):
        return {str(row["attempt"].person) for row in response.context["attempts"]}


class Acts(ScreenTestCase):
    def test_a_trainer_adds_one_for_a_person(self):
        response = self.add(person=self.maya.pk, time_limit="30", extra_time="1.25", expires_at="2026-03-09 09:00")
        self.assertContains(response, "The override holds for every attempt that starts from now on.")
        made = QuizOverride.objects.get()
        self.assertEqual((made.person, made.time_limit, made.created_by), (self.maya, 30, self.tamar))
        self.assertEqual(made.expires_at, NOW + timedelta(days=7))
        self.assertEqual(self.last_action(), ("quizzes.grant_override", self.tamar, WHY))

    def test_a_trainer_adds_one_for_a_team(self):
        self.add(team=self.phone.pk, attempt_limit="0")
        self.assertEqual(QuizOverride.objects.get().team, self.phone)

    def test_what_makes_no_sense_is_refused_with_the_reason(self):
        window = {"opens_at": "2026-03-09 09:00", "closes_at": "2026-03-02 09:00"}
        rows = [
            ({"person": self.maya.pk}, "fill in at least one limit"),
            ({"person": self.maya.pk, "time_limit": "30", "reason": " "}, "This field is required."),
            ({"time_limit": "30"}, "Choose a person or a team, not both."),
            (
                {"person": self.maya.pk, "team": self.phone.pk, "time_limit": "9"},
                "Choose a person or a team, not both.",
            ),
            ({"person": self.maya.pk, **window}, "It closes before it opens."),
            ({"person": self.maya.pk, "extra_time": "0.5"}, "greater than or equal to 1"),
        ]
        for fields, text in rows:
            with self.subTest(fields):
                self.assertContains(self.add(**fields), text)
        self.assertFalse(QuizOverride.objects.exists())

    def test_a_second_one_for_the_same_person_leads_to_the_first(self):
        first = self.grant()
        response = self.add(person=self.maya.pk, time_limit="40")
        self.assertRedirects(response, url("change_override", first.pk))
        self.assertContains(response, "Maya Osei has an override of this quiz already.")

    def test_a_change_replaces_it(self):
        override = self.grant(time_limit=30, attempt_limit=3)
        self.post("change_override", override.pk, time_limit="25", reason="Less is enough.")
        override.refresh_from_db()
        self.assertEqual((override.time_limit, override.attempt_limit), (25, None))
        self.assertEqual(self.last_action(), ("quizzes.change_override", self.tamar, "Less is enough."))

    def test_it_is_withdrawn_after_a_question_and_with_a_reason(self):
        override = self.grant()
        self.assertContains(self.client.get(url("withdraw_override", override.pk)), "Withdraw the override for Maya")
        self.assertContains(self.post("withdraw_override", override.pk), "This field is required.")
        self.assertTrue(QuizOverride.objects.exists())
        self.post("withdraw_override", override.pk, reason="She left.")
        self.assertFalse(QuizOverride.objects.exists())
        self.assertEqual(self.last_action(), ("quizzes.withdraw_override", self.tamar, "She left."))

    def test_an_open_attempt_gets_more_time(self):
        attempt = start_attempt(self.quiz, self.maya, uuid4())
        page = self.client.get(url("extend_attempt", attempt.pk))
        self.assertContains(page, "More time for Maya Osei")
        response = self.post("extend_attempt", attempt.pk, minutes="15", reason="The network broke down.")
        self.assertContains(response, "Maya Osei has time until")
        attempt.refresh_from_db()
        self.assertEqual(attempt.deadline_at, NOW + timedelta(minutes=35))
        self.assertEqual(self.last_action(), ("quizzes.extend_attempt", self.tamar, "The network broke down."))

    def test_one_that_is_over_stays_so(self):
        attempt = submit_attempt(start_attempt(self.quiz, self.maya, uuid4()).pk, self.maya)
        response = self.post("extend_attempt", attempt.pk, minutes="15", reason=WHY)
        self.assertContains(response, "This attempt is over; its deadline stays.")
        self.assertEqual(Attempt.objects.get().deadline_at, attempt.deadline_at)

    def test_the_history_of_the_quiz_tells_of_it(self):
        self.grant()
        self.assertContains(self.client.get(url("history", self.quiz.pk)), "Limits overridden")


class ChoosingAPerson(ScreenTestCase):
    def found(self, query, view="choose_results"):
        return self.client.get(reverse(f"override_person:{view}"), {"q": query}).content.decode()

    def test_people_are_found_by_name_address_and_number(self):
        person("Maya Abashidze", employee_id="E-17", email="m.abashidze@example.com")
        for query, names in (
            ("maya", {"Maya Osei", "Maya Abashidze"}),
            ("maya ose", {"Maya Osei"}),
            ("abashidze@", {"Maya Abashidze"}),
            ("E-17", {"Maya Abashidze"}),
            ("nobody", set()),
        ):
            with self.subTest(query):
                text = self.found(query)
                self.assertEqual({name for name in ("Maya Osei", "Maya Abashidze") if name in text}, names)

    def test_nobody_is_named_before_a_search(self):
        for view in ("choose", "choose_results"):
            self.assertNotIn("Maya", self.found("", view))

    def test_who_left_is_not_found(self):
        self.maya.is_active = False
        self.maya.save()
        self.assertNotIn("Maya", self.found("maya"))
        self.assertContains(self.add(person=self.maya.pk, time_limit="9"), "Select a valid choice")


class WhoMay(ScreenTestCase):
    def test_learners_and_leads_see_and_change_nothing(self):
        override, attempt = self.grant(), start_attempt(self.quiz, self.maya, uuid4())
        pages = [
            url("overrides", self.quiz.pk),
            url("add_override", self.quiz.pk),
            url("change_override", override.pk),
            url("withdraw_override", override.pk),
            url("extend_attempt", attempt.pk),
            reverse("override_person:choose"),
            reverse("override_person:choose_results") + "?q=maya",
            reverse("override_person:chosen", args=[self.maya.pk]),
        ]
        data = {"person": self.sam.pk, "time_limit": "9", "reason": WHY, "minutes": "5"}
        for somebody in (self.maya, self.daniel):
            self.client.force_login(somebody)
            for page in pages:
                with self.subTest(f"{somebody} {page}"):
                    self.assertNotEqual(self.client.get(page).status_code, 200)
                    self.client.post(page, data)
        kept = QuizOverride.objects.get()
        self.assertEqual((kept.person, kept.time_limit), (self.maya, 30))
        self.assertEqual(Attempt.objects.get().deadline_at, attempt.deadline_at)

    def test_somebody_in_the_cms_who_may_not_change_quizzes_finds_nobody(self):
        from django.contrib.auth.models import Permission

        self.daniel.user_permissions.add(Permission.objects.get(codename="access_admin"))
        self.client.force_login(self.daniel)
        for view in ("choose", "choose_results"):
            response = self.client.get(reverse(f"override_person:{view}"), {"q": "maya"})
            self.assertNotContains(response, "Maya", status_code=302)
