"""Administrators keep people, teams and roles in the CMS; nobody else comes there."""

from datetime import date

from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knowledge.acknowledgement import acknowledge_article
from lms.site import TRAINERS
from people.models import Team, User
from tests import factories
from tests.cast import CastMixin, join, person

NEW = {
    "email": "Noor@Example.com",
    "name": "Noor El-Sayed",
    "language": "ar",
    "time_zone": "Asia/Dubai",
    "hired_on": "2026-03-01",
    "employee_id": "E-77",
    "password1": "a-good-long-password",
    "password2": "a-good-long-password",
}


class PeopleAdminTest(CastMixin, TestCase):
    def setUp(self):
        self.client.force_login(self.ana)

    def test_a_person_is_added_with_one_name(self):
        page = self.client.get(reverse("wagtailusers_users:add"))
        self.assertNotContains(page, "first_name")
        self.assertContains(page, 'name="time_zone"')
        trainers = Group.objects.get(name=TRAINERS)
        self.client.post(reverse("wagtailusers_users:add"), NEW | {"groups": [trainers.pk]})
        noor = User.objects.get(email="noor@example.com")
        self.assertEqual((noor.name, noor.language, noor.time_zone), ("Noor El-Sayed", "ar", "Asia/Dubai"))
        self.assertEqual(noor.hired_on, date(2026, 3, 1))
        self.assertTrue(noor.check_password("a-good-long-password"))
        self.assertTrue(noor.has_perm("wagtailadmin.access_admin"))

    def test_an_address_in_other_capitals_is_the_same_address(self):
        page = self.client.post(reverse("wagtailusers_users:add"), NEW | {"email": "MAYA@example.com"})
        self.assertTrue(page.context["form"].errors["email"])

    def test_a_person_is_edited_without_touching_her_password(self):
        url = reverse("wagtailusers_users:edit", args=[self.maya.pk])
        self.assertContains(self.client.get(url), "Maya Osei")
        data = NEW | {"email": self.maya.email, "name": "Maya Osei-Bonsu", "is_active": "on"}
        self.client.post(url, data | {"password1": "", "password2": ""})
        before, self.maya.password = self.maya.password, None
        self.maya.refresh_from_db()
        self.assertEqual(self.maya.name, "Maya Osei-Bonsu")
        self.assertEqual(self.maya.password, before)

    def test_the_list_is_in_order_and_searchable_at_a_constant_cost(self):
        url = reverse("wagtailusers_users:index")
        self.client.get(url)
        with CaptureQueriesContext(connection) as few:
            self.client.get(url)
        for number in range(3):
            person(f"Person{number} Last")
        with self.assertNumQueries(len(few)):
            self.client.get(url)
        found = self.client.get(url, {"q": "osei"})
        self.assertContains(found, "Maya Osei")
        self.assertNotContains(found, "Sam Whitfield")
        for ordering in ("-name", "email", "last_login"):
            self.assertEqual(self.client.get(url, {"ordering": ordering}).status_code, 200)

    def test_whoever_left_records_is_deactivated(self):
        acknowledge_article(self.maya, factories.article())
        url = reverse("wagtailusers_users:delete", args=[self.maya.pk])
        self.assertContains(self.client.get(url), "deactivated")
        self.client.post(url)
        self.maya.refresh_from_db()
        self.assertFalse(self.maya.is_active)

    def test_a_mistyped_person_is_deleted(self):
        mistake = person("Mistake Mistake")
        self.client.post(reverse("wagtailusers_users:delete", args=[mistake.pk]))
        self.assertFalse(User.objects.filter(pk=mistake.pk).exists())

    def test_many_are_removed_at_once(self):
        acknowledge_article(self.maya, factories.article())
        mistake = person("Mistake Mistake")
        url = reverse("wagtail_bulk_action", args=["people", "user", "delete"])
        self.client.post(f"{url}?id={self.maya.pk}&id={mistake.pk}&next=/cms/users/")
        self.assertFalse(User.objects.filter(pk=mistake.pk).exists())
        self.assertFalse(User.objects.get(pk=self.maya.pk).is_active)

    def test_even_a_granted_permission_makes_no_administrator(self):
        permissions = Permission.objects.filter(codename__in=["add_user", "change_user", "view_user", "change_group"])
        Group.objects.get(name=TRAINERS).permissions.add(*permissions)
        self.client.force_login(self.tamar)
        edit = reverse("wagtailusers_users:edit", args=[self.tamar.pk])
        for url in (reverse("wagtailusers_users:index"), edit, reverse("wagtailusers_groups:index")):
            self.assertRedirects(self.client.get(url), reverse("wagtailadmin_home"), fetch_redirect_response=False)
        self.client.post(edit, NEW | {"is_superuser": "on"})
        self.tamar.refresh_from_db()
        self.assertFalse(self.tamar.is_superuser)


class TeamsAdminTest(CastMixin, TestCase):
    def setUp(self):
        self.client.force_login(self.ana)

    def data(self, **fields):
        return {"name_en": "Night shift", "name_ar": "المناوبة الليلية", "name_ka": "", "code": "night", **fields}

    def test_a_team_is_added_below_another(self):
        self.client.post(reverse("team:add"), self.data(parent=self.phone.pk))
        night = Team.objects.get(code="night")
        self.assertEqual(night.get_parent(), self.phone)
        self.assertEqual(night.name_ar, "المناوبة الليلية")

    def test_a_team_needs_a_name_in_the_default_language(self):
        page = self.client.post(reverse("team:add"), self.data(name_en=""))
        self.assertTrue(page.context["form"].errors["name_en"])

    def test_a_team_moves_and_its_lead_sees_it_at_once(self):
        url = reverse("team:edit", args=[self.chat.pk])
        self.client.post(url, {"name_en": "Chat", "code": "chat", "parent": self.phone.pk})
        self.assertEqual(Team.objects.get(code="chat").get_parent(), self.phone)
        self.assertIn(self.sam, User.objects.visible_to(self.daniel))
        self.client.post(url, {"name_en": "Chat", "code": "chat", "parent": ""})
        self.assertIsNone(Team.objects.get(code="chat").get_parent())

    def test_a_team_cannot_stand_below_itself(self):
        page = self.client.post(
            reverse("team:edit", args=[self.service.pk]),
            {"name_en": "Service", "code": "service", "parent": self.phone.pk},
        )
        self.assertTrue(page.context["form"].errors["parent"])

    def test_a_team_is_not_deleted(self):
        self.client.post(reverse("team:delete", args=[self.phone.pk]))
        self.assertTrue(Team.objects.filter(code="phone").exists())

    def test_the_lists_cost_the_same_at_any_length(self):
        for name in ("team", "teammembership", "jobrole"):
            self.client.get(reverse(f"{name}:index"))
            with CaptureQueriesContext(connection) as few:
                self.client.get(reverse(f"{name}:index"))
            for number in range(3):
                team = Team.objects.get(pk=self.service.pk).add_child(code=f"{name}-{number}", name="More")
                join(person(f"{name}{number} Last"), team)
            with self.assertNumQueries(len(few)):
                self.client.get(reverse(f"{name}:index"))
