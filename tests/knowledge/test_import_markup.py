"""Markdown and HTML, whose structure is written down in the file."""

import pytest

from knowledge.importing.article import parse_article
from knowledge.importing.html import blocks_from_html
from knowledge.importing.markdown import blocks_from_markdown
from tests.knowledge.reading import lost_lines, words_of

PAGE = """<!doctype html><html><head><title>Tab</title><style>p {color: red}</style></head><body>
<nav><a href="/home">Home</a></nav><main><h1>Real <em>title</em></h1><h2>Part</h2>
<div>loose text<br><br>second &lt;b&gt; <p>para <span onclick="steal()">graph</span></p></div>
<ul><li><p>one</p><ul><li>inner</li></ul></li><li>two</li></ul>
<table><caption>Prices</caption><tr><th>What</th><th>Price</th></tr>
<tr><td><ul><li>a</li><li>b</li></ul></td></tr></table>
<dl><dt>What is it?</dt><dd>A thing.</dd></dl><dl><dt>Term</dt><dd>Meaning</dd></dl>
<pre>first  &lt;x&gt;
second</pre><custom-tag>kept words</custom-tag></main>
<footer>All rights</footer><script>steal()</script></body></html>"""


def values(blocks, kind):
    return [block["value"] for block in blocks if block["type"] == kind]


def test_markdown_becomes_typed_blocks():
    article = parse_article(
        b"# Returns\n\nIntro **bold** *lean* `code` [link](https://example.com/?a=1&b=2).\n\n## How\n\n- one\n- two\n\n"
        b"1. first\n2. second\n\n#### Deep\n\n| A | B |\n|---|---|\n| x | **y** |\n| only |\n",
        "returns.md",
    )
    assert article.title == "Returns"
    assert article.blocks == [
        {
            "type": "paragraph",
            "value": "<p>Intro <b>bold</b> <i>lean</i> <code>code</code> "
            '<a href="https://example.com/?a=1&amp;b=2">link</a>.</p>',
        },
        {"type": "heading", "value": {"level": "2", "text": "How"}},
        {"type": "list", "value": {"style": "bulleted", "items": ["<p>one</p>", "<p>two</p>"]}},
        {"type": "list", "value": {"style": "numbered", "items": ["<p>first</p>", "<p>second</p>"]}},
        {"type": "heading", "value": {"level": "4", "text": "Deep"}},
        {
            "type": "table",
            "value": {
                "header": True,
                "rows": [["<p>A</p>", "<p>B</p>"], ["<p>x</p>", "<p><b>y</b></p>"], ["<p>only</p>", ""]],
            },
        },
    ]


@pytest.mark.parametrize(
    ("alert", "tone"),
    [("NOTE", "note"), ("tip", "tip"), ("IMPORTANT", "note"), ("WARNING", "warning"), ("CAUTION", "warning")],
)
def test_an_alert_becomes_a_callout(alert, tone):
    blocks = blocks_from_markdown(f"> [!{alert}] Never **promise** a date\n> Say what you know.\n>\n> - so\n")
    text = "<p>Say what you know.</p><ul><li>so</li></ul>"
    assert blocks == [{"type": "callout", "value": {"tone": tone, "title": "Never promise a date", "text": text}}]


def test_an_alert_of_one_line_has_text_and_no_title():
    assert values(blocks_from_markdown("> [!NOTE] Only this\n"), "callout") == [
        {"tone": "note", "title": "", "text": "<p>Only this</p>"}
    ]


def test_another_quotation_stays_text():
    assert blocks_from_markdown("> [!PARTY] Words\n") == [{"type": "paragraph", "value": "<p>[!PARTY] Words</p>"}]


def test_numbered_items_with_bold_titles_become_steps():
    blocks = blocks_from_markdown(
        "1. **Greet**: say hello\n2. **Check the order.** Ask.\n\n   Then more.\n3. **Close**\n"
    )
    assert values(blocks, "steps") == [
        [
            {"title": "Greet", "text": "<p>say hello</p>"},
            {"title": "Check the order.", "text": "<p>Ask.</p><p>Then more.</p>"},
            {"title": "Close", "text": ""},
        ]
    ]


def test_details_become_one_faq():
    blocks = blocks_from_markdown(
        "<details><summary>Why?</summary>\n\nBecause *so*.\n\n</details>\n"
        "<details><summary>When?</summary>Now</details>"
    )
    assert values(blocks, "faq") == [
        [{"question": "Why?", "answer": "<p>Because <i>so</i>.</p>"}, {"question": "When?", "answer": "<p>Now</p>"}]
    ]


def test_a_list_that_goes_on_after_a_paragraph_keeps_its_numbers():
    blocks = blocks_from_markdown("1. one\n2. two\n\nmeanwhile\n\n3. three\n")
    assert values(blocks, "list")[1] == {"style": "bulleted", "items": ["<p>3. three</p>"]}


def test_front_matter_gives_title_and_summary_and_names_what_is_left_out():
    article = parse_article(b'---\ntitle: "Desk"\nsummary: Short.\nauthor: A\n---\n# Heading\n\nText.\n', "a.md")
    assert (article.title, article.summary) == ("Desk", "Short.")
    assert [block["type"] for block in article.blocks] == ["heading", "paragraph"]
    assert "author" in article.notes[0]


def test_a_picture_leaves_its_alternative_text_and_a_note():
    article = parse_article(b"# T\n\n![a chart of calls](calls.png)\n", "a.md")
    assert article.blocks == [{"type": "paragraph", "value": "<p>a chart of calls</p>"}]
    assert article.notes == ("1 picture was not imported; its alternative text was.",)


def test_markdown_loses_no_words_in_any_language():
    for text in ("# عنوان\n\nفقرة\n\n## قسم\n\n- بند\n", "# სათაური\n\nტექსტი\n\n## ნაწილი\n\n- პუნქტი\n"):
        article = parse_article(text.encode(), "a.md")
        assert lost_lines(text.replace("#", ""), article.title, article.blocks) == []


def test_html_becomes_typed_blocks():
    title, blocks, _ = blocks_from_html(PAGE)
    assert title == "Real title"
    assert [block["type"] for block in blocks] == (
        ["paragraph", "heading"] + ["paragraph"] * 3 + ["list", "paragraph", "table", "faq"] + ["paragraph"] * 4
    )
    assert values(blocks, "list")[0]["items"] == ["<p>one</p><ul><li>inner</li></ul>", "<p>two</p>"]
    assert values(blocks, "table")[0]["rows"][1] == ["<p>a</p><p>b</p>", ""]
    assert values(blocks, "paragraph")[2] == "<p>second &lt;b&gt;</p>"
    assert values(blocks, "paragraph")[-3] == "<p><code>first  &lt;x&gt;<br>second</code></p>"


def test_html_keeps_the_words_of_its_furniture_and_none_of_its_scripts():
    title, blocks, _ = blocks_from_html(PAGE)
    words = words_of(title, blocks)
    assert {"Home", "graph", "kept", "rights", "Prices"} <= set(words)
    assert not {"steal()", "{color:", "Tab"} & set(words)


@pytest.mark.parametrize(
    "dangerous",
    [
        '<p>x<script>alert(1)</script></p>',
        '<p onmouseover="alert(1)">x</p>',
        '<p><a href="javascript:alert(1)">x</a></p>',
        '<p><a href="&#106;avascript:alert(1)">x</a></p>',
        '<p><a href="data:text/html,<script>alert(1)</script>">x</a></p>',
        '<p><a linktype="page" id="3">x</a></p>',
        '<p><embed embedtype="media" url="https://example.com">x</p>',
        '<p>x<img src="x" onerror="alert(1)"></p>',
        '<p>x<svg onload="alert(1)"></svg></p>',
        '<p style="background: url(https://example.com)">x</p>',
        "<p>x<style>p {}</style></p>",
        '<p>x<iframe src="https://example.com">alert(1)</iframe></p>',
    ],
)  # fmt: skip
def test_nothing_active_survives_html_or_markdown(dangerous):
    assert blocks_from_html(dangerous)[1] == [{"type": "paragraph", "value": "<p>x</p>"}]
    assert blocks_from_markdown(dangerous) == [{"type": "paragraph", "value": "<p>x</p>"}]


def test_a_table_that_lays_out_the_page_is_read_as_its_parts():
    _, blocks, _ = blocks_from_html("<table><tr><td><h2>Part</h2><table><tr><td>1</td></tr></table></td></tr></table>")
    assert [block["type"] for block in blocks] == ["heading", "table"]


def test_texts_too_long_for_their_field_are_kept_elsewhere():
    long = "word " * 60
    article = parse_article(f"# {long}\n\n## {long}\n\n> [!NOTE] {long}\n> text\n".encode(), "a.md")
    assert len(article.title) <= 255
    assert [block["type"] for block in article.blocks] == ["paragraph", "paragraph", "callout"]
    assert words_of("", article.blocks).count("word") == 180
