import csv
from io import StringIO

import pytest

from quizzes.formats import WRITERS
from tests.quizzes.formats.reading import answers_of, good, read, refused

HEADER = "name,type,category,text,answer 1,fraction 1,feedback 1,answer 2,fraction 2,feedback 2\n"


@pytest.mark.parametrize("divider", [",", ";", "\t"])
def test_a_row_is_a_question(divider):
    text = (HEADER + "Q,single choice,A/B,What?,one,100,yes,two,,no\n").replace(",", divider)
    question = good("csv", "\ufeff" + text)
    assert (question.name, question.type, question.category) == ("Q", "single_choice", ("A", "B"))
    assert (question.text, question.line) == ("<p>What?</p>", 2)
    assert answers_of(question) == [("one", "100", "yes"), ("two", "0", "no")]


@pytest.mark.parametrize(
    ("header", "row", "kind", "answers"),
    [
        (
            "type,text,answer 1,fraction 1,answer 2",
            "true_false,T,true,100,FALSE",
            "true_false",
            [("true", "100"), ("false", "0")],
        ),
        ("type,text,answer 1,answer 2", "short_text,T,four,4", "short_text", [("four", "100"), ("4", "100")]),
        ("type,text,answer 1,tolerance 1,unit", "numeric,T,'-3.50,0.1,kg", "numeric", [("-3.5", "100")]),
        (
            "type,text,answer 1,match 1,answer 2,match 2,match 3",
            "matching,T,a,b,c,d,e",
            "matching",
            [("a", "100", "b"), ("c", "100", "d"), ("", "0", "e")],
        ),
        ("type,text,grading,answer 1,answer 2", "ordering,T,neighbours,a,b", "ordering", [("a", "100"), ("b", "100")]),
        (
            "type,text,grading,answer 1,fraction 1,answer 2,fraction 2",
            "multiple_choice,T,fractions,a,100,b,-50",
            "multiple_choice",
            [("a", "100"), ("b", "-50")],
        ),
    ],
)
def test_each_type_is_read_with_its_answers(header, row, kind, answers):
    question = good("csv", f"{header}\n{row}\n")
    assert question.type == kind
    assert answers_of(question) == answers


def test_cells_that_a_spreadsheet_would_calculate_are_neutral_in_the_file_and_themselves_in_the_bank():
    question = good("csv", "name,type,text,answer 1\n=SUM(1),short_text,'+1,'@a\n")
    assert (question.name, question.text, answers_of(question)) == ("=SUM(1)", "<p>+1</p>", [("@a", "100")])
    _header, row = csv.reader(StringIO("".join(WRITERS["csv"]([question])).lstrip("\ufeff")))
    assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert {"'=SUM(1)", "'+1", "'@a"} <= set(row)


def test_a_cell_of_several_lines_counts_in_the_lines_of_the_file():
    file = read("csv", 'type,text,answer 1\nshort_text,"a\nb",x\n\nmystery,"c",y\n')
    assert [(question.line, question.text) for question in file.questions] == [(2, "<p>a<br>b</p>")]
    assert [(refusal.line, refusal.column) for refusal in file.refusals] == [(5, 1)]


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("type,text\nshort_text,a\n", (1, 1), "“answer 1” is missing"),
        ("type,text,answer 1,colour\n", (1, 4), "“colour”"),
        ("type,text,answer 1,text\n", (1, 4), "Two columns"),
        ("type,text,answer 1\nshort_text,a\n", (2, 3), "2 cells"),
        ("type,text,answer 1\nshort_text,a,b,c\n", (2, 4), "4 cells"),
        ('type,text,answer 1\nshort_text,"a,b\n', (2, 1), "quotation mark"),
        ("type,text,answer 1\nmystery,a,b\n", (2, 1), "“mystery”"),
        ("type,text,answer 1\nessay,a,b\n", (2, 3), "have no answers"),
        ("type,text,answer 1,passage\nessay,a,,b\n", (2, 4), "“passage” says nothing"),
        ("type,text,answer 1,gaps\ncloze,[[1]],,1\n", (2, 4), "no list"),
        ("type,text,answer 1,penalty\nshort_text,a,b,-1\n", (2, 1), "The penalty"),
        ("type,text,answer 1,fraction 1\nshort_text,a,b,much\n", (2, 4), "“much”"),
        ("type,text,answer 1,fraction 1\nshort_text,a,b,101\n", (2, 4), "“101”"),
        ("type,text,answer 1,answer 2\nshort_text,a,,b\n", (2, 3), "missing before"),
        ("type,text,answer 1\nnumeric,a,many\n", (2, 3), "“many”"),
        ("type,text,answer 1\ntrue_false,a,yes\n", (2, 1), "true or false"),
        ("type,text,answer 1,mark\nshort_text,a,b,0\n", (2, 1), "more than 0"),
        ("type,text,grading,answer 1\nordering,a,by luck,b\n", (2, 3), "“by luck”"),
        ("type,text,answer 1\nshort_text,a\ufffd,b\n", (2, 13), "U+FFFD"),
        ("type,text,answer 1\n", (1, 1), "no question"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(text, place, reason):
    line, column, said = refused("csv", text)[0]
    assert (line, column) == place
    assert reason in said
