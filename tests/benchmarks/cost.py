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

ASKED_ONCE = 500
"""Questions to the library of a thousand passages, of which none has been asked before."""
HELPED = 7
"""Times that `--help` is timed."""
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
    from index.onnx_encoder import FILES

    service = Service(home)
    figures = {"import_seconds": lap()}
    documents = [service.library.document(source.id) for source in service.library.sources()]
    figures["read_seconds"] = lap()
    with service.model.prepared(None) as prepared:
        figures["export_seconds"] = lap()
        index = build(documents, {}, prepared.encoder, datetime.now(UTC))
        figures["encode_seconds"] = lap()
        evaluate.run(Assistant(index, prepared.encoder), evaluate.load([service.pairs_file]))
        figures["check_seconds"] = lap()
        manifest = service.store.save(index.manifest, {**index.parts(), **prepared.parts})
    service.store.publish(manifest.version)
    figures["save_seconds"] = lap()
    folder = service.store.folder / manifest.version
    size_bytes = sum(file.stat().st_size for file in folder.iterdir() if file.name not in FILES)
    return {**figures, "passages": manifest.passages, "bytes_per_passage": size_bytes / manifest.passages}


def answers(home: Path) -> Figures:
    """Ask all known pairs of a home, one after another: milliseconds of the processor for each, and the peak memory."""
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
            began = time.process_time()
            answer = service.ask(pair.question, thread, pair.today)
            took_ms.append((time.process_time() - began) * 1000)
            threads[pair.id] = (*thread, Turn(question=answer.question, answer=answer.text))
    service.close()
    return {
        "questions": len(pairs),
        "median_ms": statistics.median(took_ms),
        "p95_ms": statistics.quantiles(took_ms, n=20)[-1],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_BYTES / MB,
    }


def thousand(home: Path) -> Figures:
    """Ask questions on Wikipedia articles, each once, of a library of about a thousand passages."""
    from bot.assistant import Assistant
    from bot.service import Service
    from tests.benchmarks import wikipedia

    encoder = Service(home).assistant().encoder
    documents, cases = wikipedia.load(tuning=False)
    assistant = Assistant.of(documents, encoder)
    assistant.ask(FIRST_QUESTION)
    took_ms = []
    for case in cases[:ASKED_ONCE]:
        began = time.process_time()
        assistant.ask(case.question)
        took_ms.append((time.process_time() - began) * 1000)
    return {
        "thousand_passages": len(assistant.index.passages),
        "thousand_median_ms": statistics.median(took_ms),
        "thousand_p95_ms": statistics.quantiles(took_ms, n=20)[-1],
    }


def slack(home: Path) -> Figures:
    """Start the Slack process, with a Slack on loopback: seconds until it answers, and its memory after an answer."""
    from tests.bot.slack.conftest import event_body, mention
    from tests.bot.slack.fake_slack import APP_TOKEN, BOT_TOKEN, FakeSlack

    with FakeSlack() as fake:
        tokens = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": fake.api_url}
        began = time.perf_counter()
        command = [sys.executable, "-m", "bot.cli", "--home", str(home), "slack"]
        with subprocess.Popen(command, env=os.environ | tokens, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            try:
                while not (line := process.stderr.readline()).startswith("Answering as"):
                    assert line, "The Slack process ended."
                seconds = time.perf_counter() - began
                now = f"{time.time():.6f}"  # a question that was asked before would not be answered again
                fake.sockets.send("e1", event_body(mention(FIRST_QUESTION, ts=now), now))
                fake.wait_for_messages(1)
                peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())
            finally:
                process.kill()
    assert peak is not None
    return {"slack_seconds": seconds, "slack_mb": int(peak[1]) * MAXRSS_BYTES / MB}


STEPS: dict[str, Callable[[Path], Figures]] = {
    "first-index": first_index,
    "answers": answers,
    "thousand": thousand,
    "slack": slack,
}


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
    update, first, steps, started = [], [], [], []
    for number in range(ROUNDS):
        home = folder / f"home{number}"
        update.append(_ran("bot.cli", "--home", str(home), "index", "update", "--force", "--because", "cost")[1])
        first.append(_ran("bot.cli", "--home", str(home), "ask", FIRST_QUESTION)[1])
        steps.append(_figures("first-index", folder / f"steps{number}"))
        started.append(_figures("slack", home))
    shown = [_ran("bot.cli", "--help")[1] for _ in range(HELPED)]
    return {
        **_medians(steps),
        **_medians(started),
        **_figures("answers", folder / "home0", **ONE_THREAD),
        **_figures("thousand", folder / "home0", **ONE_THREAD),
        "help_seconds": statistics.median(shown),
        "update_seconds": statistics.median(update),
        "first_seconds": statistics.median(first),
    }


def _medians(several: list[Figures]) -> Figures:
    return {name: statistics.median(figures[name] for figures in several) for name in several[0]}


def rows(figures: Figures) -> Iterator[tuple[str, str, str]]:
    """What was measured, its figure with the unit, and the aim where there is one."""
    yield "`merger-bot index update` on a new home, start to end", f"{figures['update_seconds']:.1f} s", "20 s"
    yield "- import, and fill the home", f"{figures['import_seconds']:.1f} s", ""
    yield "- read the documents", f"{figures['read_seconds']:.2f} s", ""
    yield "- export the model, once", f"{figures['export_seconds']:.1f} s", ""
    yield "- cut and encode the passages", f"{figures['encode_seconds']:.1f} s", ""
    yield "- ask the known pairs", f"{figures['check_seconds']:.1f} s", ""
    yield "- save and publish", f"{figures['save_seconds']:.2f} s", ""
    yield "`merger-bot --help`, start to end", f"{figures['help_seconds']:.2f} s", "0.3 s"
    yield "`merger-bot ask` on a built home, start to end", f"{figures['first_seconds']:.2f} s", "1.5 s"
    yield "`merger-bot slack` on a built home, until it answers", f"{figures['slack_seconds']:.2f} s", "2 s"
    yield "- its peak memory after an answer", f"{figures['slack_mb']:.0f} MB", "350 MB"
    yield "A warm answer, median", f"{figures['median_ms']:.1f} ms", "15 ms"
    yield "- 95th percentile", f"{figures['p95_ms']:.1f} ms", "30 ms"
    yield "- peak memory after all of them", f"{figures['peak_mb']:.0f} MB", "350 MB"
    passages = figures["thousand_passages"]
    yield f"A warm answer from {passages:.0f} passages, median", f"{figures['thousand_median_ms']:.1f} ms", "15 ms"
    yield "- 95th percentile", f"{figures['thousand_p95_ms']:.1f} ms", "30 ms"
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
