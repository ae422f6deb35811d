import ast
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.test import SimpleTestCase, TestCase

from people.messages import all_kinds, kind_of
from people.models import Notification
from people.notifying import Message, notify, notify_many
from tests.cast import CastMixin
from tests.queries import at_most

LEAVES = ("notify", "Message")
ROOMS = ["people", "strategy", "knowledge", "quizzes", "courses", "certifications", "lms"]


def kinds_sent(source: str) -> set[str]:
    """The kinds that a source text names, as they stand, where it leaves messages."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    named = [word for call in calls if getattr(call.func, "id", "") in LEAVES for word in call.keywords]
    return {word.value.value for word in named if word.arg == "kind" and isinstance(word.value, ast.Constant)}


class KindsTest(SimpleTestCase):
    def test_whatever_is_sent_is_declared(self):
        sources = [path.read_text() for room in ROOMS for path in Path(settings.BASE_DIR, room).rglob("*.py")]
        sent = set().union(*map(kinds_sent, sources))
        self.assertIn("attempt-marked", sent)
        self.assertEqual(sent - {kind.code for kind in all_kinds()}, set())

    def test_each_room_says_what_of_its_own_is_a_duty_and_what_is_urgent(self):
        said = {code: (kind_of(code).is_duty, kind_of(code).is_urgent) for code in ("path-due", "certified")}
        self.assertEqual(said, {"path-due": (True, False), "certified": (False, False)})
        self.assertTrue(kind_of("award-revoked").is_urgent)
        self.assertFalse(kind_of("attempt-marked").is_duty)
        self.assertFalse(kind_of("team-digest").is_duty)

    def test_what_nobody_declared_is_a_duty_and_not_urgent(self):
        kind = kind_of("of-old")
        self.assertEqual((kind.code, kind.is_duty, kind.is_urgent), ("of-old", True, False))


class WordsTest(CastMixin, TestCase):
    def said(self, recipient, **message) -> Notification:
        notify(recipient, "note", "note", **message)
        return Notification.objects.get()

    def test_the_same_thing_is_said_once(self):
        self.assertTrue(notify(self.maya, "note", "same", "Hello"))
        self.assertFalse(notify(self.maya, "note", "same", "Hello"))
        self.assertEqual(Notification.objects.count(), 1)

    def test_it_is_said_in_the_readers_language(self):
        subject = "You are certified: %(certification)s"
        message = self.said(self.layla, subject=subject, params={"certification": "X"})
        self.assertNotIn("You are certified", message.subject)
        self.assertEqual(message.language, "ar")

    def test_an_instant_is_the_day_that_it_is_where_the_reader_is(self):
        at = datetime(2026, 11, 22, 21, 30, tzinfo=ZoneInfo("UTC"))
        self.assertEqual(
            self.said(self.maya, subject="Due %(due)s", params={"due": at}).subject, "Due November 22, 2026"
        )
        Notification.objects.all().delete()
        self.assertIn("23", self.said(self.layla, subject="Due %(due)s", params={"due": at}).subject)

    def test_a_date_stays_that_day(self):
        message = self.said(self.giorgi, subject="Due %(due)s", params={"due": date(2026, 11, 22)})
        self.assertIn("22 ნოემბერი", message.subject)

    def test_a_text_has_several_paragraphs(self):
        message = self.said(self.maya, subject="Hello", body=("One %(thing)s.", "Two."), params={"thing": "course"})
        self.assertEqual(message.body, "One course.\n\nTwo.")

    def test_a_name_that_runs_the_other_way_is_set_apart(self):
        message = self.said(self.maya, subject="%(name)s is overdue", params={"name": "ليلى"})
        self.assertEqual(message.subject, "\u2068ليلى\u2069 is overdue")
        Notification.objects.all().delete()
        message = self.said(self.layla, subject="%(name)s!", params={"name": "Maya"})
        self.assertEqual(message.subject, "\u2068Maya\u2069!")

    def test_a_subject_is_one_line(self):
        message = self.said(self.maya, subject="A %(title)s", params={"title": "b\r\nBcc: someone@example.com"})
        self.assertEqual(message.subject, "A b Bcc: someone@example.com")


class ManyTest(CastMixin, TestCase):
    def messages(self, *keys) -> list[Message]:
        return [Message(self.maya, "note", key, f"Note {key}") for key in keys]

    def test_what_was_said_before_or_twice_at_once_is_said_once(self):
        self.assertEqual(notify_many(self.messages("a", "b")), 2)
        self.assertEqual(notify_many(self.messages("b", "c", "c")), 1)
        self.assertEqual(sorted(Notification.objects.values_list("subject", flat=True)), ["Note a", "Note b", "Note c"])

    def test_each_reads_it_in_her_own_language(self):
        subject = "You are certified: %(certification)s"
        params = {"certification": "X"}
        pair = [Message(who, "certified", who.email, subject, params=params) for who in (self.maya, self.layla)]
        notify_many(pair)
        self.assertEqual(Notification.objects.get(recipient=self.maya).subject, "You are certified: X")
        self.assertNotIn("certified", Notification.objects.get(recipient=self.layla).subject)

    def test_it_costs_two_queries_for_one_and_for_three(self):
        for keys in (["a"], ["b", "c", "d"]):
            with at_most(2):
                notify_many(self.messages(*keys))

    def test_nothing_to_say_costs_nothing(self):
        with at_most(0):
            self.assertEqual(notify_many([]), 0)
