"""GIFT: what Moodle reads is read the same, and what cannot be is refused at its place."""

import pytest

from tests.quizzes.formats.reading import answers_of, good, read, refused


@pytest.mark.parametrize(
    ("text", "kind", "answers"),
    [
        ("Who? {~Grant ~Jefferson =no one}", "single_choice", [("Grant", "0"), ("Jefferson", "0"), ("no one", "100")]),
        (
            "W? {=a#yes ~%50%b#half ~c#no}",
            "single_choice",
            [("a", "100", "yes"), ("b", "50", "half"), ("c", "0", "no")],
        ),
        ("W? {\n=a\n~b\n\n~c\n}", "single_choice", [("a", "100"), ("b", "0"), ("c", "0")]),
        ("W? {~%50%a ~%50%b ~%-100%c}", "multiple_choice", [("a", "50"), ("b", "50"), ("c", "-100")]),
        ("W? {~%33.333%a ~%33.333%b ~%33.333%c ~d}", "multiple_choice", [(x, "33.333") for x in "abc"] + [("d", "0")]),
        ("It is. {T}", "true_false", [("true", "100"), ("false", "0")]),
        ("It is. {FALSE#wrong#right}", "true_false", [("true", "0", "wrong"), ("false", "100", "right")]),
        ("It is. {TRUE#wrong#right}", "true_false", [("true", "100", "right"), ("false", "0", "wrong")]),
        ("Two plus two? {=four =4}", "short_text", [("four", "100"), ("4", "100")]),
        ("Two plus two? {four}", "short_text", [("four", "100")]),
        ("W? {=5\\*3 =a\\=b}", "short_text", [("5\\*3", "100"), ("a=b", "100")]),
        ("W? {=tick* =%50%t?#nearly}", "short_text", [("tick*", "100"), ("t?", "50", "nearly")]),
        ("Pi? {#=3.14:0.01#good =%50%3#so so ~#no}", "numeric", [("3.14", "100", "good"), ("3", "50", "so so")]),
        ("Write. {}", "essay", []),
        ("Born? {#1822:5}", "numeric", [("1822", "100")]),
        ("From 1 to 5? {#1..5}", "numeric", [("3", "100")]),
        ("Pi? {#=3.14:0.01#good}", "numeric", [("3.14", "100", "good")]),
        (
            "M {=Canada -> Ottawa =Italy->Rome = -> Oslo}",
            "matching",
            [("Canada", "100", "Ottawa"), ("Italy", "100", "Rome"), ("", "0", "Oslo")],
        ),
        ("O {>ALL EXACT VERTICAL ABSOLUTE\none\ntwo\n}", "ordering", [("one", "100"), ("two", "100")]),
    ],
)
def test_each_type_is_read_with_its_answers(text, kind, answers):
    question = good("gift", text)
    assert question.type == kind
    assert answers_of(question) == answers


@pytest.mark.parametrize(
    ("text", "tolerance"), [("N {#3:0.1}", "0.1"), ("N {#3}", "0"), ("N {#1..5}", "2"), ("N {#-2.5..-1}", "0.75")]
)
def test_a_number_has_its_tolerance(text, tolerance):
    assert str(good("gift", text).answers[0].tolerance) == tolerance


@pytest.mark.parametrize(
    ("text", "name", "shown"),
    [
        ("::Name:: Text {T}", "Name", "<p>Text</p>"),
        ("::A\\:\\:B::Text {T}", "A::B", "<p>Text</p>"),
        ("Text {T}", "Text", "<p>Text</p>"),
        ("Lodestar is {=a ~b} for teams.", "Lodestar is _____ for teams.", "<p>Lodestar is _____ for teams.</p>"),
        ("[html]<p>A <strong>B</strong> &amp; C</p>{T}", "A B & C", "<p>A <b>B</b> &amp; C</p>"),
        ("[markdown]A **B**{T}", "A B", "<p>A <b>B</b></p>"),
        ("[plain]A <b>{T}", "A <b>", "<p>A &lt;b&gt;</p>"),
        ("[moodle]A <b>B</b>\nC{T}", "A B C", "<p>A <b>B</b><br>C</p>"),
        ("[other]A{T}", "[other]A", "<p>[other]A</p>"),
        ("3 < 5 & so{T}", "3 < 5 & so", "<p>3 &lt; 5 &amp; so</p>"),
        (
            "a\\nb \\{x\\} \\~ \\= \\# \\: c\\\\d \\frac{T}",
            "a b {x} ~ = # : c\\d \\frac",
            "<p>a<br>b {x} ~ = # : c\\d \\frac</p>",
        ),
    ],
)
def test_names_and_texts_are_read_in_their_style(text, name, shown):
    question = good("gift", text)
    assert (question.name, question.text) == (name, shown)


def test_the_general_feedback_stands_behind_four_hashes():
    question = good("gift", "::Q:: T {=a#yes ~b#no\n####[html]<b>Why</b>\n}")
    assert question.general_feedback == "<p><b>Why</b></p>"
    assert answers_of(question) == [("a", "100", "yes"), ("b", "0", "no")]


def test_categories_comments_and_tags():
    file = read(
        "gift",
        "// a file\n$CATEGORY: $course$/top/Returns/Damaged\n// [id:7] [tag:glass] [tag:a\\]b] [mark:2] [unit:days]\n"
        "::Q1:: T {#3}\n\n// nothing to say\n::Q2:: T {\n// between\n=a\n~b}\n$CATEGORY: $course$/Calls\nQ3 {F}",
    )
    assert file.refusals == []
    first, second, third = file.questions
    assert (first.category, first.tags, first.mark, first.unit) == (("Returns", "Damaged"), ("glass", "a]b"), 2, "days")
    assert (second.category, second.tags, second.line) == (("Returns", "Damaged"), (), 7)
    assert (third.name, third.category) == ("Q3", ("Calls",))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("::A:: a {T}\n::B:: b {F}", ["A", "B"]),
        ("a {T}\nb {F}", ["a", "b"]),
        ("a {T}\nb one\nb two {F}", ["a", "b one b two"]),
        ("a {\n=x\n~y}\n::B:: b {F}\n\nc {T}", ["a", "B", "c"]),
    ],
)
def test_a_missing_blank_line_is_understood_where_it_is_clear(text, names):
    assert [question.name for question in read("gift", text).questions] == names
    assert refused("gift", text) == []


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("Just a text.", (1, 1), "descriptions"),
        ("a {=x ~y\n\nb {T}", (1, 3), "never closed"),
        ("b {T}\n\na {=x ~y", (3, 3), "never closed"),
        ("a {=x ~y\n::B:: b {T}", (1, 3), "never closed"),
        ("a {=x {y} ~z}", (1, 7), "within braces"),
        ("a =x}", (1, 5), "closes nothing"),
        ("a {T} b {F}", (1, 9), "two pairs"),
        ("a {=x ~y} and\nmore\nb {T}", (2, 1), "blank line is missing"),
        ("::a {T}", (1, 1), "does not end with ::"),
        ("a {x ~y}", (1, 4), "neither = nor ~"),
        ("a {~x ~y}", (1, 1), "0 percent together"),
        ("a {~%50%x ~%40%y}", (1, 1), "90 percent together"),
        ("a {~%150%x ~y}", (1, 4), "“150” is not a fraction"),
        ("a {~%half%x ~y}", (1, 4), "“half” is not a fraction"),
        ("a {=x =y ~z}", (1, 7), "A second option"),
        ("a {=%50%x}", (1, 1), "none is right"),
        ("a {=x\n=%-50%y}", (2, 1), "from 0 to 100"),
        ("a {#}", (1, 4), "number is missing"),
        ("a {#x}", (1, 5), "“x” is not a number"),
        ("a {#5..1}", (1, 5), "ends before"),
        ("a {#=%50%3}", (1, 1), "none is right"),
        ("a {#=%50%3:2 =4}", (1, 5), "overlaps with the right one"),
        ("// [penalty:101]\na {T}", (2, 1), "The penalty"),
        ("// [maximum_words:many]\na {}", (2, 1), "“many”"),
        ("// [maximum_words:100]\na {T}", (2, 1), "“maximum words” says nothing"),
        ("// [rubric:{}]\na {}", (2, 1), "no list"),
        ("// [rubric:[[\\]]\na {}", (2, 1), "JSON"),
        ('// [rubric:[{"colour": 1}\\]]\na {}', (2, 1), "these parts: name, points, description"),
        ('// [rubric:[{"name": [\\]}\\]]\na {}', (2, 1), "single value"),
        ("// [keep_last:perhaps]\na {=x ~y}", (2, 1), "neither yes nor no"),
        ("a {=x->y =z}", (1, 10), "no ->"),
        ("a {=x->y}", (1, 1), "minimum number of items is 2"),
        ("a {=x ~}", (1, 7), "no text"),
        ("{T}", (1, 1), "no text"),
        ("::Q:: a {T}\n\n::Q:: b {T}", (3, 1), "Line 1 has a question of the same name"),
        ("[html]<img src=x onerror=y>{T}", (1, 1), "“x” is not in the file"),
        ("a {~b =[html]<img src\\=x>}", (1, 8), "<img>"),
        ("a {~a =[html]<svg onload\\=x>}", (1, 8), "<svg>"),
        ("[html]a &#65533; b{T}", (1, 1), "U+FFFD"),
        (f"[html]{'<div>' * 200}x{{T}}", (1, 1), "nested too deeply"),
        (f"::{'n' * 201}:: a {{T}}", (1, 1), "more than 200"),
        (f"a {{={'x' * 501} ~y}}", (1, 1), "500"),
        ("a {>3 RANDOM V ABSOLUTE\na\nb\nc\n}", (1, 5), "“RANDOM”"),
        (f"a {{={'~x' * 201}}}", (1, 403), "too many answers"),
        ("// only a comment", (1, 1), "no question"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(text, place, reason):
    [(line, column, said)] = refused("gift", text)
    assert (line, column) == place
    assert reason in said


def test_one_bad_question_does_not_hide_the_others():
    file = read("gift", "::A:: a {T}\n\n::B:: b {=x\n\n::C:: c {F}\n\n::D:: d {#}\n\n::E:: e {=1 ~2}")
    assert [question.name for question in file.questions] == ["A", "C", "E"]
    assert [(refusal.line, refusal.name) for refusal in file.refusals] == [(3, ""), (7, "D")]


def test_questions_without_names_get_different_ones():
    file = read("gift", "Which is right? {=a ~b}\n\nWhich is right? {=c ~d}")
    assert [question.name for question in file.questions] == ["Which is right?", "Which is right? (2)"]


def test_scripts_leave_a_text_with_what_is_in_them():
    question = good("gift", "[html]<p onclick\\=x>Hi <script>alert(1)</script><a href\\=javascript\\:x>you</a></p>{T}")
    assert question.text == "<p>Hi you</p>"


def test_a_link_leaves_its_words():
    question = good("gift", "[html]<p>See <a href\\=https\\://example.com>this</a></p>{T}")
    assert question.text == "<p>See this</p>"


def test_the_feedback_to_all_other_numbers_is_left_out_and_that_is_said():
    question = good("gift", "Q {#=4#Well done ~#Count again}")
    assert answers_of(question) == [("4", "100", "Well done")]
    assert list(question.notes) == ["Its feedback to all other numbers was not imported."]


def test_what_gift_has_no_word_for_stands_in_the_comment():
    question = good(
        "gift",
        "// [penalty:25] [hint:Think of\\n it] [hint:Again] [maximum_words:200] [template:Dear\\nall]\n"
        '// [rubric:[{"name": "Tone", "points": 3}\\]]\nWrite. {}',
    )
    assert (question.penalty, question.hints) == (25, ("Think of it", "Again"))
    assert question.details == {
        "maximum_words": 200,
        "template": "Dear\nall",
        "rubric": [{"name": "Tone", "points": "3", "description": ""}],
    }
