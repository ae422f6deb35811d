from html.parser import HTMLParser

from django.test import TestCase

from tests import factories
from tests.lms.searching import SearchMixin
from tests.queries import at_most


class OpenElements(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)


class SnippetTest(SearchMixin, TestCase):
    def snippet(self, query):
        return self.search(query).context["results"][0].snippet_html

    def test_the_word_is_marked_as_the_text_has_it(self):
        factories.article(
            "Fridges", text="First things first. " * 30 + "The <b>customer’s</b> fridges hum. " + "End. " * 90
        )
        snippet = self.snippet("customer fridge")
        self.assertIn("The <mark>customer’s</mark> <mark>fridges</mark> hum.", snippet)
        self.assertTrue(snippet.startswith("… ") and snippet.endswith(" …"), snippet)
        self.assertLess(len(snippet), 300)

    def test_arabic_and_georgian_words_are_marked(self):
        factories.article("A", text="نرد على العُملاء اليوم. გუნდებს ეს სჭირდება.")
        self.assertIn("<mark>العُملاء</mark>", self.snippet("عميل"))
        self.assertIn("<mark>გუნდებს</mark>", self.snippet("გუნდი"))

    def test_without_the_word_in_the_text_it_is_the_beginning(self):
        factories.article("Mixers", text="How to whisk & fold.")
        self.assertEqual(self.snippet("mixer"), "How to whisk &amp; fold.")

    def test_neither_text_nor_query_becomes_markup(self):
        text = "&lt;script&gt;alert(1)&lt;/script&gt; &lt;img src=x onerror=zebra&gt; \" ' zebra&amp;lt;b&amp;gt;"
        factories.article("<i>Zebra</i>", text=text, summary="<u>zebra</u>")
        response = self.search("zebra <script>\"'")
        parser = OpenElements()
        parser.feed(response.context["results"][0].snippet_html)
        self.assertEqual(set(parser.seen), {"mark"})
        for markup in ("<script>alert", "<script>&quot;", "<img src=x", "<i>Zebra", "<u>"):
            self.assertNotContains(response, markup)
        self.assertContains(response, "&lt;i&gt;Zebra")


class HostileQueryTest(SearchMixin, TestCase):
    def test_no_query_fails(self):
        factories.article("Zebras", text="A zebra is striped.")
        queries = [
            '"',
            "*",
            "zebra*",
            "AND",
            "NOT zebra",
            "zebra AND",
            "-zebra",
            "(",
            "a OR (",
            "'",
            "zebra:*",
            "{title}:",
        ]
        queries += [
            "zebra\0",
            "\0",
            "%",
            "%s zebra",
            "\\",
            "&|!",
            "<->",
            "٪",
            "½",
            "ﷺ",
            "🦓",
            "zebra " * 1700,
            "z" * 10_000,
        ]
        for query in queries:
            with self.subTest(query=query[:20]):
                self.assertEqual(self.search(query).status_code, 200)
        self.assertEqual(self.titles("zebra\0 (* "), ["Zebras"])

    def test_an_empty_query_shows_the_field_only(self):
        self.client.force_login(self.maya)
        for query in ("", "   ", "\0"):
            with at_most(2):
                response = self.client.get("/search/", {"q": query})
            self.assertNotContains(response, "result")
            self.assertContains(response, 'id="page-search"')

    def test_a_page_number_that_is_none_is_the_first_or_last(self):
        factories.article("Zebras", text="A zebra is striped.")
        for page in ("0", "-1", "99", "x", "\0"):
            self.assertEqual(len(self.search("zebra", page=page).context["results"]), 1)
