from datetime import date, timedelta

from django.test import TestCase
from django.utils import timezone

from people.leading import leads_above_by_person, leads_by_person, leads_of
from people.models import TeamMembership, User
from tests.cast import CastMixin, join, person
from tests.queries import at_most


class LeadingTest(CastMixin, TestCase):
    def test_a_member_is_led_by_the_lead_of_her_team_and_above_by_the_leads_lead(self):
        self.assertEqual(leads_of(self.maya), [self.daniel])
        self.assertEqual(leads_above_by_person([self.maya])[self.maya.pk], [self.giorgi])

    def test_a_lead_is_led_by_the_lead_of_the_team_above(self):
        self.assertEqual(leads_of(self.daniel), [self.giorgi])
        self.assertEqual(leads_above_by_person([self.daniel])[self.daniel.pk], [])

    def test_nobody_leads_herself_also_where_she_is_a_member_of_her_own_team(self):
        join(self.daniel, self.phone)
        self.assertEqual(leads_of(self.daniel), [self.giorgi])
        self.assertEqual(leads_of(self.giorgi), [])

    def test_two_leads_of_one_team_do_not_lead_each_other(self):
        join(self.hala, self.phone, "lead")
        self.assertEqual(leads_of(self.maya), [self.daniel, self.hala])
        self.assertEqual(leads_of(self.daniel), [self.giorgi])

    def test_the_team_above_leads_a_team_without_a_lead(self):
        TeamMembership.objects.filter(user=self.daniel).update(ends_on=timezone.now().date())
        self.assertEqual(leads_of(self.maya), [self.giorgi])
        self.assertEqual(leads_above_by_person([self.maya])[self.maya.pk], [])

    def test_a_lead_who_has_left_leads_nobody(self):
        User.objects.filter(pk=self.daniel.pk).update(is_active=False)
        self.assertEqual(leads_of(self.maya), [self.giorgi])

    def test_who_leads_the_team_and_the_one_above_is_not_told_twice(self):
        night = self.phone.add_child(code="night", name="Night")
        join(nia := person("Nia Roberts"), night)
        join(self.daniel, night, "lead")
        self.assertEqual(leads_of(nia), [self.daniel])
        self.assertEqual(leads_above_by_person([nia])[nia.pk], [self.giorgi])

    def test_it_goes_by_the_day(self):
        tomorrow = timezone.now().date() + timedelta(days=1)
        TeamMembership.objects.filter(user=self.daniel).update(ends_on=tomorrow)
        self.assertEqual(leads_of(self.maya), [self.daniel])
        self.assertEqual(leads_of(self.maya, on=tomorrow), [self.giorgi])
        self.assertEqual(leads_of(self.maya, on=date(2025, 12, 31)), [])

    def test_a_member_of_two_teams_has_the_leads_of_both(self):
        join(self.maya, self.chat)
        self.assertEqual(leads_of(self.maya), [self.daniel, self.hala])
        self.assertEqual(leads_above_by_person([self.maya])[self.maya.pk], [self.giorgi])

    def test_whoever_is_in_no_team_has_no_lead(self):
        self.assertEqual(leads_of(self.tamar), [])

    def test_many_people_cost_as_much_as_one(self):
        everybody = list(User.objects.all())
        for people in (everybody[:1], everybody):
            with at_most(2):
                leads_by_person(people)
            with at_most(2):
                leads_above_by_person(people)
        self.assertEqual(leads_by_person(everybody)[self.sam.pk], [self.hala])
