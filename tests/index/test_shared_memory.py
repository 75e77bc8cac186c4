"""Processes that answer from the same index share its memory: the system keeps each page of it once."""

from __future__ import annotations

import multiprocessing
import re
import sys
import zlib
from datetime import UTC, datetime
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import numpy as np
import pytest

from index import search, snapshot
from index.build import build
from index.search import Index, read_query
from index.store import Store
from tests.benchmarks import invented

CREATED = datetime(2019, 11, 1, 9, 30, tzinfo=UTC)
DOCUMENTS = 4
PASSAGES = 50 * DOCUMENTS
PAGE = 4_096
WAIT_SECONDS = 60
LARGE = (
    "vectors.faiss", "graph.faiss", "token_vectors.npy", "token_spans.npy", "rows.npy", "counts.npy",
    "documents.jsonl", "passages.jsonl", "vocabulary.json",
)  # fmt: skip
"""What grows with the library, of each segment."""

Mapped = dict[str, dict[str, int]]
"""Of each mapped file of an index, what the system says of its pages, in kB."""


def mapped(folder: Path) -> Mapped:
    """The maps of this process."""
    found: Mapped = {}
    file = ""
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if head := re.match(r"[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \d+\s*(.*)", line):
            file = head[1] if head[1].startswith(f"{folder}/") else ""
        elif file and (entry := re.match(r"(\w+):\s+(\d+) kB", line)):
            sizes = found.setdefault(file.rpartition("/")[2].partition(".")[2], {})
            sizes[entry[1]] = sizes.get(entry[1], 0) + int(entry[2])
    return found


def ask(folder: Path, together: Barrier, said: Queue[Mapped]) -> None:
    """Open an index, read all of it, ask it, and tell how much is mapped while the others have it open, too."""
    snapshot.MAPPED_FROM_BYTES, search.EXACT_UP_TO = PAGE, 1
    manifest, parts = Store(folder).load()
    index = Index.restored(manifest, parts)
    for part in parts.values():
        zlib.crc32(part.data if isinstance(part, np.ndarray) else part)
    query = read_query(index, invented.StandIn(), *invented.questions(1))
    assert len(index.search(query, 10)) == 10
    (segment,) = index.segments
    assert segment.graph is not None
    assert not segment.flat.index.codes.is_owned  # FAISS reads where it is mapped
    assert not segment.graph.index.hnsw.neighbors.is_owned
    together.wait(WAIT_SECONDS)
    said.put(mapped(folder))
    together.wait(WAIT_SECONDS)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells which pages are shared")
def test_two_processes_share_all_pages_of_an_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "EXACT_UP_TO", 1)
    monkeypatch.setattr(search, "GRAPH_FROM", 1)
    documents = list(invented.documents(0, DOCUMENTS))
    index = build(documents, {made.source.id: "ab12" for made in documents}, invented.StandIn(), CREATED)
    store = Store(tmp_path / "index")
    store.publish(store.save(index.manifest, index.parts()).version)

    context = multiprocessing.get_context("spawn")
    together, said = context.Barrier(2), context.Queue()
    processes = [context.Process(target=ask, args=(store.folder, together, said)) for _ in range(2)]
    for process in processes:
        process.start()
    told = [said.get(timeout=WAIT_SECONDS) for _ in processes]
    for process in processes:
        process.join(WAIT_SECONDS)
    assert [process.exitcode for process in processes] == [0, 0]
    for maps in told:
        assert set(LARGE) <= maps.keys()
        for file, kb in maps.items():
            assert kb["Rss"] > 0, file
            assert kb["Shared_Clean"] + kb["Shared_Dirty"] == kb["Rss"], file
            assert 2 * kb["Pss"] <= kb["Rss"] + PAGE // 1024, file
