"""The fields of a question's form and the response that they hold.

They are named `answer`; where a question has parts, each part has its own, named `answer-` and the part's id. What a
form posts and what a stale save sends back are the same pairs of name and value, so one script serves every type.
Where several questions stand on one page, each has a prefix before these names.
"""

from typing import Any

WHOLE, PART = "answer", "answer-"


def is_answer_field(name: str) -> bool:
    return name == WHOLE or name.startswith(PART)


def parts(post: Any) -> dict[str, str] | None:
    """What was chosen or typed for each part, by the part's id; None where nothing was."""
    given = {name.removeprefix(PART): post[name].strip() for name in post if name.startswith(PART)}
    return {part: value for part, value in given.items() if value} or None


def posted(response: Any) -> list[tuple[str, str]]:
    """The fields that hold `response`, in pairs of name and value: the reverse of every type's `parse`."""
    match response:
        case None:
            return []
        case bool():
            return [(WHOLE, "true" if response else "false")]
        case dict():
            return [(PART + part, value) for part, value in response.items()]
        case list():
            return [(WHOLE, value) for value in response]
    return [(WHOLE, response)]


def has_foreign_field(post: Any, response: Any) -> bool:
    """Whether `post` holds an answer in a field that the form behind `response` does not have."""
    filled = {name for name in post if is_answer_field(name) and any(map(str.strip, post.getlist(name)))}
    return not filled <= {name for name, _ in posted(response)}
