"""What an imported article says, for tests: its words in order, and its shape in a few letters."""

import html
import re
from collections.abc import Iterator

from knowledge.importing.readers import MTAVRULI_TO_MKHEDRULI

LIST_MARKER = re.compile(r"\s*(?:[•·*–-]\s+)?(?:#?\d{1,3}[.)](?:\s+|$))?")


def strings(value) -> Iterator[str]:
    """The texts in a block's raw value, in order."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key not in ("level", "style", "tone", "header"):
                yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)
    else:
        yield html.unescape(re.sub(r"<[^>]+>", " ", str(value)))


def words_of(title: str, blocks: list[dict]) -> list[str]:
    return " ".join([title, *(text for block in blocks for text in strings(block["value"]))]).split()


def lost_lines(source: str, title: str, blocks: list[dict]) -> list[str]:
    """Lines of `source` whose words, after a list marker, do not follow in the title and blocks in order."""
    words = iter(words_of(title, blocks))
    lines = source.translate(MTAVRULI_TO_MKHEDRULI).splitlines()
    return [line for line in lines if not all(word in words for word in LIST_MARKER.sub("", line, count=1).split())]


def shape(blocks: list[dict]) -> str:
    """`2` and `3` are headings by level, `p` paragraphs, `b4` and `n4` bulleted and numbered lists of 4 items."""
    letters = []
    for block in blocks:
        value = block["value"]
        if block["type"] == "heading":
            letters.append(value["level"])
        elif block["type"] == "list":
            letters.append(f"{value['style'][0]}{len(value['items'])}")
        else:
            letters.append({"paragraph": "p"}.get(block["type"], block["type"]))
    return " ".join(letters)


def headings(blocks: list[dict]) -> list[str]:
    return [block["value"]["text"] for block in blocks if block["type"] == "heading"]


def items(block: dict) -> list[str]:
    return [text.strip() for text in strings(block["value"]["items"])]
