from django.core import mail
from django.core.signing import Signer
from django.test import Client, TestCase

from people.mailing import send_notifications
from people.models import User
from people.muting import CannotBeMuted, choose_mails, mute, optional_kinds, read_unsubscribe_token, unmute
from people.muting import unsubscribe_token as token_for
from people.notifying import notify
from tests.cast import CastMixin
from tests.people.test_mailing import NOON
from tests.queries import at_most

SETTINGS = "/notifications/settings/"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def muted(person: User) -> list[str]:
    return User.objects.get(pk=person.pk).muted_kinds


class MutingTest(CastMixin, TestCase):
    def test_a_kind_is_muted_and_wanted_again(self):
        mute(self.maya, "certified")
        mute(self.maya, "certified")
        mute(self.maya, "attempt-marked")
        self.assertEqual(muted(self.maya), ["attempt-marked", "certified"])
        unmute(self.maya, "certified")
        self.assertEqual(muted(self.maya), ["attempt-marked"])

    def test_a_duty_cannot_be_muted_nor_what_nobody_knows(self):
        for code in ("path-due", "award-revoked", "no-such-kind"):
            with self.subTest(code), self.assertRaises(CannotBeMuted):
                mute(self.maya, code)

    def test_choosing_mutes_the_rest_of_what_can_be_muted(self):
        choose_mails(self.maya, ["certified", "path-due"])
        self.assertEqual(set(muted(self.maya)), {kind.code for kind in optional_kinds()} - {"certified"})

    def test_a_token_that_was_changed_is_none(self):
        token = token_for(self.maya, "certified")
        self.assertEqual(read_unsubscribe_token(token), (self.maya.pk, "certified"))
        for other in (token[:-1], token[1:], "", "a:b:c", Signer().sign_object([self.maya.pk, "certified"])):
            self.assertIsNone(read_unsubscribe_token(other))


class UnsubscribeTest(CastMixin, TestCase):
    def setUp(self):
        self.address = f"/notifications/unsubscribe/{token_for(self.maya, 'certified')}/"

    def test_the_link_in_a_mail_asks_first_and_writes_nothing(self):
        notify(self.maya, "certified", "one", "You are certified", at=NOON)
        send_notifications(NOON)
        self.assertIn(f"http://testserver{self.address}", mail.outbox[0].body)
        page = self.client.get(self.address)
        self.assertContains(page, "No more e-mails of this kind?")
        self.assertEqual(muted(self.maya), [])
        self.assertEqual(page["X-Robots-Tag"], "noindex, nofollow")
        self.assertNotContains(page, "Maya")

    def test_posting_it_unsubscribes_and_can_be_undone(self):
        self.assertContains(self.client.post(self.address), "You get no more e-mails of this kind")
        self.assertEqual(muted(self.maya), ["certified"])
        self.assertContains(self.client.post(self.address, {"undo": "1"}), "You get e-mails of this kind again")
        self.assertEqual(muted(self.maya), [])

    def test_a_mail_program_does_it_with_one_click(self):
        program = Client(enforce_csrf_checks=True)
        self.assertEqual(program.post(self.address, ONE_CLICK).status_code, 200)
        self.assertEqual(muted(self.maya), ["certified"])

    def test_it_is_about_her_alone_whoever_opens_it(self):
        self.client.force_login(self.sam)
        self.client.post(self.address)
        self.assertEqual((muted(self.maya), muted(self.sam)), (["certified"], []))

    def test_it_speaks_her_language_unless_another_is_chosen(self):
        address = f"/notifications/unsubscribe/{token_for(self.layla, 'certified')}/"
        self.assertContains(self.client.get(address), '<html lang="ar" dir="rtl"')
        self.client.post("/language/", {"language": "ka"})
        self.assertContains(self.client.get(address), '<html lang="ka"')

    def test_what_we_did_not_sign_or_cannot_be_turned_off_is_not_there(self):
        User.objects.filter(pk=self.sam.pk).update(is_active=False)
        wrong = ["12:x", token_for(self.maya, "path-due"), token_for(self.sam, "certified")]
        for token in wrong:
            address = f"/notifications/unsubscribe/{token}/"
            with self.subTest(token):
                self.assertEqual(self.client.get(address).status_code, 404)
                self.assertEqual(self.client.post(address, ONE_CLICK).status_code, 404)

    def test_it_is_throttled(self):
        with self.settings(CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}):
            answers = [self.client.post(self.address, ONE_CLICK).status_code for _number in range(70)]
        self.assertEqual((answers[0], answers[-1]), (200, 429))


class SettingsPageTest(CastMixin, TestCase):
    def setUp(self):
        self.client.force_login(self.maya)

    def test_it_shows_what_can_be_turned_off_and_says_why_the_rest_cannot(self):
        mute(self.maya, "attempt-marked")
        page = self.client.get(SETTINGS)
        self.assertContains(page, 'type="checkbox"', count=len(optional_kinds()))
        self.assertContains(page, " checked", count=len(optional_kinds()) - 1)
        self.assertContains(page, "cannot be turned off")
        self.assertContains(self.client.get("/notifications/"), SETTINGS)

    def test_what_is_not_ticked_is_muted_and_ticking_it_brings_it_back(self):
        self.assertRedirects(self.client.post(SETTINGS, {"wanted": ["certified"]}), SETTINGS)
        self.assertNotIn("certified", muted(self.maya))
        self.assertIn("attempt-marked", muted(self.maya))
        self.client.post(SETTINGS, {"wanted": [kind.code for kind in optional_kinds()]})
        self.assertEqual(muted(self.maya), [])

    def test_a_duty_is_no_choice(self):
        self.assertContains(self.client.post(SETTINGS, {"wanted": ["path-due"]}), "path-due")
        self.assertEqual(muted(self.maya), [])

    def test_it_costs_no_query_of_its_own(self):
        with at_most(2):
            self.client.get(SETTINGS)
