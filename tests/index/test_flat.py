"""Vectors in FAISS: found exactly, equal ones all, and read from where they lie."""

from __future__ import annotations

from mmap import ACCESS_READ, mmap
from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from index import flat

SIZE = 3

_few_values = arrays(
    np.float32, st.tuples(st.integers(1, 40), st.just(SIZE)), elements=st.sampled_from([-1.0, 0.0, 1.0])
)


@given(_few_values, st.integers(1, 12), st.data())
def test_the_nearest_are_found_with_all_that_equal_the_last(
    vectors: np.ndarray[tuple[int, int], np.dtype[np.float32]], count: int, data: st.DataObject
) -> None:
    there = np.array(data.draw(st.lists(st.booleans(), min_size=len(vectors), max_size=len(vectors))))
    vector = np.array([1.0, 2.0, -1.0], np.float32)
    products = np.where(there, vectors @ vector, -np.inf)
    least = np.sort(products)[::-1][min(count, int(there.sum()), len(vectors)) - 1] if there.any() else np.inf
    rows, found = flat.made(vectors, SIZE).nearest(vector, count, flat.live(there))
    assert rows.tolist() == np.flatnonzero(products >= least).tolist()
    assert found.tolist() == products[rows].tolist()


def test_what_was_written_is_read_from_where_it_lies(tmp_path: Path) -> None:
    vectors = np.arange(12, dtype=np.float32).reshape(4, SIZE)
    path = tmp_path / "vectors.faiss"
    path.write_bytes(flat.made(vectors, SIZE).written())
    with path.open("rb") as file:
        again = flat.opened(mmap(file.fileno(), 0, access=ACCESS_READ))
    assert isinstance(again.index, faiss.IndexFlatIP)
    assert again.vectors.tolist() == vectors.tolist()
    assert again.written() == path.read_bytes()
    with pytest.raises(ValueError, match="read-only"):
        again.vectors[0, 0] = 1


def test_an_index_without_vectors_finds_nothing() -> None:
    empty = flat.opened(flat.made(np.empty((0, SIZE), np.float32), SIZE).written())
    assert empty.vectors.shape == (0, SIZE)
    assert empty.nearest(np.ones(SIZE, np.float32), 5, flat.live(np.empty(0, np.bool_)))[0].tolist() == []


def test_what_is_no_such_index_is_refused() -> None:
    other = faiss.IndexFlatL2(SIZE)
    whole = flat.made(np.ones((9, SIZE), np.float32), SIZE).written()
    for content in (b"", b"nothing of the kind" * 9, whole[:-8], faiss.serialize_index(other).tobytes()):
        with pytest.raises(ValueError, match="FAISS"):
            flat.opened(content)
