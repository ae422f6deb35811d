"""What an e-mail says, in both of its parts and in its headers."""

import re
from email import message_from_bytes, policy

from django.core import mail
from django.test import TestCase, override_settings

from people.mailing import send_notifications
from people.models import Notification, User
from people.muting import unsubscribe_token
from people.notifying import notify
from tests.cast import CastMixin
from tests.people.test_mailing import NOON

LOCAL = re.compile(r'(?:src|href|background)="(?!http://testserver/)|url\(|<img|<script|@import|<link', re.IGNORECASE)


class MailTest(CastMixin, TestCase):
    def sent(self, recipient: User, kind: str = "path-due", subject: str = "Hello", **message):
        """The mail as it arrives."""
        notify(recipient, kind, "one", subject, at=NOON, **message)
        self.assertEqual(send_notifications(NOON), 1)
        return message_from_bytes(mail.outbox[-1].message().as_bytes(), policy=policy.default)

    def parts(self, message) -> tuple[str, str]:
        self.assertEqual(message.get_content_type(), "multipart/alternative")
        text, html = message.iter_parts()
        self.assertEqual((text.get_content_type(), html.get_content_type()), ("text/plain", "text/html"))
        return text.get_content(), html.get_content()

    def test_a_paragraph_leads_to_the_address_on_this_site_that_comes_after_it(self):
        address = "http://testserver/team/?state=expired"
        text, html = self.parts(self.sent(self.maya, body=["Look at <them>.", address, "https://example.com/"]))
        self.assertIn(f"Look at <them>.\n{address}\n\nhttps://example.com/\n", text)
        self.assertRegex(html, rf'<a class="link" href="{re.escape(address)}"[^>]*>Look at &lt;them&gt;.</a></p>')
        self.assertNotIn('href="https://example.com/"', html)
        self.assertEqual(html.count(address), 1)

    def test_both_parts_say_the_same(self):
        sent = self.sent(
            self.maya,
            subject="New: %(path)s",
            body=("Do it <now>.", "Then rest."),
            url="/paths/",
            params={"path": "A & B"},
        )
        self.assertEqual(sent["Subject"], "New: A & B")
        text, html = self.parts(sent)
        for words in (
            "New: A & B",
            "Do it <now>.",
            "Then rest.",
            "http://testserver/paths/",
            "http://testserver/notifications/settings/",
            "part of your work",
        ):
            self.assertIn(words, text)
        for words in (
            "New: A &amp; B",
            "Do it &lt;now&gt;.</p>",
            "Then rest.</p>",
            'href="http://testserver/paths/"',
            ">http://testserver/paths/</a>",
            'href="http://testserver/notifications/settings/"',
            "part of your work",
        ):
            self.assertIn(words, html)
        self.assertIn('<html lang="en" dir="ltr">', html)
        self.assertIn("text-align: left", html)

    def test_in_arabic_it_runs_from_right_to_left(self):
        sent = self.sent(
            self.layla, subject="You are certified: %(certification)s", params={"certification": "Care 1"}, url="/x/"
        )
        text, html = self.parts(sent)
        self.assertIn('<html lang="ar" dir="rtl">', html)
        for tag in ("body", "td", "table"):
            self.assertRegex(html, f'<{tag}[^>]* dir="rtl"')
        self.assertNotRegex(html, 'text-align: left|dir="ltr"(?! href)')
        self.assertIn('<a class="link" dir="ltr"', html)
        for part in (text, html):
            self.assertIn("\u2068Care 1\u2069", part)
            self.assertIn("\u2068Lodestar\u2069", part)
            self.assertNotIn("You are certified", part)

    def test_it_stays_in_the_language_that_it_was_written_in(self):
        notify(self.layla, "path-due", "one", "مرحبا", at=NOON)
        User.objects.filter(pk=self.layla.pk).update(language="en")
        send_notifications(NOON)
        self.assertIn('<html lang="ar" dir="rtl">', mail.outbox[0].alternatives[0][0])

    def test_nothing_in_it_is_fetched_or_tells_that_it_was_read(self):
        for kind in ("path-due", "certified"):
            Notification.objects.all().delete()
            _text, html = self.parts(self.sent(self.maya, kind, url="/paths/"))
            self.assertNotRegex(html, LOCAL)
            self.assertIn('<meta name="color-scheme" content="light dark">', html)

    def test_a_title_adds_no_header(self):
        sent = self.sent(self.maya, subject="New: %(path)s", params={"path": "A\r\nBcc: sam@example.com\r\n\r\nBody"})
        self.assertEqual(sent["Subject"], "New: A Bcc: sam@example.com Body")
        self.assertIsNone(sent["Bcc"])
        Notification.objects.update(subject="B\nX-Old: 1", sent_at=None, next_try_at=NOON, attempts=0)
        send_notifications(NOON)
        self.assertEqual(mail.outbox[-1].message()["Subject"], "B X-Old: 1")

    def test_it_says_what_it_is_to_other_programs(self):
        sent = self.sent(self.maya)
        self.assertEqual(sent["Auto-Submitted"], "auto-generated")
        self.assertEqual(sent["Message-ID"], f"<notification-{Notification.objects.get().pk}@testserver>")
        self.assertTrue(sent["Date"])
        self.assertEqual(sent["To"], "maya@example.com")

    def test_only_what_is_no_duty_can_be_turned_off_with_one_click(self):
        self.assertIsNone(self.sent(self.maya)["List-Unsubscribe"])
        Notification.objects.all().delete()
        sent = self.sent(self.maya, "certified")
        address = f"http://testserver/notifications/unsubscribe/{unsubscribe_token(self.maya, 'certified')}/"
        self.assertEqual(sent["List-Unsubscribe"].strip(), f"<{address}>")
        self.assertEqual(sent["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        for part in self.parts(sent):
            self.assertIn(address, part)
            self.assertNotIn("cannot be turned off", part)

    def test_a_message_about_nothing_has_no_button(self):
        text, html = self.parts(self.sent(self.maya))
        self.assertNotIn("Open it in Lodestar", text + html)

    @override_settings(SITE_URL="https://learn.example.org:8443/lodestar", ORGANISATION_NAME="Jones & Sons")
    def test_addresses_are_those_of_the_site(self):
        sent = self.sent(self.maya, url="/paths/")
        self.assertTrue(sent["Message-ID"].endswith("@learn.example.org>"))
        text, html = self.parts(sent)
        for part in (text, html):
            self.assertIn("https://learn.example.org:8443/lodestar/paths/", part)
        self.assertIn("leads at Jones & Sons.", text)
        self.assertIn("leads at Jones &amp; Sons.", html)
