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
class Live:
    """Which rows of a segment may be found."""

    rows: int
    """How many there are."""
    count: int
    """How many of them may be found."""
    selector: Any = None
    """What tells FAISS; None if all may be found."""
    bits: object = None
    """The memory that the selector has the address of."""


def live(rows: NDArray[np.bool_]) -> Live:
    """Tell FAISS of each row whether it may be found."""
    count = int(np.count_nonzero(rows))
    if count == len(rows):
        return Live(count, count)
    bits = np.packbits(rows, bitorder="little")
    return Live(len(rows), count, faiss.IDSelectorBitmap(len(rows), faiss.swig_ptr(bits)), bits)


@dataclass(frozen=True, slots=True, eq=False)
class Flat:
    """A FAISS index of vectors of unit length, and what keeps its memory alive."""

    index: Any
    """A `faiss.IndexFlatIP`."""
    vectors: Floats
    """All of them, shape (rows, dimension), where they lie; they cannot be written."""
    content: object = None
    """The bytes it was opened from and does not own."""

    def written(self) -> bytes:
        """The index as FAISS keeps it in a file."""
        content: bytes = faiss.serialize_index(self.index).tobytes()
        return content

    def nearest(self, vector: Floats, count: int, live: Live) -> tuple[Rows, Floats]:
        """Find the rows with the greatest inner products, and all that equal the last of them.

        Args:
            vector: Shape (dimension,).
            count: How many, at least 1.
            live: Which rows may be found.

        Returns:
            The rows in ascending order, and their products.
        """
        if not live.count:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        options = faiss.SearchParameters(sel=live.selector)  # type: ignore[call-arg]
        one = vector[None, :]
        products, rows = self.index.search(one, min(count + 1, live.count), params=options)
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
    return _seen(index)


def opened(content: bytes | mmap) -> Flat:
    """Open what `written` gave, without copying it.

    Raises:
        ValueError: It is not an index of exact inner products.
    """
    raw = np.frombuffer(content, np.uint8)
    index = read(raw)
    if not isinstance(index, faiss.IndexFlatIP):
        raise ValueError(f"this is a FAISS index of another kind: {type(index).__name__}")
    return _seen(index, raw)


def read(raw: NDArray[np.uint8]) -> Any:  # noqa: ANN401 (FAISS has no types)
    """Read a FAISS index of any kind where it lies.

    Raises:
        ValueError: It is none.
    """
    try:
        reader = faiss.ZeroCopyIOReader(faiss.swig_ptr(raw), raw.nbytes)  # type: ignore[attr-defined]
        return faiss.read_index(reader)
    except RuntimeError as problem:
        raise ValueError(f"FAISS cannot read its index: {problem}") from problem


def _seen(index: Any, content: object = None) -> Flat:  # noqa: ANN401 (FAISS has no types)
    size = index.ntotal * index.d
    vectors: Floats = faiss.rev_swig_ptr(index.get_xb(), size) if size else np.empty(0, np.float32)
    vectors.setflags(write=False)  # the memory may be a file's
    return Flat(index, vectors.reshape(-1, index.d), content)
