from pathlib import Path
from textwrap import fill

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.importing.readers import read_text
from knowledge.importing.text import blocks_from_text
from tests.knowledge.reading import headings, items, lost_lines, shape

LONG = {
    "en": "Somebody who calls us wants to be heard first, and only then to be told what we can do about it today.",
    "ar": "من يتصل بنا يريد أن نصغي إليه أولاً ، ثم أن نقول له بوضوح ما الذي يمكننا أن نفعله اليوم من أجله فعلاً.",
    "ka": "ვინც გვირეკავს, ჯერ უნდა, რომ მოვუსმინოთ, და მხოლოდ შემდეგ გაიგოს, რისი გაკეთება შეგვიძლია დღეს მისთვის.",
}
# Small articles of our own, in the shapes that people copy out of web pages. A shape is read in reading.py.
# steps: title, label, section, two numbered headings, farewell. questions: a contents label, then questions with
# bullets. spaced: blank lines between paragraphs, numbered headings that all say "1.", a menu at the end.
ARTICLES = Path(__file__).parent / "articles"
SHAPES = {
    "steps": "2 2 p 3 p p 3 p p",
    "questions": "2 2 p 2 b3 2 p",
    "spaced": "p 2 p p 2 p 3 p b2 3 p p n2 p p p p",
}


def read_article(name: str) -> str:
    return read_text((ARTICLES / f"{name}.txt").read_bytes(), name)


@pytest.mark.parametrize("language", ["en", "ar", "ka"])
@pytest.mark.parametrize("name", SHAPES)
def test_headings_lists_and_paragraphs_are_found_again_in_each_language(name, language):
    source = read_article(f"{name}.{language}")
    title, blocks = blocks_from_text(source)

    assert shape(blocks) == SHAPES[name]
    assert lost_lines(source, "" if name == "questions" else title, blocks) == []


def test_georgian_capitals_are_lowered():
    assert "\u1ca1" in (ARTICLES / "questions.ka.txt").read_text(encoding="utf-8")
    assert headings(blocks_from_text(read_article("questions.ka"))[1])[0] == "სარჩევი:"


def test_the_first_line_is_the_title_and_leaves_the_text():
    title, blocks = blocks_from_text(read_article("steps.ar"))
    assert title == "خطة للمكالمات"
    assert headings(blocks)[0] == "أنواع المتصلين:"


def test_a_contents_label_is_no_title_and_the_order_of_the_lines_is_kept():
    title, blocks = blocks_from_text(read_article("questions.en"))
    assert title == "How do you build a team?"
    assert headings(blocks)[:2] == ["Contents:", "How do you build a team?"]


def test_heading_numbers_stay_if_they_count_and_go_if_all_are_one():
    counted = blocks_from_text(read_article("steps.ar"))[1]
    repeated = blocks_from_text(read_article("spaced.en"))[1]
    assert headings(counted)[-2:] == ["1) الإصغاء", "٢) الإجابة"]
    assert headings(repeated)[-2:] == ["Speed, soon", "Quality"]


def test_a_first_line_that_is_a_sentence_is_text_and_no_title():
    title, blocks = blocks_from_text(f"{LONG['en']}\n{LONG['en']}")
    assert title == ""
    assert shape(blocks) == "p p"


@pytest.mark.parametrize("marker", ["•", "-", "*", "·", "–"])
def test_bullets(marker):
    _, blocks = blocks_from_text(f"Title\n{LONG['en']}\n{marker} one\n  {marker} two")
    assert shape(blocks) == "p b2"
    assert items(blocks[1]) == ["one", "two"]


@pytest.mark.parametrize(
    "markers", [("1)", "2)"), ("1.", "2."), ("#1.", "#2."), ("١.", "٢."), ("(1)", "(2)"), ("- #1.", "- #2.")]
)
def test_numbers(markers):
    _, blocks = blocks_from_text(f"Title\n{LONG['en']}\n{markers[0]} one\n{markers[1]} two")
    assert shape(blocks) == "p n2"
    assert items(blocks[1]) == ["one", "two"]


def test_bullets_of_which_only_some_are_numbered_keep_the_numbers_as_text():
    _, blocks = blocks_from_text("Title\n- First of all\n- #1. Train\n- #2.")
    assert shape(blocks) == "b3"
    assert items(blocks[0]) == ["First of all", "#1. Train", "#2."]


def test_numbers_that_a_list_would_not_give_stay_in_the_text():
    _, blocks = blocks_from_text("Title\n3. third\n4. fourth")
    assert items(blocks[0]) == ["3. third", "4. fourth"]
    assert blocks[0]["value"]["style"] == "bulleted"


@pytest.mark.parametrize("line", ["-5 degrees outside", "3.5 percent of callers", "2024. A year", "24/7 service", "* "])
def test_what_only_looks_like_a_list_is_none(line):
    _, blocks = blocks_from_text(f"Title\n{LONG['en']}\n{line}\n{LONG['en']}")
    assert not [block for block in blocks if block["type"] == "list"]


def test_an_indented_line_goes_on_with_the_item_above():
    _, blocks = blocks_from_text("Title\n- one\n  and more\n- two")
    assert items(blocks[0]) == ["one and more", "two"]


def test_wrapped_lines_become_one_paragraph():
    source = f"Title\n\n{fill(LONG['en'], 60)}\n\n{fill(LONG['en'], 60)}"
    title, blocks = blocks_from_text(source)
    assert shape(blocks) == "p p"
    assert lost_lines(source, title, blocks) == []


def test_a_menu_or_an_address_of_short_lines_is_kept_as_paragraphs():
    _, blocks = blocks_from_text(f"Title\n{LONG['en']}\nTo order, write to us:\nFirst number | Second number")
    assert shape(blocks) == "p p p"


def test_markup_in_plain_text_is_only_text():
    _, blocks = blocks_from_text("Title\n<script>alert(1)</script> & more, 1 < 2.\n- <b>item</b>")
    assert blocks[0]["value"] == "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; more, 1 &lt; 2.</p>"
    assert blocks[1]["value"]["items"] == ["<p>&lt;b&gt;item&lt;/b&gt;</p>"]


LINES = st.lists(
    st.sampled_from(
        ["", "", "Short line", "Label:", "Why so?", "1. one", "2) two", "  1. again", "- dash", "- #1. both", "• dot",
         "  goes on", "سطر قصير", "لماذا؟", "٣. ثالث", "სათაური", LONG["en"], LONG["ka"]]
    ),
    max_size=25,
)  # fmt: skip


@given(LINES)
@settings(max_examples=300, deadline=None)
def test_no_arrangement_of_lines_loses_one(lines):
    source = "\n".join(["A title of its own", *lines, LONG["en"]])
    title, blocks = blocks_from_text(source)
    assert title == "A title of its own"
    assert lost_lines(source, title, blocks) == []
