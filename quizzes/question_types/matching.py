"""Pairs: to each prompt belongs one answer of a list that all prompts share. The response maps prompts to answers.

Both by their ids. The mark is shared: right pairs / pairs. A prompt without an answer is not right.
"""

from fractions import Fraction
from hashlib import sha256
from random import Random
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from quizzes.question_types.fields import parts as parse
from quizzes.question_types.question_block import QuestionBlock, frozen
from quizzes.question_types.texts import are_distinct

NAME, PLACE = "matching", 60
LONGEST_ANSWER = 150  # characters: it stands in a list that a phone shows in one line or two

__all__ = ["BLOCK", "NAME", "accepts", "answer_in_words", "feedback", "freeze", "parse", "response_in_words", "score"]


class PairBlock(blocks.StructBlock):
    prompt = blocks.CharBlock(max_length=300, label=gettext_lazy("Prompt"))
    answer = blocks.CharBlock(max_length=LONGEST_ANSWER, label=gettext_lazy("Answer"))

    class Meta:
        icon = "link"
        label = gettext_lazy("Pair")


class MatchingBlock(QuestionBlock):
    pairs = blocks.ListBlock(
        PairBlock(),
        min_num=2,
        label=gettext_lazy("Pairs"),
        help_text=gettext_lazy("Several prompts may have the same answer: the list shows it once."),
    )
    distractors = blocks.ListBlock(
        blocks.CharBlock(max_length=LONGEST_ANSWER, label=gettext_lazy("Answer")),
        default=[],
        label=gettext_lazy("Extra answers"),
        help_text=gettext_lazy("Answers that belong to no prompt, so that the last pair cannot be guessed."),
    )

    def problems_of(self, value: Any) -> dict[str, str]:
        return problems_of(value)

    class Meta:
        icon = "link"
        label = gettext_lazy("Matching")


BLOCK = MatchingBlock()


def problems_of(value: Any) -> dict[str, str]:
    """What is wrong with each field of a block's value, in words."""
    answers = [_plain(pair["answer"]) for pair in value["pairs"]]
    extra = [_plain(answer) for answer in value["distractors"]]
    problems = {}
    if len(answers) < 2:
        problems["pairs"] = _("Give at least two pairs.")
    elif not are_distinct(pair["prompt"] for pair in value["pairs"]):
        problems["pairs"] = _("Two prompts are the same: nobody could tell which answer belongs to which.")
    elif len({*answers, *extra}) < 2:
        problems["pairs"] = _("Give at least two different answers, or an extra one.")
    if set(extra) & set(answers):
        problems["distractors"] = _("An extra answer is also the answer of a pair.")
    elif not are_distinct(extra):
        problems["distractors"] = _("Two extra answers are the same.")
    return problems


def freeze(value: Any, rng: Random, shuffle: bool) -> dict:
    """The prompts in their order or, with `shuffle`, in another; the answers always in an order of their own."""
    prompts, answers, pairs = [], {}, {}
    for child in value["pairs"].bound_blocks:
        prompt, answer = _id("prompt", child.id), _plain(child.value["answer"])
        prompts.append({"id": prompt, "text": child.value["prompt"]})
        pairs[prompt] = answers.setdefault(answer, _id("answer", child.id))
    for child in value["distractors"].bound_blocks:
        answers.setdefault(_plain(child.value), _id("answer", child.id))
    shown = [{"id": pk, "text": text} for text, pk in answers.items()]
    rng.shuffle(shown)
    if shuffle:
        rng.shuffle(prompts)
    return frozen(value, {"pairs": pairs}, prompts=prompts, answers=shown)


def _id(side: str, pair_id: str) -> str:
    """One that is the same in every attempt, and from which nobody can tell the id of the pair or of its other side."""
    return sha256(f"{side} {pair_id}".encode()).hexdigest()[:16]


def _plain(text: str) -> str:
    return " ".join(text.split())


def accepts(content: dict, response: Any) -> bool:
    if not isinstance(response, dict) or not all(isinstance(answer, str) for answer in response.values()):
        return False
    prompts, answers = ({part["id"] for part in content[side]} for side in ("prompts", "answers"))
    return bool(response) and response.keys() <= prompts and set(response.values()) <= answers


def score(content: dict, response: dict[str, str]) -> Fraction:
    pairs = content["key"]["pairs"]
    return Fraction(sum(response.get(prompt) == answer for prompt, answer in pairs.items()), len(pairs))


def answer_in_words(content: dict) -> list[str]:
    return response_in_words(content, content["key"]["pairs"])


def response_in_words(content: dict, response: dict[str, str]) -> list[str]:
    answers = {answer["id"]: answer["text"] for answer in content["answers"]}
    return [
        _("%(prompt)s: %(answer)s") % {"prompt": prompt["text"], "answer": answers[response[prompt["id"]]]}
        for prompt in content["prompts"]
        if prompt["id"] in response
    ]


def feedback(content: dict, response: dict[str, str]) -> list[str]:
    return []
