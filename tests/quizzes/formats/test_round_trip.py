"""What is written is read back as it was, in each format and for each type of question."""

import html
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.formats import READERS, UNKNOWN, WRITERS, parse
from quizzes.formats.bodies import block_value
from quizzes.formats.categories import names_in, path_of
from quizzes.formats.details import worth_saying
from quizzes.formats.gift_writer import USUAL_PENALTY
from quizzes.formats.numbers import share, written
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
    texts = draw(st.lists(words, min_size=1, max_size=4))
    part = st.sampled_from([Decimal(0), Decimal("33.333"), Decimal(100)])
    others = [Answer(text, draw(part), draw(lines)) for text in texts[1:]]
    return {
        "answers": (Answer(texts[0], feedback=draw(lines)), *others),
        "details": {"accents_matter": draw(st.booleans())},
    }


@st.composite
def number(draw, fraction=Decimal(100)):
    value, tolerance = draw(st.decimals(-9999, 9999, places=3)), draw(st.decimals(0, 99, places=2))
    return Answer(written(value + 0), fraction, draw(lines), tolerance=Decimal(written(tolerance)))


@st.composite
def numeric(draw):
    others = draw(st.lists(number(Decimal(50)), max_size=2))
    unit = draw(st.one_of(st.just(""), line(10).map("kg {}".format)))
    more = draw(st.lists(st.sampled_from(["7", "0.001", "60", "1.5", "12.345678"]), max_size=2)) if unit else []
    units = [{"unit": f"unit {place}", "factor": factor} for place, factor in enumerate(more)]
    details = {"other_units": units, "unit_is_required": bool(unit) and draw(st.booleans())}
    details["unit_penalty"] = draw(st.sampled_from(["100", "12.5"]))
    return {"answers": (draw(number()), *others), "unit": unit, "details": details}


@st.composite
def matching(draw):
    pairs = [Answer(prompt, match=f"m{number} {draw(line(10))}") for number, prompt in enumerate(draw(texts()))]
    return {"answers": (*pairs, Answer("", Decimal(0), match=f"other {draw(line(10))}"))}


@st.composite
def ordering(draw):
    grading = draw(st.sampled_from(["places", "neighbours", "all_or_nothing"]))
    return {"answers": tuple(map(Answer, draw(texts()))), "grading": grading}


def row(text: str, fraction: str = "100", tolerance: str | None = None, feedback: str = "") -> dict:
    return {"text": text, "fraction": fraction, "tolerance": tolerance, "feedback": feedback}


@st.composite
def gap(draw):
    kind, said = draw(st.sampled_from(["choice", "text", "number"])), draw(lines)
    if kind == "number":
        answers = [row("3.5", tolerance=draw(st.sampled_from([None, "0.1"])), feedback=said), row("4", "50")]
    else:
        first, *others = [f"a{text}" for text in draw(texts())]
        answers = [row(first, feedback=said), *(row(text, "0") for text in others)]
    return {"kind": kind, "weight": draw(st.integers(1, 9)), "answers": answers}


@st.composite
def cloze(draw):
    gaps = draw(st.lists(gap(), min_size=1, max_size=3))
    before = draw(plain_markup.filter(lambda text: "[[" not in text))
    marks = " and ".join(f"[[{number}]]" for number in range(1, len(gaps) + 1))
    return {"text": f"<p>{before} {{1:x {marks}.</p>", "answers": (), "details": {"gaps": gaps}}


@st.composite
def essay(draw):
    rubric = [{"name": f"{place} {draw(line())}", "points": "2.5", "description": draw(lines)} for place in range(2)]
    details = {
        "minimum_words": draw(st.sampled_from([None, 10])),
        "maximum_words": 200,
        "rows": draw(st.integers(2, 40)),
        "template": draw(st.sampled_from(["", "Dear {name},\n\n  [I] = you\\n", "Dear you"])),
        "marker_note": draw(lines),
        "rubric": draw(st.sampled_from([[], rubric])),
    }
    return {"answers": (), "details": details}


@st.composite
def typing_speed(draw):
    passage = f"{draw(line())} and then the driver came after all that time.\nLate."
    return {"answers": (), "details": {"passage": passage, "target": 55, "minimum_accuracy": "92.5"}}


TYPES = {
    strategy.__name__: strategy
    for strategy in (
        *(single_choice, multiple_choice, true_false, short_text, numeric, matching, ordering),
        *(cloze, essay, typing_speed),
    )
}


@st.composite
def questions(draw, without=frozenset()):
    kind = draw(st.sampled_from([name for name in TYPES if name not in without]))
    tag = line(12).filter(lambda text: "," not in text)
    own = {"text": draw(markup)} | draw(TYPES[kind]())
    if kind in ("single_choice", "multiple_choice"):
        own["details"] = {"keep_last": draw(st.booleans())}
    return ParsedQuestion(
        name=draw(line()),
        type=kind,
        category=tuple(draw(st.lists(line(12).filter(lambda text: text.strip("/ ")), min_size=1, max_size=3))),
        general_feedback=draw(st.one_of(st.just(""), markup)),
        tags=tuple(draw(st.lists(tag, max_size=3, unique=True))),
        mark=draw(st.sampled_from([Decimal(1), Decimal("2.5")])),
        penalty=draw(st.sampled_from([Decimal("33.33"), Decimal(0), Decimal(100), Decimal("12.5")])),
        hints=tuple(draw(st.lists(line(), max_size=2))),
        **own,
    )


def canonical(question: ParsedQuestion) -> tuple:
    """All of it, with what a file leaves out because every new question has it."""
    tags, mark = question.tags, question.mark or Decimal(1)
    penalty = USUAL_PENALTY if question.penalty is None else question.penalty
    own = worth_saying(question.type, question.details)
    value = block_value(replace(question, details={}))
    return (
        question.name,
        question.type,
        question.category,
        value,
        own,
        tags,
        mark,
        USUAL_PENALTY if penalty is None else penalty,
    )


def read_back(format_name: str, made: list[ParsedQuestion]) -> list[ParsedQuestion]:
    file = parse("".join(WRITERS[format_name](made)).encode(), format_name)
    assert file.refusals == []
    return file.questions


@pytest.mark.parametrize("format_name", WRITERS)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_what_is_written_is_read_back_as_it_was(format_name, data):
    kinds = questions(frozenset(UNKNOWN[format_name]))
    made = data.draw(st.lists(kinds, min_size=1, max_size=3, unique_by=lambda one: (one.category, one.name)))
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
