import pytest

from knowledge.importing.article import parse_article
from knowledge.importing.readers import ArticleFileError, read_text

ARABIC = "العنوان\nنص المقال هنا."


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (ARABIC.encode(), None),
        (ARABIC.encode("utf-8-sig"), None),
        (ARABIC.encode("utf-16"), None),
        ("\ufeff".encode("utf-16-be") + ARABIC.encode("utf-16-be"), None),
        (ARABIC.encode("cp1256"), "cp1256"),
        (ARABIC.encode("utf-8-sig"), "cp1256"),
    ],
    ids=["utf-8", "utf-8 with BOM", "utf-16-le", "utf-16-be", "cp1256 declared", "a BOM beats the declaration"],
)
def test_text_is_read_in_its_encoding(data, encoding):
    assert read_text(data, "a.txt", encoding) == ARABIC


def test_cp1252_is_read_when_it_is_declared():
    assert read_text("Café – “quoted”".encode("cp1252"), "a.txt", "cp1252") == "Café – “quoted”"


def test_all_line_ends_are_line_ends():
    assert read_text("a\r\nb\rc\u2028d\x0ce".encode(), "a.txt") == "a\nb\nc\nd\ne"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b"\xef\xbb\xbf \n\t\n", "empty"),
        ("legacy.txt", ARABIC.encode("cp1256"), "not utf-8 text"),
        ("odd.txt", "ab".encode("utf-16") + b"c", "not utf-16-le text"),
        ("nul.txt", b"text\nmore\0text", "Line 2 has the control character U+0000"),
        ("bell.md", b"text \x07", "U+0007"),
        ("photo.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not utf-8 text"),
        ("letter.docx", b"PK\x03\x04", "“.docx” is none"),
        ("rule.txt", b"-----\n=====\n", "no text"),
        ("deep.html", b"<div>" * 20_000 + b"x", "nested too deeply"),
        ("quotes.md", b"> " * 500 + b"x", "nested too deeply"),
        ("list.html", b"<p>x</p>" * 3_000, "more than 2000 paragraphs"),
    ],
)
def test_a_bad_file_is_refused_with_its_name_and_the_reason(name, data, reason):
    with pytest.raises(ArticleFileError) as refusal:
        parse_article(data, name)
    assert str(refusal.value).startswith(f"{name}: ")
    assert reason in refusal.value.reason


def test_an_oversized_file_is_refused(settings):
    settings.ARTICLE_IMPORT_MAX_BYTES = 2048
    assert read_text(b"a" * 2048, "a.txt")
    with pytest.raises(ArticleFileError, match="a.txt: The file is larger than 2 KB"):
        read_text(b"a" * 2049, "a.txt")


@pytest.mark.parametrize(
    ("text", "language"),
    [("مقال عن CRM", "ar"), ("სტატია CRM-ის შესახებ", "ka"), ("An article", "en"), ("123. 45!", None)],
)
def test_the_language_is_guessed_by_the_letters(text, language):
    assert parse_article(text.encode(), "a.txt").language == language


def test_without_a_title_the_files_name_is_the_title():
    text = "This is a sentence and not a title. So is this."
    assert parse_article(text.encode(), "calling_back-later.txt").title == "calling back later"
