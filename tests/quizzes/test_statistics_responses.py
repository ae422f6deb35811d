"""The table of responses, and what blind guessing earns: both from frozen questions alone."""

import json
from random import Random

import pytest

from quizzes.question_types import QUESTION_TYPES
from quizzes.statistics.collecting import LONG_TEXT, MOST_RESPONSES, Cell
from quizzes.statistics.guessing import random_guess_score
from quizzes.statistics.responses import MOST_ROWS, response_table

OPTIONS = {
    "text": "<p>What belongs in an apology?</p>",
    "options": [{"id": "a", "text": "What happened"}, {"id": "b", "text": "A next step"}, {"id": "c", "text": "Who"}],
    "key": {"correct": ["a", "b"], "feedback": {}},
}
TYPED = {"text": "<p>What?</p>", "unit": "", "key": {"answer": "14", "tolerance": "0"}}


def table(kind, content, *given):
    """given: the response as JSON or None, how often it was given, and the parts of the mark it earned together."""
    responses = {None if value is None else json.dumps(value): [count, earned] for value, count, earned in given}
    return response_table(kind, content, responses)


def test_each_chosen_option_counts_and_the_right_ones_are_marked_whatever_they_earned():
    told = table("multiple_choice", OPTIONS, (["a", "c"], 4, 0.0), (["a"], 6, 3.0))
    rows = {row["text"]: row for row in told["rows"]}
    assert (rows["What happened"]["n"], rows["What happened"]["share"], rows["What happened"]["mark"]) == (10, 1, 0.3)
    assert (rows["Who"]["n"], rows["Who"]["mark"]) == (4, 0)
    assert rows["A next step"] == {"text": "A next step", "n": 0, "share": 0, "mark": None, "is_right": True}
    assert [row["text"] for row in told["rows"] if row["is_right"]] == ["What happened", "A next step"]


def test_an_option_that_one_person_chose_is_listed():
    told = table("single_choice", OPTIONS, ("c", 1, 0.0), ("a", 9, 9.0))
    assert [(row["text"], row["n"]) for row in told["rows"]] == [("What happened", 9), ("Who", 1), ("A next step", 0)]


def test_what_only_one_person_typed_is_not_listed_but_counted():
    told = table("short_text", {"key": {"accepted": []}}, ("I, Maya", 1, 0.0), ("Calm", 3, 3.0), ("calm ", 2, 2.0))
    assert [(row["text"], row["n"], row["is_right"]) for row in told["rows"]] == [("Calm", 5, True)]
    assert told["others"] == 1


def test_the_commonest_are_listed_and_the_rest_counted():
    given = [(f"answer {number}", 2 + number, 0.0) for number in range(MOST_ROWS + 3)]
    told = table("short_text", {"key": {"accepted": []}}, *given)
    assert len(told["rows"]) == MOST_ROWS
    assert told["rows"][0]["n"] == MOST_ROWS + 4
    assert told["others"] == 2 + 3 + 4


def test_no_answer_is_counted_apart_and_a_long_text_is_not_shown():
    told = response_table("short_text", {"key": {"accepted": []}}, {None: [4, 0.0], LONG_TEXT: [6, 0.0]})
    assert told["unanswered"] == 4
    assert [(row["text"], row["n"], row["share"]) for row in told["rows"]] == [("…", 6, 0.6)]


def test_responses_that_the_question_does_not_know_are_left_out():
    told = table("single_choice", OPTIONS, ("gone", 7, 0.0), ("a", 3, 3.0))
    assert {row["text"]: row["n"] for row in told["rows"]} == {"What happened": 3, "A next step": 0, "Who": 0}
    assert response_table("no such type", OPTIONS, {'"a"': [3, 3.0]})["rows"][0]["n"] == 0


def test_of_very_many_different_responses_the_rarest_are_forgotten():
    cell = Cell(1, responses={str(number): [number, 0.0] for number in range(MOST_RESPONSES + 1)})
    cell.forget_rare_responses()
    assert len(cell.responses) == MOST_RESPONSES // 2
    assert str(MOST_RESPONSES) in cell.responses
    assert "1" not in cell.responses


ENTRIES = [{"id": pk, "text": pk} for pk in "wxyz"]
CHOSEN_GAP = {"kind": "choice", "weight": 3, "answers": [{"fraction": str(part)} for part in (100, 50, -50)]}
TYPED_GAP = {"kind": "text", "weight": 1, "answers": [{"fraction": "100"}]}
GUESSES = [
    ("single_choice", OPTIONS | {"key": {"correct": ["a"], "feedback": {}}}, 1 / 3),
    ("single_choice", OPTIONS | {"key": {"correct": ["a"], "feedback": {}, "fractions": {"b": "50", "c": "-50"}}}, 0.5),
    ("multiple_choice", OPTIONS, None),
    ("true_false", {"key": {"is_true": True}}, 0.5),
    ("numeric", TYPED, 0),
    ("matching", {"answers": ENTRIES, "prompts": ENTRIES[:2], "key": {"pairs": {}}}, 0.25),
    ("ordering", {"entries": ENTRIES, "key": {"order": list("wxyz"), "grading": "places"}}, 0.25),
    ("ordering", {"entries": ENTRIES, "key": {"order": list("wxyz"), "grading": "neighbours"}}, 0.25),
    ("ordering", {"entries": ENTRIES, "key": {"order": list("wxyz"), "grading": "all_or_nothing"}}, 1 / 24),
    ("no such type", {}, None),
    ("cloze", {"key": {"gaps": {"1": CHOSEN_GAP, "2": TYPED_GAP}}}, (3 * 1.5 / 3 + 0) / 4),
]


@pytest.mark.parametrize(("kind", "content", "score"), GUESSES)
def test_blind_guessing_earns_its_mean(kind, content, score):
    assert random_guess_score(kind, content) == (None if score is None else pytest.approx(score))


@pytest.mark.parametrize("grading", ["places", "neighbours", "all_or_nothing"])
def test_the_guess_of_an_order_is_what_random_orders_earn(grading):
    content = {"entries": ENTRIES, "key": {"order": list("wxyz"), "grading": grading}}
    rng, earned = Random(1), 0
    for _ in range(4000):
        places = rng.sample("1234", 4)
        earned += QUESTION_TYPES["ordering"].score(content, dict(zip("wxyz", places, strict=True)))
    assert float(earned) / 4000 == pytest.approx(random_guess_score("ordering", content), abs=0.02)
