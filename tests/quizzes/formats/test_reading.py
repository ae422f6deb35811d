"""Bytes to text, in every format alike."""

import pytest

from quizzes.formats.parsed import Refused
from quizzes.formats.reading import read_text
from tests.quizzes.formats.reading import good, refused

ARABIC = "::س:: ما الحل؟ {=نعم ~لا}\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (ARABIC.encode(), None),
        (ARABIC.encode("utf-8-sig"), None),
        (ARABIC.encode("utf-16"), None),
        ("\ufeff".encode("utf-16-be") + ARABIC.encode("utf-16-be"), None),
        (ARABIC.encode("cp1256"), "cp1256"),
        (ARABIC.encode("utf-8-sig"), "cp1252"),
    ],
    ids=["utf-8", "BOM", "utf-16-le", "utf-16-be", "cp1256 declared", "a BOM beats the declaration"],
)
def test_a_file_is_read_in_its_encoding(data, encoding):
    assert good("gift", data, encoding=encoding).name == "س"


def test_cp1252_is_read_when_it_is_declared_and_refused_with_its_place_when_not():
    data = "::A:: a {T}\n\n::B:: “Café” {T}".encode("cp1252")
    assert refused("gift", data) == [(3, 7, refused("gift", data)[0][2])]
    assert "not utf-8 text" in refused("gift", data)[0][2]
    assert "Café" in read_text(data, "cp1252")


@pytest.mark.parametrize("ending", ["\r", "\r\n", "\u2028"])
def test_all_line_ends_are_line_ends(ending):
    assert read_text(f"a{ending}b".encode()) == "a\nb"


@pytest.mark.parametrize(
    ("data", "place", "reason"),
    [
        (b"", (1, 1), "empty"),
        (b"\xef\xbb\xbf \r\n", (1, 1), "empty"),
        (b"a\rb\0c", (2, 2), "U+0000"),
        ("a {=x}".encode("utf-16-le"), (1, 2), "U+0000"),
        ("a\nb\ufffdc".encode(), (2, 2), "U+FFFD"),
        (b"\x89PNG\r\n\x1a\n", (1, 1), "not utf-8 text"),
        (b"a" * 11, (1, 1), "larger than"),
    ],
)
def test_what_is_no_text_is_refused_at_its_place(data, place, reason):
    with pytest.raises(Refused) as refusal:
        read_text(data, limit=10 if data == b"a" * 11 else 1000)
    assert refusal.value.place == place
    assert reason in refusal.value.reason
