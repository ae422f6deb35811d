"""Whatever a file holds: its questions are read right, or it is refused with a place, and then nothing is written."""

import time

import pytest
from django.test import TestCase

from quizzes.formats import READERS, parse
from quizzes.importing import ImportRefused, import_questions
from quizzes.models import Question, QuestionCategory

GOOD = {
    "gift": "::Café:: ما؟ ქართული “a” {=x#y ~z}\n\n::B:: b {T}\n",
    "aiken": "Café ما؟ ქართული “a”\nA. x\nB. z\nANSWER: A\n\nb\nA. y\nB. n\nANSWER: B\n",
    "csv": "name,type,text,answer 1,fraction 1,answer 2\nCafé,single choice,ما؟ ქართული “a”,x,100,z\n"
    "B,short text,b,x,,\n",
    "moodle-xml": "<quiz>\n<question type='truefalse'><name><text>Café</text></name><questiontext><text>ما؟ ქართული “a”"
    "</text></questiontext><answer fraction='100'><text>true</text></answer><answer fraction='0'><text>false</text>"
    "</answer></question>\n<question type='essay'><name><text>B</text></name><questiontext><text>b</text>"
    "</questiontext></question></quiz>\n",
}
SAME = {
    "as it is": lambda text: text.encode(),
    "BOM": lambda text: text.encode("utf-8-sig"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16, big end first": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "CR": lambda text: text.replace("\n", "\r").encode(),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "blank lines": lambda text: f"\n\n{text}\n\n".encode(),
}
BROKEN = {
    "cp1252": lambda text: text.replace("ما؟ ქართული", "a").encode("cp1252"),
    "UTF-16 without a BOM": lambda text: text.encode("utf-16-le"),
    "NUL": lambda text: text.replace("Café", "Caf\0").encode(),
    "U+FFFD": lambda text: text.replace("Café", "Caf\ufffd").encode(),
    "half a letter": lambda text: text.encode()[: text.encode().index("ა".encode()) + 2],
    "a picture": lambda text: b"\x89PNG\r\n\x1a\n" + text.encode(),
    "nothing": lambda text: b"",
    "only blanks": lambda text: b"\xef\xbb\xbf \r\n",
}
# Each of these took, or would take, a careless reader time by the square of its length.
LONG = ["{", "}", "\\", "{1:SA:", "{1:SA:=a", "[tag:", "// [tag:", "<img ", '<img "', "<b>", "<!--", "&#", "=", "~%"]
LONG += ["->", "\n", " \n", "$CATEGORY:", "::", "::a\n", "A. a\n", "ANSWER: ", '"', '",', "[[1]]", "a {\n", "<a><b>"]
LONG += ["[html]<p>"]
SIZE, SECONDS = 200_000, 20


@pytest.mark.parametrize("format_name", READERS)
@pytest.mark.parametrize("how", SAME)
def test_the_same_text_in_other_bytes_is_read_the_same(format_name, how):
    text = GOOD[format_name]
    before = [(one.name, one.text, one.answers) for one in parse(text.encode(), format_name).questions]
    data = SAME[how](text)
    if format_name == "moodle-xml" and how == "blank lines":
        data = text.encode() + b"\n\n"
    file = parse(data, format_name)
    assert file.refusals == []
    assert [(one.name, one.text, one.answers) for one in file.questions] == before
    assert len(before) == 2


@pytest.mark.parametrize("format_name", READERS)
@pytest.mark.parametrize("how", BROKEN)
def test_broken_bytes_are_refused_with_a_place(format_name, how):
    file = parse(BROKEN[how](GOOD[format_name]), format_name)
    assert file.questions == []
    [refusal] = file.refusals
    assert refusal.line >= 1
    assert refusal.column >= 1
    assert "\ufffd" not in refusal.reason


@pytest.mark.parametrize("format_name", READERS)
def test_a_file_that_breaks_off_anywhere_is_read_or_refused(format_name):
    data = GOOD[format_name].encode()
    for end in range(0, len(data), 3):
        file = parse(data[:end], format_name)
        assert file.questions or file.refusals
        assert "\ufffd" not in repr(file.questions)


@pytest.mark.parametrize("format_name", READERS)
@pytest.mark.parametrize("piece", LONG)
def test_no_file_takes_time_by_the_square_of_its_length(format_name, piece):
    text = piece * (SIZE // len(piece))
    if format_name == "moodle-xml":
        text = (
            "<quiz><question type='cloze'><name><text>Q</text></name><questiontext format='html'><text><![CDATA["
            f"{text}]]></text></questiontext></question></quiz>"
        )
    if format_name == "csv":
        text = f"name,type,text,answer 1\nQ,short text,{text},a\n"
    begun = time.process_time()
    file = parse(text.encode(), format_name)
    assert time.process_time() - begun < SECONDS
    assert file.questions or file.refusals


class NothingIsWritten(TestCase):
    def test_a_refused_file_leaves_the_bank_as_it_was(self):
        for format_name, text in GOOD.items():
            for how, broken in BROKEN.items():
                with self.subTest(format_name=format_name, how=how), self.assertRaises(ImportRefused):
                    import_questions(broken(text), format_name=format_name, category="Inbox", language="en")
        self.assertFalse(Question.objects.exists())
        self.assertFalse(QuestionCategory.objects.exists())

    def test_good_files_are_imported_whole(self):
        for format_name, text in GOOD.items():
            found = import_questions(text.encode(), format_name=format_name, category=format_name, language="en")
            self.assertEqual([one.outcome for one in found], ["created", "created"])
        self.assertEqual(Question.objects.count(), 8)
