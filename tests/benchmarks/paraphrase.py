"""Say a question in other words: content words are replaced by others that the model places near them.

Questions written with the text in view repeat its words; people who have not read it do not. The stand-ins are often
clumsy, but they take away the shared words and keep most of the meaning, which is what matters here.
"""

from __future__ import annotations

import random
from collections.abc import Iterable

import numpy as np

from index.types import Encoder
from knowledge.text import stem, tokens
from knowledge.types import Document

NEAREST = 6
"""Other words considered for a word."""
LEAST_COSINE = 0.5
"""Of a stand-in with the word it replaces."""
SHORTEST = 4
"""Letters of a word that is replaced."""


def stand_ins(documents: Iterable[Document], encoder: Encoder) -> dict[str, list[str]]:
    """For the stem of each lower-case word of the documents: words of other stems that mean something near it."""
    by_stem: dict[str, str] = {}
    for document in documents:
        for token in tokens(document.text):
            word = document.text[token.start : token.end]
            if not token.stop and word.islower() and len(word) >= SHORTEST:
                by_stem.setdefault(token.stem, word)
    words = sorted(by_stem.values())
    vectors = np.stack([encoding.vector for encoding in encoder.encode(words)])
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -1)
    found = {}
    for number, word in enumerate(words):
        near = [
            words[other] for other in np.argsort(-cosines[number])[:NEAREST] if cosines[number, other] > LEAST_COSINE
        ]
        if others := [other for other in near if stem(other) != stem(word)]:
            found[stem(word)] = others
    return found


def paraphrase(question: str, others: dict[str, list[str]], chance: random.Random) -> str:
    """Replace one or two words of a question, and write half of the questions in lower case."""
    replaceable = [t for t in tokens(question) if question[t.start : t.end].islower() and t.stem in others]
    chosen = chance.sample(replaceable, min(len(replaceable), chance.choice([1, 1, 2])))
    for token in sorted(chosen, key=lambda token: -token.start):
        question = question[: token.start] + chance.choice(others[token.stem]) + question[token.end :]
    return question.lower() if chance.random() < 0.5 else question
