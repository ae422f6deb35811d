"""A text with gaps: what trainers may write, where the gaps stand, and which share of the mark each earns."""

from fractions import Fraction
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from quizzes.question_types import QUESTION_TYPES, QuestionBodyBlock, asked
from tests.quizzes.bank import BODIES, form_of

CLOZE = QUESTION_TYPES["cloze"]
BODY = QuestionBodyBlock()


def value_of(**changes):
    return BODY.to_python([{"type": "cloze", "value": BODIES["cloze"] | changes}])[0].value


def freeze(seed=0, shuffle=True, **changes) -> dict:
    return CLOZE.freeze(value_of(**changes), Random(seed), shuffle)


def gap(kind: str, *answers: tuple[str, str], **fields) -> dict:
    """answers: the text and its percent of each."""
    return {"kind": kind, "answers": [{"text": text, "fraction": part} for text, part in answers]} | fields


CAT = gap("text", ("cat", "100"))
PETS = gap("choice", ("cat", "100"), ("dog", "0"), ("cow", "50"))


@pytest.mark.parametrize(
    ("text", "gaps", "field", "said"),
    [
        ("<p>A [[1]]</p>", [CAT, CAT], "text", "The text does not have the gap [[2]]."),
        ("<p>No gap</p>", [CAT], "text", "The text does not have the gap [[1]]."),
        ("<p>[[1]] [[2]]</p>", [CAT], "text", "The text has the gap [[2]], but there are 1 in the list."),
        ("<p>[[1]] [[0]]</p>", [CAT], "text", "The text has the gap [[0]], but there are 1 in the list."),
        ("<p>[[1]] [[ 1 ]]</p>", [CAT], "text", "The text has the gap [[1]] more than once."),
        ("<p>[[1]] and [[cat]]</p>", [CAT], "text", "[[cat]] is no gap"),
        ("<p>[[1]] and [[١]]</p>", [CAT], "text", "[[١]] is no gap"),
        ("<p>[[<b>1</b>]]</p>", [CAT], "text", "is no gap"),
        ("<p>[[1]]</p>", [gap("text", ("cat", "50"))], "gaps", "Gap 1: At least one answer earns 100 percent."),
        ("<p>[[1]][[2]]</p>", [CAT, gap("choice", ("a", "100"))], "gaps", "Gap 2: Give at least two options."),
        ("<p>[[1]]</p>", [gap("choice", ("a", "100"), ("A ", "0"))], "gaps", "Gap 1: Two options are the same."),
        ("<p>[[1]]</p>", [gap("choice", ("a", "100"), ("b", "100"))], "gaps", "a wrong one less"),
        ("<p>[[1]]</p>", [gap("choice", ("a", "0"), ("b", "0"))], "gaps", "One option earns 100 percent"),
        ("<p>[[1]]</p>", [gap("number", ("ten", "100"))], "gaps", "Gap 1: “ten” is not a number."),
        ("<p>[[1]]</p>", [gap("number", ("10", "50"))], "gaps", "Gap 1: At least one answer earns 100 percent."),
    ],
)
def test_gaps_that_do_not_fit_their_text_are_refused_in_words(text, gaps, field, said):
    with pytest.raises(ValidationError) as refused:
        CLOZE.block.clean(value_of(text=text, gaps=gaps))
    assert list(refused.value.block_errors) == [field]
    assert said in refused.value.block_errors[field].messages[0]


@pytest.mark.parametrize("changes", [{"weight": 0}, {"kind": "luck"}, {"answers": []}])
def test_a_gap_has_a_weight_a_kind_and_answers(changes):
    with pytest.raises(ValidationError):
        CLOZE.block.clean(value_of(text="<p>[[1]]</p>", gaps=[CAT | changes]))


def test_a_gap_may_be_written_with_spaces_and_zeros():
    content = freeze(text="<p>A [[ 01 ]].</p>", gaps=[CAT])
    CLOZE.block.clean(value_of(text="<p>A [[ 01 ]].</p>", gaps=[CAT]))
    assert [part["html"] for part in content["parts"]] == ["<p>A ", ".</p>"]


class Gaps(SimpleTestCase):
    def test_each_gap_earns_its_share_by_its_weight(self):
        content = freeze()
        for response, earned in (
            ({"1": "a date", "2": "Sorry", "3": "24"}, 1),
            ({"1": "a date"}, Fraction(1, 2)),
            ({"2": "sorry"}, Fraction(1, 4)),
            ({"2": "pardon", "3": "25"}, Fraction(3, 8)),
            ({"1": "a voucher", "2": "x", "3": "26"}, 0),
            ({"3": "٢٣"}, Fraction(1, 4)),
            ({"3": "x"}, 0),
        ):
            with self.subTest(response):
                self.assertTrue(CLOZE.accepts(content, response))
                self.assertEqual(CLOZE.score(content, response), earned)

    def test_the_text_is_shown_in_parts_and_told_with_the_numbers_of_its_gaps(self):
        content = freeze()
        self.assertEqual([part["gap"] and part["gap"]["id"] for part in content["parts"]], ["2", "1", "3", None])
        self.assertEqual(content["text"], "<p>Say [2] once, then give [1] within <b>[3]</b> hours.</p>")
        self.assertEqual("".join(part["html"] for part in content["parts"]).count("["), 0)

    def test_options_are_shuffled_where_the_quiz_says_so(self):
        gaps = [gap("choice", *[(f"Option {n}", "0" if n else "100") for n in range(6)])]
        orders = {
            shuffle: {
                tuple(freeze(seed, shuffle, text="<p>[[1]]</p>", gaps=gaps)["parts"][0]["gap"]["options"])
                for seed in range(9)
            }
            for shuffle in (False, True)
        }
        self.assertEqual((len(orders[False]), len(orders[True]) > 3), (1, True))

    def test_the_key_is_not_shown(self):
        shown = str(asked(freeze()))
        self.assertNotIn("sorry", shown)
        self.assertNotIn("weight", shown)
        self.assertIn("a voucher", shown)

    def test_only_what_its_form_can_send_is_accepted(self):
        content = freeze()
        for foreign in (
            {},
            [],
            "cat",
            None,
            {"4": "x"},
            {"1": "a car"},
            {"1": ["a date"]},
            {"2": None},
            {"2": ""},
            {"2": "x" * 201},
            {"gap": "x"},
        ):
            self.assertFalse(CLOZE.accepts(content, foreign), foreign)

    def test_the_review_tells_each_gap_in_the_order_of_the_text(self):
        content = freeze()
        self.assertEqual(CLOZE.answer_in_words(content), ["[2] sorry", "[1] a date", "[3] 24"])
        response = {"1": "a voucher", "3": "1"}
        self.assertEqual(CLOZE.response_in_words(content, response), ["[1] a voucher", "[3] 1"])
        self.assertEqual(CLOZE.feedback(content, response), ["canary: she did not ask for it."])
        self.assertEqual(CLOZE.feedback(content, {"2": "x"}), [])

    def test_each_gap_is_a_labelled_native_field(self):
        content = freeze(gaps=[PETS, CAT, gap("number", ("10", "100"))], shuffle=False)
        response = CLOZE.parse(form_of(("answer-1", "dog"), ("answer-2", " <ცატ> "), ("answer-3", "")))
        self.assertEqual(response, {"1": "dog", "2": "<ცატ>"})
        page = render_to_string(CLOZE.template_name, {"content": asked(content), "response": response, "prefix": "q7-"})
        for number in "123":
            self.assertInHTML(
                f'<label class="visually-hidden" for="q7-answer-{number}">Gap {number} of 3</label>', page
            )
            self.assertIn(f'id="q7-answer-{number}" name="q7-answer-{number}"', page)
        self.assertIn('<option value="dog" selected>dog</option>', page)
        self.assertIn('value="&lt;ცატ&gt;"', page)
        self.assertNotIn("[[", page)
        self.assertEqual((page.count("disabled"), page.count('dir="auto"')), (0, 2))

    @given(
        st.lists(
            st.tuples(st.sampled_from(["choice", "text", "number"]), st.integers(1, 9), st.integers(0, 99)),
            min_size=1,
            max_size=6,
        ),
        st.data(),
    )
    def test_whatever_fills_them_earns_between_nothing_and_all_in_every_order(self, made, data):
        gaps = [gap(kind, ("10", "100"), ("20", str(part)), ("30", "0"), weight=weight) for kind, weight, part in made]
        text = "".join(f"<p>[[{n}]]</p>" for n in data.draw(st.permutations(range(1, len(gaps) + 1))))
        contents = [freeze(seed, text=text, gaps=gaps) for seed in (1, 2)]
        numbers = st.sampled_from([str(n) for n in range(1, len(gaps) + 1)])
        response = data.draw(st.dictionaries(numbers, st.sampled_from(["10", "20", "30"]), min_size=1))
        self.assertTrue(all(CLOZE.accepts(content, response) for content in contents))
        earned = {CLOZE.score(content, response) for content in contents for _ in "ab"}
        self.assertEqual(len(earned), 1)
        self.assertTrue(0 <= earned.pop() <= 1)
        right = {str(n): "10" for n in range(1, len(gaps) + 1)}
        self.assertEqual(CLOZE.score(contents[0], right), 1)
