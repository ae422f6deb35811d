"""Who comes into the CMS, by which door, and in whose language."""

import time_machine
from django.test import TestCase
from django.urls import reverse

from tests import factories
from tests.cast import CastMixin


class DoorsTest(CastMixin, TestCase):
    def test_who_is_not_signed_in_signs_in_first(self):
        for url in ("/cms/", "/cms/pages/", "/cms/account/", "/cms/login/?next=/cms/pages/"):
            response = self.client.get(url)
            self.assertEqual(response.status_code, 302, url)
            self.assertTrue(response["Location"].startswith("/accounts/login/?next=/cms/"), response["Location"])

    def test_a_new_hire_is_told_that_it_is_not_for_her(self):
        self.client.force_login(self.maya)
        for url in ("/cms/", "/cms/pages/", "/cms/account/", "/cms/users/"):
            response = self.client.get(url, follow=True)
            self.assertEqual(response.status_code, 403, url)
            self.assertLessEqual(len(response.redirect_chain), 2)

    def test_a_lead_does_not_come_in_by_being_a_lead(self):
        self.client.force_login(self.giorgi)
        self.assertEqual(self.client.get("/cms/", follow=True).status_code, 403)

    def test_a_trainer_comes_in(self):
        self.client.force_login(self.tamar)
        self.assertEqual(self.client.get("/cms/").status_code, 200)
        self.assertRedirects(self.client.get("/cms/login/"), "/cms/", fetch_redirect_response=False)

    def test_forgotten_passwords_are_reset_in_one_place(self):
        response = self.client.get("/cms/password_reset/")
        self.assertRedirects(response, "/accounts/password/reset/", fetch_redirect_response=False)

    def test_signing_out_of_the_cms_leads_to_signing_in(self):
        self.client.force_login(self.tamar)
        response = self.client.post(reverse("wagtailadmin_logout"), follow=True)
        self.assertEqual(response.redirect_chain[-1][0].split("?")[0], "/accounts/login/")


class AccountTest(CastMixin, TestCase):
    def setUp(self):
        self.client.force_login(self.tamar)

    def test_the_account_page_asks_for_language_and_time_zone_only(self):
        page = self.client.get("/cms/account/")
        self.assertEqual(reverse("wagtailadmin_account"), "/cms/account/")
        for name in ("first_name", "last_name", "preferred_language", "current_time_zone"):
            self.assertNotContains(page, name)
        self.assertContains(page, 'name="language-time_zone"')

    def test_what_is_chosen_there_is_her_language_everywhere(self):
        data = {
            "language-language": "ka",
            "language-time_zone": "Asia/Tbilisi",
            "theme-theme": "system",
            "theme-contrast": "system",
            "theme-density": "default",
        }
        response = self.client.post("/cms/account/", data)
        self.assertRedirects(response, "/cms/account/", fetch_redirect_response=False)
        self.tamar.refresh_from_db()
        self.assertEqual((self.tamar.language, self.tamar.time_zone), ("ka", "Asia/Tbilisi"))
        self.assertContains(self.client.get("/cms/account/"), '<html lang="ka" dir="ltr"')

    def test_the_cms_speaks_her_language_in_her_direction(self):
        self.tamar.language = "ar"
        self.tamar.save()
        self.assertContains(self.client.get("/cms/"), '<html lang="ar" dir="rtl"')

    @time_machine.travel("2026-03-01 22:30:00+00:00", tick=False)
    def test_the_cms_tells_the_time_of_her_zone(self):
        history = reverse("wagtailadmin_pages:history", args=[factories.article().pk])
        self.assertContains(self.client.get(history), "22:30")
        self.tamar.time_zone = "Asia/Tbilisi"
        self.tamar.save()
        self.assertContains(self.client.get(history), "02:30")
