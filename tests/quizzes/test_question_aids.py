"""What every question may have beside its answers: pictures, an article, hints; and what freezing them costs."""

from io import BytesIO
from random import Random

from django.core.cache import cache
from django.core.files.images import ImageFile
from django.template.loader import render_to_string
from django.test import SimpleTestCase, TestCase, override_settings
from django.urls import reverse
from PIL import Image as Picture
from wagtail.images.models import Image
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from quizzes.models import Question
from quizzes.question_types import QUESTION_TYPES, QuestionBodyBlock, asked
from quizzes.question_types.chosen import fetch_chosen
from quizzes.question_types.texts import safe_html
from tests.cast import CastMixin
from tests.factories import article
from tests.queries import at_most
from tests.quizzes import bank
from tests.quizzes.bank import BODIES

BODY = QuestionBodyBlock()
MEMORY = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


def value_of(kind: str, **changes):
    return BODY.to_python([{"type": kind, "value": BODIES[kind] | changes}])[0].value


def freeze(kind="true_false", seed=0, **changes) -> dict:
    return QUESTION_TYPES[kind].freeze(value_of(kind, **changes), Random(seed), True)


def image(title="A receipt", width=1000, height=250) -> Image:
    file = BytesIO()
    Picture.new("RGB", (width, height), "white").save(file, "PNG")
    return Image.objects.create(title=title, file=ImageFile(BytesIO(file.getvalue()), f"{title}.png"))


def embed(key, alt="A receipt", extra="") -> str:
    return f'<embed alt="{alt}" embedtype="image" format="fullwidth" id="{key}"{extra}/>'


def frozen_together(questions: list[Question]) -> list[dict]:
    values = [question.body[0].value for question in questions]
    fetch_chosen(values)
    return [QUESTION_TYPES["true_false"].freeze(value, Random(0), True) for value in values]


def page_of(kind: str, content: dict, **context) -> str:
    return render_to_string(
        QUESTION_TYPES[kind].template_name, {"content": asked(content), "response": None, **context}
    )


class Hints(SimpleTestCase):
    def test_every_type_keeps_its_hints_in_the_key(self):
        for kind in BODIES:
            with self.subTest(kind):
                content = freeze(kind, hints=["Think of her.", " ", "Think again."])
                self.assertEqual(content["key"]["hints"], ["Think of her.", "Think again."])
                self.assertNotIn("Think", str(asked(content)))
                self.assertNotIn("hints", freeze(kind)["key"])

    def test_the_last_option_stays_last_where_the_question_says_so(self):
        texts = ["One", "Two", "Three", "Four", "All of the above"]
        options = [{"text": text, "is_correct": text == "One"} for text in texts]
        for kind in ("single_choice", "multiple_choice"):
            for keep_last, lasts in ((True, {"All of the above"}), (False, set(texts))):
                contents = [freeze(kind, seed, options=options, keep_last=keep_last) for seed in range(60)]
                self.assertEqual({content["options"][-1]["text"] for content in contents}, lasts)
                self.assertGreater(len({content["options"][0]["text"] for content in contents}), 3)

    def test_several_questions_may_stand_on_one_page(self):
        for kind in BODIES:
            with self.subTest(kind):
                page = page_of(kind, freeze(kind), prefix="q7-", began=True)
                for attribute in ("name", "id", "for", "aria-describedby", "data-word-count"):
                    self.assertEqual(page.count(f' {attribute}="'), page.count(f' {attribute}="q7-'), attribute)
                self.assertIn('name="q7-answer', page)
                self.assertNotIn("disabled", page)
                self.assertIn("disabled", page_of(kind, freeze(kind), is_settled=True))


class Texts(SimpleTestCase):
    def test_only_our_own_pictures_are_left_in_a_text(self):
        for text in (
            '<p>A<img src="https://evil.example/x.png" onerror="x()"></p>',
            '<p>A<img src="/media/images/secret.png"></p>',
            '<p>A<img alt="x > y"></p>',
            '<p>A<embed embedtype="media" url="https://evil.example"/></p>',
            '<p>A<embed embedtype="image" id="x" format="fullwidth"/></p>',
            f'<p>A<embed embedtype="image" id="{10**30}" format="fullwidth"/></p>',
            '<p>A<embed src="https://evil.example"></p>',
        ):
            with self.subTest(text):
                self.assertEqual(safe_html(text), "<p>A</p>")


@override_settings(STORAGES=MEMORY)
class Pictures(TestCase):
    def setUp(self):
        cache.clear()
        self.receipt = image()
        self.source = article("Returns in 14 days")

    def test_every_type_shows_its_picture_and_its_article(self):
        for kind in BODIES:
            with self.subTest(kind):
                content = freeze(kind, image=self.receipt.pk, image_alt='A "receipt"', article=self.source.pk)
                shown = content["image"]
                self.assertEqual((shown["alt"], shown["width"], shown["height"]), ('A "receipt"', 800, 200))
                reading = {"key": str(self.source.translation_key), "title": "Returns in 14 days"}
                self.assertEqual(content["reading"], reading)
                page = page_of(kind, content)
                tag = f'<img src="{shown["url"]}" alt="A &quot;receipt&quot;" width="800" height="200">'
                self.assertInHTML(tag, page)
                self.assertIn('target="_blank" rel="noopener">Read in a new tab: Returns in 14 days</a>', page)

    def test_what_is_gone_is_not_shown(self):
        key, page = self.receipt.pk, self.source.pk
        self.source.unpublish()
        self.assertNotIn("reading", freeze(article=page))
        self.receipt.delete()
        content = freeze(image=key, text=f"<p>A{embed(key)}</p>", article=10**9)
        self.assertEqual((content["text"], "image" in content, "reading" in content), ("<p>A</p>", False, False))

    def test_a_picture_in_the_text_is_one_of_our_renditions(self):
        foreign = '<img src="https://evil.example/x.png"><img src="//evil.example" alt="a > b">'
        text = safe_html(f"<p>A{embed(self.receipt.pk, 'a &gt; b', ' onload=&quot;x()&quot;')}{foreign}</p>")
        url = self.receipt.get_rendition("width-800").url
        self.assertInHTML(f'<p>A<img src="{url}" alt="a &gt; b" width="800" height="200"></p>', text)
        self.assertNotIn("evil", text)
        self.assertNotIn("onload", text)
        self.assertNotIn("class", text)

    def test_a_picture_of_an_unknown_format_has_the_full_width(self):
        for tag in (embed(self.receipt.pk), f'<embed embedtype="image" format="odd" id="{self.receipt.pk}"/>'):
            self.assertIn('width="800"', safe_html(tag))
        self.assertIn('width="500"', safe_html(embed(self.receipt.pk).replace("fullwidth", "left")))

    def test_what_stands_in_a_tag_is_no_gap(self):
        gaps = [{"kind": "text", "answers": [{"text": "cat"}]}]
        text = f"<p>{embed(self.receipt.pk, '&gt; [[1]] &quot; [[2]]')}</p><p>[[1]]</p>"
        QUESTION_TYPES["cloze"].block.clean(value_of("cloze", text=text, gaps=gaps))
        before, after = freeze("cloze", text=text, gaps=gaps)["parts"]
        self.assertEqual((after["html"], before["gap"]["id"], before["html"].count("[[")), ("</p>", "1", 2))

    def test_the_editor_keeps_what_was_chosen(self):
        made = bank.question("true_false", block={"image": self.receipt.pk, "article": self.source.pk})
        value = Question.objects.get(pk=made.pk).body[0].value
        cleaned = QUESTION_TYPES["true_false"].block.clean(value)
        self.assertEqual((cleaned["image"], cleaned["article"]), (self.receipt, self.source))
        stored = QUESTION_TYPES["true_false"].block.get_prep_value(cleaned)
        self.assertEqual((stored["image"], stored["article"]), (self.receipt.pk, self.source.pk))
        references = {(model, key) for model, key, *_ in QUESTION_TYPES["true_false"].block.extract_references(value)}
        self.assertEqual(references, {(Image, str(self.receipt.pk)), (type(self.source), str(self.source.pk))})

    def test_freezing_costs_no_query_for_each_picture_article_or_text(self):
        counts = []
        for count in (1, 12):
            shelf = bank.category()
            chosen = [image(f"Receipt {n}") for n in range(count)]
            articles = [article(f"Article {n}") for n in range(count)]
            for n in range(count):
                block = {"image": chosen[n].pk, "article": articles[n].pk, "text": f"<p>{n}{embed(chosen[n].pk)}</p>"}
                bank.question("true_false", shelf, block=block)
            frozen_together(list(shelf.questions.all()))  # makes the renditions and cleans the texts
            questions = list(shelf.questions.all())
            with at_most(3) as queries:  # the images, their renditions, the articles
                contents = frozen_together(questions)
            counts.append(len(queries))
            self.assertEqual(len({content["image"]["url"] for content in contents}), count)
            self.assertEqual(len({content["reading"]["key"] for content in contents}), count)
        self.assertEqual(counts, [3, 3])

    def test_a_question_without_pictures_costs_no_query(self):
        for kind in BODIES:
            with self.subTest(kind), self.assertNumQueries(0):
                freeze(kind, hints=["Think."])


class TheEditor(CastMixin, TestCase):
    def test_it_opens_for_every_type(self):
        self.client.force_login(self.tamar)
        for kind in BODIES:
            with self.subTest(kind):
                made = bank.question(kind, block={"hints": ["Think of her."]})
                response = self.client.get(reverse("wagtailsnippets_quizzes_question:edit", args=[made.pk]))
                self.assertContains(response, "Think of her.")
                self.assertContains(response, "Picture and article")

    def test_every_type_can_be_translated_also_where_it_was_stored_in_a_shorter_form(self):
        for kind in BODIES:
            with self.subTest(kind):
                made = bank.question(kind, block={"hints": ["Think of her."]})
                strings = {s.string.data for s in extract_segments(made) if isinstance(s, StringSegmentValue)}
                self.assertIn("Think of her.", strings)
                if kind == "short_text":
                    self.assertIn(f"{bank.CANARY} CSAT", strings)
