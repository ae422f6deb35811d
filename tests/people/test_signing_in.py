import re
from urllib.parse import urlencode

from django.core import mail
from django.core.cache import cache
from django.test import TestCase

from people.models import User
from tests.cast import PASSWORD, CastMixin


class SigningInTest(CastMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.maya.set_password(PASSWORD)
        cls.maya.save()

    def sign_in(self, email="maya@example.com", password=PASSWORD, client=None, **fields):
        return (client or self.client).post("/accounts/login/", {"login": email, "password": password} | fields)

    def test_the_session_gets_a_new_id(self):
        self.client.get("/accounts/login/")
        session = self.client.session
        session["seen"] = True
        session.save()
        self.client.cookies["sessionid"] = session.session_key
        self.assertRedirects(self.sign_in(), "/")
        self.assertNotEqual(self.client.session.session_key, session.session_key)

    def test_next_stays_on_this_site(self):
        for address in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
            with self.subTest(address):
                response = self.sign_in(client=self.client_class(), next=address)
                self.assertRedirects(response, "/", fetch_redirect_response=False)

    def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(self):
        answers = [
            re.sub("value=.*?>", "", self.sign_in(email, "wrong").content.decode())
            for email in ("maya@example.com", "nobody@example.com")
        ]
        self.assertEqual(*answers)

    def test_an_account_is_not_guessed_at_without_end(self):
        for _attempt in range(5):
            self.sign_in(password="wrong")
        self.assertContains(self.sign_in(), "Too many failed login attempts")

    def test_a_whole_office_signs_in_from_one_address(self):
        for _person in range(40):
            self.assertEqual(self.sign_in(client=self.client_class()).status_code, 302)

    def test_changing_the_password_ends_the_other_sessions(self):
        other = self.client_class()
        self.sign_in(client=other)
        self.sign_in()
        fields = {"oldpassword": PASSWORD, "password1": "another-Pw-77", "password2": "another-Pw-77"}
        self.client.post("/accounts/password/change/", fields)
        self.assertEqual(self.client.get("/").status_code, 200)
        self.assertRedirects(other.get("/"), "/accounts/login/?next=/")

    def test_whose_session_ended_under_a_form_comes_back_to_its_page(self):
        page = "http://testserver/attempts/7/?q=2"
        response = self.client.post("/attempts/7/answer/", headers={"Referer": page})
        self.assertRedirects(response, f"/accounts/login/?{urlencode({'next': page}, safe='/')}")
        self.assertEqual(self.sign_in(next=page).url, page)

    def test_a_form_of_another_site_leads_home(self):
        for page in ("https://evil.example/", "javascript:alert(1)", ""):
            response = self.client.post("/attempts/7/answer/", headers={"Referer": page})
            self.assertRedirects(response, "/accounts/login/?next=/")

    def test_a_closed_account_is_told_what_to_do(self):
        User.objects.filter(pk=self.maya.pk).update(is_active=False)
        response = self.client.get(self.sign_in().url)
        self.assertContains(response, "an administrator can open it again")
        self.assertContains(self.sign_in(password="wrong", client=self.client_class()), "not correct")

    def test_a_deactivated_person_is_out_at_her_next_request(self):
        self.sign_in()
        User.objects.filter(pk=self.maya.pk).update(is_active=False)
        self.assertRedirects(self.client.get("/"), "/accounts/login/?next=/")


class NewPasswordTest(CastMixin, TestCase):
    def ask(self, email):
        return self.client.post("/accounts/password/reset/", {"email": email})

    def test_the_answer_does_not_tell_who_exists(self):
        for email in ("maya@example.com", "nobody@example.com"):
            self.assertRedirects(self.ask(email), "/accounts/password/reset/done/")
        hers, unknown = mail.outbox
        self.assertIn("/accounts/password/reset/key/", hers.body)
        self.assertNotIn("http", unknown.body)

    def test_asking_too_often_gets_a_page_that_says_when_to_try_again(self):
        responses = [self.ask("maya@example.com") for _time in range(6)]
        self.assertContains(responses[-1], "wait a minute", status_code=429)
        self.assertEqual(responses[-1]["Retry-After"], "60")
        cache.clear()


class ClosedDoorsTest(CastMixin, TestCase):
    """People and their addresses are the company's to add and to change."""

    def test_nobody_signs_herself_up(self):
        fields = {"email": "new@example.com", "password1": PASSWORD}
        self.assertRedirects(self.client.post("/accounts/signup/", fields), "/accounts/login/?next=/")
        self.assertFalse(User.objects.filter(email="new@example.com").exists())

    def test_nobody_changes_her_own_address(self):
        self.client.force_login(self.maya)
        for action in ("action_add", "action_primary"):
            self.client.post("/accounts/email/", {"email": "ceo@example.com", action: ""})
        self.maya.refresh_from_db()
        self.assertEqual(self.maya.email, "maya@example.com")

    def test_a_language_that_we_do_not_speak_is_not_kept(self):
        self.client.force_login(self.maya)
        for language in ("fr", "ar-ae", "xx", ""):
            self.client.post("/language/", {"language": language})
            self.maya.refresh_from_db()
            self.assertEqual(self.maya.language, "en")
