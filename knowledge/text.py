"""One sentence splitter and one tokeniser, for indexing and for asking."""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import Stemmer

# A sentence never ends after these; the statistical splitter does not know all of them.
_ABBREVIATIONS = frozenset(
    "dr drs mr mrs ms prof sir st rt hon cllr no nos fig para sec app ref tel dept approx prev v vs e.g i.e eg ie "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun".split()
)
# These are followed by a number when they are short for something; otherwise they may well end a sentence.
_BEFORE_A_NUMBER = frozenset(
    "no nos fig para sec app ref jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri "
    "sat sun v approx prev".split()
)
_LAST_WORD = re.compile(r"([^\s(\[“‘\"']+)\.$")
_LIST_NUMBER = re.compile(r"(?:\d{1,3}|[ivxlc]{1,6}|[A-Za-z])", re.IGNORECASE)
_CLOSING = "”’\"')]"

_WORD = re.compile(r"[^\W_]++(?:['’][^\W_]++)*+")
_MONTH = "May"
"""Is no stop word, but for the first word of a text."""
_POSSESSIVE = re.compile(r"['’]s$")
_VOWEL = re.compile(r"[aeiouy]")

REMEMBERED_CHARS = 2000
"""Of a text whose words are remembered: a passage with its headings."""
LEAST_RARITY = 0.3
"""Weight of the commonest word beside a rare one."""

STOP_WORDS = frozenset(
    "a about above after again against all also am an and any are aren't as at be because been before being below "
    "between both but by can can't cannot come comes could couldn't did didn't do does doesn't doing don't done down "
    "during each else ever few for from further get gets got had hadn't has hasn't have haven't having he her here "
    "hers herself him himself his how how's i i'd i'll i'm i've if in into is isn't it it's its itself just let let's "
    "may me might more most much must my myself no nor not now of off on once only or other ought our ours ourselves "
    "out over own please same shall she should shouldn't so some still such tell than that that's the their theirs "
    "them themselves then there there's these they they're this those through to too under until up us very was "
    "wasn't we we're were weren't what what's when when's where where's which while who who's whom whose why why's "
    "will with won't would wouldn't yet you you're your yours yourself yourselves know "
    "list give gives show shows explain describe happen happens happening happened become becomes became hello hi "
    "thanks thank whats whos wheres hows whens thats theres "
    "stand stands mean means meaning".split()
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text: where it stands, and the stem under which it is found."""

    start: int
    end: int
    stem: str
    stop: bool
    """It is a stop word: it carries no meaning of its own."""


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Find the sentences of a paragraph.

    nupunkt splits; a second look joins again what it cut after an abbreviation, an initial or a list number, and
    wherever the next piece starts in lower case.

    Returns:
        Start and end of each sentence in characters, without the white space around it.
    """
    import nupunkt  # what splits no text need not wait for it

    spans: list[tuple[int, int]] = []
    for start, end in _trimmed(text, nupunkt.sent_spans(text)):
        if spans and _belongs_together(text[spans[-1][0] : spans[-1][1]], text[start:end]):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _trimmed(text: str, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for start, end in spans:
        piece = text[start:end]
        if stripped := piece.strip():
            start += piece.index(stripped)
            yield start, start + len(stripped)


def _belongs_together(before: str, after: str) -> bool:
    if after[0].islower() or all(character in _CLOSING for character in after):
        return True
    match = _LAST_WORD.search(before)
    if match is None:
        return False
    word = match.group(1).lower()
    if word in _BEFORE_A_NUMBER:
        return after[0].isdigit()
    if word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha() and word != "i"):
        return True
    return before == match.group(0) and _LIST_NUMBER.fullmatch(word) is not None


def tokens(text: str) -> list[Token]:
    """Cut a text into words, with their stems and their places."""
    return list(_tokens_again(text) if len(text) <= REMEMBERED_CHARS else _tokens(text))


def stems(text: str) -> list[str]:
    """Give the stems of a text's content words, in order: what the keyword index holds."""
    return list(_stems_again(text) if len(text) <= REMEMBERED_CHARS else _stems(text))


def _tokens(text: str) -> tuple[Token, ...]:
    found = []
    for match in _WORD.finditer(text):
        word = _plain(match.group())
        stop = word in STOP_WORDS and not (match.group() == _MONTH and match.start() > 0)
        found.append(Token(match.start(), match.end(), stem(word), stop))
    return tuple(found)


def _stems(text: str) -> tuple[str, ...]:
    words = _WORD.findall(text)
    begins_with_verb = words[:1] == [_MONTH] and text.startswith(_MONTH)
    return tuple(found for found in map(_content, words[begins_with_verb:]) if found)


_tokens_again = lru_cache(maxsize=64)(_tokens)
"""A question is cut again and again while it is read."""
_stems_again = lru_cache(maxsize=4096)(_stems)
"""The same passages are compared with question after question."""


@lru_cache(maxsize=30_000)
def _content(word: str) -> str:
    """The stem of a word as it is written; empty for a stop word."""
    plain = _plain(word)
    return "" if plain in STOP_WORDS and word != _MONTH else stem(plain)


def _plain(word: str) -> str:
    return word.lower().replace("’", "'")


_local = threading.local()


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Reduce a lower-case word to its Snowball stem.

    The plural of an abbreviation without a vowel (`ccgs`), which Snowball leaves alone, loses its s as well.
    """
    if not hasattr(_local, "stemmer"):  # a Stemmer must not be shared between threads
        _local.stemmer = Stemmer.Stemmer("english")
    stemmed: str = _local.stemmer.stemWord(_POSSESSIVE.sub("", word))
    if len(stemmed) > 2 and stemmed.endswith("s") and not _VOWEL.search(stemmed):
        return stemmed[:-1]
    return stemmed


def rarity(word_stem: str) -> float:
    """How much a word says, by how rare it is in English: from `LEAST_RARITY` for the commonest to 1 for all rare ones.

    A small library cannot tell: a word it does not have may be as common as "bring" or as telling as "zeppelin". The
    3,000 commonest words, the commonest first, are those of the vocabulary of BERT (uncased, Apache-2.0).
    """
    rank = _common_stems().get(word_stem)
    if rank is None:
        return 1.0
    return LEAST_RARITY + (1 - LEAST_RARITY) * math.log(rank) / math.log(len(_common_stems()))


@cache
def _common_stems() -> dict[str, int]:
    """Stems of the commonest words, with their ranks from 1."""
    stems_in_order = dict.fromkeys(
        stem(word) for word in (files("knowledge") / "common_words.txt").read_text("utf-8").split()
    )
    return {found: rank for rank, found in enumerate(stems_in_order, 1)}


def single_spaced(text: str) -> str:
    """Make all white space, no-break spaces included, single spaces."""
    return " ".join(text.split())
