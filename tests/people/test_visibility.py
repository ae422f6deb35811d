from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.test import TestCase
from django.utils import timezone

from people.models import Team, User
from tests.cast import CastMixin, join


class VisibilityTest(CastMixin, TestCase):
    def names(self, user) -> set[str]:
        return {person.name.split()[0] for person in User.objects.visible_to(user)}

    def test_a_new_hire_sees_herself(self):
        self.assertEqual(self.names(self.maya), {"Maya"})

    def test_a_lead_sees_her_team_and_nobody_else(self):
        self.assertEqual(self.names(self.daniel), {"Daniel", "Maya", "Layla"})

    def test_the_lead_of_a_team_above_sees_the_sub_teams(self):
        self.assertEqual(self.names(self.giorgi), {"Giorgi", "Daniel", "Hala", "Maya", "Layla", "Sam"})

    def test_the_administrator_sees_everybody_and_a_stranger_nobody(self):
        self.assertEqual(len(self.names(self.ana)), User.objects.count())
        self.assertFalse(User.objects.visible_to(AnonymousUser()))
        self.assertFalse(Team.objects.visible_to(AnonymousUser()))

    def test_a_trainer_sees_no_learner(self):
        self.assertEqual(self.names(self.tamar), {"Tamar"})

    def test_a_change_of_team_holds_at_once(self):
        today = timezone.now().date()
        self.maya.team_memberships.update(ends_on=today)
        join(self.maya, self.chat, starts_on=today)
        self.assertNotIn("Maya", self.names(self.daniel))
        self.assertIn("Maya", self.names(self.hala))

    def test_a_membership_that_is_still_to_come_shows_nothing(self):
        join(self.sam, self.phone, starts_on=timezone.now().date() + timedelta(days=1))
        self.assertNotIn("Sam", self.names(self.daniel))

    def test_seeing_people_and_teams_costs_one_query_each(self):
        with self.assertNumQueries(1):
            list(User.objects.visible_to(self.giorgi))
        with self.assertNumQueries(1):
            self.assertEqual([t.code for t in Team.objects.visible_to(self.giorgi)], ["service", "phone", "chat"])
