"""Measure what people notice of an update: questions asked all the while, at a steady rate.

python -m tests.benchmarks.update_under_load [--documents 20]

This process answers the known pairs' questions on a home of the bundled briefings, as the Slack bot would: in a thread
pool, watching for a new index. Meanwhile a second process adds documents of made-up text and runs `merger-bot index
update`. An answer's time counts from the moment at which its question was due, so that a stall is not hidden by the
questions that had to wait behind it.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bot import evaluate
from bot.service import Service
from bot.update import Orders
from tests.benchmarks.cost import machine

RATE = 20.0
"""Questions a second."""
WORKERS = 4
"""Questions answered at the same time, as in Slack by default."""
ALONE_SECONDS = 10.0
"""Of questions before the update begins, and after the new index has answered."""
PARAGRAPHS = 12
"""Of each document that is added."""
AROUND_SECONDS = 5.0
"""Before and after the moment at which the new index is taken up."""
MOST_SECONDS = 300.0
"""After which a new index that has not answered counts as missing."""

WORDS = (
    "harbour ferry board pier boat crew timetable ticket island lighthouse captain storm cargo market fish net rope "
    "tide quay crane warehouse engine sailor pilot bridge anchor deck passenger winter summer repair budget committee "
    "report meeting plan engineer school library garden museum road bus driver baker orchestra festival"
).split()


@dataclass(frozen=True, slots=True)
class Asked:
    """One question."""

    due: float
    """On the monotonic clock, in seconds."""
    done: float
    version: str
    """Of the index that answered; empty if it failed."""


def made_up(number: int) -> str:
    """A document of sentences without sense."""
    chance = random.Random(number)
    paragraphs = []
    for part in range(PARAGRAPHS):
        sentences = [
            f"The {' '.join(chance.choices(WORDS, k=12))} of {chance.choice(WORDS)} number {chance.randrange(1000)}."
            for _ in range(6)
        ]
        paragraphs.append(f"## Part {part + 1}\n\n{' '.join(sentences)}\n")
    return f"# Harbour paper {number}\n\n" + "\n".join(paragraphs)


@dataclass(slots=True)
class Moments:
    """When what happened, on the monotonic clock, in seconds; 0 if it has not."""

    began: float = 0.0
    published: float = 0.0
    served: float = 0.0
    """The new index gave its first answers."""
    ended: float = 0.0


def update(home: Path, papers: Path, moments: Moments) -> None:
    """Add documents and update the index, by the command line in processes of their own."""
    command = [sys.executable, "-m", "bot.cli", "--home", str(home)]
    subprocess.run([*command, "documents", "add", str(papers), "--json"], stdout=subprocess.DEVNULL, check=True)
    moments.began = time.monotonic()
    forced = ["--force", "--because", "to measure"]
    subprocess.run([*command, "index", "update", *forced], stdout=subprocess.DEVNULL, check=True)
    moments.ended = time.monotonic()


def ask(service: Service, question: str, due: float) -> Asked:
    """Answer one question."""
    try:
        version = service.ask(question).index_version
    except Exception as problem:  # whatever it is, it is what somebody would have seen
        print(f"{question}: {problem!r}", file=sys.stderr)
        version = ""
    return Asked(due, time.monotonic(), version)


def measure(home: Path, papers: Path) -> tuple[list[Asked], Moments]:
    """Ask all the while an index is updated."""
    service = Service(home)
    questions = [pair.question for pair in evaluate.load([service.pairs_file]) if not pair.follows]
    old = service.ask(questions[0]).index_version
    moments = Moments()
    updating = threading.Thread(target=update, args=(home, papers, moments), daemon=True)
    futures: list[Future[Asked]] = []
    first = due = time.monotonic()
    with service.watch(), ThreadPoolExecutor(WORKERS) as pool:
        while not moments.served or due < max(moments.served, moments.ended) + ALONE_SECONDS:
            time.sleep(max(due - time.monotonic(), 0.0))
            futures.append(pool.submit(ask, service, questions[len(futures) % len(questions)], due))
            due += 1 / RATE
            if due > first + ALONE_SECONDS and updating.ident is None:
                updating.start()
            if not moments.published and service.store.current() != old:
                moments.published = time.monotonic()
            if not moments.served and service.assistant().index.manifest.version != old:
                moments.served = time.monotonic()
            if due > first + MOST_SECONDS:
                raise SystemExit(f"No new index has answered after {MOST_SECONDS:.0f} s.")
    service.close()
    return [future.result() for future in futures], moments


def row(name: str, asked: Sequence[Asked]) -> str:
    """How long the answers of one stretch of time took."""
    took = sorted(one.done - one.due for one in asked)
    p95 = statistics.quantiles(took, n=20)[-1]
    failed = sum(not one.version for one in asked)
    return f"| {name} | {len(asked)} | {failed} | {statistics.median(took):.3f} | {p95:.3f} | {took[-1]:.3f} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--documents", type=int, default=20)
    number = parser.parse_args().documents
    described = machine()
    with tempfile.TemporaryDirectory() as folder:
        home, papers = Path(folder) / "home", Path(folder) / "papers"
        papers.mkdir()
        for each in range(number):
            (papers / f"paper-{each}.md").write_text(made_up(each), "utf-8")
        Service(home).update(Orders(force=True, because="to measure"))
        asked, moments = measure(home, papers)
        passages = [snapshot.manifest.passages for snapshot in Service(home).store.snapshots() if snapshot.manifest]
    load = os.getloadavg()[0]
    print(f"{described} Load {load:.1f} at its end.\n{RATE:.0f} questions a second, {WORKERS} at the same time; ")
    print(f"{number} documents were added, {passages[-1]} passages became {passages[0]}.\n")
    print("| Asked | Questions | Failed | Median s | 95th percentile s | Slowest s |\n| --- " + "| --- " * 5 + "|")
    print(row("before the update", [one for one in asked if one.due < moments.began]))
    print(row("while it went on", [one for one in asked if moments.began <= one.due < moments.ended]))
    print(row("around the change of index", [one for one in asked if abs(one.due - moments.served) < AROUND_SECONDS]))
    print(row("afterwards", [one for one in asked if one.due >= moments.ended]))
    print(f"\nThe update took {moments.ended - moments.began:.1f} s. Its index answered ", end="")
    print(f"{moments.served - moments.published:.1f} s after it was published.")


if __name__ == "__main__":
    main()
