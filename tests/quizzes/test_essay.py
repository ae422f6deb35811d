"""Essays: what is kept of what was written, how long it is, and what those who mark it see."""

from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.test import SimpleTestCase

from quizzes.question_types import QUESTION_TYPES, QuestionBodyBlock, asked
from quizzes.question_types.essay import LONGEST_ESSAY, count_words, length_in_words
from tests.quizzes.bank import BODIES, CANARY, answer_of

ESSAY = QUESTION_TYPES["essay"]
BODY = QuestionBodyBlock()


def value_of(**changes):
    return BODY.to_python([{"type": "essay", "value": BODIES["essay"] | changes}])[0].value


def freeze(**changes) -> dict:
    return ESSAY.freeze(value_of(**changes), Random(0), True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"minimum_words": 20, "maximum_words": 10}, "maximum_words"),
        ({"minimum_words": 0}, "minimum_words"),
        ({"maximum_words": -1}, "maximum_words"),
        ({"rows": 100}, "rows"),
        ({"rubric": [{"name": "Tone", "points": "0"}]}, "rubric"),
        ({"rubric": [{"name": "Tone", "points": "-1"}]}, "rubric"),
        ({"rubric": [{"name": "Tone", "points": "1"}, {"name": "tone ", "points": "1"}]}, "rubric"),
    ],
)
def test_limits_and_rubrics_that_make_no_sense_are_refused(changes, field):
    with pytest.raises(ValidationError) as refused:
        ESSAY.block.clean(value_of(**changes))
    assert list(refused.value.block_errors) == [field]


def test_neither_limits_nor_a_rubric_are_needed():
    ESSAY.block.clean(value_of(minimum_words=None, maximum_words=None, rubric=[], marker_note=""))
    ESSAY.block.clean(value_of(minimum_words=5, maximum_words=5))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        (" \n\t ", 0),
        ("Dear Ms Novak,\n\nwe are sorry.", 6),
        ("well-known, don't, 3.5 and and/or", 5),
        ("one - two – three — four", 4),
        ("one—two", 2),
        ("... ! ?", 0),
        ("السلامُ عليكم يا أستاذة", 4),
        ("١٤ يومًا", 2),
        ("გმადლობთ, რომ დაგვირეკეთ!", 3),
        ("a\u00a0b\u2003c", 3),
        ("½ ²", 2),
    ],
)
def test_words_are_counted_in_every_language(text, count):
    assert count_words(text) == count


class Essays(SimpleTestCase):
    def test_a_person_marks_it(self):
        self.assertTrue(ESSAY.needs_marker)
        self.assertIsNone(ESSAY.score(freeze(), "Dear Ms Novak"))
        self.assertEqual([name for name, each in QUESTION_TYPES.items() if each.needs_marker], ["essay"])

    def test_its_lines_survive_and_a_browser_and_a_script_send_the_same(self):
        text = "Dear Ms Novak,\n\n  indented\n\nYours"
        self.assertEqual(ESSAY.parse(answer_of(f"\n{text}\n \n")), text)
        self.assertEqual(ESSAY.parse(answer_of(text.replace("\n", "\r\n"))), text)
        self.assertEqual(ESSAY.parse(answer_of(text.replace("\n", "\r"))), text)
        self.assertIsNone(ESSAY.parse(answer_of(" \r\n ")))

    def test_what_is_too_short_or_too_long_for_its_limits_is_taken_all_the_same(self):
        content = freeze(minimum_words=3, maximum_words=4)
        self.assertTrue(all(ESSAY.accepts(content, text) for text in ("a", "a b c d e", "a" * LONGEST_ESSAY)))
        for foreign in ("", "a" * (LONGEST_ESSAY + 1), ["a"], {"a": "b"}, None, 1, True):
            self.assertFalse(ESSAY.accepts(content, foreign))

    def test_whoever_marks_it_is_told_how_long_it_is(self):
        content = freeze(minimum_words=2, maximum_words=3)
        for text, said in (
            ("one", "1 word, fewer than the 2 that were asked for"),
            ("one two", "2 words"),
            ("1 2 3 4", "4 words, more than the 3 that were allowed"),
        ):
            self.assertEqual(length_in_words(content, text), said)
        self.assertEqual(length_in_words(freeze(minimum_words=None, maximum_words=None), "one"), "1 word")

    def test_the_note_and_the_rubric_are_in_the_key(self):
        content = freeze()
        self.assertNotIn(CANARY, str(asked(content)))
        self.assertEqual(content["key"]["note"], f"{CANARY}: be kind.")
        tone, step = content["key"]["rubric"]
        self.assertEqual((tone["name"], tone["points"], tone["description"]), (f"{CANARY} tone", "3", ""))
        self.assertEqual(len({tone["id"], step["id"]}), 2)

    def test_its_form_tells_the_limits_and_begins_with_the_given_text(self):
        content = freeze(template="Dear <name>,\n", minimum_words=None, maximum_words=1)
        page = render_to_string(ESSAY.template_name, {"content": asked(content), "response": None, "prefix": "q2-"})
        self.assertIn(">\nDear &lt;name&gt;,\n</textarea>", page)
        self.assertIn("Write at most 1 word.", page)
        self.assertIn('data-word-count="q2-answer"', page)
        self.assertIn('aria-describedby="q2-question-text q2-answer-length"', page)
        page = render_to_string(
            ESSAY.template_name, {"content": asked(freeze()), "response": "a\nb", "is_settled": True}
        )
        self.assertIn(">\na\nb</textarea>", page)
        self.assertIn("Write 3 to 120 words.", page)
        self.assertIn("disabled", page)

    def test_the_review_has_its_paragraphs(self):
        self.assertEqual(ESSAY.response_in_words(freeze(), "one\n\ntwo"), ["one", "two"])
        self.assertEqual(ESSAY.answer_in_words(freeze()), [])
        self.assertEqual(ESSAY.feedback(freeze(), "one"), [])
