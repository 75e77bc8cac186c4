"""Graphs: what they find has exact products, is almost all there is, and never what is no longer in the index."""

from __future__ import annotations

from mmap import ACCESS_READ, mmap
from pathlib import Path

import faiss
import numpy as np
import pytest

from index import flat, graph
from index.flat import Flat
from index.types import Floats
from index.vectors import unit

SIZE = 16
ROWS = 3_000
COUNT = 50
ALL = flat.live(np.ones(ROWS, np.bool_))


def some(number: int, seed: int) -> Floats:
    return unit(np.random.default_rng(seed).standard_normal((number, SIZE)).astype(np.float32))


@pytest.fixture(scope="module")
def vectors() -> Flat:
    return flat.made(some(ROWS, 0), SIZE)


@pytest.fixture(scope="module")
def made(vectors: Flat) -> graph.Graph:
    return graph.made(vectors)


def found_of_all(made: graph.Graph, live: flat.Live) -> float:
    """The share of the nearest that a graph finds; what it finds must be right."""
    shares = []
    for vector in some(40, 1):
        exact, products = made.flat.nearest(vector, COUNT, live)
        by_row = dict(zip(exact.tolist(), products.tolist(), strict=True))
        rows, near = made.nearest(vector, COUNT, live)
        assert rows.tolist() == sorted(set(rows.tolist()))
        assert near == pytest.approx(made.flat.vectors[rows] @ vector, abs=1e-6)
        shares.append(np.mean([row in by_row for row in rows.tolist()]) * len(rows) / len(exact))
    return float(np.mean(shares))


def test_a_graph_finds_almost_all_of_the_nearest(made: graph.Graph) -> None:
    assert found_of_all(made, ALL) > 0.98


@pytest.mark.parametrize("every", [2, 3, 100])
def test_rows_that_may_not_be_found_are_not_and_the_others_all_the_same(made: graph.Graph, every: int) -> None:
    there = np.arange(ROWS) % every == 0
    live = flat.live(there)
    for vector in some(5, 2):
        assert there[made.nearest(vector, COUNT, live)[0]].all()
    assert found_of_all(made, live) > 0.98
    assert made.nearest(some(1, 2)[0], COUNT, flat.live(np.zeros(ROWS, np.bool_)))[0].tolist() == []


def test_what_was_written_is_read_from_where_it_lies(made: graph.Graph, vectors: Flat, tmp_path: Path) -> None:
    path = tmp_path / "graph.faiss"
    path.write_bytes(made.new)
    assert len(made.new) < ROWS * 300  # the neighbours, and no vectors
    with path.open("rb") as file:
        again = graph.opened(mmap(file.fileno(), 0, access=ACCESS_READ), vectors)
    assert again.new == b""
    for vector in some(10, 3):
        (rows, products), (its_rows, its_products) = (each.nearest(vector, 9, ALL) for each in (made, again))
        assert (rows.tolist(), products.tolist()) == (its_rows.tolist(), its_products.tolist())


def test_a_graph_is_the_same_whenever_it_is_built(made: graph.Graph, vectors: Flat) -> None:
    assert graph.made(vectors).new == made.new


def test_what_is_no_graph_of_these_vectors_is_refused(made: graph.Graph, vectors: Flat) -> None:
    fewer = flat.made(some(ROWS - 1, 0), SIZE)
    for content in (b"", b"nothing of the kind" * 9, made.new[:-8], vectors.written()):
        with pytest.raises(ValueError, match=r"FAISS|not the graph"):
            graph.opened(content, vectors)
    with pytest.raises(ValueError, match="not the graph of 2999 vectors"):
        graph.opened(made.new, fewer)
    assert isinstance(made.index, faiss.IndexHNSWFlat)
