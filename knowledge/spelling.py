"""Words of the library that a mistyped word may have meant."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from django.core.cache import cache

from knowledge.search_index import indexed_texts

SHORTEST_WORD = 4
TEXTS_READ = 2000
KEPT_SECONDS = 600
NEAR_WORDS = 5


def near_words(word: str, vocabulary: Iterable[str]) -> tuple[str, ...]:
    """Up to five words of `vocabulary` one slip away from `word`: a letter missing, added, wrong or swapped with its
    neighbour. Two words are so near when taking at most one letter out of each can make them equal (the deletion
    neighbourhood of Mor and Fraenkel, 1982), which also admits a few pairs that are two slips apart.
    """
    if len(word) < SHORTEST_WORD:
        return ()
    slips = _with_a_letter_out(word)
    lengths = range(max(SHORTEST_WORD, len(word) - 1), len(word) + 2)
    near = (known for known in vocabulary if len(known) in lengths and not slips.isdisjoint(_with_a_letter_out(known)))
    return tuple(islice(near, NEAR_WORDS))


def vocabulary(content_types: Iterable) -> frozenset[str]:
    """The analysed words of the pages of these types; read from the index at most once in ten minutes."""
    return cache.get_or_set("search-vocabulary", lambda: _read(content_types), KEPT_SECONDS)


def _read(content_types: Iterable) -> frozenset[str]:
    found: set[str] = set()
    for text in indexed_texts(content_types)[:TEXTS_READ]:
        found.update(text.split())
    return frozenset(word for word in found if len(word) >= SHORTEST_WORD)


@lru_cache(maxsize=20_000)
def _with_a_letter_out(word: str) -> frozenset[str]:
    return frozenset([word, *(word[:place] + word[place + 1 :] for place in range(len(word)))])
