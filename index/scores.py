"""The greatest of many scores, and how well passages suit a question word by word."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.types import Floats, Term
from index.vectors import LEAST

BLOCK = 64
"""Scores of which only the greatest is looked at first."""


def best(scores: Floats, count: int) -> NDArray[np.int64]:
    """Give the places of the greatest scores in ascending order; of equal ones the first."""
    if len(scores) <= count:
        return np.arange(len(scores))
    blocks = len(scores) // BLOCK
    if blocks > count:  # so many blocks reach this, so the greatest scores do; the rest need not be put in order
        tops = scores[: blocks * BLOCK].reshape(blocks, BLOCK).max(axis=1)
        least = _greatest(tops, count)
        above = np.flatnonzero(scores > least)
        if len(above) >= count:
            return above[best(scores[above], count)]
    else:
        least = _greatest(scores, count)
        above = np.flatnonzero(scores > least)
    equal = np.flatnonzero(scores == least)
    return np.sort(np.concatenate([above, equal[: count - len(above)]]))


def _greatest(scores: Floats, number: int) -> np.float32:
    """The score that is in this place, counted from 1, when the greatest comes first."""
    least: np.float32 = np.partition(scores, len(scores) - number)[len(scores) - number]
    return least


def max_sim(passages: Sequence[NDArray[np.int8]], terms: Sequence[Term]) -> Floats:
    """Give of each passage the mean, by weight, of each word's best cosine with one of its tokens (MaxSim).

    Args:
        passages: The token vectors of each, of any length.
        terms: The words of the question.
    """
    weights = np.array([term.weight for term in terms], np.float32)
    if not passages or not weights.sum():
        return np.zeros(len(passages), np.float32)
    nothing = np.zeros((1, passages[0].shape[1]), np.int8)  # for the last passage, if it has no tokens
    tokens = np.concatenate([*passages, nothing]).astype(np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", tokens, tokens))
    cosines = tokens @ np.stack([term.vector for term in terms]).T / np.maximum(lengths, LEAST)[:, None]
    sizes = np.array([len(each) for each in passages])
    met = np.maximum.reduceat(cosines, np.cumsum(sizes) - sizes, axis=0)
    met[sizes == 0] = 0
    mean: Floats = np.maximum(met, 0) @ weights / weights.sum()
    return mean
