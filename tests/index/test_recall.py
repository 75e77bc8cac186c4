"""Graphs in an index: switched to by its size, kept beside their segments, and refused if they miss too much."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from index import flat, graph, recall, search
from index.build import build
from index.search import Index, read_query
from index.store import Store
from index.types import Encoding, Floats, Kept, RecallTooLow
from index.vectors import unit
from knowledge.types import Document
from tests.benchmarks import invented

CREATED = datetime(2019, 11, 1, 9, 30, tzinfo=UTC)
PASSAGES = 1_000
EACH = 50
SIZE = 16


class Scattered:
    """Gives each text a vector in any direction, always the same, and no words."""

    model = backend = fingerprint = "scattered"
    dimension = SIZE

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> list[Encoding]:
        self.asked += texts
        return [
            Encoding(self._vector(text), np.empty((0, SIZE), np.float32), np.empty((0, 2), np.int32)) for text in texts
        ]

    def _vector(self, text: str) -> Floats:
        return unit(np.random.default_rng(zlib.crc32(text.encode())).standard_normal(SIZE).astype(np.float32))


@pytest.fixture(scope="module")
def library() -> list[Document]:
    return list(invented.documents(0, PASSAGES // EACH))


def digests_of(documents: Sequence[Document]) -> dict[str, str]:
    return {document.source.id: document.source.sha256 for document in documents}


@pytest.fixture
def encoder() -> Scattered:
    return Scattered()


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library of this size counts as one that is too large to compare every passage."""
    monkeypatch.setattr(search, "EXACT_UP_TO", PASSAGES - 1)
    monkeypatch.setattr(search, "GRAPH_FROM", PASSAGES // 2)


@pytest.fixture(scope="module")
def exact(library: list[Document]) -> Index:
    return build(library, digests_of(library), Scattered(), CREATED)


@pytest.fixture
def index(large: None, exact: Index) -> Index:
    return search.assemble(exact.manifest, search.with_graphs(exact.segments), exact.order)


def bad(index: Index) -> Index:
    """Its graph has few links, and those are of other passages."""
    (segment,) = index.segments
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(graph, "NEIGHBOURS", 2)
        patch.setattr(graph, "BUILDING_WIDTH", 1)
        others = graph.made(flat.made(segment.flat.vectors[::-1], segment.flat.index.d))
    broken = replace(segment, graph=graph.opened(others.new, segment.flat))
    return search.assemble(index.manifest, [broken], index.order)


def test_a_library_is_searched_exactly_up_to_a_size_and_by_graphs_from_there(
    library: list[Document], encoder: Scattered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "GRAPH_FROM", EACH)
    for most, by_graph in ((2 * EACH, False), (2 * EACH - 1, True)):
        monkeypatch.setattr(search, "EXACT_UP_TO", most)
        index = build(library[:2], digests_of(library[:2]), encoder, CREATED)
        assert (index.exact, [segment.graph is not None for segment in index.segments]) == (not by_graph, [by_graph])


def test_what_graphs_lead_to_is_scored_exactly(index: Index, encoder: Scattered) -> None:
    for question in invented.questions(5):
        query = read_query(index, encoder, question)
        for hit in index.search(query, 10):
            assert hit.dense == pytest.approx(float(index.stored(hit.passage)[0] @ query.vector), abs=1e-6)


def test_a_graph_is_built_once_and_taken_over_by_the_next_snapshot(
    index: Index, library: list[Document], encoder: Scattered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "index")
    store.publish(store.save(index.manifest, index.parts()).version)
    live = Index.restored(*store.load())
    monkeypatch.setattr(graph, "made", None)  # cannot be called
    documents = [*library, invented.document(len(library))]
    newer = build(documents[-1:], digests_of(documents), encoder, CREATED, live)
    assert newer.parts()["s0001.graph.faiss"] == Kept("v0001")
    assert [segment.graph is not None for segment in newer.segments] == [True, False]  # the new one is small
    store.publish(store.save(newer.manifest, newer.parts()).version)
    again = Index.restored(*store.load())
    for question in invented.questions(5):
        query = read_query(index, encoder, question)
        assert again.search(query, 10) == newer.search(query, 10)


def test_an_old_segment_gets_its_graph_when_the_library_has_grown(
    exact: Index, library: list[Document], encoder: Scattered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, documents = Store(tmp_path / "index"), [*library, invented.document(len(library))]
    store.publish(store.save(exact.manifest, exact.parts()).version)
    monkeypatch.setattr(search, "EXACT_UP_TO", PASSAGES)
    monkeypatch.setattr(search, "GRAPH_FROM", PASSAGES // 2)
    grown = build(documents[-1:], digests_of(documents), encoder, CREATED, Index.restored(*store.load()))
    parts = grown.parts()
    assert isinstance(parts["s0001.graph.faiss"], bytes)
    assert parts["s0001.vectors.faiss"] == Kept("v0001")
    store.publish(store.save(grown.manifest, parts).version)
    assert Index.restored(*store.load()).segments[0].graph is not None


def test_good_graphs_pass_and_bad_ones_are_refused(index: Index, encoder: Scattered) -> None:
    questions = invented.questions(300)
    recall.must_find(index, encoder, questions)
    asked = [encoding.vector for encoding in encoder.encode(questions[:20])]
    assert recall.recall(index, asked) > 0.99
    broken = bad(index)
    assert recall.recall(broken, asked) < recall.LEAST
    message = (
        r"^The new index finds only \d+\.\d% of the 50 passages nearest to a question, on an average of 200; it must"
    )
    with pytest.raises(RecallTooLow, match=message):
        recall.must_find(broken, encoder, questions)
    with pytest.raises(
        RecallTooLow, match=r"on an average of 100; it must find 95%\. It is not published, and the live"
    ):
        recall.must_find(broken, encoder, [])


def test_an_index_that_compares_all_passages_is_not_asked(
    index: Index, encoder: Scattered, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = bad(index)
    monkeypatch.setattr(search, "EXACT_UP_TO", PASSAGES)
    recall.must_find(broken, encoder, ["What?"])
    assert encoder.asked == []
    assert recall.recall(broken, [encoder.encode(["What?"])[0].vector]) == 1


def test_of_equal_passages_any_may_be_found(large: None, encoder: Scattered) -> None:
    one = invented.document(0)
    same = [
        replace(one, source=one.source.model_copy(update={"id": f"d{number:03}"})) for number in range(PASSAGES // EACH)
    ]
    copies = build(same, digests_of(same), encoder, CREATED)
    assert not copies.exact
    recall.must_find(copies, encoder, invented.questions(10))
