"""Compare ways to find the nearest vectors of segments: what they take, and how many of them they find."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any
from unittest.mock import patch

import faiss
import numpy as np
from numpy.typing import NDArray

from index import flat, graph
from index.flat import Flat, Live
from index.graph import Graph
from index.search import CANDIDATES, GRAPH_FROM
from index.types import Floats

FIRST = 10
"""Of the nearest, those that are found most surely."""
WIDTHS = (64, 128, 256)
"""Of graphs."""
LEAST = 1_000
"""Vectors for which a graph is worth building here."""

Figures = dict[str, float]
Found = NDArray[np.int64]
Way = Callable[[Floats, int, Live], tuple[Found, Floats]]
"""As `Flat.nearest`."""


def compared(segments: Sequence[Flat], questions: Floats, built: Sequence[Graph | None] = ()) -> Figures:
    """Ask every way, and compare what it finds with the exact one.

    Args:
        segments: Their vectors.
        questions: The vectors of some.
        built: Of each segment the graph that it has; those that are large and have none get one.
    """
    live = [flat.live(np.ones(len(each.vectors), np.bool_)) for each in segments]
    figures: Figures = {}
    exact: list[Found] = []

    def asked(name: str, ways: Sequence[Way]) -> None:
        took_ms, found = [], []
        for question in questions:
            began = time.process_time()
            found.append(_nearest(ways, live, question))
            took_ms.append((time.process_time() - began) * 1000)
        figures[f"{name}: median ms"] = statistics.median(took_ms)
        if not exact:
            exact.extend(found)
            return
        for count in (FIRST, CANDIDATES):
            shares = [np.isin(best[:count], those).mean() for best, those in zip(exact, found, strict=True)]
            figures[f"{name}: recall of {count}"] = float(np.mean(shares))

    asked("all, exactly", [each.nearest for each in segments])
    asked("all, in 8 bits", [_in_8_bits(each) for each in segments])
    large = GRAPH_FROM if len(segments) > 1 else LEAST
    began = time.process_time()
    graphs: list[Graph | Flat] = [
        made or (graph.made(each) if len(each.vectors) >= large else each)
        for each, made in zip(segments, built or [None] * len(segments), strict=True)
    ]
    if not any(built):
        figures["graphs: s to build"] = time.process_time() - began
    for width in WIDTHS:
        with patch.object(graph, "WIDTH", width):
            asked(f"graphs, width {width}", [each.nearest for each in graphs])
    return figures


def _nearest(ways: Sequence[Way], live: Sequence[Live], question: Floats) -> Found:
    """The nearest of all segments by what each way found, numbered through, the nearest first."""
    numbers, products, first = [], [], 0
    for way, there in zip(ways, live, strict=True):
        rows, near = way(question, CANDIDATES, there)
        numbers.append(rows + first)
        products.append(near)
        first += there.rows
    order = np.argsort(-np.concatenate(products), kind="stable")[:CANDIDATES]
    found: Found = np.concatenate(numbers)[order]
    return found


def _in_8_bits(segment: Flat) -> Way:
    index: Any = faiss.IndexScalarQuantizer(segment.index.d, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
    index.train(segment.vectors)
    index.add(segment.vectors)

    def nearest(vector: Floats, count: int, live: Live) -> tuple[Found, Floats]:
        products, rows = index.search(vector[None, :], min(count, live.count))
        return rows[0], products[0]

    return nearest
