"""Assignment rules in the CMS: made, looked at, switched on; and applied at once to a person who changes."""

from datetime import date

from django.test import TestCase
from django.urls import reverse

from courses.models import AssignmentRule, PathAssignment
from courses.rules import apply_rules
from people.models import JobRole, TeamMembership, User
from tests import factories
from tests.cast import CastMixin, join, person
from tests.queries import at_most


class AssignmentRulesTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.path = factories.path(factories.course(lessons=1), title="Welcome")
        cls.agent = JobRole.objects.create(code="agent", name="Agent")

    def setUp(self):
        self.client.force_login(self.ana)

    def make(self, **fields) -> AssignmentRule:
        posted = {"name_en": "Phone", "path": self.path.pk, "teams": [self.phone.pk], "include_subteams": "on"}
        posted |= {"due_from": "never"} | fields
        response = self.client.post("/cms/assignment-rules/new/", posted)
        rule = AssignmentRule.objects.get()
        self.assertRedirects(response, f"/cms/assignment-rules/preview/{rule.pk}/")
        return rule

    def people_with_it(self) -> set[str]:
        return set(PathAssignment.objects.active().values_list("person__name", flat=True))

    def test_a_new_rule_is_off_and_shows_what_it_would_do(self):
        rule = self.make()
        page = self.client.get(f"/cms/assignment-rules/preview/{rule.pk}/")
        self.assertContains(page, "Maya Osei")
        self.assertContains(page, "2 · is given the path")
        self.assertNotContains(page, "Sam Whitfield")
        self.assertEqual(self.people_with_it(), set())

    def test_list_and_preview_say_that_a_path_that_is_not_published_is_given_to_nobody(self):
        rule = self.make()
        words = "not published, so nobody is given it"
        self.assertNotContains(self.client.get("/cms/assignment-rules/"), words)
        self.path.unpublish()
        self.assertContains(self.client.get("/cms/assignment-rules/"), f"Welcome: {words}")
        page = self.client.get(f"/cms/assignment-rules/preview/{rule.pk}/")
        self.assertContains(page, "The path is not published: the rule gives it to nobody.")
        self.assertContains(page, "2 · is given nothing")
        self.assertNotContains(page, "is given the path")

    def test_switching_it_on_gives_the_path_at_once_and_off_takes_nothing(self):
        address = reverse("assignment_rules:preview", args=[self.make().pk])
        self.assertContains(self.client.post(address, {"on": "1"}, follow=True), "2 people were given the path")
        self.assertEqual(self.people_with_it(), {"Maya Osei", "Layla Haddad"})
        self.client.post(address, {"off": "1"})
        TeamMembership.objects.filter(user=self.maya).update(ends_on=date(2026, 1, 6))
        apply_rules()
        self.assertEqual(self.people_with_it(), {"Maya Osei", "Layla Haddad"})

    def test_a_rule_says_what_is_missing(self):
        posted = {"name_en": "Phone", "path": self.path.pk, "due_from": "fixed"}
        self.assertContains(self.client.post("/cms/assignment-rules/new/", posted), "Say on which date it is due.")
        posted["due_from"] = "hire_date"
        page = self.client.post("/cms/assignment-rules/new/", posted)
        self.assertContains(page, "Say how many days after the hire date it is due.")

    def test_nobody_but_an_administrator_comes_here(self):
        rule = self.make()
        for user in (self.tamar, self.daniel, self.maya):
            self.client.force_login(user)
            for address in ("", "new/", f"edit/{rule.pk}/", f"preview/{rule.pk}/"):
                with self.subTest(user=user.name, address=address):
                    self.assertEqual(self.client.get(f"/cms/assignment-rules/{address}").status_code, 302)
            self.client.post(f"/cms/assignment-rules/preview/{rule.pk}/", {"on": "1"})
        rule.refresh_from_db()
        self.assertFalse(rule.is_active)

    def test_the_preview_costs_the_same_for_one_and_for_many(self):
        rule = self.make(teams=[self.chat.pk])
        address, counts = f"/cms/assignment-rules/preview/{rule.pk}/", []
        self.client.get(address)
        for number in range(3):
            with at_most(20) as queries:
                self.client.get(address)
            counts.append(len(queries))
            join(person("Another", email=f"{number}@example.com"), self.chat)
        self.assertEqual(len(set(counts)), 1, counts)

    def test_who_joins_the_team_is_given_the_path_at_once_and_who_leaves_rests(self):
        rule = self.make()
        AssignmentRule.objects.filter(pk=rule.pk).update(is_active=True)
        posted = {"team": self.phone.pk, "user": self.sam.pk, "role": "member", "starts_on": "2026-01-05"}
        self.client.post(reverse("teammembership:add"), posted)
        self.assertEqual(self.people_with_it(), {"Sam Whitfield"})
        joined = TeamMembership.objects.get(user=self.sam, team=self.phone)
        self.client.post(reverse("teammembership:edit", args=[joined.pk]), posted | {"ends_on": "2026-01-06"})
        self.assertEqual(self.people_with_it(), set())

    def test_a_new_role_is_looked_at_at_once(self):
        rule = self.make(teams=[], job_roles=[self.agent.pk])
        AssignmentRule.objects.filter(pk=rule.pk).update(is_active=True)
        edit = reverse("wagtailusers_users:edit", args=[self.maya.pk])
        fields = {"email": self.maya.email, "name": "Maya Osei", "language": "en", "time_zone": "UTC"}
        self.client.post(edit, fields | {"job_role": self.agent.pk, "is_active": "on"})
        self.assertEqual(User.objects.get(pk=self.maya.pk).job_role, self.agent)
        self.assertEqual(self.people_with_it(), {"Maya Osei"})
