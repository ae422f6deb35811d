"""The table of the responses to one version of a question: how often each was given, and what it earned."""

import json
from collections.abc import Iterator

from quizzes.question_types import QUESTION_TYPES
from quizzes.statistics.collecting import LONG_TEXT
from quizzes.statistics.formulas import SAME

MOST_ROWS = 20


def response_table(kind: str, content: dict, responses: dict[str | None, list[float]]) -> dict:
    """What was answered, the commonest first.

    responses: of each response, as JSON text (None: no answer), how often it was given and the parts of the mark that
    it earned together, as `collecting` counts them. A response that has several parts (chosen options, pairs) counts
    for each of them, so their shares may make up more than 1.

    Returns "rows" of "text", "n", "share" (of all answers, 0 to 1), "mark" (the mean part of the mark of who gave
    it, None where nobody did) and "is_right"; "unanswered", how many gave no answer; "others", how
    many times something was answered that is not in the rows: after MOST_ROWS, or typed only once.
    """
    total = sum(count for count, _earned in responses.values())
    counted: dict[str, list] = {_fold(text): [text, 0, 0.0] for text in _offered(kind, content)}
    for text, count, earned in _given(kind, content, responses):
        row = counted.setdefault(_fold(text), [text, 0, 0.0])
        row[1] += count
        row[2] += earned
    right = {_fold(text) for text in QUESTION_TYPES[kind].answer_in_words(content)} if kind in QUESTION_TYPES else set()
    rows = [_row(fold in right, *row, total) for fold, row in counted.items()]
    rows.sort(key=lambda row: (-row["n"], row["text"]))
    shown = [row for row in rows if row["n"] != 1 or _is_chosen(content) or row["is_right"]][:MOST_ROWS]
    return {
        "rows": shown,
        "unanswered": responses.get(None, [0])[0],
        "others": sum(row["n"] for row in rows) - sum(row["n"] for row in shown),
    }


def _row(is_answer: bool, text: str, count: int, earned: float, total: int) -> dict:
    mark = earned / count if count else None
    is_right = is_answer or (mark is not None and mark >= 1 - SAME)
    return {"text": text, "n": count, "share": count / total if total else 0, "mark": mark, "is_right": is_right}


def _given(kind: str, content: dict, responses: dict[str | None, list[float]]) -> Iterator[tuple[str, int, float]]:
    """Each part of each response in words, how often it was given and what it earned."""
    for text, (count, earned) in responses.items():
        if text is None:
            continue
        for words in ["…"] if text == LONG_TEXT else _words(kind, content, json.loads(text)):
            yield words, count, earned


def _words(kind: str, content: dict, response) -> list[str]:
    """A response in words; nothing where another version of the question was answered under the same number."""
    question_type = QUESTION_TYPES.get(kind)
    if question_type is None or response is None or not question_type.accepts(content, response):
        return []
    return list(dict.fromkeys(map(str, question_type.response_in_words(content, response))))


def _is_chosen(content: dict) -> bool:
    return "options" in content


def _offered(kind: str, content: dict) -> list[str]:
    """What could be chosen, so that an option that nobody chose has its row too."""
    if kind == "true_false":
        return [*_words(kind, content, True), *_words(kind, content, False)]
    return [option["text"] for option in content.get("options", [])]


def _fold(text: str) -> str:
    """What is the same answer for a reader: capitals and spaces do not count."""
    return " ".join(text.casefold().split())
