from concurrent.futures import ThreadPoolExecutor
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from knowledge import text_analysis
from knowledge.blocks import ArticleBodyBlock
from knowledge.plain_text import plain_text
from knowledge.spelling import near_words
from knowledge.text_analysis import LONGEST_TEXT, analyse, asked_forms, fold, forms, is_stop_word

# A reader asks for the first; the text has the others.
INFLECTIONS = [
    ("en", "complaint", "complaints complaint’s COMPLAINT"),
    ("en", "handling", "handle handled handles"),
    ("en", "café", "cafe Cafés"),
    ("ar", "عملاء", "العملاء عميل للعملاء عميلنا عملاؤنا"),
    ("ar", "خدمه", "خدمة الخدمة الخِدْمَة خدمـــة خدمات"),
    ("ar", "شكاوي", "شكاوى شكوى والشكاوى"),
    ("ar", "اسعار", "أسعار الأسعار سعر"),
    ("ar", "مكالمات", "مكالمة المكالمة المكالمات للمكالمات"),
    ("ka", "გუნდი", "გუნდს გუნდის გუნდში გუნდები გუნდებს გუნდთან ᲒᲣᲜᲓᲘ"),
    ("ka", "საჩივრები", "საჩივარი საჩივრის საჩივარს საჩივრებს"),
    ("ka", "შეკვეთები", "შეკვეთა შეკვეთის შეკვეთაზე შეკვეთებიც"),
    ("ka", "მიტანა", "მიტანის მიტანას მიტანისთვის"),
]


class AnalysisTest(TestCase):
    def test_one_inflection_or_spelling_finds_the_others(self):
        for language, asked, written in INFLECTIONS:
            wanted = set(asked_forms(asked, (language, "en")))
            for word in written.split():
                with self.subTest(asked=asked, written=word):
                    self.assertTrue(wanted & set(analyse(word, language).split()))

    def test_different_words_stay_different(self):
        for language, one, other in (("en", "refund", "fund"), ("ar", "عميل", "عمل"), ("ka", "გუნდი", "გული")):
            with self.subTest(one=one):
                self.assertFalse(set(forms(one, language)) & set(forms(other, language)))

    def test_digits_of_every_hand_are_the_same(self):
        self.assertEqual(fold("٣٤"), "34")
        self.assertEqual(fold("۳۴"), "34")

    def test_a_word_in_another_script_is_analysed_in_its_own_language(self):
        self.assertIn("refund", analyse("سياسة Refunds", "ar").split())
        self.assertIn("გუნდი", analyse("the word გუნდებს", "en").split())

    def test_marks_and_apostrophes_do_not_split_a_word(self):
        self.assertEqual(len([*text_analysis.words("العُمَلاء don’t")]), 2)
        self.assertIn("customer", forms("customer's", "en"))

    def test_words_that_say_nothing_are_known_in_each_language(self):
        self.assertEqual([is_stop_word(word) for word in ("The", "إلى", "როგორ", "refund")], [True, True, True, False])

    def test_an_unknown_language_is_folded_only(self):
        self.assertEqual(forms("Größe", "xx"), ("große",))

    @given(st.text(max_size=80), st.sampled_from(["en", "ar", "ka"]))
    def test_whatever_is_written_leaves_letters_digits_and_spaces(self, text, language):
        for form in analyse(text, language).split(" "):
            self.assertTrue(form.isalnum() or form == "", repr(form))

    def test_a_very_long_text_is_cut(self):
        self.assertLessEqual(len(analyse("ab " * LONGEST_TEXT, "en")), LONGEST_TEXT)

    def test_threads_get_the_same_answers(self):
        text_analysis.forms.cache_clear()
        with ThreadPoolExecutor(4) as pool:
            answers = set(pool.map(lambda _: analyse("handled complaints gently", "en"), range(8)))
        self.assertEqual(len(answers), 1)


class NearWordsTest(TestCase):
    known = ("warranty", "complaint", "დაბრუნება", "cat")

    def test_one_slip_is_forgiven(self):
        for word, meant in (
            ("waranty", "warranty"),
            ("warrantty", "warranty"),
            ("compleint", "complaint"),
            ("compalint", "complaint"),
            ("დაბრუნბა", "დაბრუნება"),
        ):
            with self.subTest(word=word):
                self.assertEqual(near_words(word, self.known), (meant,))

    def test_short_and_distant_words_are_left_alone(self):
        for word in ("car", "guarantee", ""):
            self.assertEqual(near_words(word, self.known), ())


class PlainTextTest(TestCase):
    def test_it_reads_every_text_and_no_markup_or_setting(self):
        stored = [
            {"type": "heading", "value": {"level": "2", "text": "Refunds < 30 €"}},
            {"type": "paragraph", "value": "<p>Say <b>sor</b>ry &amp; act.</p><p>Then close.</p>"},
            {"type": "list", "value": {"style": "numbered", "items": [{"type": "item", "value": "<p>One</p>"}]}},
            {"type": "image", "value": {"image": 7, "alt": "A receipt", "caption": ""}},
            {"type": "table", "value": {"header": True, "rows": [["<p>Cell</p>"]]}},
            {"type": "faq", "value": [{"question": "Why?", "answer": "<p>Because.</p>"}]},
            {"type": "forgotten", "value": "gone"},
        ]
        self.assertEqual(
            plain_text(ArticleBodyBlock(), stored).split("\n"),
            ["Refunds < 30 €", "Say sorry & act. Then close.", "One", "A receipt", "Cell", "Why?", "Because."],
        )
