import pytest

from tests.quizzes.formats.reading import answers_of, good, read, refused

ENTITY_BOMB = (
    '<?xml version="1.0"?>\n<!DOCTYPE quiz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>\n'
    "<quiz><question type='truefalse'><name><text>&b;</text></name></question></quiz>"
)
FILE_ENTITY = '<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>'


def quiz(kind: str, inside: str, text: str = "<![CDATA[<p>What?</p>]]>") -> str:
    name = "<name><text>Q</text></name>"
    head = f'<quiz>\n<question type="{kind}">{name}<questiontext format="html"><text>{text}</text></questiontext>\n'
    return f"{head}{inside}</question></quiz>"


def answer(text: str, fraction: object = 100, more: str = "") -> str:
    return f'<answer fraction="{fraction}" format="html"><text>{text}</text>{more}</answer>\n'


@pytest.mark.parametrize(
    ("kind", "inside", "type_name", "answers"),
    [
        (
            "multichoice",
            "<single>true</single>" + answer("a", 100, "<feedback><text>yes</text></feedback>") + answer("b", 0),
            "single_choice",
            [("a", "100", "yes"), ("b", "0")],
        ),
        (
            "multichoice",
            "<single>false</single>" + answer("a", "50") + answer("b", "50.00000") + answer("c", -100),
            "multiple_choice",
            [("a", "50"), ("b", "50"), ("c", "-100")],
        ),
        (
            "multichoiceset",
            answer("a") + answer("b") + answer("c", 0),
            "multiple_choice",
            [("a", "50"), ("b", "50"), ("c", "0")],
        ),
        ("truefalse", answer("true", 0) + answer("false", 100), "true_false", [("true", "0"), ("false", "100")]),
        ("shortanswer", answer("four") + answer("5\\*3"), "short_text", [("four", "100"), ("5\\*3", "100")]),
        ("numerical", answer("3.50", 100, "<tolerance>0.1</tolerance>"), "numeric", [("3.5", "100")]),
        (
            "matching",
            "<subquestion><text>a</text><answer><text>b</text></answer></subquestion>"
            "<subquestion><text>c</text><answer><text>d</text></answer></subquestion>"
            "<subquestion><text></text><answer><text>e</text></answer></subquestion>",
            "matching",
            [("a", "100", "b"), ("c", "100", "d"), ("", "0", "e")],
        ),
        (
            "ordering",
            "<gradingtype>ABSOLUTE_POSITION</gradingtype>" + answer("two", 2) + answer("one", 1),
            "ordering",
            [("one", "100"), ("two", "100")],
        ),
    ],
)
def test_each_type_is_read_with_its_answers(kind, inside, type_name, answers):
    question = good("moodle-xml", quiz(kind, inside))
    assert (question.name, question.type, question.text, question.line) == ("Q", type_name, "<p>What?</p>", 2)
    assert answers_of(question) == answers


def test_categories_tags_marks_units_and_notes():
    category = '<question type="category"><category><text>$course$/top/A/B</text></category></question>'
    details = (
        "<defaultgrade>2.5000000</defaultgrade>"
        "<generalfeedback format='markdown'><text>**Why**</text></generalfeedback>"
        "<tags><tag><text>glass</text></tag></tags><hint><text>Look</text></hint>"
        "<units><unit><multiplier>1</multiplier><unit_name>kg</unit_name></unit></units>"
    )
    text = quiz("numerical", details + answer("3")).replace("<quiz>", f"<quiz>{category}")
    question = good("moodle-xml", text)
    assert (question.category, question.tags, question.mark, question.unit) == (("A", "B"), ("glass",), 2.5, "kg")
    assert question.general_feedback == "<p><b>Why</b></p>"
    assert question.hints == ("Look",)


SINGLE = "<single>true</single>"


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        (ENTITY_BOMB, (2, 16), "document type"),
        (FILE_ENTITY, (1, 16), "document type"),
        ("<!DOCTYPE quiz><quiz></quiz>", (1, 15), "document type"),
        ("<quiz>\n<question></quiz>", (2, 13), "not well-formed"),
        ("<quiz>\n&nbsp;</quiz>", (2, 1), "not well-formed"),
        ("<quiz>\n&#0;</quiz>", (2, 1), "not well-formed"),
        ("<quiz>" + "<a>" * 60, (1, 154), "nested too deeply"),
        ("<html></html>", (1, 1), "not Moodle XML"),
        ("<quiz></quiz>", (1, 1), "no question"),
        (quiz("essay", "<attachmentsrequired>1</attachmentsrequired>"), (2, 1), "as a file"),
        (quiz("essay", "<maxwordlimit>some</maxwordlimit>"), (3, 1), "“some”"),
        (quiz("essay", "<penalty>x</penalty>"), (3, 1), "“x”"),
        (quiz("cloze", ""), (2, 51), "no gap"),
        (quiz("cloze", "", "{1:MULTIRESPONSE:=a~b}"), (2, 51), "“MULTIRESPONSE”"),
        (quiz("cloze", "", "{1:NUMERICAL:=a}"), (2, 51), "“a” is not a number"),
        (quiz("cloze", "", "{1:SA:=a} [[1]]"), (2, 51), "double square brackets"),
        (quiz("cloze", "", "{1:SA:=a}" * 101), (2, 51), "more than 100"),
        (quiz("cloze", "", "{1:SA:%200%a}"), (2, 51), "“200”"),
        (quiz("description", ""), (2, 1), "“description”"),
        (quiz("shortanswer", "<lodestar name='colour'>1</lodestar>" + answer("a")), (3, 1), "“colour”"),
        (quiz("truefalse", answer("true")), (2, 1), "these two answers"),
        (quiz("multichoice", SINGLE + answer("a", 150) + answer("b", 0)), (3, 22), "“150”"),
        (quiz("multichoice", SINGLE + answer("a", "x") + answer("b", 0)), (3, 22), "“x”"),
        (quiz("multichoice", SINGLE + answer("a", 50) + answer("b", 0)), (2, 1), "none is right"),
        (quiz("multichoice", SINGLE + answer("a") + answer("b")), (4, 1), "A second option"),
        (quiz("shortanswer", answer("a*", 50)), (2, 1), "none is right"),
        (quiz("numerical", answer("many")), (3, 1), "“many”"),
        (quiz("shortanswer", '<file name="a.png" encoding="base64">AAAA</file>' + answer("a")), (3, 1), "holds a file"),
        (quiz("shortanswer", answer("a"), "<![CDATA[<img src='@@PLUGINFILE@@/a.png'>]]>"), (2, 57), "not in the file"),
        (quiz("shortanswer", answer("a"), "&lt;b&gt;a &amp;#65533; b"), (2, 57), "U+FFFD"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(text, place, reason):
    [(line, column, said)] = refused("moodle-xml", text)
    assert (line, column) == place
    assert reason in said


def test_scripts_go_and_their_text_with_them():
    text = "<![CDATA[<p onclick='x'>Hi<script>alert(1)</script> <a href='javascript:x'>there</a></p>]]>"
    assert good("moodle-xml", quiz("shortanswer", answer("a"), text)).text == "<p>Hi there</p>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_the_declared_encoding_is_read(encoding):
    data = f'<?xml version="1.0" encoding="{encoding}"?>' + quiz("shortanswer", answer("Café"))
    assert answers_of(good("moodle-xml", data.encode(encoding))) == [("Café", "100")]


def test_a_strange_encoding_is_refused():
    assert "“utf-7”" in refused("moodle-xml", b'<?xml version="1.0" encoding="utf-7"?><quiz/>')[0][2]


def test_one_bad_question_does_not_hide_the_others():
    text = quiz("truefalse", answer("true") + answer("false", 0)).replace(
        "<quiz>", "<quiz><question type='essay'><name><text>E</text></name></question>"
    )
    file = read("moodle-xml", text)
    assert [question.name for question in file.questions] == ["Q"]
    assert [refusal.name for refusal in file.refusals] == ["E"]
