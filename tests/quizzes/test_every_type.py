"""What holds for every question type, whoever writes the next one."""

import json
from random import Random
from uuid import uuid4

import pytest
from django.template.loader import get_template
from django.test import TestCase
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from lms.demo.answering import answer
from quizzes.question_types import QUESTION_TYPES, QuestionBodyBlock, asked
from quizzes.question_types.fields import posted
from quizzes.question_types.question_block import QuestionBlock
from quizzes.scoring import part_of
from quizzes.starting import start_attempt
from tests.cast import CastMixin
from tests.quizzes import bank
from tests.quizzes.bank import BODIES, CANARY, form_of

BODY = QuestionBodyBlock()
CONTENTS = {
    kind: QUESTION_TYPES[kind].freeze(BODY.to_python([{"type": kind, "value": value}])[0].value, Random(3), True)
    for kind, value in BODIES.items()
}


def strings_in(content) -> set[str]:
    if isinstance(content, dict):
        return set(content) | set().union(*map(strings_in, content.values()))
    if isinstance(content, list):
        return set().union(*map(strings_in, content))
    return {str(content)}


# What somebody may send who has read the page: ids and texts of the question, in any shape.
KNOWN = sorted(set().union(*(strings_in(asked(content)) for content in CONTENTS.values())) | {"1", "2", "3", "4"})
words = st.one_of(st.sampled_from(KNOWN), st.text(max_size=20))
scalars = st.one_of(st.none(), st.booleans(), st.integers(-2, 10**20), st.floats(), words)
hostile = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(words, inner, max_size=4)),
    max_leaves=8,
)
seconds = st.one_of(st.none(), st.floats(-1, 10**9, allow_nan=False))


def test_each_has_an_example_a_template_and_a_place_of_its_own():
    assert set(QUESTION_TYPES) == set(BODIES)
    assert [name for name, _block in BODY.child_blocks.items()] == list(QUESTION_TYPES)
    for name, question_type in QUESTION_TYPES.items():
        assert question_type.name == name
        assert isinstance(question_type.block, QuestionBlock)
        get_template(question_type.template_name)
        assert str(question_type.block.label)


@pytest.mark.parametrize("kind", BODIES)
def test_what_is_frozen_is_json(kind):
    assert json.loads(json.dumps(CONTENTS[kind])) == CONTENTS[kind]


@pytest.mark.parametrize("kind", BODIES)
def test_the_right_answer_in_words_is_told_by_the_key_alone(kind):
    question_type, content = QUESTION_TYPES[kind], CONTENTS[kind]
    assert CANARY not in json.dumps(asked(content))
    assert bool(question_type.answer_in_words(content)) != question_type.needs_marker


@pytest.mark.parametrize("kind", BODIES)
@given(response=hostile, took=seconds)
def test_whatever_is_sent_is_refused_or_earns_between_nothing_and_all(kind, response, took):
    question_type, content = QUESTION_TYPES[kind], CONTENTS[kind]
    if response is None or not question_type.accepts(content, response):
        return
    timing = (took,) if question_type.is_timed else ()
    earned = question_type.score(content, response, *timing)
    assert earned is None if question_type.needs_marker else 0 <= earned <= 1
    assert question_type.score(content, response, *timing) == earned
    told = question_type.response_in_words(content, response) + question_type.feedback(content, response)
    assert all(isinstance(word, str) for word in told)


@pytest.mark.parametrize("kind", BODIES)
@given(response=hostile)
def test_what_a_form_sent_comes_back_from_its_fields(kind, response):
    question_type, content = QUESTION_TYPES[kind], CONTENTS[kind]
    if response is None or not question_type.accepts(content, response):
        return
    again = question_type.parse(form_of(*posted(response)))
    assert again is None or question_type.accepts(content, again)
    assert question_type.parse(form_of(*posted(again))) == again


class TheDemo(CastMixin, TestCase):
    def test_it_knows_a_right_and_a_wrong_answer_to_each(self):
        quiz = bank.quiz_of(*[bank.question(kind) for kind in BODIES])
        for wrong, earned in ((0, 1), (len(BODIES), 0)):
            attempt = start_attempt(quiz, self.maya, uuid4())
            answer(attempt, self.maya, Random(0), timezone.now(), wrong=wrong)
            for question in attempt.questions.all():
                with self.subTest(question.kind, wrong=wrong):
                    expected = None if question.type.needs_marker else earned
                    self.assertEqual(part_of(question), expected)
