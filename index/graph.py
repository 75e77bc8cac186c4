"""A graph over the vectors of a large segment, by which the nearest are found without looking at all of them (HNSW).

Malkov and Yashunin, 2016. What it finds is compared exactly, but it may miss some: `recall.py` makes sure that it
seldom does. As a segment never changes, its graph is built once, and lies beside it on the disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from mmap import mmap
from typing import Any

import faiss
import numpy as np

from index import flat
from index.flat import Flat, Live, Rows
from index.types import Floats

NEIGHBOURS = 32
"""Of each vector in the graph, twice as many in its lowest layer: 0.27 kB a passage."""
BUILDING_WIDTH = 200
"""Candidates looked at for each vector that is put in: 14 s of one core for a segment of 32,768."""
WIDTH = 128
"""Candidates looked at for a question; more of them miss less and take longer."""


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """A FAISS index of the vectors of a segment, which it does not own."""

    index: Any
    """A `faiss.IndexHNSWFlat`."""
    flat: Flat
    """Holds the vectors."""
    content: object
    """The bytes it was opened from and does not own."""
    new: bytes = b""
    """What is to be written, of a graph that is not on the disk yet."""

    def nearest(self, vector: Floats, count: int, live: Live) -> tuple[Rows, Floats]:
        """Find rows with the greatest inner products, most of them; else as `Flat.nearest`."""
        if not live.count:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        width = max(WIDTH, count) * live.rows // live.count  # those that may not be found are looked at, too
        options = faiss.SearchParametersHNSW(efSearch=width, sel=live.selector)  # type: ignore[attr-defined]
        products, rows = self.index.search(vector[None, :], count, params=options)
        products, rows = products[0][rows[0] >= 0], rows[0][rows[0] >= 0]
        order = np.argsort(rows)
        return rows[order], products[order]


def made(vectors: Flat) -> Graph:
    """Build the graph of a segment."""
    index = faiss.IndexHNSWFlat(vectors.index.d, NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = BUILDING_WIDTH
    index.add(vectors.vectors)
    writer = faiss.VectorIOWriter()
    faiss.write_index(index, writer, faiss.IO_FLAG_SKIP_STORAGE)
    content: bytes = faiss.vector_to_array(writer.data).tobytes()
    return _over(vectors, content, content)


def opened(content: bytes | mmap, vectors: Flat) -> Graph:
    """Open what was written, without copying it.

    Raises:
        ValueError: It is not a graph of these vectors.
    """
    return _over(vectors, content)


def _over(vectors: Flat, content: bytes | mmap, new: bytes = b"") -> Graph:
    raw = np.frombuffer(content, np.uint8)
    index = flat.read(raw)
    if not isinstance(index, faiss.IndexHNSWFlat) or (index.ntotal, index.d) != vectors.vectors.shape:
        raise ValueError(f"this is not the graph of {len(vectors.vectors)} vectors: {type(index).__name__}")
    index.storage, index.own_fields = vectors.index, False
    return Graph(index, vectors, raw, new)
