"""What a search and a passage cost, counted: neither may grow unnoticed."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from index import lines, search
from index.build import build
from index.flat import Flat
from index.graph import Graph
from index.search import RERANKED, Index, read_query
from index.store import Store
from index.types import Query
from tests.benchmarks import invented

CREATED = datetime(2019, 11, 1, 9, 30, tzinfo=UTC)
DOCUMENTS = 8
CALLS_A_CANDIDATE = 40
"""Of any function while a question is searched for again: numpy works on all candidates at once."""
OTHER_BYTES = 1_200
"""Of a passage on the disk, besides its text, its vector and those of its words: above all which words it has."""


@pytest.fixture(scope="module")
def index() -> Index:
    documents = list(invented.documents(0, DOCUMENTS))
    return build(documents, {made.source.id: "ab12" for made in documents}, invented.StandIn(), CREATED)


@pytest.fixture(scope="module")
def query(index: Index) -> Query:
    return read_query(index, invented.StandIn(), *invented.questions(1))


def copied(index: Index) -> Index:
    """As the next process has it, which has read nothing yet."""
    return Index.restored(index.manifest, index.parts())


def counting(monkeypatch: pytest.MonkeyPatch, *methods: tuple[type, str]) -> Counter[str]:
    """Count the calls of methods by their class."""
    counts: Counter[str] = Counter()

    def counted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: object) -> object:
            counts[name] += 1
            return real(*arguments)

        return call

    for owner, method in methods:
        monkeypatch.setattr(owner, method, counted(owner.__name__, getattr(owner, method)))
    return counts


@pytest.mark.parametrize("k", [1, 10, RERANKED])
def test_a_search_reads_the_passages_it_returns_and_no_documents(
    index: Index, query: Query, k: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    real = lines.Lines._read

    def reading(kept: lines.Lines[object], number: int) -> object:
        read.append(real(kept, number))
        return read[-1]

    monkeypatch.setattr(lines.Lines, "_read", reading)
    fresh = copied(index)
    read.clear()
    hits = fresh.search(query, k)
    kinds = Counter(type(each).__name__ for each in read)
    opened = kinds.pop("Passage", 0)  # the first passage of all is read when an index is opened
    assert k - 1 <= opened <= k
    assert kinds == {"Source": len({hit.source.id for hit in hits})}


def test_a_search_looks_at_each_segment_once(index: Index, query: Query, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "GRAPH_FROM", 1)
    counts = counting(monkeypatch, (Flat, "nearest"), (Graph, "nearest"))
    index.search(query, 10)
    assert counts == {"Flat": len(index.segments)}
    monkeypatch.setattr(search, "EXACT_UP_TO", 1)
    large = search.assemble(index.manifest, search.with_graphs(index.segments), index.order)
    counts.clear()
    large.search(query, 10)
    assert counts == {"Graph": len(large.segments)}


def test_a_search_calls_no_more_functions_than_its_candidates_need(index: Index, query: Query) -> None:
    expected = index.search(query, RERANKED)
    calls = 0

    def seen(_: FrameType, event: str, __: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        hits = index.search(query, RERANKED)
    finally:
        sys.setprofile(None)
    assert hits == expected
    assert calls < CALLS_A_CANDIDATE * RERANKED


def test_a_passage_takes_no_more_room_than_its_text_and_vectors(index: Index, tmp_path: Path) -> None:
    store = Store(tmp_path / "index")
    saved = store.save(index.manifest, index.parts())
    folder = store.folder / saved.version
    sizes = {file.name.partition(".")[2]: file.stat().st_size for file in folder.glob("s*.*")}
    (segment,) = index.segments
    needed = (
        segment.flat.vectors.nbytes
        + segment.token_vectors.nbytes
        + segment.token_spans.nbytes
        + sizes["documents.jsonl"]
        + sizes["passages.jsonl"]
    )
    assert sum(sizes.values()) - needed < OTHER_BYTES * saved.passages
    assert segment.token_vectors.shape == (saved.tokens, 128)  # a byte for each number
    assert segment.flat.vectors.shape == (saved.passages, 384)
