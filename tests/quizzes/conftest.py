"""What the tests of static/js/quiz.js stand on."""

from uuid import uuid4

import pytest

from quizzes.starting import start_attempt
from tests.cast import person
from tests.quizzes import bank
from tests.quizzes.windows import Sitting


@pytest.fixture
def sitting(new_page, live_server):
    made = []

    def sit(**rules) -> Sitting:
        quiz = bank.quiz_of_each_type(shuffle_options=False, **rules)
        attempt = start_attempt(quiz, person("Maya Osei"), uuid4())
        made.append(Sitting(new_page, live_server.url, attempt))
        return made[-1]

    yield sit
    assert [problem for sitting in made for problem in sitting.problems] == []
