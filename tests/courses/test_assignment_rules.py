"""Who a rule gives its path to, when it lets them rest and go on, and what its preview says before."""

from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import time_machine
from django.test import TestCase

from certifications.awards import grant_award
from certifications.standing import certified_by_path
from courses.assignments import assign_path, exempt, remove, resume, suspend
from courses.models import AssignmentRule, Enrolment, PathAssignment, PathStep
from courses.rule_preview import Effect, preview_of
from courses.rules import apply_rule, apply_rules
from people.models import JobRole, Notification, TeamMembership, User
from people.reasons import ReasonRequired
from tests import factories
from tests.cast import CastMixin, join, person
from tests.queries import at_most

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
State = PathAssignment.State
DueFrom = AssignmentRule.DueFrom


class RuleMixin(CastMixin):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.course = factories.course("Tone", lessons=1)
        cls.path = factories.path(cls.course, title="Welcome")
        cls.agent = JobRole.objects.create(code="agent", name="Agent")

    def setUp(self):
        clock = time_machine.travel(NOW, tick=False)
        clock.start()
        self.addCleanup(clock.stop)

    def rule(self, teams=(), job_roles=(), **fields) -> AssignmentRule:
        fields.setdefault("is_active", True)
        fields.setdefault("due_from", DueFrom.NEVER)
        made = AssignmentRule(name=fields.pop("name", "Everybody on the phone"), path=self.path, **fields)
        made.full_clean()
        made.teams = list(teams)
        made.job_roles = list(job_roles)
        made.save()
        return AssignmentRule.objects.get(pk=made.pk)

    def given(self) -> dict[str, str]:
        return dict(PathAssignment.objects.order_by("person__name").values_list("person__name", "state"))


class Criteria(RuleMixin, TestCase):
    def names(self, rule) -> set[str]:
        return {p.name.split()[0] for p in rule.people(NOW)}

    def test_a_team_means_its_members_and_those_of_its_sub_teams(self):
        self.assertEqual(self.names(self.rule([self.phone])), {"Maya", "Layla"})
        self.assertEqual(self.names(self.rule([self.service], name="b")), {"Maya", "Layla", "Sam"})
        self.assertEqual(self.names(self.rule([self.service], name="c", include_subteams=False)), set())

    def test_all_criteria_have_to_be_met(self):
        User.objects.filter(pk=self.maya.pk).update(job_role=self.agent)
        self.assertEqual(self.names(self.rule([self.phone], [self.agent])), {"Maya"})
        self.assertEqual(self.names(self.rule([self.phone], name="b", language="ar")), {"Layla"})
        self.assertEqual(self.names(self.rule([self.phone], [self.agent], name="c", language="ar")), set())

    def test_hire_dates_are_compared_by_day(self):
        for name, day in (("Early", date(2026, 2, 1)), ("Late", date(2026, 3, 1)), ("Unknown", None)):
            join(person(name, hired_on=day), self.chat)
        cases = [
            ({"hired_from": date(2026, 2, 1)}, {"Early", "Late"}),
            ({"hired_from": date(2026, 2, 2)}, {"Late"}),
            ({"hired_from": date(2026, 1, 6), "hired_until": date(2026, 2, 1)}, {"Early"}),
            ({"hired_within_days": 1}, {"Late"}),
            ({"hired_within_days": 29}, {"Early", "Late"}),
        ]
        for fields, expected in cases:
            with self.subTest(fields):
                rule = self.rule([self.chat], name=str(fields), **fields)
                self.assertEqual(self.names(rule), expected)

    def test_who_was_deactivated_meets_nothing(self):
        User.objects.filter(pk=self.maya.pk).update(is_active=False)
        self.assertEqual(self.names(self.rule([self.phone])), {"Layla"})


class Applying(RuleMixin, TestCase):
    def test_everybody_who_meets_it_is_given_the_path_once_and_told_why(self):
        rule = self.rule([self.phone])
        self.assertEqual(str(apply_rules(NOW)), "2 assigned, 0 released, 0 suspended, 0 resumed")
        self.assertEqual(self.given(), {"Layla Haddad": "active", "Maya Osei": "active"})
        self.assertEqual(PathAssignment.objects.get(person=self.maya).reason, rule.name)
        self.assertEqual(Notification.objects.filter(kind="path-assigned").count(), 2)
        self.assertEqual(apply_rules(NOW).assigned, 0)
        self.assertEqual(PathAssignment.objects.count(), 2)

    def test_path_and_reason_are_named_in_the_readers_language(self):
        factories.path(self.course, title="أهلًا", language="ar", translation_of=self.path)
        rule = self.rule([self.phone])
        AssignmentRule.objects.filter(pk=rule.pk).update(name_ar="كل من على الهاتف")
        apply_rules(NOW)
        given = PathAssignment.objects.get(person=self.layla)
        self.assertEqual((given.path_title, given.reason), ("أهلًا", "كل من على الهاتف"))
        self.assertIn("أهلًا", Notification.objects.get(recipient=self.layla).subject)
        TeamMembership.objects.filter(user=self.layla).update(ends_on=NOW.date())
        apply_rules(NOW)
        self.assertIn("كل من على الهاتف", Notification.objects.get(recipient=self.layla, kind="duty-changed").body)
        self.assertEqual(PathAssignment.objects.get(person=self.maya).path_title, "Welcome")

    def test_leaving_lets_it_rest_and_returning_goes_on_with_the_same_one(self):
        self.rule([self.phone])
        apply_rules(NOW)
        TeamMembership.objects.filter(user=self.maya).update(ends_on=NOW.date())
        self.assertEqual(apply_rules(NOW).suspended, 1)
        self.assertEqual(self.given()["Maya Osei"], State.SUSPENDED)
        self.assertEqual(apply_rules(NOW).suspended, 0)
        join(self.maya, self.phone, starts_on=NOW.date())
        self.assertEqual(apply_rules(NOW).resumed, 1)
        self.assertEqual(PathAssignment.objects.filter(person=self.maya).count(), 1)

    def test_she_is_told_once_that_it_rests_and_once_that_it_goes_on(self):
        self.rule([self.phone])
        apply_rules(NOW)
        TeamMembership.objects.filter(user=self.maya).update(ends_on=NOW.date())
        for _again in range(2):
            apply_rules(NOW)
        join(self.maya, self.phone, starts_on=NOW.date())
        for _again in range(2):
            apply_rules(NOW)
        rests, goes_on = Notification.objects.filter(kind="duty-changed").order_by("pk")
        self.assertEqual(rests.subject, "A learning path rests: Welcome")
        self.assertEqual(
            rests.body,
            "Nothing is due while it rests.\n\nIt was given by a rule that you no longer meet: Everybody on the phone",
        )
        self.assertEqual(goes_on.subject, "A learning path goes on: Welcome")
        self.assertEqual(goes_on.body, "It was given by a rule that you meet again: Everybody on the phone")

    def test_what_was_given_by_hand_stays_when_a_rule_no_longer_holds(self):
        assign_path(self.maya, self.path, by=self.daniel, reason="She asked.", at=NOW)
        self.rule([self.phone])
        apply_rules(NOW)
        TeamMembership.objects.filter(user=self.maya).update(ends_on=NOW.date())
        self.assertEqual(apply_rules(NOW).suspended, 0)

    def test_what_a_lead_suspended_does_not_go_on_by_itself(self):
        self.rule([self.phone])
        apply_rules(NOW)
        suspend(PathAssignment.objects.get(person=self.maya), by=self.daniel, reason="On leave.")
        self.assertEqual(apply_rules(NOW).resumed, 0)
        self.assertEqual(self.given()["Maya Osei"], State.SUSPENDED)

    def test_however_it_ended_it_is_not_given_again(self):
        self.rule([self.phone])
        apply_rules(NOW)
        exempt(PathAssignment.objects.get(person=self.maya), by=self.daniel, reason="Did it elsewhere.")
        remove(PathAssignment.objects.get(person=self.layla), by=self.daniel, reason="A mistake.")
        self.assertEqual(apply_rules(NOW).assigned, 0)

    def test_another_rule_for_the_same_path_keeps_it_going(self):
        self.rule([self.phone])
        apply_rules(NOW)
        self.rule([self.chat], name="Everybody in chat")
        TeamMembership.objects.filter(user=self.maya).update(ends_on=NOW.date())
        join(self.maya, self.chat, starts_on=NOW.date())
        left = AssignmentRule.objects.get(name="Everybody on the phone")
        self.assertEqual(preview_of(left, NOW).counts, {Effect.HAS_IT: 1})
        apply_rules(NOW)
        self.assertEqual(self.given()["Maya Osei"], State.ACTIVE)

    def test_time_alone_takes_nothing_from_who_was_hired_lately(self):
        self.rule([self.phone], hired_within_days=60)
        apply_rules(NOW)
        later = NOW + timedelta(days=90)
        self.assertEqual(str(apply_rules(later)), "0 assigned, 0 released, 0 suspended, 0 resumed")

    def test_who_is_certified_already_is_an_exception(self):
        certification = factories.certification(self.path)
        grant_award(certification, self.maya, {}, at=NOW, by=self.ana, reason="Certified before.")
        self.rule([self.phone])
        apply_rules(NOW, excepted=certified_by_path)
        self.assertEqual(self.given(), {"Layla Haddad": "active"})

    def test_a_rule_that_is_off_or_whose_path_is_withdrawn_gives_nothing(self):
        rule = self.rule([self.phone], is_active=False)
        self.assertEqual(apply_rules(NOW).assigned, 0)
        AssignmentRule.objects.filter(pk=rule.pk).update(is_active=True)
        self.path.unpublish()
        self.assertEqual(apply_rules(NOW).assigned, 0)

    def test_one_person_can_be_looked_at_alone(self):
        self.rule([self.phone])
        apply_rules(NOW, person=self.maya)
        self.assertEqual(self.given(), {"Maya Osei": "active"})

    def test_a_rule_that_fails_holds_up_no_other(self):
        self.rule([self.phone], name="A broken one")
        self.rule([self.chat], name="Chat")

        def failing(person, path, **kwargs):
            if kwargs["rule"].name == "A broken one":
                raise RuntimeError("a fault")
            return assign_path(person, path, **kwargs)

        with patch("courses.rules.assign_path", failing), self.assertLogs("courses", "ERROR"):
            self.assertEqual(apply_rules(NOW).assigned, 1)


class DueDates(RuleMixin, TestCase):
    def due(self, who=None):
        return PathAssignment.objects.get(person=who or self.maya).due_at

    def test_days_after_the_assignment(self):
        self.rule([self.phone], due_from=DueFrom.ASSIGNMENT, due_days=14)
        apply_rules(NOW)
        self.assertEqual(self.due(), NOW + timedelta(days=14))

    def test_a_fixed_day_ends_with_its_last_second_where_the_person_is(self):
        self.rule([self.phone], due_from=DueFrom.FIXED, due_on=date(2026, 3, 31))
        apply_rules(NOW)
        self.assertEqual(self.due(), datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC))
        self.assertEqual(self.due(self.layla), datetime(2026, 3, 31, 19, 59, 59, tzinfo=UTC))

    def test_it_is_held_until_the_hire_date_is_known(self):
        User.objects.filter(pk=self.maya.pk).update(hired_on=None)
        self.rule([self.phone], due_from=DueFrom.HIRE_DATE, due_days=30)
        apply_rules(NOW)
        self.assertEqual(self.given(), {"Layla Haddad": "active", "Maya Osei": "held"})
        self.assertIsNone(self.due())
        User.objects.filter(pk=self.maya.pk).update(hired_on=date(2026, 3, 1))
        self.assertEqual(apply_rules(NOW).released, 1)
        self.assertEqual(
            (self.given()["Maya Osei"], self.due()), ("active", datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC))
        )


class PriorLearning(RuleMixin, TestCase):
    def done(self, days_ago: int) -> None:
        Enrolment.objects.create(
            person=self.maya,
            course_key=self.course.translation_key,
            course_title="Tone",
            enrolled_at=NOW - timedelta(days=days_ago),
            completed_at=NOW - timedelta(days=days_ago),
        )

    def limit(self, days) -> None:
        self.path.prior_learning_days = days
        factories.publish(self.path)

    def test_an_earlier_completion_completes_the_path_at_once(self):
        self.done(days_ago=400)
        self.assertEqual(assign_path(self.maya, self.path, at=NOW).state, State.COMPLETED)

    def test_one_that_is_too_old_does_not_count_and_the_course_starts_anew(self):
        self.done(days_ago=31)
        self.limit(30)
        assignment = assign_path(self.maya, self.path, at=NOW)
        self.assertEqual(assignment.state, State.ACTIVE)
        self.assertEqual(Enrolment.objects.of(self.maya).get().superseded_at, NOW)

    def test_the_last_day_still_counts(self):
        self.done(days_ago=30)
        self.limit(30)
        self.assertEqual(assign_path(self.maya, self.path, at=NOW).state, State.COMPLETED)


class Previewing(RuleMixin, TestCase):
    def effects(self, rule) -> dict[str, str]:
        page = preview_of(rule, NOW, certified_by_path).page
        return {p.name.split()[0]: p.effect for p in page.object_list}

    def test_it_says_who_would_get_it_and_why_others_would_not(self):
        certification = factories.certification(self.path)
        grant_award(certification, self.layla, {}, at=NOW, by=self.ana, reason="Certified before.")
        waiting, did = person("Wanda", hired_on=None), person("Dina")
        join(waiting, self.phone), join(did, self.phone)
        Enrolment.objects.create(
            person=did, course_key=self.course.translation_key, course_title="Tone", enrolled_at=NOW, completed_at=NOW
        )
        rule = self.rule([self.phone], due_from=DueFrom.HIRE_DATE, due_days=5, is_active=False)
        expected = {"Maya": Effect.ASSIGNED, "Wanda": Effect.HELD, "Dina": Effect.COMPLETED, "Layla": Effect.EXCEPTED}
        self.assertEqual(self.effects(rule), expected)
        self.assertEqual(PathAssignment.objects.count(), 0)

    def test_what_it_says_is_what_happens(self):
        rule = self.rule([self.phone])
        self.assertEqual(preview_of(rule, NOW).counts, {Effect.ASSIGNED: 2})
        apply_rule(rule, NOW)
        TeamMembership.objects.filter(user=self.maya).update(ends_on=NOW.date())
        self.assertEqual(preview_of(rule, NOW).counts, {Effect.SUSPENDED: 1, Effect.HAS_IT: 1})
        apply_rule(rule, NOW)
        join(self.maya, self.phone, starts_on=NOW.date())
        self.assertEqual(preview_of(rule, NOW).counts, {Effect.RESUMED: 1, Effect.HAS_IT: 1})

    def test_optional_steps_that_are_needed_count_too(self):
        further = factories.course("Returns desk", lessons=1)
        self.path.steps.add(PathStep(course=further, is_required=False, sort_order=1))
        self.path.optional_needed = 1
        factories.publish(self.path)
        join(dina := person("Dina"), self.phone)
        for someone, courses in ((self.maya, [self.course]), (dina, [self.course, further])):
            for course in courses:
                key, done = course.translation_key, {"course_title": "Done", "completed_at": NOW}
                Enrolment.objects.create(person=someone, course_key=key, **done)
        rule = self.rule([self.phone])
        self.assertEqual(
            self.effects(rule), {"Maya": Effect.ASSIGNED, "Layla": Effect.ASSIGNED, "Dina": Effect.COMPLETED}
        )
        apply_rule(rule, NOW)
        self.assertEqual(self.given(), {"Maya Osei": "active", "Layla Haddad": "active", "Dina": "completed"})

    def test_a_path_that_is_not_published_is_given_to_nobody_and_the_preview_says_so(self):
        assign_path(self.maya, self.path, at=NOW)
        rule = self.rule([self.phone])
        self.path.unpublish()
        rule = AssignmentRule.objects.get(pk=rule.pk)
        preview = preview_of(rule, NOW)
        self.assertTrue(preview.gives_nothing)
        self.assertEqual(preview.counts, {Effect.HAS_IT: 1, Effect.NOTHING: 1})
        self.assertEqual(apply_rule(rule, NOW).assigned, 0)
        factories.publish(self.path)
        self.assertFalse(preview_of(rule, NOW).gives_nothing)
        self.assertEqual(preview_of(rule, NOW).counts, {Effect.HAS_IT: 1, Effect.ASSIGNED: 1})

    def test_it_costs_the_same_for_one_and_for_many(self):
        pk, counts = self.rule([self.chat]).pk, []
        for number in range(3):
            rule = AssignmentRule.objects.get(pk=pk)
            with at_most(9) as queries:
                preview = preview_of(rule, NOW, certified_by_path)
                self.assertEqual(len(preview.page.object_list), number * 10 + 1)
            counts.append(len(queries))
            for other in range(10):
                join(person("Another", email=f"{number}-{other}@example.com"), self.chat)
        self.assertEqual(len(set(counts)), 1, counts)


class ByHand(RuleMixin, TestCase):
    def test_each_change_needs_a_reason_and_an_open_assignment(self):
        assignment = assign_path(self.maya, self.path, at=NOW)
        for verb in (suspend, resume, remove):
            with self.assertRaises(ReasonRequired):
                verb(assignment, by=self.daniel, reason=" ")
        self.assertEqual(suspend(assignment, self.daniel, "On leave.").state, State.SUSPENDED)
        self.assertEqual(resume(assignment, self.daniel, "She is back.").state, State.ACTIVE)
        self.assertEqual(remove(assignment, self.daniel, "A mistake.").state, State.REMOVED)
        self.assertEqual(resume(assignment, self.daniel, "No, it was not.").state, State.REMOVED)


class TwoDutiesWithOneCourse(RuleMixin, TestCase):
    """A course that starts anew for one path stays complete in another that it was completed for."""

    def test_progress_is_counted_for_each_path(self):
        other_course = factories.course("Returns desk", lessons=1)
        other = factories.path(self.course, other_course, title="Second path", is_sequential=False)
        assign_path(self.maya, other, at=NOW)
        Enrolment.objects.create(
            person=self.maya,
            course_key=self.course.translation_key,
            course_title="Tone",
            enrolled_at=NOW,
            completed_at=NOW + timedelta(days=1),
        )
        later = NOW + timedelta(days=30)
        assign_path(self.maya, self.path, at=later, counts_from=later)
        self.client.force_login(self.maya)
        states = {
            path: [step["state"] for step in self.client.get(path.get_view_url()).context["steps"]]
            for path in (other, self.path)
        }
        self.assertEqual(states[other], ["done", "current"])
        self.assertEqual(states[self.path], ["current"])
        duties = {duty["path_title"]: duty["percent"] for duty in self.client.get("/").context["duties"]}
        self.assertEqual(duties, {"Second path": 50, "Welcome": 0})
