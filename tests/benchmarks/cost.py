"""Measure what building the index and answering cost, and print a table to paste into the README beside this file.

python -m tests.benchmarks.cost

Each figure comes from processes of its own, on homes that begin with the bundled briefings.
"""

from __future__ import annotations

import json
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

# The assistant is imported only in the processes that are measured: a new process begins with the peak memory of the
# one that started it, so this one stays small.

ROUNDS = 3
"""Times that all known pairs are asked, and that a command or a build is repeated; of those the median counts."""
FIRST_QUESTION = "What conditions come with the approval?"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""For the libraries below; the encoder takes one thread for a question anyway."""
MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024
"""What `ru_maxrss` counts in: bytes on macOS, kibibytes elsewhere."""
MB = 1_000_000

Figures = dict[str, float]


def first_index(home: Path) -> Figures:
    """Make a home and take the steps of its first index one by one: seconds of each, and what lies on the disk then."""
    clock = [time.perf_counter()]

    def lap() -> float:
        clock.append(time.perf_counter())
        return clock[-1] - clock[-2]

    from bot import evaluate
    from bot.assistant import Assistant
    from bot.service import Service
    from index.build import build

    service = Service(home)
    figures = {"import_seconds": lap()}
    encoder = service.encoder
    figures["load_seconds"] = lap()
    documents = [service.library.document(source.id) for source in service.library.sources()]
    figures["read_seconds"] = lap()
    index = build(documents, {}, encoder, datetime.now(UTC))
    figures["encode_seconds"] = lap()
    evaluate.run(Assistant(index, encoder), evaluate.load([service.pairs_file]))
    figures["check_seconds"] = lap()
    manifest = service.store.save(index.manifest, index.parts())
    service.store.publish(manifest.version)
    figures["save_seconds"] = lap()
    folder = service.store.folder / manifest.version
    size_bytes = sum(file.stat().st_size for file in folder.iterdir())
    return {**figures, "passages": manifest.passages, "bytes_per_passage": size_bytes / manifest.passages}


def answers(home: Path) -> Figures:
    """Ask all known pairs of a home, one after another: milliseconds for each answer, and the peak memory."""
    from bot import evaluate
    from bot.answer.types import Turn
    from bot.service import Service

    service = Service(home)
    pairs = evaluate.load([service.pairs_file])
    service.ask(FIRST_QUESTION)
    took_ms = []
    for _ in range(ROUNDS):
        threads: dict[str, tuple[Turn, ...]] = {}
        for pair in pairs:
            thread = threads.get(pair.follows, ())
            began = time.perf_counter()
            answer = service.ask(pair.question, thread, pair.today)
            took_ms.append((time.perf_counter() - began) * 1000)
            threads[pair.id] = (*thread, Turn(question=answer.question, answer=answer.text))
    service.close()
    return {
        "questions": len(pairs),
        "median_ms": statistics.median(took_ms),
        "p95_ms": statistics.quantiles(took_ms, n=20)[-1],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_BYTES / MB,
    }


STEPS: dict[str, Callable[[Path], Figures]] = {"first-index": first_index, "answers": answers}


def _ran(*arguments: str, **environment: str) -> tuple[str, float]:
    """Run a module in a fresh process: what it printed, and the seconds from its start to its end."""
    began = time.perf_counter()
    command = [sys.executable, "-m", *arguments]
    ran = subprocess.run(command, env=os.environ | environment, stdout=subprocess.PIPE, text=True, check=True)
    return ran.stdout, time.perf_counter() - began


def _figures(step: str, home: Path, **environment: str) -> Figures:
    figures: Figures = json.loads(_ran("tests.benchmarks.cost", step, str(home), **environment)[0])
    return figures


def measure(folder: Path) -> Figures:
    """All figures, from homes that are made in a folder; of what was measured several times, the median."""
    update, first, steps = [], [], []
    for number in range(ROUNDS):
        home = folder / f"home{number}"
        update.append(_ran("bot.cli", "--home", str(home), "index", "update", "--force", "--because", "cost")[1])
        first.append(_ran("bot.cli", "--home", str(home), "ask", FIRST_QUESTION)[1])
        steps.append(_figures("first-index", folder / f"steps{number}"))
    medians = {name: statistics.median(figures[name] for figures in steps) for name in steps[0]}
    return {
        **medians,
        **_figures("answers", folder / "home0", **ONE_THREAD),
        "update_seconds": statistics.median(update),
        "first_seconds": statistics.median(first),
    }


def rows(figures: Figures) -> Iterator[tuple[str, str, str]]:
    """What was measured, its figure with the unit, and the aim where there is one."""
    yield "`merger-bot index update` on a new home, start to end", f"{figures['update_seconds']:.1f} s", "20 s"
    yield "- import, and fill the home", f"{figures['import_seconds']:.1f} s", ""
    yield "- load the model", f"{figures['load_seconds']:.1f} s", ""
    yield "- read the documents", f"{figures['read_seconds']:.2f} s", ""
    yield "- cut and encode the passages", f"{figures['encode_seconds']:.1f} s", ""
    yield "- ask the known pairs", f"{figures['check_seconds']:.1f} s", ""
    yield "- save and publish", f"{figures['save_seconds']:.2f} s", ""
    yield "A warm answer, median", f"{figures['median_ms']:.1f} ms", "40 ms"
    yield "A warm answer, 95th percentile", f"{figures['p95_ms']:.1f} ms", ""
    yield "Peak memory of the process that answers", f"{figures['peak_mb']:.0f} MB", "700 MB"
    yield "From the start of `merger-bot ask` on a built home to its end", f"{figures['first_seconds']:.1f} s", ""
    yield "Passages", f"{figures['passages']:.0f}", ""
    yield "Index on disk, for each passage", f"{figures['bytes_per_passage'] / 1000:.1f} kB", ""


def machine() -> str:
    """The processor, the cores, the versions that matter, and how busy it was, as a sentence."""
    load = os.getloadavg()[0]
    return (
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, "
        f"torch {version('torch')}; load {load:.1f} before it began."
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*:\s*(.+)", info.read_text()) if info.exists() else None
    return named[1] if named else platform.processor() or platform.machine()


def main() -> None:
    """Print the table; with a step's name and a home, its figures as JSON."""
    if len(sys.argv) == 3:
        print(json.dumps(STEPS[sys.argv[1]](Path(sys.argv[2]))))
        return
    described = machine()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder))
    print(f"{described}\n{figures['questions']:.0f} questions, each asked {ROUNDS} times, on one thread.\n")
    print("| Measured | Figure | Aim |\n| --- | --- | --- |")
    for row in rows(figures):
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
