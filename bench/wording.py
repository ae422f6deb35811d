"""Texts of the size that articles and lessons have, from a small vocabulary and a seeded generator."""

from random import Random
from uuid import UUID

TOPICS = [
    "Refunds", "Deliveries", "Warranties", "Complaints", "Invoices", "Returns", "Repairs", "Instalments", "Orders",
    "Callbacks", "Escalations", "Appliances", "Filters", "Installations", "Payments", "Surveys", "Appointments",
    "Spare parts", "Recalls", "Discounts",
]  # fmt: skip
ASPECTS = [
    "what to say first", "who decides", "what the customer needs", "which documents count", "how long it takes",
    "what to write down", "when to ask the lead", "what it costs", "common mistakes", "the promise",
]  # fmt: skip
WORDS = (
    "the agent listens and repeats what the customer said before any answer is given then checks order date price and "
    "serial number in the system so that nobody has to ask twice a clear promise names a day a person and a reason "
    "if something cannot be done we say so early and offer the next best thing calm words help more than fast words "
    "every case keeps a short note about what was agreed with whom and until when"
).split()


def sentence(rng: Random, words: int = 14) -> str:
    return " ".join(rng.choices(WORDS, k=words)).capitalize() + "."


def _paragraph(rng: Random, sentences: int = 4) -> dict:
    return {"type": "paragraph", "value": "<p>" + " ".join(sentence(rng) for _ in range(sentences)) + "</p>"}


def _heading(text: str) -> dict:
    return {"type": "heading", "value": {"level": "2", "text": text}}


def block_id(rng: Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=4))


def items(values: list, rng: Random) -> list[dict]:
    """A list block's value; only with an id is an item known as one."""
    return [{"type": "item", "value": value, "id": block_id(rng)} for value in values]


def _list(rng: Random) -> dict:
    entries = [f"<p>{sentence(rng, 9)}</p>" for _ in range(5)]
    return {"type": "list", "value": {"style": "bulleted", "items": items(entries, rng)}}


def _steps(rng: Random) -> dict:
    steps = [{"title": sentence(rng, 4), "text": f"<p>{sentence(rng)}</p>"} for _ in range(4)]
    return {"type": "steps", "value": items(steps, rng)}


def _callout(rng: Random) -> dict:
    return {"type": "callout", "value": {"tone": "tip", "title": "", "text": f"<p>{sentence(rng)}</p>"}}


def _table(rng: Random) -> dict:
    rows = [items([sentence(rng, 3) for _ in range(4)], rng) for _ in range(6)]
    return {"type": "table", "value": {"header": True, "rows": items(rows, rng)}}


def _faq(rng: Random) -> dict:
    pairs = [{"question": sentence(rng, 7), "answer": f"<p>{sentence(rng)}</p>"} for _ in range(3)]
    return {"type": "faq", "value": items(pairs, rng)}


def article_body(topic: str, rng: Random) -> list[dict]:
    """Some 600 words in every kind of block that needs no file."""
    return [
        _paragraph(rng),
        _heading(f"{topic} in short"),
        _list(rng),
        _paragraph(rng),
        _heading("Step by step"),
        _steps(rng),
        _callout(rng),
        _heading("At a glance"),
        _table(rng),
        _heading("What people ask"),
        _faq(rng),
        _paragraph(rng),
    ]


def lesson_body(topic: str, rng: Random) -> list[dict]:
    """Some 500 words."""
    return [
        _paragraph(rng, 5),
        _heading(f"Why {topic.lower()} matter"),
        _paragraph(rng, 5),
        _callout(rng),
        _heading("How to do it"),
        _steps(rng),
        _paragraph(rng),
        _heading("Remember"),
        _list(rng),
    ]
