from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from wagtail import blocks

from quizzes.question_types import multiple_choice, numeric, short_text, single_choice, true_false


@dataclass(frozen=True)
class QuestionType:
    """What a question type consists of. Every function is pure.

    freeze(value, rng, shuffle): the block's value as JSON, with its options in the order that this attempt shows.
    parse(post): the response that a posted form (a mapping of name to list of strings) holds, or None for no answer.
    score(content, response): the part of the mark that the response earns, from 0 to 1.
    key(content): the right answer in words, for the review.
    shown(content, response): the given answer in words, for the review.
    """

    name: str
    block: blocks.Block
    freeze: Callable[[Any, Random, bool], dict]
    parse: Callable[[Any], Any]
    score: Callable[[dict, Any], Decimal]

    @property
    def template_name(self) -> str:
        return f"quizzes/types/{self.name}.html"


QUESTION_TYPES: dict[str, QuestionType] = {
    module.NAME: QuestionType(module.NAME, module.BLOCK, module.freeze, module.parse, module.score)
    for module in (single_choice, multiple_choice, true_false, numeric, short_text)
}


class QuestionBodyBlock(blocks.StreamBlock):
    """Exactly one question."""

    def __init__(self, **kwargs):
        local_blocks = [(name, question_type.block) for name, question_type in QUESTION_TYPES.items()]
        super().__init__(local_blocks, min_num=1, max_num=1, **kwargs)
