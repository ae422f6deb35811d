"""What a test says of a file that was read: as little as shows what matters."""

from quizzes.formats import ParsedFile, parse
from quizzes.formats.numbers import written


def read(format_name: str, text: str | bytes, **options) -> ParsedFile:
    return parse(text if isinstance(text, bytes) else text.encode(), format_name, **options)


def good(format_name: str, text: str | bytes, **options):
    """The one question of a file that has nothing to refuse."""
    file = read(format_name, text, **options)
    assert file.refusals == []
    [question] = file.questions
    return question


def answers_of(question) -> list[tuple]:
    """Each answer's text and percent, with its feedback or its match where it has one."""
    return [
        (answer.text, written(answer.fraction), *filter(None, (answer.match, answer.feedback)))
        for answer in question.answers
    ]


def refused(format_name: str, text: str | bytes, **options) -> list[tuple[int, int, str]]:
    return [(one.line, one.column, one.reason) for one in read(format_name, text, **options).refusals]
