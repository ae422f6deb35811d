"""The import and the export of questions: all of a file or nothing, and the same file again changes nothing."""

import json
from decimal import Decimal
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from django.core.management import CommandError, call_command
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry
from wagtail.search.backends import get_search_backend

from quizzes import filing
from quizzes.exporting import ExportRefused, export_questions
from quizzes.formats import UNKNOWN, WRITERS, parse
from quizzes.importing import ImportRefused, import_questions
from quizzes.models import Question, QuestionCategory
from tests import factories
from tests.cast import person
from tests.quizzes import bank

TWO = "// [tag:glass]\n::A:: a {=x#yes ~y}\n\n$CATEGORY: Returns/Damaged\n\n::B:: b {#3:0.5}\n"
ONE_BAD = TWO + "\n::C:: c {=x\n"


def run(text: str, **options):
    options = {"format_name": "gift", "category": "Inbox", "language": "en"} | options
    return import_questions(text.encode(), **options)


def outcomes(text: str, **options) -> list[str]:
    return [question.outcome for question in run(text, **options)]


def everything() -> list[tuple]:
    rows = Question.objects.order_by("pk").values_list("pk", "name", "category", "body", "default_mark", "changed_at")
    return [*rows, QuestionCategory.objects.count(), ModelLogEntry.objects.count()]


class ImportTests(TestCase):
    def test_questions_stand_in_their_categories_ready_to_be_drawn(self):
        self.assertEqual(outcomes(TWO), ["created", "created"])

        first, second = Question.objects.order_by("name")
        self.assertEqual((first.category.name, first.state, first.kind), ("Inbox", "ready", "single_choice"))
        self.assertEqual([tag.name for tag in first.tags.all()], ["glass"])
        options = first.body[0].value["options"]
        self.assertEqual(
            [(one["text"], one["is_correct"], one["feedback"]) for one in options],
            [("x", True, "yes"), ("y", False, "")],
        )
        self.assertEqual(len({child.id for child in options.bound_blocks} - {None}), 2)
        self.assertEqual((second.category.name, second.category.get_parent().name), ("Damaged", "Returns"))
        self.assertEqual(second.body[0].value["tolerance"], Decimal("0.5"))

    def test_a_new_question_has_its_first_version_its_log_and_its_place_in_the_search(self):
        trainer = person("trainer")
        run(TWO, by=trainer)

        question = Question.objects.get(name="A")
        self.assertEqual(question.latest_revision.user, trainer)
        self.assertEqual(question.latest_revision.as_object().body.get_prep_value(), question.body.get_prep_value())
        self.assertEqual([tag.name for tag in question.latest_revision.as_object().tags.all()], ["glass"])
        entry = ModelLogEntry.objects.for_instance(question).get()
        self.assertEqual((entry.action, entry.user, entry.label), ("wagtail.create", trainer, "A"))
        self.assertEqual(list(get_search_backend().search("A", Question)), [question])

    def test_the_same_file_again_changes_nothing(self):
        run(TWO)
        before = everything()
        self.assertEqual(outcomes(TWO), ["unchanged", "unchanged"])
        self.assertEqual(everything(), before)

    def test_a_changed_question_is_updated_and_keeps_its_old_version_and_place_in_quizzes(self):
        run(TWO)
        old = Question.objects.get(name="A")
        trainer = person("trainer")

        self.assertEqual(outcomes(TWO.replace("#yes", "#well done"), by=trainer), ["updated", "unchanged"])

        new = Question.objects.get(name="A")
        self.assertEqual((new.pk, new.translation_key), (old.pk, old.translation_key))
        self.assertEqual(new.body[0].value["options"][0]["feedback"], "well done")
        self.assertEqual(new.revisions.count(), 2)
        self.assertEqual(old.latest_revision.as_object().body[0].value["options"][0]["feedback"], "yes")
        self.assertEqual(new.latest_revision.user, trainer)
        self.assertEqual([tag.name for tag in new.tags.all()], ["glass"])

    def test_an_update_keeps_what_a_question_without_versions_was(self):
        old = bank.question(shelf=bank.category("Inbox"), name="A")
        run("::A:: a {T}")
        first, last = old.revisions.order_by("pk")
        self.assertEqual((first.as_object().kind, last.as_object().kind), ("single_choice", "true_false"))

    def test_an_update_leaves_what_the_file_does_not_say(self):
        run(TWO)
        Question.objects.filter(name="A").update(state="hidden", default_mark=3)
        run("::A:: a {=x ~z}")
        question = Question.objects.get(name="A")
        self.assertEqual((question.state, question.default_mark, question.tags.count()), ("hidden", 3, 1))
        self.assertEqual(question.body[0].value["options"][1]["text"], "z")

    def test_an_update_leaves_hints_penalty_article_and_what_only_its_type_has(self):
        article = factories.article()
        kept = {"hints": ["Look"], "article": article.pk, "keep_last": True}
        bank.question(shelf=bank.category("Inbox"), name="A", penalty=10, block=kept)
        self.assertEqual(outcomes("::A:: a {=x ~z}"), ["updated"])
        question = Question.objects.get(name="A")
        value = question.body[0].value
        self.assertEqual((list(value["hints"]), value["article"].pk, value["keep_last"]), (["Look"], article.pk, True))
        self.assertEqual((question.penalty, value["options"][1]["text"]), (10, "z"))
        self.assertEqual(outcomes("::A:: a {=x ~z}"), ["unchanged"])

        run("// [hint:Think] [penalty:25]\n::A:: a {T}")
        question = Question.objects.get(name="A")
        value = question.body[0].value
        self.assertEqual((question.kind, list(value["hints"]), question.penalty), ("true_false", ["Think"], 25))
        self.assertEqual(value["article"].pk, article.pk)

    def test_what_a_file_says_may_not_contradict_what_is_kept(self):
        kept = {"unit": "days", "other_units": [{"unit": "weeks", "factor": "7"}]}
        bank.question("numeric", bank.category("Inbox"), name="A", block=kept)
        before = everything()
        for dry_run in (True, False):
            with self.assertRaises(ImportRefused) as refused:
                run("// [unit:weeks]\n::A:: a {#3}", dry_run=dry_run)
            [refusal] = refused.exception.refusals
            self.assertEqual((refusal.line, refusal.name), (2, "A"))
            self.assertIn("Two units are the same", refusal.reason)
        self.assertEqual(everything(), before)
        self.assertEqual(outcomes("::A:: a {#3}"), ["updated"])
        self.assertEqual(Question.objects.get().body[0].value["other_units"][0]["unit"], "weeks")

    def test_the_gaps_of_a_text_are_numbered_as_they_stand(self):
        text = "<p>{1:SA:=one#Yes.~%50%won*} {2:MULTICHOICE:~no~=yes} {:NUMERICAL:=1}</p>"
        quiz = f"<quiz><question type='cloze'><name><text>A</text></name><questiontext><text><![CDATA[{text}]]></text>"
        quiz += "</questiontext></question></quiz>"
        self.assertEqual(outcomes(quiz, format_name="moodle-xml"), ["created"])
        self.assertEqual(outcomes(quiz, format_name="moodle-xml"), ["unchanged"])
        value = Question.objects.get().body[0].value
        self.assertEqual(value["text"].source, "<p>[[1]] [[2]] [[3]]</p>")
        kinds = [(gap["kind"], gap["weight"]) for gap in value["gaps"]]
        self.assertEqual(kinds, [("text", 1), ("choice", 2), ("number", 1)])
        self.assertEqual([answer["text"] for answer in value["gaps"][0]["answers"]], ["one", "won*"])

    def test_a_mark_is_rounded_to_what_the_bank_keeps(self):
        text = "// [mark:0.3333333]\n::A:: a {T}"
        run(text)
        self.assertEqual(Question.objects.get().default_mark, Decimal("0.33"))
        self.assertEqual(outcomes(text), ["unchanged"])

    def test_the_same_name_in_another_category_or_language_is_another_question(self):
        run("::A:: a {T}")
        self.assertEqual(outcomes("::A:: a {F}", category="Elsewhere"), ["created"])
        self.assertEqual(outcomes("::A:: a {F}", language="ar"), ["created"])
        self.assertEqual(Question.objects.filter(name="A").count(), 3)

    def test_one_bad_question_and_nothing_is_written(self):
        before = everything()
        with self.assertRaises(ImportRefused) as refused:
            run(ONE_BAD)
        [refusal] = refused.exception.refusals
        self.assertEqual((refusal.line, refusal.column, refusal.reason), (8, 9, "This brace is never closed."))
        self.assertEqual([question.parsed.name for question in refused.exception.questions], ["A", "B"])
        self.assertEqual(everything(), before)

    def test_a_fault_while_writing_leaves_nothing(self):
        before = everything()
        with mock.patch.object(filing, "_keep_versions", side_effect=OSError), self.assertRaises(OSError):
            run(TWO)
        self.assertEqual(everything(), before)

    def test_a_dry_run_says_what_would_happen_and_writes_nothing(self):
        run(TWO)
        before = everything()
        changed = TWO.replace("#yes", "#no") + "\n::C:: c {T}"
        self.assertEqual(outcomes(changed, dry_run=True), ["updated", "unchanged", "created"])
        self.assertEqual(everything(), before)

    def test_a_category_is_found_by_its_name_its_path_and_its_code(self):
        returns = bank.category("Returns")
        damaged = bank.category("Damaged", returns)
        for name in ("Damaged", "Returns/Damaged", damaged.slug):
            run("::A:: a {T}", category=name)
        self.assertEqual(Question.objects.get(name="A").category, damaged)
        self.assertEqual(QuestionCategory.objects.count(), 2)

    def test_a_category_of_which_there_are_several_is_refused(self):
        for parent in ("Returns", "Calls"):
            bank.category("Damaged", bank.category(parent))
        with self.assertRaisesMessage(ImportRefused, "Several categories are called “Damaged”"):
            run("::A:: a {T}", category="Damaged")

    def test_several_questions_of_one_name_in_the_bank_are_refused_and_not_guessed(self):
        shelf = bank.category("Inbox")
        for _time in range(2):
            bank.question(shelf=shelf, name="A")
        with self.assertRaises(ImportRefused) as refused:
            run("\n::A:: a {T}")
        self.assertEqual([(one.line, one.name) for one in refused.exception.refusals], [(2, "A")])

    def test_a_language_without_content_is_refused(self):
        with self.assertRaisesMessage(ImportRefused, "There is no content in the language “xx”."):
            run(TWO, language="xx")

    def test_more_questions_cost_no_more_queries_each(self):
        def questions(count: int) -> str:
            return "\n\n".join(f"::Q{number}:: q {{T}}" for number in range(count))

        run("::first:: q {T}")
        counts = []
        for count in (1, 3):
            with CaptureQueriesContext(connection) as queries:
                run(questions(count), category=f"Shelf of {count}")
            counts.append(len(queries))
        self.assertEqual(counts[0], counts[1])


class ExportTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.shelf = bank.category("Returns")
        cls.questions = [bank.question(kind, cls.shelf, name=kind) for kind in bank.BODIES]

    def export(self, format_name="gift", **options) -> str:
        """What the format can hold."""
        options = {"language": "en", "leave_out": True} | options
        return "".join(export_questions(format_name=format_name, **options))

    def test_an_export_changes_nothing_when_it_is_imported_again(self):
        for format_name in WRITERS:
            with self.subTest(format_name):
                text = self.export(format_name)
                self.assertEqual(set(outcomes(text, format_name=format_name)), {"unchanged"})

    def test_an_export_makes_the_same_questions_in_an_empty_bank(self):
        for format_name in WRITERS:
            with self.subTest(format_name):
                text = self.export(format_name)
                Question.objects.all().delete()
                QuestionCategory.objects.all().delete()
                self.assertEqual(set(outcomes(text, format_name=format_name)), {"created"})
                self.assertEqual(self.export(format_name), text)

    def test_a_category_is_exported_with_what_stands_in_it_and_one_language(self):
        bank.question(shelf=bank.category("Glass", self.shelf), name="inside")
        bank.question(shelf=bank.category("Calls"), name="outside")
        bank.question(shelf=self.shelf, name="arabic", language="ar")
        text = self.export(category="Returns")
        self.assertIn("::inside::", text)
        self.assertNotIn("outside", text)
        self.assertNotIn("arabic", text)
        self.assertIn("$CATEGORY: $course$/top/Returns/Glass", text)

    def test_spaces_and_parts_of_a_mark_come_back_as_they_were(self):
        bank.question(shelf=bank.category("Two  spaces"), name="and  two", default_mark="0.33")
        for format_name in WRITERS:
            with self.subTest(format_name):
                text = self.export(format_name)
                self.assertEqual(set(outcomes(text, format_name=format_name)), {"unchanged"})

    def test_parts_of_the_mark_that_are_shared_evenly_are_written_down(self):
        bank.question("multiple_choice", bank.category("Shared"), block={"grading": "fractions"})
        text = self.export(category="Shared")
        self.assertEqual([text.count("~%50%"), text.count("~%-100%")], [2, 1])

    def test_a_type_that_a_format_has_no_word_for_is_refused_or_left_out(self):
        for format_name, unknown in UNKNOWN.items():
            with self.subTest(format_name):
                if unknown:
                    with self.assertRaises(ExportRefused) as refused:
                        self.export(format_name, leave_out=False)
                    problems = [f"{kind}: This format knows no questions of the type “{kind}”." for kind in unknown]
                    self.assertEqual(sorted(refused.exception.problems), sorted(problems))
                file = parse(self.export(format_name).encode(), format_name)
                self.assertEqual({one.type for one in file.questions}, set(bank.BODIES) - unknown)

    def test_an_unknown_category_is_refused(self):
        with self.assertRaisesMessage(ExportRefused, "There is no category “Nowhere”"):
            self.export(category="Nowhere")


class CommandTests(TestCase):
    def setUp(self):
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def call(self, content: str, *options) -> tuple[str, str, bool]:
        """What stands on the two outputs, and whether it was refused."""
        path, out, err = self.folder / "questions.txt", StringIO(), StringIO()
        path.write_text(content, encoding="utf-8")
        arguments = [str(path), "--format", "gift", "--category", "Inbox", *options]
        try:
            call_command("import_questions", *arguments, stdout=out, stderr=err)
        except CommandError as error:
            self.assertEqual(error.returncode, 1)
            return out.getvalue(), err.getvalue(), True
        return out.getvalue(), err.getvalue(), False

    def test_json_says_each_question_and_each_answer(self):
        out, _err, refused = self.call(TWO, "--json")
        said = json.loads(out)
        self.assertFalse(refused)
        self.assertEqual((said["imported"], said["counts"]["created"], said["refusals"]), (True, 2, []))
        question = said["questions"][0]
        self.assertEqual((question["name"], question["type"], question["line"]), ("A", "single_choice", 2))
        self.assertEqual(question["answers"][0], {"text": "x", "fraction": 100.0, "feedback": "yes"})
        self.assertEqual(said["questions"][1]["answers"][0]["tolerance"], 0.5)

    def test_json_says_each_refusal_with_its_place(self):
        out, _err, refused = self.call(ONE_BAD, "--json")
        said = json.loads(out)
        self.assertTrue(refused)
        self.assertFalse(said["imported"])
        [refusal] = said["refusals"]
        self.assertEqual((refusal["line"], refusal["column"]), (8, 9))
        self.assertEqual(refusal["reason"], "This brace is never closed.")
        self.assertEqual(Question.objects.count(), 0)

    def test_without_json_it_says_the_same_in_lines(self):
        out, _err, _refused = self.call(TWO, "--dry-run")
        self.assertIn("created    single_choice    A", out)
        self.assertIn("2 created, 0 updated, 0 unchanged. Dry run: nothing was written.", out)
        _out, err, refused = self.call(ONE_BAD)
        self.assertTrue(refused)
        self.assertIn("Line 8, column 9: This brace is never closed.", err)

    def test_many_questions_show_their_progress(self):
        text = "\n\n".join(f"::Q{number}:: q {{T}}" for number in range(500))
        _out, err, _refused = self.call(text)
        self.assertIn("Wrote 500 of 500 questions.", err)

    def test_a_missing_file_is_refused(self):
        with self.assertRaisesMessage(CommandError, "cannot be read"):
            call_command("import_questions", "nowhere.txt", "--format", "gift", "--category", "Inbox")

    def test_the_export_goes_to_a_file_or_to_the_screen(self):
        self.call(TWO)
        out, path = StringIO(), self.folder / "out.xml"
        call_command("export_questions", str(path), "--format", "moodle-xml")
        call_command("export_questions", "--format", "moodle-xml", "--category", "Inbox", stdout=out)
        self.assertIn("<name><text>B</text></name>", path.read_text(encoding="utf-8"))
        self.assertNotIn("<name><text>B</text></name>", out.getvalue())
        self.assertIn("<name><text>A</text></name>", out.getvalue())
