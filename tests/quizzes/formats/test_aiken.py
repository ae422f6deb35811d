import pytest

from tests.quizzes.formats.reading import answers_of, good, read, refused


@pytest.mark.parametrize(
    "text",
    [
        "What?\nA. one\nB. two\nANSWER: B",
        "What?\n\nA) one\nB) two\n\nANSWER:b\n\n",
        "What?\r  A. one\r  B. two\rAnswer: B",
    ],
)
def test_a_question_is_a_single_choice(text):
    question = good("aiken", text)
    assert (question.name, question.type, question.text) == ("What?", "single_choice", "<p>What?</p>")
    assert answers_of(question) == [("one", "0"), ("two", "100")]


def test_questions_need_no_blank_line_between_them():
    file = read("aiken", "One\nline?\nA. a\nB. b\nANSWER: A\nTwo?\nA. c\nB. d\nANSWER: B")
    assert file.refusals == []
    assert [(question.name, question.line) for question in file.questions] == [("One line?", 1), ("Two?", 6)]
    assert file.questions[0].text == "<p>One<br>line?</p>"


def test_markup_is_text():
    question = good("aiken", "Is <b> bold?\nA. <script>\nB. no\nANSWER: A")
    assert question.text == "<p>Is &lt;b&gt; bold?</p>"
    assert answers_of(question)[0] == ("<script>", "100")


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("What?\nA. one\nB. two\nANSWER: Z", (4, 1), "“Z” is the letter of no option"),
        ("What?\nA. one\nB. two\nANSWER:", (4, 1), "“” is the letter"),
        ("What?\nA. one\nB. two\nANSWER: A, B", (4, 1), "“A, B” is the letter"),
        ("What?\nA. one\nB. two", (1, 1), "“ANSWER:”"),
        ("What?\nA. one\nC. two\nANSWER: A", (3, 1), "order of their letters"),
        ("What?\nA. one\nA. two\nANSWER: A", (3, 1), "order of their letters"),
        ("What?\nANSWER: A", (2, 1), "“A” is the letter of no option"),
        ("What?\nA. one\nANSWER: A", (1, 1), "minimum number of items is 2"),
        ("What?\nA. one\nB.\nANSWER: A", (3, 1), "no text"),
        ("ANSWER: A", (1, 1), "no question above"),
        ("Just text", (1, 1), "no options"),
        ("What?\nA. one\nB. two\nbut more\nANSWER: A", (1, 1), "“ANSWER:”"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(text, place, reason):
    line, column, said = refused("aiken", text)[0]
    assert (line, column) == place
    assert reason in said


def test_a_bad_question_does_not_hide_the_next():
    file = read("aiken", "One?\nA. a\nB. b\n\nTwo?\nA. c\nB. d\nANSWER: B\n\nThree\n\nFour?\nA. e\nB. f\nANSWER: A")
    assert [question.name for question in file.questions] == ["Two?", "Four?"]
    assert [(refusal.line, refusal.name) for refusal in file.refusals] == [(1, "One?"), (10, "Three")]
