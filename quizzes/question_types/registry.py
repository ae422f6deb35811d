from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from random import Random
from types import ModuleType
from typing import Any

from wagtail import blocks

from quizzes.question_types import matching, multiple_choice, numeric, ordering, short_text, single_choice, true_false


@dataclass(frozen=True)
class QuestionType:
    """What a question type consists of. Every function is pure.

    name: what it is called in the body's block and in `AttemptQuestion.kind`.
    block: what trainers fill in.
    freeze(value, rng, shuffle): the block's value as JSON, with its options in the order that this attempt shows.
        What may be shown during the attempt is at its top level; everything that tells the answer is under "key".
    parse(post): the response that a posted form (a QueryDict) holds, as JSON, or None for no answer.
    accepts(content, response): whether a response (not None) could have come from this question's form.
    score(content, response): the part of the mark that a response that it accepts earns, from 0 to 1.
    answer_in_words(content): the right answer, for the review.
    response_in_words(content, response): the given answer, for the review.
    feedback(content, response): what the trainer wrote about just this response, for the review.
    """

    name: str
    block: blocks.StructBlock
    freeze: Callable[[Any, Random, bool], dict]
    parse: Callable[[Any], Any]
    accepts: Callable[[dict, Any], bool]
    score: Callable[[dict, Any], Decimal | Fraction]
    answer_in_words: Callable[[dict], list[str]]
    response_in_words: Callable[[dict, Any], list[str]]
    feedback: Callable[[dict, Any], list[str]]

    @property
    def template_name(self) -> str:
        return f"quizzes/types/{self.name}.html"

    @classmethod
    def from_module(cls, module: ModuleType) -> "QuestionType":
        functions = list(cls.__dataclass_fields__)[2:]
        return cls(module.NAME, module.BLOCK, *(getattr(module, name) for name in functions))


QUESTION_TYPES: dict[str, QuestionType] = {
    module.NAME: QuestionType.from_module(module)
    for module in (single_choice, multiple_choice, true_false, numeric, short_text, matching, ordering)
}


def asked(content: dict) -> dict:
    """A frozen question without its key: all of it that may leave the server during an attempt."""
    return {name: value for name, value in content.items() if name != "key"}


class QuestionBodyBlock(blocks.StreamBlock):
    """Exactly one question."""

    def __init__(self, **kwargs):
        local_blocks = [(name, question_type.block) for name, question_type in QUESTION_TYPES.items()]
        super().__init__(local_blocks, min_num=1, max_num=1, **kwargs)
