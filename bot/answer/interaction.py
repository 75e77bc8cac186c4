"""Late interaction: the words of a question compared with all tokens of a passage, and so with any piece of it.

MaxSim (Khattab and Zaharia, ColBERT, 2020): of each word of the question, the best cosine with a token counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from index.search import Index
from index.types import Floats, Ints
from index.vectors import unit
from knowledge.passages import CELL_SEPARATOR
from knowledge.types import Passage, Span

CONTEXT_WEIGHT = 0.8
"""Of a match in title, date or headings, beside one in the piece itself."""

Inside = NDArray[np.bool_]
"""Which tokens of a passage belong to each of several stretches, shape (stretches, tokens)."""


@dataclass(frozen=True, slots=True)
class Met:
    """How a piece of a passage meets a question."""

    parts: Inside
    """Of each of its spans."""
    terms: Floats
    """Of each term of the question: its best cosine with a token of the piece or its context."""
    vector: Floats
    """Mean of its tokens, unit length."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """A passage, compared with a question token by token."""

    passage: Passage
    vectors: Floats
    """Of its tokens, unit length."""
    token_spans: Ints
    cosines: Floats
    """Of each term of the question with each token, shape (terms, tokens)."""
    context: Floats
    """Of each term: its best cosine in title, date or headings, times `CONTEXT_WEIGHT`."""

    @classmethod
    def of(cls, index: Index, passage: Passage, words: Floats) -> Interaction:
        """Compare a passage with a question, whose terms have these vectors, shape (terms, reduced dimension)."""
        vectors, token_spans = index.tokens_of(passage)
        cosines = words @ vectors.T
        context = CONTEXT_WEIGHT * cosines[:, token_spans[:, 0] < passage.body].max(axis=1, initial=0)
        return cls(passage, vectors, token_spans, cosines, context)

    def pieces(self, pieces: Sequence[Sequence[Span]], *, row: bool) -> Iterator[Met | None]:
        """Tell how pieces of the passage meet the question; None of one without a token.

        Args:
            pieces: At least one, each with the spans it is made of.
            row: The passage is a row of a table, which is one piece: all of its tokens after the prefix.
        """
        parts = self._row() if row else self._parts([span for spans in pieces for span in spans])
        firsts = [0, *accumulate(map(len, pieces))]
        inside = np.logical_or.reduceat(parts, firsts[:-1], axis=0)
        every = zip(pairwise(firsts), inside, self._in_context(inside), self._means(inside), strict=True)
        for (first, last), chosen, terms, vector in every:
            yield Met(parts[first:last], terms, vector) if chosen.any() else None

    def best_column(self, cells: Sequence[str], weights: Floats) -> tuple[float, str]:
        """MaxSim of a row's best cell with its head, together with the first cell, which names the row; and that cell.

        "Accountable officer of Medway" must not be met by a head in one column and a word in another.
        """
        body, starts = self.passage.body, self.token_spans[:, 0]
        ends = [body + end for end in accumulate(len(cell) + len(CELL_SEPARATOR) for cell in cells)]
        named = (starts >= body) & (starts < ends[0])
        columns = [named | ((starts >= start) & (starts < end)) for start, end in pairwise(ends)] or [named]
        matches = _weighed(self._best(np.stack(columns)), weights)
        best = int(np.argmax(matches))
        return float(matches[best]), cells[best + 1] if len(cells) > 1 else cells[0]

    def best_item(self, parts: Inside, weights: Floats) -> float:
        """MaxSim of a list's introduction with its best item: a long list must not be met by words here and there."""
        inside = parts[0] | parts[1:]
        matches = _weighed(self._in_context(inside)[inside.any(axis=1)], weights)
        return float(matches.max(initial=0))

    def introduced(self, parts: Inside, question: Floats) -> float:
        """Cosine of a list's introduction with a question: it says what the list is about."""
        return float(self._means(parts[:1])[0] @ question) if parts[0].any() else -1.0

    def _row(self) -> Inside:
        return self.token_spans[None, :, 0] >= self.passage.body

    def _parts(self, spans: Sequence[Span]) -> Inside:
        """Tokens of spans of the document.

        What stands before the passage (the introduction of a list that was cut) was embedded in its prefix, so the
        prefix counts for it.
        """
        starts, ends = self.token_spans[:, 0], self.token_spans[:, 1]
        places = np.array([(span.start, span.end) for span in spans]) - self.passage.start + self.passage.body
        parts: Inside = (starts >= places[:, :1]) & (ends <= places[:, 1:])
        parts[places[:, 1] <= self.passage.body] = starts < self.passage.body
        return parts

    def _best(self, inside: Inside) -> Floats:
        """For each stretch and term: its best cosine with a token there, at least 0."""
        best: Floats = np.where(inside[:, None, :], self.cosines, np.float32(0)).max(axis=2, initial=0)
        return best

    def _in_context(self, inside: Inside) -> Floats:
        return np.maximum(self._best(inside), self.context)

    def _means(self, inside: Inside) -> Floats:
        return unit(inside.astype(np.float32) @ self.vectors)


def _weighed(met: Floats, weights: Floats) -> Floats:
    """How each stretch meets the terms together.

    BLAS sometimes leaves the mark of an invalid number in lanes that it does not use, of which NumPy would warn; all
    numbers here are finite.
    """
    with np.errstate(invalid="ignore"):
        weighed: Floats = met @ weights
    return weighed
