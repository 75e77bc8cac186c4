"""A library of any size in invented words, and an encoder that stands in for the model where its speed would be all.

The words follow Zipf's law, as those of a language do, with names among them.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from index.projection import FILE
from index.types import Encoding, Floats
from index.vectors import unit
from knowledge.types import Block, BlockKind, Document, Source

WORDS = 20_000
"""That the library is written in."""
NAMES = 2_000
PARAGRAPHS = 50
"""Of a document; each becomes a passage."""
SENTENCES = 6
"""Of a paragraph."""
SENTENCE_WORDS = 14
NAMED_OF_TEN = 3
"""Sentences with a name in them, in ten."""
VECTORS = 4_096
"""Different word vectors that the encoder has: enough that two words rarely share one."""
DIMENSION = 384
"""Of the model."""

_SYLLABLES = "ba de fo ki lu ma ne po ri su ta ve wo za cha gre sto bli".split()
_WORD = re.compile(r"\w+")


def documents(first: int, last: int, edition: int = 1) -> Iterator[Document]:
    """Documents `d000001`, ...; another edition of one says something else in its last paragraph."""
    for number in range(first, last):
        yield document(number, edition)


def document(number: int, edition: int = 1) -> Document:
    """One document: a title, a heading, and its paragraphs."""
    random = np.random.default_rng(number)
    words, names, chances = _language()
    drawn = words[np.searchsorted(chances, random.random((PARAGRAPHS, SENTENCES, SENTENCE_WORDS)))]
    named = random.integers(0, NAMES, (PARAGRAPHS, SENTENCES))
    has_name = random.random((PARAGRAPHS, SENTENCES)) * 10 < NAMED_OF_TEN
    paragraphs = [
        " ".join(_sentence(list(drawn[p, s]), names[named[p, s]], bool(has_name[p, s])) for s in range(SENTENCES))
        for p in range(PARAGRAPHS)
    ]
    if edition > 1:
        paragraphs[-1] = f"Edition {edition} of this document has another end. {paragraphs[-1]}"
    text, blocks = "", []
    for paragraph in paragraphs:
        blocks.append(Block(BlockKind.PARAGRAPH, len(text), len(text) + len(paragraph)))
        text += paragraph + "\n\n"
    title = f"{names[number % NAMES]} {words[number % WORDS]} report {number}"
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    source = Source(id=f"d{number:06}", file=f"d{number:06}.txt", sha256=sha256, title=title, published="2019-10-21")
    return Document(source, text, tuple(blocks))


def questions(count: int) -> list[str]:
    """Questions in the words of the library."""
    random = np.random.default_rng(0)
    words, names, chances = _language()
    asked = words[np.searchsorted(chances, random.random((count, 5)))]
    return [f"What did {names[n % NAMES]} say about {' '.join(each)}?" for n, each in enumerate(asked)]


def _sentence(words: list[str], name: str, named: bool) -> str:
    if named:
        words[SENTENCE_WORDS // 2] = name
    return f"{words[0].capitalize()} {' '.join(words[1:])}."


@cache
def _language() -> tuple[NDArray[np.str_], NDArray[np.str_], NDArray[np.float64]]:
    random = np.random.default_rng(1)
    made: dict[str, None] = {}
    while len(made) < WORDS + NAMES:
        made["".join(random.choice(_SYLLABLES, random.integers(1, 5)))] = None
    words = np.array(list(made), dtype=str)
    chances = np.cumsum(1 / np.arange(1, WORDS + 1))
    names = np.array([word.capitalize() for word in words[WORDS:]], dtype=str)
    return words[:WORDS], names, chances / chances[-1]


class StandIn:
    """An encoder with the model's dimension and projection whose vectors mean nothing: each word has one by its hash.

    `seconds` counts the time it took.
    """

    backend = "stand-in"

    def __init__(self) -> None:
        self.model = "stand-in"
        with (files("index") / FILE).open("rb") as file, np.load(file, allow_pickle=False) as shipped:
            self.fingerprint = str(shipped["fingerprint"])  # so that the projection is the model's
        self.dimension = DIMENSION
        self.seconds = 0.0
        self._vectors = unit(np.random.default_rng(2).normal(size=(VECTORS, DIMENSION)).astype(np.float32))

    def encode(self, texts: Sequence[str]) -> list[Encoding]:
        """Give each text the mean of its words' vectors."""
        began = time.perf_counter()
        encodings = [self._encoding(text) for text in texts]
        self.seconds += time.perf_counter() - began
        return encodings

    def _encoding(self, text: str) -> Encoding:
        found = list(_WORD.finditer(text))
        tokens: Floats = self._vectors[[_number(match.group()) for match in found]]
        spans = np.array([match.span() for match in found], np.int32).reshape(-1, 2)
        return Encoding(unit(tokens.mean(axis=0)), tokens, spans)


@cache
def _number(word: str) -> int:
    return int.from_bytes(hashlib.md5(word.lower().encode()).digest()[:4]) % VECTORS
