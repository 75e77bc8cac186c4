"""Measure what an index costs as it grows, and print a table to paste into the README beside this file.

python -m tests.benchmarks.growth [--large]

Documents are invented, of 50 passages each, and their vectors come from an encoder that stands in for the model
(`invented.py`): what encoding costs is known and not measured here. Each step has a process of its own.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.benchmarks.cost import MAXRSS_BYTES, MB, ONE_THREAD, machine

SIZES = (20, 200, 2_000)
"""Documents."""
LARGE = 10_000
PORTION = 2_000
"""Documents added by one update, which holds what is new in memory: a larger first index is made by several."""
QUESTIONS = 40
"""Whose median counts."""
HITS = 10

Figures = dict[str, float]


class Clock:
    """Seconds of steps by name; a function that was wrapped counts whenever it is called."""

    def __init__(self) -> None:
        self.seconds: Figures = {}

    def timed(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def timing(*arguments: object, **more: object) -> object:
            began = time.perf_counter()
            try:
                return work(*arguments, **more)
            finally:
                self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - began

        return timing

    def wrap(self, name: str, module: ModuleType, function: str) -> None:
        setattr(module, function, self.timed(name, getattr(module, function)))


def first(folder: Path, documents: int) -> Figures:
    """Build the first index and publish it."""
    from index.build import build
    from index.search import Index
    from index.store import Store
    from tests.benchmarks import invented

    clock, encoder, store = Clock(), invented.StandIn(), Store(folder)
    live, digests = None, dict[str, str]()
    for begin in range(0, documents, PORTION):
        made = list(invented.documents(begin, min(begin + PORTION, documents)))
        digests |= {document.source.id: document.source.sha256 for document in made}
        index = clock.timed("first", build)(made, digests, encoder, datetime.now(UTC), live)
        _publish(clock, store, index)
        store.prune()
        live = Index.restored(*store.load())
    took = clock.seconds["first"] - encoder.seconds + clock.seconds["write"] + clock.seconds["verify"]
    return {"passages": live.manifest.passages if live else 0, "first": took, "first_mb": _peak_mb()}


def update(folder: Path, documents: int) -> Figures:
    """Change one document, and publish an index that knows."""
    from index import build as building
    from index import lexical
    from index.search import Index
    from index.store import Store
    from tests.benchmarks import invented

    clock, encoder, store = Clock(), invented.StandIn(), Store(folder)
    for name, module, function in (
        ("cut", building, "cut"),
        ("lexical", lexical, "counted"),
        ("lexical", lexical, "joined"),
        ("assemble", building, "assemble"),
    ):
        clock.wrap(name, module, function)
    changed = invented.document(documents // 2, edition=2)
    began = time.perf_counter()
    live = clock.timed("load", lambda: Index.restored(*store.load()))()
    digests = {**live.manifest.sources, changed.source.id: changed.source.sha256}
    changes = clock.timed("plan", building.plan)(live.manifest, digests, encoder)
    assert changes.changed == (changed.source.id,), changes
    index = clock.timed("build", building.build)([changed], digests, encoder, datetime.now(UTC), live)
    _publish(clock, store, index)
    return {**clock.seconds, "update": time.perf_counter() - began, "update_mb": _peak_mb()}


def search(folder: Path, documents: int) -> Figures:
    """Open the index and search it."""
    from index.search import Index, read_query
    from index.store import Store
    from tests.benchmarks import invented

    clock, encoder, store = Clock(), invented.StandIn(), Store(folder)
    index = clock.timed("open", lambda: Index.restored(*store.load()))()
    opened_mb = _peak_mb()
    took_ms = []
    for query in [read_query(index, encoder, question) for question in invented.questions(QUESTIONS)]:
        began = time.perf_counter()
        assert len(index.search(query, HITS)) == HITS
        took_ms.append((time.perf_counter() - began) * 1000)
    size = sum(file.stat().st_size for file in (folder / index.manifest.version).iterdir())
    new = sum(file.stat().st_size for file in (folder / index.manifest.version).iterdir() if file.stat().st_nlink == 1)
    return {
        **clock.seconds,
        "open_mb": opened_mb,
        "search_ms": statistics.median(took_ms),
        "search_mb": _peak_mb(),
        "kb_per_passage": size / 1000 / index.manifest.passages,
        "new_mb": new / MB,
    }


STEPS: dict[str, Callable[[Path, int], Figures]] = {"first": first, "update": update, "search": search}


def _publish(clock: Clock, store: Any, index: Any) -> None:  # noqa: ANN401 - imported only where it is measured
    manifest = clock.timed("write", lambda: store.save(index.manifest, index.parts()))()
    clock.timed("verify", store.publish)(manifest.version)


def _peak_mb() -> float:
    """What the process has held at most, what it maps from the disk included."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_BYTES / MB


def measure(documents: int) -> Figures:
    """All figures of a library of this size."""
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for step in STEPS:
            command = [sys.executable, "-m", "tests.benchmarks.growth", step, folder, str(documents)]
            ran = subprocess.run(command, env=os.environ | ONE_THREAD, stdout=subprocess.PIPE, text=True, check=True)
            figures.update(json.loads(ran.stdout))
    return figures


def rows(measured: list[Figures]) -> Iterator[tuple[str, ...]]:
    """What was measured, and its figure for each size."""
    for title, name, unit in (
        ("Passages", "passages", ",.0f"),
        ("First index, without encoding, s", "first", ".1f"),
        ("- peak memory, MB", "first_mb", ".0f"),
        ("Update with one document changed, s", "update", ".2f"),
        ("- load the live index", "load", ".2f"),
        ("- plan", "plan", ".2f"),
        ("- build, with all of the next three", "build", ".2f"),
        ("- cut", "cut", ".2f"),
        ("- count words", "lexical", ".2f"),
        ("- assemble", "assemble", ".2f"),
        ("- write", "write", ".2f"),
        ("- compare checksums, publish", "verify", ".2f"),
        ("- peak memory, MB", "update_mb", ".0f"),
        ("Disk, kB a passage", "kb_per_passage", ".1f"),
        ("- written by the update, MB", "new_mb", ".2f"),
        ("Open, s", "open", ".2f"),
        ("- peak memory, MB", "open_mb", ".0f"),
        ("Search, median ms", "search_ms", ".1f"),
        ("- peak memory, MB", "search_mb", ".0f"),
    ):
        yield title, *(format(figures.get(name, 0.0), unit) for figures in measured)


def main() -> None:
    """Print the table; with a step's name, a folder and a number of documents, its figures as JSON."""
    if len(sys.argv) == 4:
        print(json.dumps(STEPS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))))
        return
    described = machine()
    measured = [measure(documents) for documents in (*SIZES, *([LARGE] if "--large" in sys.argv else []))]
    print(f"{described}\nThe encoder is a stand-in with the dimension and projection of the default model.\n")
    head, *table = rows(measured)
    for row in (head, ("---",) * len(head), *table):
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
