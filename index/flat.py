"""The vectors of a segment: a FAISS index of exact inner products, used where it lies on the disk.

What was written is not copied into memory: FAISS reads the mapped file, and processes share its pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from mmap import mmap
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.types import Floats

Rows = NDArray[np.int64]

faiss.omp_set_num_threads(1)  # for one question at a time, more threads are slower


@dataclass(frozen=True, slots=True, eq=False)
class Flat:
    """A FAISS index of vectors of unit length, and what keeps its memory alive."""

    index: Any
    """A `faiss.IndexFlatIP`."""
    content: object = None
    """The bytes it was opened from and does not own."""

    @property
    def vectors(self) -> Floats:
        """All vectors, shape (rows, dimension), without copying them."""
        size = self.index.ntotal * self.index.d
        own: Floats = faiss.rev_swig_ptr(self.index.get_xb(), size) if size else np.empty(0, np.float32)
        own.setflags(write=False)  # the memory may be a file's
        return own.reshape(-1, self.index.d)

    def written(self) -> bytes:
        """The index as FAISS keeps it in a file."""
        content: bytes = faiss.serialize_index(self.index).tobytes()
        return content

    def nearest(self, vector: Floats, count: int, live: NDArray[np.bool_]) -> tuple[Rows, Floats]:
        """Find the rows with the greatest inner products, and all that equal the last of them.

        Args:
            vector: Shape (dimension,).
            count: How many, at least 1.
            live: Of each row, whether it may be found.

        Returns:
            The rows in ascending order, and their products.
        """
        if not live.any():
            return np.empty(0, np.int64), np.empty(0, np.float32)
        bits = np.packbits(live, bitorder="little")  # a name of its own: FAISS is given its address only
        chosen = None if live.all() else faiss.IDSelectorBitmap(len(live), faiss.swig_ptr(bits))
        options = faiss.SearchParameters(sel=chosen)  # type: ignore[call-arg]
        one = vector[None, :]
        products, rows = self.index.search(one, min(count + 1, int(live.sum())), params=options)
        products, rows = products[0], rows[0]
        if len(rows) > count:
            if products[count - 1] == products[count]:  # which of the equal ones were left out is chance
                _, products, rows = self.index.range_search(one, np.nextafter(products[count], -np.inf), params=options)
            else:
                products, rows = products[:count], rows[:count]
        order = np.argsort(rows)
        return rows[order], products[order]


def made(vectors: Floats, dimension: int) -> Flat:
    """Make an index of vectors, shape (rows, dimension)."""
    index = faiss.IndexFlatIP(dimension)
    index.add(np.ascontiguousarray(vectors, np.float32).reshape(-1, dimension))
    return Flat(index)


def opened(content: bytes | mmap) -> Flat:
    """Open what `written` gave, without copying it.

    Raises:
        ValueError: It is not an index of exact inner products.
    """
    raw = np.frombuffer(content, np.uint8)
    try:
        reader = faiss.ZeroCopyIOReader(faiss.swig_ptr(raw), raw.nbytes)  # type: ignore[attr-defined]
        index = faiss.read_index(reader)
    except RuntimeError as problem:
        raise ValueError(f"FAISS cannot read its index: {problem}") from problem
    if not isinstance(index, faiss.IndexFlatIP):
        raise ValueError(f"this is a FAISS index of another kind: {type(index).__name__}")
    return Flat(index, raw)
