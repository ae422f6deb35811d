"""What is written is read back as it was, in each format and for each type of question."""

import html
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.formats import READERS, WRITERS, parse
from quizzes.formats.bodies import block_value
from quizzes.formats.categories import names_in, path_of
from quizzes.formats.numbers import share
from quizzes.formats.parsed import ALL_OR_NOTHING, FRACTIONS, Answer, ParsedQuestion

LETTERS = st.sampled_from(list("aZ09 ~=#{}:\\%*<>&[]/'\"-+@,;$_n|.!?éжაبة٣"))


def line(longest: int = 30) -> st.SearchStrategy[str]:
    return st.text(LETTERS, min_size=1, max_size=longest).map(lambda text: " ".join(text.split())).filter(bool)


lines = st.lists(line(), max_size=3).map("\n".join)
plain_markup = line().map(lambda text: html.escape(text, quote=False))
markup = st.lists(
    st.one_of(
        plain_markup.map("<p>{}</p>".format),
        plain_markup.map("<p>see <b>{}</b> and <i>more</i></p>".format),
        plain_markup.map("<ul><li>{}</li><li>two</li></ul>".format),
        plain_markup.map("<p>first<br>{}</p>".format),
    ),
    min_size=1,
    max_size=3,
).map("".join)


def texts(least: int = 2, most: int = 5) -> st.SearchStrategy[list[str]]:
    return st.lists(line(), min_size=least, max_size=most, unique_by=str.casefold)


@st.composite
def single_choice(draw):
    right, *others = draw(texts())
    fraction = st.sampled_from([Decimal(0), Decimal("33.333"), Decimal(-25)])
    options = [Answer(text, draw(fraction), draw(lines)) for text in others]
    options.insert(draw(st.integers(0, len(options))), Answer(right, Decimal(100), draw(lines)))
    return {"answers": tuple(options)}


@st.composite
def multiple_choice(draw):
    right, wrong = draw(texts(1, 4)), draw(texts(1, 3))
    grading = draw(st.sampled_from([ALL_OR_NOTHING, FRACTIONS]))
    taken = Decimal(0) if grading == ALL_OR_NOTHING else draw(st.sampled_from([Decimal(0), Decimal(-50)]))
    options = [Answer(text, share(len(right)), draw(lines)) for text in right]
    return {"answers": (*options, *(Answer(text, taken, draw(lines)) for text in wrong)), "grading": grading}


@st.composite
def true_false(draw):
    is_true = draw(st.booleans())
    true = Answer("true", Decimal(100 * is_true), draw(lines))
    return {"answers": (true, Answer("false", Decimal(100 * (not is_true)), draw(lines)))}


@st.composite
def short_text(draw):
    words = st.text(LETTERS, max_size=20).map(lambda text: " ".join(f"a{text}".split()))
    return {"answers": tuple(map(Answer, draw(st.lists(words, min_size=1, max_size=4))))}


@st.composite
def numeric(draw):
    number, tolerance = draw(st.decimals(-9999, 9999, places=3)), draw(st.decimals(0, 99, places=2))
    text = (
        f"{number:f}".rstrip("0").rstrip(".").replace("-0", "0")
        if number == 0
        else f"{number:f}".rstrip("0").rstrip(".")
    )
    return {"answers": (Answer(text, tolerance=tolerance),), "unit": draw(st.one_of(st.just(""), line(20)))}


@st.composite
def matching(draw):
    pairs = [Answer(prompt, match=f"m{number} {draw(line(10))}") for number, prompt in enumerate(draw(texts()))]
    return {"answers": (*pairs, Answer("", Decimal(0), match=f"other {draw(line(10))}"))}


@st.composite
def ordering(draw):
    grading = draw(st.sampled_from(["places", "neighbours", "all_or_nothing"]))
    return {"answers": tuple(map(Answer, draw(texts()))), "grading": grading}


TYPES = {
    strategy.__name__: strategy
    for strategy in (single_choice, multiple_choice, true_false, short_text, numeric, matching, ordering)
}


@st.composite
def questions(draw):
    kind = draw(st.sampled_from(list(TYPES)))
    tag = line(12).filter(lambda text: "," not in text)
    return ParsedQuestion(
        name=draw(line()),
        type=kind,
        text=draw(markup),
        category=tuple(draw(st.lists(line(12).filter(lambda text: text.strip("/ ")), min_size=1, max_size=3))),
        general_feedback=draw(st.one_of(st.just(""), markup)),
        tags=tuple(draw(st.lists(tag, max_size=3, unique=True))),
        mark=draw(st.sampled_from([Decimal(1), Decimal("2.5")])),
        **draw(TYPES[kind]()),
    )


def canonical(question: ParsedQuestion) -> tuple:
    tags, mark = question.tags, question.mark or Decimal(1)
    return question.name, question.type, question.category, block_value(question), tags, mark


def read_back(format_name: str, made: list[ParsedQuestion]) -> list[ParsedQuestion]:
    file = parse("".join(WRITERS[format_name](made)).encode(), format_name)
    assert file.refusals == []
    return file.questions


@pytest.mark.parametrize("format_name", WRITERS)
@settings(max_examples=150, deadline=None)
@given(made=st.lists(questions(), min_size=1, max_size=3, unique_by=lambda one: (one.category, one.name)))
def test_what_is_written_is_read_back_as_it_was(format_name, made):
    assert list(map(canonical, read_back(format_name, made))) == list(map(canonical, made))


@given(st.lists(st.text("a/$ p", min_size=1, max_size=6).map(lambda t: " ".join(t.split())).filter(bool), min_size=1))
def test_a_category_keeps_the_slashes_of_its_names(names):
    assert names_in(path_of(tuple(names))) == tuple(names)


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("$course$/top/Returns/Damaged", ("Returns", "Damaged")),
        ("$system$/Returns", ("Returns",)),
        ("$course$/top", ()),
        ("top", ("top",)),
        ("Returns / Calls//mails", ("Returns", "Calls/mails")),
    ],
)
def test_the_path_of_a_category_is_read_as_moodle_writes_it(path, names):
    assert names_in(path) == names


@pytest.mark.parametrize("format_name", READERS)
@settings(max_examples=150, deadline=None)
@given(text=st.text(st.one_of(LETTERS, st.sampled_from("\n\n{}=~#:<>\0\ufffd")), max_size=120))
def test_any_text_is_read_or_refused_with_a_place_inside_it(format_name, text):
    file = parse(text.encode(), format_name)
    for refusal in file.refusals:
        assert 1 <= refusal.line <= text.count("\n") + 2
        assert refusal.column >= 1
        assert refusal.reason
    assert file.questions or file.refusals
    assert "\ufffd" not in repr(file.questions)
