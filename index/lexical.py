"""BM25 over the stems of the passages (bm25s), with the document frequencies that other scores need."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray

from index.types import Floats

_ARRAYS = ("data", "indices", "indptr")


class Lexical:
    """A keyword index. Lucene's form of BM25 with k1 1.5 and b 0.75, the defaults of bm25s.

    Args:
        stems: For each passage, the stems of its content words in order.
    """

    def __init__(self, stems: Sequence[Sequence[str]]) -> None:
        self._bm25 = bm25s.BM25()
        if stems:
            # bm25s cannot take a text without words; the empty word matches nothing that is asked
            self._bm25.index([list(words) or [""] for words in stems], show_progress=False)
        self._passages = len(stems)

    def scores(self, stems: Sequence[str]) -> Floats:
        """BM25 of every passage for the stems of a question, shape (passages,)."""
        known = [stem for stem in stems if self.frequency(stem)]
        if not known:
            return np.zeros(self._passages, np.float32)
        scores: Floats = self._bm25.get_scores(known)
        return scores

    def frequency(self, stem: str) -> int:
        """Count the passages that have a stem."""
        number = self._bm25.vocab_dict.get(stem) if self._passages else None
        starts = self._bm25.scores["indptr"] if number is not None else ()
        return int(starts[number + 1] - starts[number]) if number is not None and number + 1 < len(starts) else 0

    def idf(self, stem: str) -> float:
        """Inverse document frequency of a stem as Lucene's BM25 has it; the greatest for a stem no passage has."""
        frequency = self.frequency(stem)
        return math.log(1 + (self._passages - frequency + 0.5) / (frequency + 0.5))

    def parts(self) -> dict[str, NDArray[Any] | bytes]:
        """Everything needed to restore it, as named arrays and bytes."""
        saved: dict[str, NDArray[Any] | bytes] = {"lexical.json": json.dumps({"passages": self._passages}).encode()}
        if self._passages:
            saved["lexical.json"] = json.dumps(
                {"passages": self._passages, "vocabulary": self._bm25.vocab_dict}, ensure_ascii=False
            ).encode("utf-8", "surrogatepass")
            saved.update({f"lexical_{name}": self._bm25.scores[name] for name in _ARRAYS})
        return saved

    @classmethod
    def restored(cls, parts: Mapping[str, NDArray[Any] | bytes]) -> Lexical:
        """Restore what `parts` gave."""
        saved = json.loads(bytes(parts["lexical.json"]).decode("utf-8", "surrogatepass"))
        lexical = cls(())
        lexical._passages = saved["passages"]
        if lexical._passages:
            arrays = {name: parts[f"lexical_{name}"] for name in _ARRAYS}
            lexical._bm25.scores = {**arrays, "num_docs": lexical._passages}
            lexical._bm25.vocab_dict = saved["vocabulary"]
            lexical._bm25.nonoccurrence_array = None  # this form of BM25 gives nothing for words that are missing
        return lexical
