"""Pictures in files of questions become images of the CMS, each once, and come out again."""

import base64
import html
import struct
import zlib
from io import BytesIO
from unittest import mock

from django.core.files.base import ContentFile
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from PIL import Image as Drawing
from wagtail.images.models import Image
from wagtail.models import ReferenceIndex

from quizzes import picturing
from quizzes.exporting import export_questions
from quizzes.formats import WRITERS, parse, pictures
from quizzes.importing import ImportRefused, import_questions
from quizzes.models import Question, QuestionCategory
from quizzes.question_types.texts import safe_html
from tests.cast import person
from tests.quizzes import bank

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def png(colour: str = "red", size: int = 4, kind: str = "PNG") -> bytes:
    out = BytesIO()
    Drawing.new("RGB", (size, size), colour).save(out, kind)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and hardly holds anything."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    body = b"".join(struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


def file(name: str, data: bytes) -> str:
    return f'<file name="{name}" path="/" encoding="base64">{base64.b64encode(data).decode()}</file>'


def question(text: str, *files: str, name="Q", feedback="", feedback_files=()) -> str:
    def element(tag, said, held):
        return f'<{tag} format="html"><text><![CDATA[{said}]]></text>{"".join(held)}</{tag}>'

    texts = element("questiontext", text, files) + element("generalfeedback", feedback, feedback_files)
    answer = '<answer fraction="100"><text>a</text></answer>'
    return f'<question type="shortanswer"><name><text>{name}</text></name>{texts}{answer}</question>'


def quiz(*questions: str) -> str:
    return f"<quiz>{''.join(questions)}</quiz>"


def run(text: str, format_name="moodle-xml", **options):
    options = {"category": "Inbox", "language": "en"} | options
    return import_questions(text.encode(), format_name=format_name, **options)


def outcomes(text: str, **options) -> list[str]:
    return [one.outcome for one in run(text, **options)]


def refused(text: str, format_name="moodle-xml") -> str:
    [refusal] = parse(text.encode(), format_name).refusals
    return refusal.reason


PICTURE = '<p>Look:</p><p><img src="@@PLUGINFILE@@/a%20chair.png" alt="A &quot;red&quot; chair" class="img-fluid"></p>'
ONE = quiz(question(PICTURE, file("a chair.png", png())))


class Importing(TestCase):
    def test_a_picture_becomes_an_image_in_the_text(self):
        trainer = person("trainer")
        run(ONE, by=trainer)
        image = Image.objects.get()
        self.assertEqual((image.title, image.uploaded_by_user, image.width), ("a chair", trainer, 4))
        text = Question.objects.get().body[0].value["text"].source
        embed = f'<embed alt="A &quot;red&quot; chair" embedtype="image" format="fullwidth" id="{image.pk}"/>'
        self.assertEqual(text, f"<p>Look:</p>{embed}")
        self.assertIn("<img ", safe_html(text))

    def test_the_same_picture_is_one_image_whatever_its_name(self):
        known = Image.objects.create(title="Known", file=ContentFile(png("blue"), "known.png"))
        known.get_file_hash()
        text = '<img src="@@PLUGINFILE@@/x.png"><img src="@@PLUGINFILE@@/y.png">'
        red = question(text, file("x.png", png()), file("y.png", png()))
        run(quiz(red, question(text, file("x.png", png()), file("y.png", png("blue")), name="other")))
        self.assertEqual(Image.objects.count(), 2)
        self.assertIn(f'id="{known.pk}"', Question.objects.get(name="other").body[0].value["text"].source)

    def test_wagtail_knows_where_the_image_is_used(self):
        run(ONE)
        image = Image.objects.get()
        self.assertEqual(ReferenceIndex.get_references_to(image).count(), 1)
        run(quiz(question("<p>No more.</p>")))
        self.assertEqual(ReferenceIndex.get_references_to(image).count(), 0)

    def test_the_same_file_again_changes_nothing(self):
        run(ONE)
        with mock.patch.object(picturing, "_shelved", side_effect=AssertionError):
            self.assertEqual(outcomes(ONE), ["unchanged"])

    def test_another_picture_under_the_same_name_is_a_change(self):
        run(ONE)
        [one] = run(quiz(question(PICTURE, file("a chair.png", png("green")))))
        self.assertEqual((one.outcome, one.changes), ("updated", ("text",)))
        self.assertEqual(Image.objects.count(), 2)

    def test_a_dry_run_makes_no_image(self):
        run(ONE, dry_run=True)
        self.assertFalse(Image.objects.exists())

    def test_a_fault_leaves_no_image_and_no_file(self):
        storage, made = Image._meta.get_field("file").storage, []
        kept = picturing._shelved

        def shelved(*args):
            made.append(kept(*args))
            self.assertTrue(storage.exists(args[2][-1]))
            made.append(args[2][-1])
            return made[0]

        with (
            mock.patch.object(picturing, "_shelved", shelved),
            mock.patch("quizzes.filing._keep_versions", side_effect=OSError),
            self.assertRaises(OSError),
        ):
            run(ONE)
        self.assertFalse(Image.objects.exists())
        self.assertFalse(storage.exists(made[1]))

    def test_a_picture_stands_between_paragraphs_wherever_it_stood(self):
        for text, expected in (
            ("<p>a <b>b<img src=@@PLUGINFILE@@/x.png>c</b></p>", "<p>a <b>b</b></p>{}<p><b>c</b></p>"),
            ("<ul><li>a<img src=@@PLUGINFILE@@/x.png></li></ul><p>b</p>", "<ul><li>a</li></ul>{}<p>b</p>"),
            ("<img src=@@PLUGINFILE@@/x.png>", "{}"),
        ):
            with self.subTest(text):
                [parsed] = parse(quiz(question(text, file("x.png", png()))).encode(), "moodle-xml").questions
                self.assertEqual(pictures.PLACED.sub("{}", parsed.text), expected)

    def test_many_pictures_of_the_bank_cost_one_query(self):
        def costs(count: int) -> int:
            colours = ("red", "green", "blue")[:count]
            many = [question(PICTURE, file("a chair.png", png(colour)), name=colour) for colour in colours]
            run(quiz(*many))
            with CaptureQueriesContext(connection) as queries:
                self.assertEqual(set(outcomes(quiz(*many))), {"unchanged"})
            return len(queries)

        self.assertEqual(costs(1), costs(3))


class Exporting(TestCase):
    def export(self, format_name: str, **options) -> str:
        return "".join(export_questions(format_name=format_name, language="en", **options))

    def test_pictures_come_back_as_they_were_in_every_format(self):
        blue = file("a chair.png", png("blue"))
        run(quiz(question(PICTURE, file("a chair.png", png()), feedback=PICTURE, feedback_files=[blue])))
        before = Question.objects.get().body[0].value
        texts = before["text"].source, before["general_feedback"].source
        for format_name in WRITERS:
            with self.subTest(format_name):
                text = self.export(format_name)
                self.assertEqual(outcomes(text, format_name=format_name), ["unchanged"])
                Question.objects.all().delete()
                QuestionCategory.objects.all().delete()
                self.assertEqual(outcomes(text, format_name=format_name), ["created"])
                after = Question.objects.get().body[0].value
                self.assertEqual((after["text"].source, after["general_feedback"].source), texts)
                Image.objects.all().delete()
                Question.objects.all().delete()
                run(text, format_name=format_name)
                self.assertEqual(Image.objects.count(), 2)
                texts = texts_of(Question.objects.get())

    def test_moodle_finds_the_files_by_their_names(self):
        text = PICTURE + '<img src="@@PLUGINFILE@@/b.png">'
        run(quiz(question(text, file("a chair.png", png()), file("b.png", png("blue")))))
        Image.objects.all().update(title="same")
        text = self.export("moodle-xml")
        self.assertEqual(text.count("<file "), 2)
        self.assertRegex(text, r"@@PLUGINFILE@@/a_chair[\w.]*png")

    def test_the_picture_beside_the_text_comes_back_too(self):
        image = Image.objects.create(title="Chair", file=ContentFile(png(), "chair.png"))
        image.get_file_hash()
        bank.question(block={"image": image.pk, "image_alt": "A chair"}, shelf=bank.category("Inbox"))
        for format_name in WRITERS:
            with self.subTest(format_name):
                text = self.export(format_name)
                self.assertEqual(outcomes(text, format_name=format_name), ["unchanged"])
                Question.objects.all().delete()
                run(text, format_name=format_name)
                value = Question.objects.get().body.raw_data[0]["value"]
                self.assertEqual((value["image"], value["image_alt"]), (image.pk, "A chair"))
                self.assertNotIn("<embed", value["text"])

    def test_a_picture_whose_image_is_gone_is_left_out(self):
        run(ONE)
        Image.objects.all().delete()
        self.assertNotIn("<file", self.export("moodle-xml"))


def texts_of(one: Question) -> tuple[str, str]:
    value = one.body[0].value
    return value["text"].source, value["general_feedback"].source


class Refusing(TestCase):
    def one(self, name: str, data: bytes, text='<img src="@@PLUGINFILE@@/{}">') -> str:
        return refused(quiz(question(text.format(name), file(name, data))))

    def test_what_is_no_picture_or_too_large_is_refused(self):
        for name, data, reason in (
            ("a.svg", SVG, "Not a supported image format"),
            ("a.png", SVG, "a.png"),
            ("a.png", b"GIF89a", "a.png"),
            ("a.png", png()[:-20], "damaged"),
            ("a.jpg", png(), "does not match"),
            ("a.html", b"<script>", "a.html"),
            ("a.png", bomb(60_000, 60_000), "more than 25 million pixels"),
            ("a.png", bomb(10_000, 10_000), "more than 25 million pixels"),
            ("a.png", bomb(6_000, 6_000), "more than 25 million pixels"),
        ):
            with self.subTest(name=name, reason=reason):
                self.assertIn(reason, self.one(name, data))

    def test_what_is_not_base64_is_refused(self):
        text = ONE.replace(base64.b64encode(png()).decode(), "!!!")
        self.assertIn("damaged", refused(text))

    def test_the_pictures_of_a_file_together_meet_a_cap(self):
        two = quiz(
            question(PICTURE, file("a chair.png", png())), question(PICTURE, file("a chair.png", png("blue")), name="R")
        )
        with mock.patch.object(pictures, "MOST_PIXELS_TOGETHER", 31):
            self.assertIn("too large together", refused(two))
        with mock.patch.object(pictures, "MOST_PIXELS_TOGETHER", 32):
            self.assertEqual(len(parse(two.encode(), "moodle-xml").questions), 2)

    def test_a_picture_that_is_elsewhere_is_refused(self):
        for source in (
            "https://example.com/a.png",
            "@@PLUGINFILE@@/b.png",
            "file:///etc/passwd",
            "sha1:" + "a" * 40,
            "",
        ):
            with self.subTest(source):
                text = quiz(question(f'<img src="{source}">', file("a.png", png())))
                self.assertIn("is not in the file", refused(text))

    def test_a_file_of_an_answer_is_refused(self):
        text = ONE.replace("<text>a</text>", f"<text>a</text>{file('a.png', png())}")
        self.assertIn("only its text", refused(text))

    def test_handlers_and_addresses_of_a_picture_are_dropped(self):
        text = '<img onerror="alert(1)" style="x" src="@@PLUGINFILE@@/a.png" alt="&quot;><script>alert(1)</script>">'
        run(quiz(question(text, file("a.png", png()))))
        source = Question.objects.get().body[0].value["text"].source
        for word in ("onerror", "style", "<script"):
            self.assertNotIn(word, source)
            self.assertNotIn(word, safe_html(source))

    def test_a_text_cannot_name_an_image_of_the_bank_by_itself(self):
        image = Image.objects.create(title="Secret", file=ContentFile(png(), "secret.png"))
        embed = f'<embed embedtype="image" id="{image.pk}" format="left" alt="x"/>'
        with self.assertRaisesMessage(ImportRefused, "<embed>"):
            run(quiz(question(f"<p>a</p>{embed}")))
        run(quiz(question(f"<p>{html.escape(embed)}</p>")))
        self.assertNotIn("<embed", Question.objects.get().body[0].value["text"].source)
