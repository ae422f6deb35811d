"""Words as search compares them, so that one inflection or spelling of a word finds the others.

The recipe: take marks and tatweel away, lower the case (which folds Georgian Mtavruli), lemmatise with simplemma, add
the stem, and fold the letters that people write one for another. What is indexed and what is asked for go through the
same analysis, so neither database needs an analyser of its own. Sources: simplemma (Barbaresi et al.); the Snowball
stemmers (Porter) for Arabic and English; for Georgian, whose many verbal nouns simplemma does not know, the endings of
nouns in Hewitt's "Georgian: A Structural Reference Grammar"; the folding of Lucene's ArabicNormalizer after Larkey,
Ballesteros and Connell, "Light stemming for Arabic information retrieval".

simplemma's frugal dictionaries take 17 MB for three languages and load within 0.2 s, at the first word of a language.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from threading import Lock

LONGEST_WORD = 60
LONGEST_TEXT = 100_000  # characters; PostgreSQL refuses to index a page with more than 1 MB of words
WORDS_REMEMBERED = 30_000

MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u00ad\u200c\u200d"
WORD = re.compile(rf"[^\W_](?:[^\W_]|[{MARKS}]|['’](?=[^\W_]))*")
UNWRITTEN = re.compile("[\u0610-\u061a\u064b-\u0652\u0670\u06d6-\u06ed\u0640\u00ad\u200c\u200d]")
FOLDED = str.maketrans("ىةٱکی٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "يهاكي01234567890123456789")

STEMMERS = {"ar": "arabic", "en": "english"}
# A stem of three letters or more, then plural, case, postposition and particle of a Georgian noun.
GEORGIAN_NOUN = re.compile(
    "(.{3,}?)(?:ებ)?(?:ისა|ის|ით|იდ|ად|მა|ამ|ას|ა|ი|ს|ო|ე|მ)?(?:თვის|გან|დან|თან|ზე|ში|მდე|ვით|კენ)?(?:ც|ვე)?"
)
# Words that say nothing about what is looked for, as `fold` leaves them.
STOP_WORDS = frozenset(
    "a an and are at be by can do does for from how i if in is it my of on or our should that the this to we what "
    "when where which who why will with you your "
    "في من على علي الى الي عن ما ماذا هل كيف متى متي اين هذا هذه التي الذي ان مع او لا هو هي ثم "
    "და რა როგორ არის ეს რომ თუ ან მე ჩემი რომელი სად როდის არ უნდა".split()
)

_lock = Lock()


def analyse(text: str, language: str) -> str:
    """The forms of all words of `text` (plain text in `language`, a code such as "ka"), separated by spaces.

    The result consists of letters, digits and spaces only; of a very long text, the first 100,000 characters count.
    """
    return " ".join(form for word in words(text[:LONGEST_TEXT]) for form in forms(word.group(), language))


def words(text: str) -> Iterator[re.Match]:
    """The words of `text` with their places. Marks and apostrophes inside a word belong to it."""
    return WORD.finditer(text)


@lru_cache(maxsize=WORDS_REMEMBERED)
def forms(word: str, language: str) -> tuple[str, ...]:
    """How `word` is indexed in a text in `language`: as it is written, its lemma and its stems, folded, each once.

    A word in another script than the text's, such as a product's name, is analysed in the language of its script.
    """
    plain = UNWRITTEN.sub("", unicodedata.normalize("NFKC", word)).lower().replace("’", "'")
    found = [plain]
    if len(plain) <= LONGEST_WORD and not plain.isnumeric() and plain:
        language = _language_of(plain, language)
        found += [_lemma(plain, language), *_stems(plain, language)]
    return tuple(dict.fromkeys(form for form in map(fold, found) if form))


@lru_cache(maxsize=WORDS_REMEMBERED)
def asked_forms(word: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """What to look for when a reader of `languages` asks for `word`.

    As `forms`, but Arabic words are also looked up with the hamza or the dots that people leave out when they type.
    """
    spellings = [word, *_fuller_spellings(word)]
    return tuple(dict.fromkeys(f for s in spellings for language in languages for f in forms(s, language)))


def fold(word: str) -> str:
    """Letters and digits only, and one where people write one for another: ا for أ, ه for ة, e for é, 3 for ٣."""
    decomposed = unicodedata.normalize("NFKD", UNWRITTEN.sub("", word).lower())
    return "".join(filter(str.isalnum, decomposed)).translate(FOLDED)


def is_stop_word(word: str) -> bool:
    return fold(word) in STOP_WORDS


def _language_of(word: str, language: str) -> str:
    """The language to analyse `word` in: each script other than Latin belongs to one language here."""
    if "\u0600" <= word[0] <= "\u06ff":
        return "ar"
    if "\u10a0" <= word[0] <= "\u10ff":
        return "ka"
    return "en" if language in ("ar", "ka") else language.partition("-")[0]


def _fuller_spellings(word: str) -> list[str]:
    """A plain alef at the start may stand for one with hamza, a final ه for ة and a final ي for ى."""
    ends = [word[:-1] + full for plain, full in (("ه", "ة"), ("ي", "ى")) if word.endswith(plain)]
    starts = [alef + end[1:] for end in [word, *ends] if end.startswith("ا") for alef in "أإ"]
    return ends + starts


def _lemma(word: str, language: str) -> str:
    try:
        with _lock:
            return _lemmatizer().lemmatize(word, language)
    except ValueError:  # simplemma does not know the language
        return word


def _stems(word: str, language: str) -> list[str]:
    if language == "ka":
        noun = GEORGIAN_NOUN.fullmatch(word)
        return [noun[1]] if noun else []
    if language not in STEMMERS:
        return []
    spellings = [word]
    if language == "ar" and not word.startswith(("ال", "لل")):
        spellings.append(f"ال{word}")  # Snowball takes the ending of a plural off only where a noun has its article
    with _lock:
        return [_stemmer(STEMMERS[language]).stemWord(spelling) for spelling in spellings]


@cache
def _lemmatizer():
    from simplemma import Lemmatizer
    from simplemma.strategies import DefaultStrategy

    return Lemmatizer(cache_max_size=0, lemmatization_strategy=DefaultStrategy(low_memory=True))


@cache
def _stemmer(algorithm: str):
    """Snowball keeps the word that it works on in itself: one thread at a time."""
    from snowballstemmer import stemmer

    return stemmer(algorithm)
