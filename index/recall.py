"""Whether the graphs of a large index find what an exact search finds; one that misses too much is not published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np

from index.search import CANDIDATES, EXACT_UP_TO, Index
from index.types import Encoder, Floats, RecallTooLow
from knowledge.types import Passage

LEAST = 0.95
"""Share of the nearest passages that must be found, on average."""
ASKED = 100
"""Questions of each kind at most. Comparing each with all of a million passages takes 0.1 s."""
EQUAL = 1e-6
"""Cosines that differ by less are equal: which of equal passages is found does not matter."""

T = TypeVar("T")


def must_find(index: Index, encoder: Encoder, questions: Sequence[str]) -> None:
    """Make sure that an index finds the nearest passages; it does where it compares all of them.

    Args:
        index: A new one.
        encoder: The model it was built with.
        questions: What people ask. Sentences of the documents are looked for besides.

    Raises:
        RecallTooLow: It finds less than `LEAST` of them.
    """
    if index.exact:
        return
    texts = [*_some(questions), *(_sentence(index, passage) for passage in _some(index.passages))]
    found = recall(index, [encoding.vector for encoding in encoder.encode(texts)])
    if found < LEAST:
        raise RecallTooLow(
            f"The new index finds only {found:.1%} of the {CANDIDATES} passages nearest to a question, on an average "
            f"of {len(texts)}; it must find {LEAST:.0%}. It is not published, and the live one stays. Split the "
            f"library, as up to {EXACT_UP_TO:,} passages are compared exactly, or raise WIDTH in index/graph.py."
        )


def recall(index: Index, vectors: Sequence[Floats]) -> float:
    """The share of the nearest passages that an index finds, 0 to 1, on an average of questions."""
    return float(np.mean([share for vector in vectors for share in _share(index, vector)] or [1.0]))


def _share(index: Index, vector: Floats) -> Iterator[float]:
    nearest, found = (index.nearest(vector, CANDIDATES, exact) for exact in (True, False))
    if len(nearest):
        least = (index.vectors(nearest) @ vector).min() - EQUAL
        yield np.count_nonzero(index.vectors(found) @ vector >= least) / len(nearest)


def _some(values: Sequence[T]) -> Iterator[T]:
    """Some of them, evenly spread."""
    for number in sorted(set(np.linspace(0, len(values) - 1, ASKED).astype(int).tolist())) if values else ():
        yield values[number]


def _sentence(index: Index, passage: Passage) -> str:
    if not passage.sentences:
        return passage.embedded[passage.body :]
    return passage.sentences[0].of(index.documents[passage.source].text)
