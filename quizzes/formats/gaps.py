"""The gaps of a text: [[2]] is where the second of its gaps stands."""

import re

NUMBERED = re.compile(r"\[\[(\d{1,4})\]\]")


def in_order(text: str, gaps: list) -> tuple[str, list]:
    """The same gaps, numbered as they follow each other in the text; as it was where not each stands there once."""
    numbers = [int(number) for number in NUMBERED.findall(text)]
    if sorted(numbers) != list(range(1, len(gaps) + 1)):
        return text, gaps
    new = {number: place for place, number in enumerate(numbers, start=1)}
    renumbered = NUMBERED.sub(lambda found: f"[[{new[int(found[1])]}]]", text)
    return renumbered, [gaps[number - 1] for number in numbers]
