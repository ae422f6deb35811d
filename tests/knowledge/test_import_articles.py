"""The import_articles verb and its command: all files or none, and the same file again changes nothing."""

import hashlib
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from django.core.management import CommandError, call_command
from django.test import TestCase

from knowledge.importing import verb
from knowledge.importing.verb import ImportRefused, import_articles
from knowledge.models import ArticlePage, KnowledgeIndexPage
from tests.cast import person

ARABIC = "خدمة العملاء\nما هي خدمة العملاء؟\nهي الدعم الذي نقدمه قبل الشراء وبعده.\n- الهاتف\n- البريد\n"
CHANGED = ARABIC + "- الدردشة\n"


class ImportTestCase(TestCase):
    language = "ar"

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.library = KnowledgeIndexPage.objects.get(locale__language_code=cls.language)

    def setUp(self):
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, name: str, content: str | bytes = ARABIC) -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def run_import(self, *paths, **options):
        return import_articles(paths, language=self.language, into=self.library.slug, **options)

    def articles(self):
        return ArticlePage.objects.child_of(self.library).filter(source_name__gt="")


class NewArticleTests(ImportTestCase):
    def test_a_file_becomes_a_draft_with_typed_blocks_and_its_source(self):
        [result] = self.run_import(self.file("service.txt"))

        page = self.articles().get()
        self.assertEqual((result.outcome, result.slug), ("created", page.slug))
        self.assertEqual((page.title, page.slug, page.live), ("خدمة العملاء", "خدمة-العملاء", False))
        self.assertEqual(page.locale, self.library.locale)
        self.assertEqual([block.block_type for block in page.body], ["heading", "paragraph", "list"])
        self.assertEqual(page.source_name, "service.txt")
        self.assertEqual(page.source_digest, hashlib.sha256(ARABIC.encode()).hexdigest())
        self.assertEqual(page.latest_revision.as_object().body.get_prep_value(), page.body.get_prep_value())

    def test_published_at_once_it_is_found_by_its_words(self):
        self.run_import(self.file("service.txt"), publish=True)
        page = self.articles().get()
        self.assertTrue(page.live)
        self.assertFalse(page.has_unpublished_changes)
        self.assertIn("الدعم", " ".join(page.body.stream_block.get_searchable_content(page.body)))
        self.assertIn(page, list(ArticlePage.objects.live().search("الدعم")))

    def test_equal_titles_get_different_slugs(self):
        self.run_import(self.file("a.txt"), self.file("b.txt"), self.file("c.txt"))
        self.assertEqual(
            sorted(self.articles().values_list("slug", flat=True)),
            ["خدمة-العملاء", "خدمة-العملاء-2", "خدمة-العملاء-3"],
        )

    def test_a_title_without_letters_still_gets_a_slug(self):
        self.run_import(self.file("a.html", "<h1>؟!</h1><p>نص</p>"))
        self.assertEqual(self.articles().get().slug, "article")

    def test_another_language_is_noticed(self):
        [result] = self.run_import(self.file("a.txt", "Service\nThis is English text."))
        self.assertIn("“en”", result.notes[0])

    def test_the_importer_is_recorded(self):
        tamar = person("Tamar Lomidze")
        self.run_import(self.file("a.txt"), by=tamar)
        page = self.articles().get()
        self.assertEqual((page.owner, page.latest_revision.user), (tamar, tamar))


class SameFileAgainTests(ImportTestCase):
    def test_the_same_file_changes_nothing(self):
        path = self.file("service.txt")
        self.run_import(path, publish=True)
        before = self.articles().get()

        [result] = self.run_import(path, publish=True)

        after = self.articles().get()
        self.assertEqual(result.outcome, "unchanged")
        self.assertEqual(after.revisions.count(), 1)
        self.assertEqual(
            (after.latest_revision_id, after.last_published_at), (before.latest_revision_id, before.last_published_at)
        )

    def test_a_changed_file_makes_a_draft_and_readers_see_the_old_text(self):
        self.run_import(self.file("service.txt"), publish=True)
        [result] = self.run_import(self.file("service.txt", CHANGED))

        page = self.articles().get()
        self.assertEqual(result.outcome, "updated")
        self.assertEqual(len(page.body[2].value["items"]), 2)
        self.assertTrue(page.live and page.has_unpublished_changes)
        self.assertEqual(len(page.latest_revision.as_object().body[2].value["items"]), 3)
        self.assertEqual(self.run_import(self.file("service.txt", CHANGED))[0].outcome, "unchanged")
        self.assertEqual(page.revisions.count(), 2)

    def test_a_changed_file_is_published_when_asked(self):
        self.run_import(self.file("service.txt"), publish=True)
        self.run_import(self.file("service.txt", CHANGED), publish=True)
        page = self.articles().get()
        self.assertEqual(len(page.body[2].value["items"]), 3)
        self.assertEqual(page.source_digest, hashlib.sha256(CHANGED.encode()).hexdigest())

    def test_a_draft_of_an_earlier_import_is_published_when_asked(self):
        path = self.file("service.txt")
        self.run_import(path)
        self.assertEqual(self.run_import(path)[0].outcome, "unchanged")
        self.assertEqual(self.run_import(path, publish=True)[0].outcome, "published")
        page = self.articles().get()
        self.assertTrue(page.live and not page.has_unpublished_changes)
        self.assertEqual(self.run_import(path, publish=True)[0].outcome, "unchanged")

    def test_a_draft_that_a_trainer_edited_is_hers_to_publish(self):
        path = self.file("service.txt")
        self.run_import(path)
        page = self.articles().get().get_latest_revision_as_object()
        page.body = [{"type": "paragraph", "value": "<p>unfinished</p>"}]
        page.save_revision()
        self.assertEqual(self.run_import(path, publish=True)[0].outcome, "unchanged")
        self.assertFalse(self.articles().get().live)

    def test_a_renamed_title_keeps_the_address(self):
        self.run_import(self.file("service.txt"), publish=True)
        self.run_import(self.file("service.txt", "عنوان جديد\nنص آخر هنا."), publish=True)
        page = self.articles().get()
        self.assertEqual((page.title, page.slug), ("عنوان جديد", "خدمة-العملاء"))

    def test_what_a_trainer_set_on_the_article_stays(self):
        self.run_import(self.file("service.txt"))
        page = self.articles().get().get_latest_revision_as_object()
        page.summary, page.verification_interval = "ملخص", 30
        page.save_revision()
        self.run_import(self.file("service.txt", CHANGED), publish=True)
        page = self.articles().get()
        self.assertEqual((page.summary, page.verification_interval), ("ملخص", 30))

    def test_an_equal_name_in_another_language_is_another_article(self):
        self.run_import(self.file("service.txt"))
        english = KnowledgeIndexPage.objects.get(locale__language_code="en")
        import_articles([self.file("service.txt")], language="en", into=english.slug)
        self.assertEqual(ArticlePage.objects.filter(source_name="service.txt").count(), 2)


class RefusalTests(ImportTestCase):
    def assert_refused(self, *paths, **options):
        before = ArticlePage.objects.count()
        with self.assertRaises(ImportRefused) as refusal:
            self.run_import(*paths, **options)
        self.assertEqual(ArticlePage.objects.count(), before)
        return refusal.exception.problems

    def test_all_bad_files_are_named_and_nothing_is_written(self):
        problems = self.assert_refused(
            self.file("good.txt"),
            self.file("empty.txt", b""),
            self.file("binary.txt", b"a\0b"),
            self.file("legacy.txt", ARABIC.encode("cp1256")),
            self.folder / "missing.txt",
        )
        self.assertEqual(len(problems), 4)
        for name, problem in zip(("empty", "binary", "legacy", "missing"), problems, strict=True):
            self.assertIn(f"{name}.txt: ", problem)

    def test_a_failure_while_writing_undoes_the_articles_before_it(self):
        write = verb._write
        calls = []

        def fail_the_second_time(*args):
            calls.append(args)
            if len(calls) == 2:
                raise RuntimeError("power cut")
            return write(*args)

        with (
            mock.patch.object(verb, "_write", fail_the_second_time),
            self.assertRaisesMessage(RuntimeError, "power cut"),
        ):
            self.run_import(self.file("a.txt"), self.file("b.txt"))
        self.assertEqual(len(calls), 2)
        self.assertFalse(self.articles().exists())

    def test_two_files_of_one_name_are_refused(self):
        problems = self.assert_refused(self.file("one/a.txt"), self.file("two/a.txt", CHANGED))
        self.assertIn("same name", problems[0])

    def test_a_locked_article_is_refused(self):
        self.run_import(self.file("a.txt"))
        self.articles().update(locked=True)
        self.assertIn("locked", self.assert_refused(self.file("a.txt", CHANGED))[0])

    def test_a_summary_that_is_too_long_is_refused(self):
        problems = self.assert_refused(self.file("a.md", f"---\nsummary: {'x' * 401}\n---\n# T\n\ntext\n"))
        self.assertIn("400", problems[0])

    def test_an_unknown_library_is_answered_with_the_known_ones(self):
        with self.assertRaises(ImportRefused) as refusal:
            import_articles([self.file("a.txt")], language="ar", into="nowhere")
        self.assertIn(self.library.slug, refusal.exception.problems[0])

    def test_the_library_of_another_language_is_not_taken(self):
        KnowledgeIndexPage.objects.filter(pk=self.library.pk).update(slug="arabic-only")
        with self.assertRaises(ImportRefused):
            import_articles([self.file("a.txt")], language="ka", into="arabic-only")

    def test_a_language_without_content_is_refused(self):
        with self.assertRaisesMessage(ImportRefused, "no content in the language “fr”"):
            import_articles([self.file("a.txt")], language="fr", into=self.library.slug)


class CommandTests(ImportTestCase):
    def call(self, *paths, **options):
        out, err = StringIO(), StringIO()
        options = {"language": "ar", "into": self.library.slug} | options
        call_command("import_articles", *map(str, paths), stdout=out, stderr=err, **options)
        return out.getvalue(), err.getvalue()

    def test_the_summary_says_what_became_of_each_file(self):
        self.call(self.file("a.txt"))
        out, err = self.call(self.file("a.txt"), self.file("b.txt", CHANGED))
        self.assertIn("unchanged  a.txt", out)
        self.assertIn("created    b.txt", out)
        self.assertIn("1 created, 0 updated, 0 published, 1 unchanged.", out)
        self.assertEqual(err, "")

    def test_a_dry_run_says_the_same_and_writes_nothing(self):
        out, _ = self.call(self.file("a.txt"), dry_run=True, publish=True)
        self.assertIn("1 created, 0 updated, 0 published, 0 unchanged. Dry run", out)
        self.assertFalse(self.articles().exists())

    def test_a_long_import_tells_how_far_it_is(self):
        _, err = self.call(*(self.file(f"{number}.txt") for number in range(41)), dry_run=True)
        self.assertEqual(err.count("Read"), 3)
        self.assertIn("Read 20 of 41 files.", err)

    def test_an_encoding_is_declared(self):
        self.call(self.file("a.txt", ARABIC.encode("cp1256")), encoding="cp1256")
        self.assertEqual(self.articles().get().title, "خدمة العملاء")

    def test_refusals_are_one_error_with_all_reasons(self):
        with self.assertRaises(CommandError) as error:
            self.call(self.file("a.txt", b""), self.file("b.pdf", b"%PDF"))
        self.assertIn("Nothing was imported.", str(error.exception))
        self.assertIn("a.txt: The file is empty.", str(error.exception))
        self.assertIn("b.pdf: ", str(error.exception))
