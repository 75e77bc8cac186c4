"""Print our assistant beside LlamaIndex, Haystack, txtai and SQLite's FTS5: two tables for the README one folder up.

python -m tests.benchmarks.peers --python ../peers/bin/python [--rounds N] [--questions N]

The peers run in an environment of their own, made as the README says. Every figure comes from a process of its own;
within a round the contenders take turns.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.cost import ONE_THREAD, machine
from tests.benchmarks.libraries import ROOT
from tests.benchmarks.peers import material
from tests.benchmarks.peers.contender import Found
from tests.benchmarks.peers.material import Asked, Material
from tests.benchmarks.peers.worker import Figures, Job
from tests.benchmarks.wikipedia import FOLDER

ROUNDS = 3
QUESTIONS = 500
"""On Wikipedia, and as many on the policies: a standard error of at most 2.2 points."""
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "TQDM_DISABLE": "1",
}
"""Nothing is fetched and nothing reported."""
LINES = 15
"""Of what a process said before it failed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A contender, as the tables name it."""

    name: str
    module: str
    package: str = ""
    """Whose version is shown; a peer, which runs in the other environment."""
    index_of: str = ""
    """The module whose index it asks, where it builds none."""


ENTRIES = (
    Entry("ours, passage found", "ours"),
    Entry("ours, answer", "ours_answers", index_of="ours"),
    Entry("LlamaIndex", "llamaindex", package="llama-index-core"),
    Entry("Haystack", "haystack", package="haystack-ai"),
    Entry("txtai", "txtai", package="txtai"),
    Entry("SQLite FTS5", "sqlite"),
)


COLUMNS = {
    "briefings": ("Index of the 5 briefings, s", 1),
    "articles": ("Index of the 23 articles, s", 0),
    "start": ("Start to first answer, s", 1),
    "median": ("A question, median ms", 1),
    "p95": ("95th percentile, ms", 1),
    "peak": ("Peak MB", 0),
}
"""What is measured: its name in the table, and the digits after the point."""


@dataclass(slots=True)
class Measured:
    """What was measured of one contender."""

    took: dict[str, list[float]] = field(default_factory=dict)
    """By what was measured, a figure for each round."""
    shown: dict[str, list[tuple[Material, Asked, list[Found]]]] = field(default_factory=dict)
    """By library, what was shown first for each question."""

    def add(self, what: str, figure: float) -> None:
        """Keep a figure."""
        self.took.setdefault(what, []).append(figure)

    def show(self, of: Material, asked: Sequence[Asked], found: Sequence[Sequence[tuple[str, str]]]) -> None:
        """Keep what was shown."""
        firsts = self.shown.setdefault(of.name, [])
        firsts += [(of, one, [Found(*words) for words in shown]) for one, shown in zip(asked, found, strict=True)]


@dataclass(frozen=True, slots=True)
class Bench:
    """Where it all happens."""

    folder: Path
    peers_python: str
    began: float

    def run(self, entry: Entry, step: str, jobs: Sequence[Job], **environment: str) -> Figures:
        """Do a step in a process of its own, and give what it measured."""
        print(f"{time.monotonic() - self.began:4.0f} s: {entry.name}, {step}", file=sys.stderr)
        file = self.folder / "jobs.json"
        file.write_text(json.dumps([job.written() for job in jobs]), "utf-8")
        python = self.peers_python if entry.package else sys.executable
        command = [python, "-m", "tests.benchmarks.peers.worker", step, entry.module, str(file), str(time.time())]
        ran = subprocess.run(
            command, cwd=ROOT, env=os.environ | QUIET | environment, capture_output=True, text=True, check=False
        )
        if ran.returncode:
            said = "\n".join(ran.stderr.splitlines()[-LINES:])
            sys.exit(f"The step {step!r} of {entry.name} failed:\n{said}")
        figures: Figures = json.loads(ran.stdout.splitlines()[-1])
        return figures

    def index(self, entry: Entry, name: str) -> Path:
        """The folder of an index."""
        return self.folder / (entry.index_of or entry.module) / name


def job(bench: Bench, entry: Entry, of: Material, index: str, asked: Sequence[Asked] = ()) -> Job:
    """What a contender is to do with a library."""
    return Job(of.library, bench.index(entry, index), tuple(one.text for one in asked))


def measure(bench: Bench, rounds: int, questions: int) -> dict[Entry, Measured]:
    """Measure everything: the index of the articles, then the rounds, then what is found elsewhere."""
    articles = material.articles(bench.folder / "articles", questions)
    known = list(material.known_pairs())
    briefings, rest = known[0], [*known[1:], *material.privacy_policies(bench.folder / "policies", questions)]
    measured = {entry: Measured() for entry in ENTRIES}
    builders = [entry for entry in ENTRIES if not entry.index_of]
    for entry in builders:
        figures = bench.run(entry, "build", [job(bench, entry, articles, "articles")])
        measured[entry].add("articles", figures["seconds"])
    for number in range(rounds):
        for entry in builders:
            figures = bench.run(entry, "build", [job(bench, entry, briefings, f"briefings {number}")])
            measured[entry].add("briefings", figures["seconds"])
        for entry, of in measured.items():
            part = articles.asked[number::rounds]
            figures = bench.run(entry, "ask", [job(bench, entry, articles, "articles", part)], **ONE_THREAD)
            of.add("start", figures["seconds"])
            of.add("median", statistics.median(figures["took_ms"]))
            of.add("p95", statistics.quantiles(figures["took_ms"], n=20)[-1])
            of.add("peak", figures["peak_mb"])
            of.show(articles, part, figures["found"])
    for entry, of in measured.items():
        jobs = [job(bench, entry, each, f"rest {number}", each.asked) for number, each in enumerate(rest)]
        if entry in builders:
            bench.run(entry, "build", jobs)
        jobs.append(job(bench, entry, briefings, "briefings 0", briefings.asked))
        found = iter(bench.run(entry, "ask", jobs)["found"])
        for each in (*rest, briefings):
            of.show(each, each.asked, [next(found) for _ in each.asked])
    return measured


def spread(figures: Sequence[float], digits: int) -> str:
    """The median, and the range where there are several."""
    if not figures:
        return ""
    middle = f"{statistics.median(figures):.{digits}f}"
    return middle if len(figures) == 1 else f"{middle} ({min(figures):.{digits}f}–{max(figures):.{digits}f})"


def times(measured: dict[Entry, Measured], versions: dict[str, str]) -> Iterator[str]:
    """The lines of the table of times."""
    yield f"| | {' | '.join(name for name, _ in COLUMNS.values())} |"
    yield f"|{' --- |' * (1 + len(COLUMNS))}"
    for entry, of in measured.items():
        cells = [f"{entry.name} {versions.get(entry.package, '')}".strip()]
        cells += [spread(of.took.get(what, ()), digits) for what, (_, digits) in COLUMNS.items()]
        yield f"| {' | '.join(cells)} |"


def finds(measured: dict[Entry, Measured]) -> Iterator[str]:
    """The lines of the table of what is found: how many, what share, and the words that were shown for a question."""
    libraries = next(iter(measured.values())).shown
    yield f"| | {' | '.join(f'{name}, {len(firsts)} questions | words' for name, firsts in libraries.items())} |"
    yield f"|{' --- |' * (1 + 2 * len(libraries))}"
    for entry, of in measured.items():
        cells = [entry.name]
        for firsts in of.shown.values():
            rights = sum(material.right(asked, found, library.library) for library, asked, found in firsts)
            words = [sum(len(one.words.split()) for one in found) for _, _, found in firsts if found]
            cells += [f"{rights} ({rights / len(firsts):.1%})", f"{statistics.mean(words):.0f}"]
        yield f"| {' | '.join(cells)} |"
    for entry, of in measured.items():
        silent = {name: sum(not found for _, _, found in firsts) for name, firsts in of.shown.items()}
        if any(silent.values()):
            yield f"\nNothing shown by {entry.name}: {', '.join(f'{name} {count}' for name, count in silent.items())}."


def checked(python: str) -> dict[str, str]:
    """The versions of the peers in an environment; the end, with a sentence, if it lacks one."""
    packages = [entry.package for entry in ENTRIES if entry.package]
    code = (
        f"import json; from importlib.metadata import version; print(json.dumps({{p: version(p) for p in {packages}}}))"
    )
    how = "Make an environment as tests/benchmarks/README.md says, and give its Python with --python."
    try:
        ran = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    except OSError as problem:
        sys.exit(f"The peers' Python {python} cannot be run: {problem.strerror}. {how}")
    if ran.returncode:
        sys.exit(f"{python} lacks the peers' packages: {ran.stderr.strip().splitlines()[-1]}. {how}")
    versions: dict[str, str] = json.loads(ran.stdout)
    return versions


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers")
    parser.add_argument("--python", default=sys.executable, help="of the environment with the peers' packages")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--questions", type=int, default=QUESTIONS, help="on Wikipedia, and as many on the policies")
    options = parser.parse_args()
    versions = checked(options.python)
    if not FOLDER.is_dir():
        sys.exit(f"The public questions are not in {FOLDER}: nothing can be compared without them.")
    described = machine()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), options.python, time.monotonic())
        measured = measure(bench, options.rounds, options.questions)
    print(described, end="\n\n")
    print("\n".join(times(measured, versions)), end="\n\n")
    print("\n".join(finds(measured)))


if __name__ == "__main__":
    main()
