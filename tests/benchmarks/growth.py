"""Measure what an index costs as it grows, and print tables to paste into the README beside this file.

python -m tests.benchmarks.growth FOLDER [--large]

Documents of any number are made of some thousand real passages and their real encodings (`enlarged.py`), which are
encoded once and kept in FOLDER; indexes are made there, too, and removed. Each step has a process of its own.
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
from typing import TYPE_CHECKING, Any

from tests.benchmarks.cost import MAXRSS_BYTES, MB, ONE_THREAD, machine

if TYPE_CHECKING:
    from index.search import Index
    from index.store import Store
    from tests.benchmarks.enlarged import Library

# The index is imported only in the processes that are measured: a new process begins with the peak memory of the one
# that started it, so this one stays small.

SIZES = (20, 200, 2_000)
"""Documents, of 50 passages each."""
LARGE = (20_000,)
PORTION = 2_000
"""Documents added by one update, which holds what is new in memory: a larger first index is made by several."""
EVERY = 10
"""Of the real questions one in so many is searched for."""
HITS = 30
"""As many as an answer asks for."""
HOUR = 3_600
REAL = "real"
"""Folder of the real encodings."""

Figures = dict[str, float]


class Clock:
    """Seconds of processor time of steps by name; a function that was wrapped counts whenever it is called."""

    def __init__(self) -> None:
        self.seconds: Figures = {}

    def timed(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def timing(*arguments: object, **more: object) -> object:
            began = time.process_time()
            try:
                return work(*arguments, **more)
            finally:
                self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - began

        return timing

    def wrap(self, name: str, module: ModuleType, function: str) -> None:
        setattr(module, function, self.timed(name, getattr(module, function)))


def first(folder: Path, documents: int) -> Figures:
    """Build the first index and publish it."""
    from index import build as building
    from index.search import Index

    clock, library, store = _begun(folder)
    clock.wrap("graphs", building, "with_graphs")
    live, digests = None, dict[str, str]()
    for begin in range(0, documents, PORTION):
        made = [library.document(number) for number in range(begin, min(begin + PORTION, documents))]
        digests |= {document.source.id: document.source.sha256 for document in made}
        index = clock.timed("first", building.build)(made, digests, library, datetime.now(UTC), live)
        _publish(clock, store, index)
        store.prune()
        live = Index.restored(*store.load())
    spent = clock.seconds
    passages = live.manifest.passages if live else 0
    return {
        "passages": passages,
        "first": spent["first"] - library.seconds + spent["write"] + spent["verify"],
        "graphs": spent["graphs"],
        "encode_hours": passages * library.passage_seconds / HOUR,
        "first_mb": _peak_mb(),
    }


def update(folder: Path, documents: int) -> Figures:
    """Change one document, and publish an index that knows."""
    from index import build as building
    from index import lexical
    from index.search import Index

    clock, library, store = _begun(folder)
    for name, module, function in (
        ("cut", building, "cut"),
        ("lexical", lexical, "counted"),
        ("lexical", lexical, "joined"),
        ("assemble", building, "assemble"),
    ):
        clock.wrap(name, module, function)
    changed = library.document(documents // 2, edition=2)
    began = time.process_time()
    live = clock.timed("load", lambda: Index.restored(*store.load()))()
    digests = {**live.manifest.sources, changed.source.id: changed.source.sha256}
    changes = clock.timed("plan", building.plan)(live.manifest, digests, library)
    assert changes.changed == (changed.source.id,), changes
    index = clock.timed("build", building.build)([changed], digests, library, datetime.now(UTC), live)
    _publish(clock, store, index)
    return {**clock.seconds, "update": time.process_time() - began - library.seconds, "update_mb": _peak_mb()}


def search(folder: Path, documents: int) -> Figures:
    """Open the index and search it."""
    from index.search import Index, read_query

    clock, library, store = _begun(folder)
    index = clock.timed("open", lambda: Index.restored(*store.load()))()
    opened_mb = _peak_mb()
    queries = [read_query(index, library, each["text"]) for each in library.questions.texts[::EVERY]]
    took_ms = []
    for query in [queries[0], *queries, *queries]:  # the second time round nothing is read for the first time
        began = time.process_time()
        assert len(index.search(query, HITS)) == HITS
        took_ms.append((time.process_time() - began) * 1000)
    warm_ms = took_ms[1 + len(queries) :]
    scored_ms = []
    for query in queries:
        began = time.process_time()
        index.lexical.scores([term.stem for term in query.terms])
        scored_ms.append((time.process_time() - began) * 1000)
    files = [file.stat() for file in (store.folder / index.manifest.version).iterdir()]
    return {
        **clock.seconds,
        "open_mb": opened_mb,
        "search_first_ms": took_ms[0],
        "search_new_ms": statistics.median(took_ms[1 : 1 + len(queries)]),
        "search_ms": statistics.median(warm_ms),
        "search_95_ms": statistics.quantiles(warm_ms, n=20)[-1],
        "lexical_ms": statistics.median(scored_ms),
        "search_mb": _peak_mb(),
        "own_mb": _own_mb(),
        "kb_per_passage": sum(file.st_size for file in files) / 1000 / index.manifest.passages,
        "new_mb": sum(file.st_size for file in files if file.st_nlink == 1) / MB,
    }


def ways(folder: Path, documents: int) -> Figures:
    """Find the nearest vectors of the same segments by each way there is."""
    from index.search import Index
    from tests.benchmarks import neighbours

    _, library, store = _begun(folder)
    index = Index.restored(*store.load())
    segments, questions = index.segments, library.questions.vectors[::EVERY]
    return neighbours.compared([each.flat for each in segments], questions, [each.graph for each in segments])


def answers(folder: Path, documents: int) -> Figures:
    """Ask real questions, each once; not of a million passages, whose words take a quarter of an hour to learn."""
    if documents > SIZES[-1]:
        return {}
    from bot.assistant import Assistant
    from index.encoder import DEFAULT_MODEL, fingerprint
    from index.export import exported
    from index.onnx_encoder import OnnxEncoder
    from index.search import Index

    _, library, store = _begun(folder)
    with tempfile.TemporaryDirectory() as model:
        exported(DEFAULT_MODEL, Path(model))
        encoder = OnnxEncoder(Path(model), DEFAULT_MODEL, fingerprint(DEFAULT_MODEL))
    assistant = Assistant(Index.restored(*store.load()), encoder)
    took_ms = []
    for each in library.questions.texts[::EVERY]:
        began = time.process_time()
        assistant.ask(each["text"])
        took_ms.append((time.process_time() - began) * 1000)
    return {"answer_ms": statistics.median(took_ms), "answer_95_ms": statistics.quantiles(took_ms, n=20)[-1]}


STEPS: dict[str, Callable[[Path, int], Figures]] = {
    "first": first,
    "update": update,
    "search": search,
    "answers": answers,
    "ways": ways,
}


def real(folder: Path) -> Figures:
    """Find the nearest of the real vectors alone."""
    import numpy as np

    from index import flat
    from tests.benchmarks import neighbours
    from tests.benchmarks.enlarged import opened

    vectors = np.concatenate([opened(folder / REAL, name).vectors for name in ("passages", "halves")])
    found = neighbours.compared([flat.made(vectors, vectors.shape[1])], opened(folder / REAL, "questions").vectors)
    return {"passages": len(vectors), **found}


def _begun(folder: Path) -> tuple[Clock, Library, Store]:
    from index.store import Store
    from tests.benchmarks.enlarged import Library

    return Clock(), Library(folder.parent / REAL), Store(folder, keep=2)


def _publish(clock: Clock, store: Store, index: Index) -> None:
    manifest = clock.timed("write", lambda: store.save(index.manifest, index.parts()))()
    clock.timed("verify", store.publish)(manifest.version)


def _peak_mb() -> float:
    """What the process has held at most, what it maps from the disk included."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_BYTES / MB


def _own_mb() -> float:
    """What the process holds for itself alone, where Linux tells."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return sum(int(line.split()[1]) * 1024 / MB for line in lines if line.startswith("RssAnon:"))


def measure(folder: Path, documents: int) -> Figures:
    """All figures of a library of this size."""
    figures: Figures = {}
    with tempfile.TemporaryDirectory(dir=folder) as index:
        for step in STEPS:
            figures.update(_ran(step, index, str(documents)))
    return figures


def _ran(*arguments: str) -> Figures:
    command = [sys.executable, "-m", "tests.benchmarks.growth", *arguments]
    ran = subprocess.run(command, env=os.environ | ONE_THREAD, stdout=subprocess.PIPE, text=True, check=True)
    figures: Figures = json.loads(ran.stdout)
    return figures


ROWS = (
    ("Passages", "passages", ",.0f"),
    ("First index, without encoding, s", "first", ".1f"),
    ("- of it graphs", "graphs", ".1f"),
    ("- encoding besides, hours (estimate)", "encode_hours", ".2f"),
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
    ("The first search, ms", "search_first_ms", ".1f"),
    ("Search for what was not asked before, median ms", "search_new_ms", ".1f"),
    ("Search, median ms", "search_ms", ".1f"),
    ("- 95th percentile", "search_95_ms", ".1f"),
    ("- of it BM25, median ms", "lexical_ms", ".1f"),
    ("- peak memory, MB", "search_mb", ".0f"),
    ("- of it the process's own", "own_mb", ".0f"),
    ("A whole answer, the question's encoding included, median ms", "answer_ms", ".1f"),
    ("- 95th percentile", "answer_95_ms", ".1f"),
)
"""What was measured: its title, its name among the figures, and how they are written."""


def print_table(measured: list[Figures], titles: tuple[tuple[str, str, str], ...]) -> None:
    """Print what was measured, a column for each size."""
    for number, (title, name, unit) in enumerate(titles):
        print(f"| {title} | {' | '.join(format(each[name], unit) if name in each else '' for each in measured)} |")
        if not number:
            print(f"|{' --- |' * (len(measured) + 1)}")


def ways_rows(measured: list[Figures]) -> Iterator[tuple[str, str, str]]:
    """A row for each way to find the nearest, and each of its figures."""
    yield ROWS[0]
    for name in dict.fromkeys(name for figures in measured for name in figures if ": " in name):
        yield name, name, ".4f" if "recall" in name else ".2f"


def main() -> None:
    """Print the tables; with a step's name, a folder and a number of documents, its figures as JSON."""
    if len(sys.argv) == 4:
        print(json.dumps(STEPS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))))
    elif sys.argv[1] == REAL:
        print(json.dumps(real(Path(sys.argv[2]))))
    elif sys.argv[1] == "prepare":
        from tests.benchmarks.enlarged import prepare

        prepare(Path(sys.argv[2]) / REAL)
        print("{}")
    else:
        folder = Path(sys.argv[1])
        described = machine()
        _ran("prepare", str(folder))
        alone = _ran(REAL, str(folder))
        measured = [measure(folder, documents) for documents in (*SIZES, *(LARGE if "--large" in sys.argv else ()))]
        print(f"{described}\nSeconds and milliseconds are processor time of one core.\n")
        print_table(measured, ROWS)
        print("\nThe nearest vectors, of mixed and (the last column) of real passages alone:\n")
        print_table([*measured, alone], tuple(ways_rows([*measured, alone])))


if __name__ == "__main__":
    main()
