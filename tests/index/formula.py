"""Lucene's BM25 written down once more, to compare with."""

from __future__ import annotations

import math
from collections.abc import Sequence

K1, B = 1.5, 0.75


def idf(passages: int, frequency: int) -> float:
    """Of a stem that this many of the passages have."""
    return math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5))


def bm25(corpus: Sequence[Sequence[str]], asked: Sequence[str]) -> list[float]:
    """The score of each passage, given as its stems."""
    average = sum(map(len, corpus)) / len(corpus)
    scores = []
    for words in corpus:
        score = 0.0
        for stem in asked:
            count = words.count(stem)
            weight = idf(len(corpus), sum(stem in other for other in corpus))
            score += weight * count / (count + K1 * (1 - B + B * len(words) / average)) if count else 0.0
        scores.append(score)
    return scores
