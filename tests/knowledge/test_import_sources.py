"""Four real articles, which are somebody's own and so not in the repository: their shape was decided by hand."""

from pathlib import Path

import pytest
from django.conf import settings

from knowledge.importing.article import parse_article
from tests.knowledge.reading import headings, lost_lines, shape

SOURCES = Path(settings.BASE_DIR).parent / "shared" / "sources"

# Language, the non-blank line that is the title, and the shape of what follows it (see reading.shape).
# 000: two empty sections and "7 steps", whose steps are numbered headings; a farewell line ends it.
# 001: a contents label, the title as a question, a line on the author, then questions with lists or a paragraph.
# 002: a subtitle; sections; five numbered headings that are all "1."; two numbered and six bulleted lists;
#      at the end the menu of related articles, whose seven lines stay as paragraphs.
# 003: sections; at the end an order line and telephone numbers, which stay as paragraphs.
BY_HAND = {
    "000": ("ar", 0, "2 2 2 p 3 p 3 p p p 3 p p p 3 p p p p 3 p p p 3 p 3 p p p"),
    "001": ("ka", 1, "2 2 p 2 b6 2 3 b7 2 b6 2 p b5 2 p 2 2 p 2 p 2 p 2 p 2 p"),
    "002": (
        "ar",
        0,
        "p 2 p p 2 p p p p p p 2 p 2 p n4 2 p n4 "
        "2 p 3 p b4 3 p 3 p p b2 3 p 3 p "
        "2 p 2 p p 2 p p 2 p 2 p 2 p 2 p 2 p 2 p 2 p 2 p 2 p 2 p 2 p 2 p b5 2 b7 "
        "2 p 2 p 2 p 2 p 2 p 2 p 2 p 2 p 2 p 2 p 2 p "
        "2 p 2 p b7 2 p b7 2 p p p p p p p p",
    ),
    "003": ("ar", 0, "p 2 p 2 p p 2 p 2 p 2 p 2 p 2 p p p p p"),
}


@pytest.fixture(params=sorted(BY_HAND))
def source(request):
    paths = sorted(SOURCES.glob(f"{request.param}_*.txt"))
    if not paths:
        pytest.skip("the four real articles are not beside this project (../shared/sources)")
    return request.param, paths[0]


def test_a_real_article_has_the_shape_that_was_decided_by_hand(source):
    number, path = source
    language, title_line, expected = BY_HAND[number]
    article = parse_article(path.read_bytes(), path.name)
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]

    assert shape(article.blocks) == expected
    assert article.title == lines[title_line]
    assert article.language == language
    assert not any("\u1c90" <= letter <= "\u1cbf" for letter in str(article))


def test_a_real_article_loses_no_line(source):
    _, path = source
    article = parse_article(path.read_bytes(), path.name)

    title = article.title if BY_HAND[source[0]][1] == 0 else ""
    assert lost_lines(path.read_text(encoding="utf-8"), title, article.blocks) == []


def test_a_real_articles_headings_are_lines_of_its_own(source):
    _, path = source
    article = parse_article(path.read_bytes(), path.name)
    lines = {" ".join(line.split()).lower() for line in path.read_text(encoding="utf-8").splitlines()}

    for heading in headings(article.blocks):
        assert heading.lower() in lines or f"1. {heading.lower()}" in lines
