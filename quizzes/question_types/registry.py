"""Every module of this package that has a NAME and a BLOCK is a question type; nothing else names it."""

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction
from importlib import import_module
from random import Random
from types import ModuleType
from typing import Any

from wagtail import blocks


@dataclass(frozen=True)
class QuestionType:
    """What a question type consists of. Every function is pure.

    name: what it is called in the body's block and in `AttemptQuestion.kind`.
    block: what trainers fill in.
    freeze(value, rng, shuffle): the block's value as JSON, with its options in the order that this attempt shows.
        What may be shown during the attempt is at its top level; everything that tells the answer is under "key".
    parse(post): the response that a posted form (a QueryDict) holds, as JSON, or None for no answer.
    accepts(content, response): whether a response (not None) could have come from this question's form.
    score(content, response): the part of the mark that a response that it accepts earns, from 0 to 1; None where
        only a person can tell. Where it is timed there is a third argument, `seconds`: how long the answer took by the
        server's clock, or None where that is not known.
    answer_in_words(content): the right answer, for the review.
    response_in_words(content, response): the given answer, for the review.
    feedback(content, response): what the trainer wrote about just this response, for the review.
    result_in_words(content, response, seconds): only where it is timed; what was measured, for the review.
    needs_marker: whether a person marks it (NEEDS_MARKER).
    is_timed: whether the time that it took counts, from when the learner began it (IS_TIMED).
    """

    name: str
    block: blocks.StructBlock
    freeze: Callable[[Any, Random, bool], dict]
    parse: Callable[[Any], Any]
    accepts: Callable[[dict, Any], bool]
    score: Callable[..., Decimal | Fraction | None]
    answer_in_words: Callable[[dict], list[str]]
    response_in_words: Callable[[dict, Any], list[str]]
    feedback: Callable[[dict, Any], list[str]]
    result_in_words: Callable[[dict, Any, float | None], list[str]] | None = None
    needs_marker: bool = False
    is_timed: bool = False

    @property
    def template_name(self) -> str:
        return f"quizzes/types/{self.name}.html"

    @classmethod
    def from_module(cls, module: ModuleType) -> "QuestionType":
        constants = ("name", "block", "needs_marker", "is_timed")
        parts = {field.name: field.name.upper() if field.name in constants else field.name for field in fields(cls)}
        return cls(**{name: vars(module)[part] for name, part in parts.items() if part in vars(module)})


def _modules() -> list[ModuleType]:
    """Those of the question types, the commonest first: PLACE is where a type stands in the trainers' menu."""
    package = __package__
    path = import_module(package).__path__
    modules = [import_module(f"{package}.{name}") for _, name, _ in pkgutil.iter_modules(path) if name != "registry"]
    return sorted((module for module in modules if hasattr(module, "BLOCK")), key=lambda module: module.PLACE)


QUESTION_TYPES: dict[str, QuestionType] = {module.NAME: QuestionType.from_module(module) for module in _modules()}


def asked(content: dict) -> dict:
    """A frozen question without its key: all of it that may leave the server during an attempt."""
    return {name: value for name, value in content.items() if name != "key"}


class QuestionBodyBlock(blocks.StreamBlock):
    """Exactly one question."""

    def __init__(self, **kwargs):
        local_blocks = [(name, question_type.block) for name, question_type in QUESTION_TYPES.items()]
        super().__init__(local_blocks, min_num=1, max_num=1, **kwargs)

    def get_prep_value(self, value):
        """Writes it as the editor does, also what came in a shorter form: with the ids of all items of its lists."""
        for _child in value or []:
            pass  # a block that is looked at is written anew
        return super().get_prep_value(value)
