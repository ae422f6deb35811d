"""Importing and exporting in the CMS: a file is checked first, and then imported whole or not at all."""

from datetime import timedelta
from unittest import mock

from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from quizzes import uploading
from quizzes.formats.guessing import guess_format
from quizzes.models import Question, QuestionCategory, QuestionUpload
from quizzes.uploading import check_upload, forget_uploads, receive_upload, run_import, start_import
from tests.cast import CastMixin
from tests.queries import at_most
from tests.quizzes import bank

TWO = "::A:: a {=x#yes ~y}\n\n$CATEGORY: Returns/Damaged\n\n::B:: b {#3:0.5}\n"
BAD = TWO + "\n::C:: c {=x\n"
UPLOAD = "/cms/questions/import/"
EXPORT = "/cms/questions/export/"


def many(count: int) -> str:
    return "\n\n".join(f"::Q{number}:: q {{T}}" for number in range(count))


class UploadTestCase(CastMixin, TestCase):
    def setUp(self):
        self.client.force_login(self.tamar)

    def upload(self, text: str | bytes, name="questions.gift", **fields):
        data = text if isinstance(text, bytes) else text.encode()
        fields = {"category": "Inbox", "language": "en"} | fields
        return self.client.post(UPLOAD, {"file": SimpleUploadedFile(name, data), **fields}, follow=True)

    def press(self, upload=None):
        upload = upload or QuestionUpload.objects.latest("pk")
        return self.client.post(f"{UPLOAD}{upload.pk}/run/", follow=True)


class Checking(UploadTestCase):
    def test_a_file_is_checked_and_nothing_is_written(self):
        response = self.upload(TWO)
        for text in (
            "2 questions are new.",
            "0 questions change.",
            "Import 2 questions",
            "Returns / Damaged",
            "Number",
        ):
            self.assertContains(response, text)
        self.assertEqual((Question.objects.count(), QuestionCategory.objects.count()), (0, 0))
        self.assertEqual(QuestionUpload.objects.get().state, "checked")

    def test_what_changes_is_named(self):
        bank.question("true_false", bank.category("Inbox"), name="A", block={"text": "<p>a</p>"})
        response = self.upload("::A:: a {F}")
        self.assertContains(response, "Import 1 question")
        self.assertContains(response, "It is true")
        self.assertContains(self.upload("::A:: a {=x ~y}"), "(Type)")

    def test_a_refusal_has_its_line_its_column_and_its_reason_and_cannot_be_imported(self):
        response = self.upload(BAD)
        self.assertContains(response, "1 place cannot be imported")
        self.assertContains(response, "<td>7</td>", html=True)
        self.assertContains(response, "This brace is never closed.")
        self.assertNotContains(response, "Import 2 questions")
        self.press()
        self.assertFalse(Question.objects.exists())

    def test_what_names_and_texts_hold_is_shown_and_not_run(self):
        response = self.upload("::<script>alert(1)</script>:: a {T}", name="<b>.gift")
        self.assertNotContains(response, "<script>alert(1)")
        self.assertContains(response, "&lt;script&gt;alert(1)")

    def test_many_rows_are_counted_and_not_all_shown(self):
        with mock.patch.object(uploading, "SHOWN", 3):
            response = self.upload(many(5) + "\n\nbad {=x" * 5)
        self.assertContains(response, "and 2 more", 2)

    def test_the_page_costs_the_same_for_one_question_and_for_three(self):
        costs = []
        for count in (1, 3):
            self.upload(many(count))
            with at_most(20) as queries:
                self.client.get(f"{UPLOAD}{QuestionUpload.objects.latest('pk').pk}/")
            costs.append(len(queries))
        self.assertEqual(costs[0], costs[1])

    def test_the_form_costs_the_same_for_one_upload_and_for_three(self):
        costs = []
        for count in (1, 2):
            for _time in range(count):
                self.upload(TWO)
            bank.category()
            with at_most(20) as queries:
                self.assertContains(self.client.get(UPLOAD), "questions.gift")
            costs.append(len(queries))
        self.assertEqual(costs[0], costs[1])

    def test_a_file_that_is_too_large_is_refused_with_the_limit(self):
        with mock.patch("quizzes.upload_forms.MAX_BYTES", 1 << 20):
            response = self.upload(b"a" * ((1 << 20) + 1))
        self.assertContains(response, "The file is larger than 1 MB.")
        self.assertFalse(QuestionUpload.objects.exists())

    def test_an_empty_file_and_one_of_no_format_are_refused(self):
        self.assertContains(self.upload(b""), "empty")
        self.assertContains(self.upload("Dear all,", "letter.txt"), "choose one")
        self.assertFalse(QuestionUpload.objects.exists())

    def test_a_file_in_another_encoding_is_read_when_it_is_named(self):
        data = "::A:: “Café” {T}".encode("cp1252")
        self.assertContains(self.upload(data), "not utf-8 text")
        self.assertContains(self.upload(data, encoding="cp1252"), "1 question is new.")


class Importing(UploadTestCase):
    def test_what_was_checked_is_imported_by_whoever_asked_for_it(self):
        self.upload(TWO)
        response = self.press()
        self.assertContains(response, "The file is imported.")
        first, second = Question.objects.order_by("name")
        self.assertEqual((first.category.name, second.category.name), ("Inbox", "Damaged"))
        self.assertEqual(first.latest_revision.user, self.tamar)
        self.assertEqual(QuestionUpload.objects.get().progress, 100)

    def test_the_same_file_again_has_nothing_to_import(self):
        self.upload(TWO)
        self.press()
        response = self.upload(TWO)
        self.assertContains(response, "2 questions are unchanged.")
        self.assertContains(response, "in the bank already")
        self.assertNotContains(response, "Import 2")

    def test_asking_twice_imports_once(self):
        self.upload(TWO)
        self.press()
        versions = Question.objects.first().revisions.count()
        self.assertContains(self.press(), "cannot be imported now")
        self.assertEqual(Question.objects.first().revisions.count(), versions)

    def test_what_the_bank_refuses_since_the_check_is_refused_whole(self):
        self.upload(TWO)
        shelf = bank.category("Inbox")
        bank.question(shelf=shelf, name="A"), bank.question(shelf=shelf, name="A")
        response = self.press()
        self.assertContains(response, "several questions of this name")
        self.assertEqual(Question.objects.count(), 2)
        self.assertEqual(QuestionUpload.objects.get().state, "refused")

    def test_a_fault_writes_nothing_and_can_be_tried_again(self):
        self.upload(TWO)
        with mock.patch("quizzes.filing._keep_versions", side_effect=OSError), self.assertLogs("quizzes.uploading"):
            response = self.press()
        self.assertContains(response, "broke off, and nothing was written. Try again.")
        self.assertFalse(Question.objects.exists())
        self.assertContains(self.press(), "The file is imported.")

    def test_a_file_that_was_forgotten_cannot_be_imported(self):
        self.upload(TWO)
        forget_uploads(timezone.now() + timedelta(days=8))
        self.assertContains(self.press(), "cannot be imported now")
        self.assertFalse(Question.objects.exists())

    def test_who_may_not_change_questions_imports_new_ones_only(self):
        bank.question("true_false", bank.category("Inbox"), name="A")
        self.tamar.groups.get().permissions.remove(Permission.objects.get(codename="change_question"))
        self.upload("::A:: a {F}")
        self.assertContains(self.press(), "which you may not do")
        self.upload("::B:: b {F}")
        self.assertContains(self.press(), "The file is imported.")


class InTheBackground(UploadTestCase):
    def test_a_large_file_and_many_questions_are_left_to_a_task(self):
        with (
            mock.patch.object(uploading, "LARGE", 10),
            mock.patch.object(uploading, "check_in_background") as check,
            self.captureOnCommitCallbacks(execute=True),
        ):
            response = self.upload(TWO)
        self.assertContains(response, "The file is being checked.")
        self.assertEqual(response.headers["Refresh"], "2")
        check_upload(*check.enqueue.call_args.args[:1])
        with (
            mock.patch.object(uploading, "MANY", 1),
            mock.patch.object(uploading, "import_in_background") as run,
            self.captureOnCommitCallbacks(execute=True),
        ):
            response = self.press()
        self.assertContains(response, "The questions are being imported: 0 percent.")
        self.assertFalse(Question.objects.exists())
        run_import(*run.enqueue.call_args.args[:2])
        self.assertEqual(Question.objects.count(), 2)

    def test_the_tasks_do_what_the_page_does(self):
        with mock.patch.object(uploading, "LARGE", 10), self.captureOnCommitCallbacks(execute=True):
            self.upload(TWO)
        with mock.patch.object(uploading, "MANY", 1), self.captureOnCommitCallbacks(execute=True):
            self.press()
        self.assertEqual(Question.objects.count(), 2)

    def test_a_task_that_runs_twice_changes_nothing_the_second_time(self):
        upload = receive_upload(
            TWO.encode(), by=self.tamar, file_name="a.gift", format_name="gift", category="Inbox", language="en"
        )
        self.assertTrue(start_import(upload, self.tamar))
        run_import(upload.pk, self.tamar.pk)
        self.assertEqual({question.revisions.count() for question in Question.objects.all()}, {1})

    def test_an_import_whose_worker_died_can_be_started_again_after_a_while(self):
        self.upload(TWO)
        upload = QuestionUpload.objects.get()
        with (
            mock.patch.object(uploading, "MANY", 1),
            mock.patch.object(uploading, "import_in_background"),
        ):
            start_import(upload, self.tamar)
        upload.refresh_from_db()
        now = timezone.now()
        self.assertFalse(start_import(upload, self.tamar, now + timedelta(minutes=9)))
        self.assertTrue(start_import(upload, self.tamar, now + timedelta(minutes=11)))
        self.assertEqual(Question.objects.count(), 2)

    def test_files_are_forgotten_after_a_week_and_what_was_found_in_them_is_kept(self):
        self.upload(TWO)
        now = timezone.now()
        self.assertEqual(forget_uploads(now + timedelta(days=6)), 0)
        self.assertEqual(forget_uploads(now + timedelta(days=8)), 1)
        self.assertEqual(forget_uploads(now + timedelta(days=8)), 0)
        upload = QuestionUpload.objects.get()
        self.assertEqual((bytes(upload.data), upload.result["total"]), (b"", 2))


class Exporting(UploadTestCase):
    def download(self, **query):
        response = self.client.get(EXPORT, {"format_name": "gift", "language": "en"} | query)
        return response, b"".join(response).decode() if response.streaming else response.content.decode()

    def test_a_file_is_downloaded_and_can_be_imported_again(self):
        bank.question(shelf=bank.category("Refunds"), name="Angry")
        for format_name, suffix in (("gift", "gift"), ("moodle-xml", "xml"), ("csv", "csv")):
            with self.subTest(format_name):
                response, text = self.download(format_name=format_name, category="Refunds")
                expected = f'attachment; filename="questions-refunds-en.{suffix}"'
                self.assertEqual(response.headers["Content-Disposition"], expected)
                self.assertContains(self.upload(text, f"all.{suffix}"), "1 question is unchanged.")

    def test_an_unknown_category_is_named(self):
        self.assertIn("There is no category “Nowhere”", self.download(category="Nowhere")[1])

    def test_the_form_offers_the_formats(self):
        self.assertContains(self.client.get(EXPORT), "Moodle XML")


class WhoMay(UploadTestCase):
    def test_only_who_may_add_questions_comes_in(self):
        self.upload(TWO)
        pk = QuestionUpload.objects.get().pk
        for person, allowed in ((self.maya, False), (self.daniel, False), (self.tamar, True), (self.ana, True)):
            self.client.force_login(person)
            for address in (UPLOAD, f"{UPLOAD}{pk}/", EXPORT):
                with self.subTest(person=person, address=address):
                    self.assertEqual(self.client.get(address).status_code == 200, allowed)
            if not allowed:
                self.client.post(f"{UPLOAD}{pk}/run/")
        self.assertFalse(Question.objects.exists())

    def test_another_trainers_upload_is_not_there(self):
        self.upload(TWO)
        pk = QuestionUpload.objects.get().pk
        self.sam.groups.set(self.tamar.groups.all())
        self.client.force_login(self.sam)
        self.assertEqual(self.client.get(f"{UPLOAD}{pk}/").status_code, 404)
        self.assertEqual(self.client.post(f"{UPLOAD}{pk}/run/").status_code, 404)
        self.assertNotContains(self.client.get(UPLOAD), "questions.gift")

    def test_a_get_does_not_import(self):
        self.upload(TWO)
        self.assertEqual(self.client.get(f"{UPLOAD}{QuestionUpload.objects.get().pk}/run/").status_code, 405)
        self.assertFalse(Question.objects.exists())

    def test_the_menu_leads_to_both_pages(self):
        response = self.client.get(reverse("wagtailadmin_home"))
        self.assertContains(response, UPLOAD)
        self.assertContains(response, EXPORT)


class Guessing(TestCase):
    def test_the_name_or_the_beginning_tells_the_format(self):
        aiken = b"What?\nA. x\nB. y\nANSWER: B\n"
        for name, data, expected in (
            ("a.GIFT", b"", "gift"),
            ("a.xml", b"", "moodle-xml"),
            ("a.csv", b"", "csv"),
            ("a.txt", b"::Q:: a {T}", "gift"),
            ("a.txt", aiken, "aiken"),
            ("a.txt", aiken.replace(b"\n", b"\r"), "aiken"),
            ("a.txt", aiken.decode().encode("utf-16"), "aiken"),
            ("a", b"\xef\xbb\xbf<?xml version='1.0'?><quiz/>", "moodle-xml"),
            ("a.txt", b"Dear all", None),
        ):
            with self.subTest(name=name, data=data[:20]):
                self.assertEqual(guess_format(name, data), expected)
