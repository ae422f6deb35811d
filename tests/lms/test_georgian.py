"""Georgian is written without capitals, whatever begins its labels with one."""

import json
import re

from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory, SimpleTestCase, TestCase
from django.utils.text import capfirst

from lms.middleware import GeorgianLettersMiddleware
from tests.cast import CastMixin
from tests.cms.editing import add_course_url

ALPHABET = "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿ"


def through_the_middleware(response):
    return GeorgianLettersMiddleware(lambda request: response)(RequestFactory().get("/"))


class GeorgianLettersTests(SimpleTestCase):
    def test_every_capital_becomes_its_letter(self):
        self.assertNotEqual(ALPHABET.upper(), ALPHABET)
        self.assertEqual(through_the_middleware(HttpResponse(ALPHABET.upper())).text, ALPHABET)

    def test_capitals_that_json_wrote_become_letters_too(self):
        response = through_the_middleware(HttpResponse(json.dumps(ALPHABET.upper())))
        self.assertEqual(json.loads(response.text), ALPHABET)

    def test_other_letters_stay_as_they_are(self):
        text = "Name, Имя, الاسم, სახელი, ᲀ, 名, \\u1c80"
        self.assertEqual(through_the_middleware(HttpResponse(text)).text, text)

    def test_what_is_no_page_is_let_be(self):
        capitals = ALPHABET.upper()
        self.assertEqual(through_the_middleware(HttpResponse(capitals, content_type="text/csv")).text, capitals)
        self.assertEqual(through_the_middleware(StreamingHttpResponse([capitals])).getvalue(), capitals.encode())


class GeorgianPagesTests(CastMixin, TestCase):
    def test_the_editor_names_its_fields_without_capitals(self):
        self.tamar.language = "ka"
        self.tamar.save()
        self.client.force_login(self.tamar)
        page = self.client.get(add_course_url()).text
        self.assertNotEqual(capfirst("ილუსტრაცია"), "ილუსტრაცია")
        self.assertIn("ილუსტრაცია", page)
        self.assertEqual(re.findall(r"[\u1c90-\u1cbf].{9}|\\u1c[9ab].{9}", page), [])
