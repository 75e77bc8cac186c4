"""BM25 over the stems of the passages, with the document frequencies that other scores need.

What each segment keeps is only counted: which passages have a stem and how often. How rare a stem is and how long a
passage is beside the others changes with every document added, so scores are worked out when a question is asked, and
an update has nothing to work out anew.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.types import Floats, Ints

K1, B = 1.5, 0.75
"""Of BM25 in Lucene's form: how soon a word said again counts no more, and how much a long passage is held back."""


@dataclass(frozen=True, slots=True)
class Postings:
    """Which passages of a segment have which stem, and how often. A passage is a row, counted from 0."""

    vocabulary: Mapping[str, int]
    """Stem to its number; numbers follow the order of the mapping."""
    starts: NDArray[np.int64]
    """Where the rows of each stem begin in `rows` and `counts`, shape (stems + 1,)."""
    rows: Ints
    counts: Ints
    lengths: Ints
    """Stems of each row, at least 1."""

    def of(self, stem: str) -> tuple[Ints, Ints]:
        """Give the rows that have a stem, and how often each."""
        number = self.vocabulary.get(stem)
        chosen = slice(0, 0) if number is None else slice(int(self.starts[number]), int(self.starts[number + 1]))
        return self.rows[chosen], self.counts[chosen]

    def parts(self) -> dict[str, NDArray[Any] | bytes]:
        """Everything needed to restore it, as named arrays and bytes."""
        return {
            "vocabulary.json": json.dumps(list(self.vocabulary)).encode(),
            "starts": self.starts,
            "rows": self.rows,
            "counts": self.counts,
            "lengths": self.lengths,
        }

    @classmethod
    def restored(cls, parts: Mapping[str, Any]) -> Postings:
        """Restore what `parts` gave."""
        vocabulary = {stem: number for number, stem in enumerate(json.loads(bytes(parts["vocabulary.json"])))}
        return cls(vocabulary, parts["starts"], parts["rows"], parts["counts"], parts["lengths"])


def counted(stems: Sequence[Sequence[str]]) -> Postings:
    """Count the stems of passages, each given as the stems of its content words."""
    numbers = {stem: number for number, stem in enumerate(sorted(set(chain.from_iterable(stems))))}
    lengths = np.array([len(words) for words in stems], np.int32)
    found = np.fromiter((numbers[stem] for words in stems for stem in words), np.int64, int(lengths.sum()))
    pairs, counts = np.unique(
        found * len(stems) + np.repeat(np.arange(len(stems)), lengths) if stems else found, return_counts=True
    )
    terms, rows = np.divmod(pairs, max(len(stems), 1))
    return Postings(
        vocabulary=numbers,
        starts=np.searchsorted(terms, np.arange(len(numbers) + 1)).astype(np.int64),
        rows=rows.astype(np.int32),
        counts=counts.astype(np.int32),
        lengths=np.maximum(lengths, 1),
    )


def joined(pieces: Sequence[tuple[Postings, Ints]]) -> Postings:
    """Put postings together, of each piece only some rows, in ascending order; a stem that none of them has is gone."""
    numbers = {stem: n for n, stem in enumerate(sorted(set(chain.from_iterable(p.vocabulary for p, _ in pieces))))}
    terms, rows, counts, first = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)], [np.zeros(0, np.int32)], 0
    for postings, kept in pieces:
        moved = np.full(len(postings.lengths), -1, np.int32)
        moved[kept] = np.arange(first, first + len(kept))
        first += len(kept)
        place = moved[postings.rows]
        renamed = np.fromiter((numbers[stem] for stem in postings.vocabulary), np.int32, len(postings.vocabulary))
        stays = place >= 0
        terms.append(np.repeat(renamed, np.diff(postings.starts))[stays])
        rows.append(place[stays])
        counts.append(postings.counts[stays])
    found = np.concatenate(terms)
    order = np.argsort(found, kind="stable")
    there, starts = np.unique(found[order], return_index=True)
    words = list(numbers)
    return Postings(
        vocabulary={words[term]: number for number, term in enumerate(there.tolist())},
        starts=np.append(starts, len(found)).astype(np.int64),
        rows=np.concatenate(rows)[order],
        counts=np.concatenate(counts)[order],
        lengths=np.concatenate([np.zeros(0, np.int32), *(postings.lengths[kept] for postings, kept in pieces)]),
    )


@dataclass(frozen=True)
class Lexical:
    """A keyword index over segments. Lucene's form of BM25."""

    postings: Sequence[Postings]
    """Of each segment."""
    numbers: Sequence[Ints]
    """For each segment, the number of each row's passage in the index; -1 where it is no longer in it."""

    @cached_property
    def _passages(self) -> int:
        return sum(int(np.count_nonzero(numbers >= 0)) for numbers in self.numbers)

    @cached_property
    def _average(self) -> float:
        """Stems of a passage."""
        whole = zip(self.postings, self.numbers, strict=True)
        return sum(int(each.lengths[numbers >= 0].sum()) for each, numbers in whole) / max(self._passages, 1)

    @cached_property
    def _placed(self) -> Sequence[tuple[Postings, Ints, bool]]:
        """Each segment with the numbers of its passages, and whether all of them are in the index."""
        both = zip(self.postings, self.numbers, strict=True)
        return [(postings, numbers, bool((numbers >= 0).all())) for postings, numbers in both]

    @cached_property
    def _damping(self) -> Sequence[NDArray[np.float64]]:
        """Of each row of each segment, what its length makes of how often it has a stem."""
        average = np.float64(self._average or 1.0)
        return [K1 * (1 - B + B * postings.lengths / average) for postings in self.postings]

    def scores(self, stems: Sequence[str]) -> Floats:
        """BM25 of every passage for the stems of a question, shape (passages,)."""
        scores = np.zeros(self._passages, np.float32)
        for stem in stems:
            idf = np.float32(self.idf(stem))
            for (postings, numbers, whole), damping in zip(self._placed, self._damping, strict=True):
                rows, counts = postings.of(stem)
                if not whole:
                    there = numbers[rows] >= 0
                    rows, counts = rows[there], counts[there]
                places, divisor = numbers.take(rows), damping.take(rows)  # quicker than by index
                divisor += counts
                scores[places] = scores.take(places) + (idf * (counts / divisor)).astype(np.float32)
        return scores

    def frequency(self, stem: str) -> int:
        """Count the passages that have a stem."""
        found = ((postings.of(stem)[0], numbers, whole) for postings, numbers, whole in self._placed)
        return sum(len(rows) if whole else int(np.count_nonzero(numbers[rows] >= 0)) for rows, numbers, whole in found)

    def idf(self, stem: str) -> float:
        """Inverse document frequency of a stem as Lucene's BM25 has it; the greatest for a stem no passage has."""
        frequency = self.frequency(stem)
        return math.log(1 + (self._passages - frequency + 0.5) / (frequency + 0.5))
