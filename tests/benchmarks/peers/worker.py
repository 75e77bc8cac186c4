"""A step of one contender, in a process of its own; what was measured is the last line that it prints, as JSON.

python -m tests.benchmarks.peers.worker STEP CONTENDER JOBS BEGAN

JOBS is a file, BEGAN the time at which the process was started. Only the standard library and the contender itself are
imported: what is measured is the contender.
"""

from __future__ import annotations

import importlib
import json
import re
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.peers.contender import Contender, Library, Text

MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024
"""What `ru_maxrss` counts in: bytes on macOS, kibibytes elsewhere."""
MB = 1_000_000

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Job:
    """A library, the folder of its index, and the questions on it."""

    library: Library
    index: Path
    questions: tuple[str, ...]

    def written(self) -> dict[str, Any]:
        """For a file."""
        documents = [[one.id, one.title, one.text] for one in self.library.documents]
        return {
            "folder": str(self.library.folder),
            "documents": documents,
            "index": str(self.index),
            "questions": self.questions,
        }

    @classmethod
    def read(cls, written: dict[str, Any]) -> Job:
        """From a file."""
        documents = tuple(Text(*one) for one in written["documents"])
        return cls(Library(Path(written["folder"]), documents), Path(written["index"]), tuple(written["questions"]))


def build(contender: Contender, jobs: Sequence[Job], began: float) -> Figures:
    """Build the index of each library: seconds from the start of the process."""
    for job in jobs:
        job.index.mkdir(parents=True)
        contender.build(job.library, job.index)
    return {"seconds": time.time() - began}


def ask(contender: Contender, jobs: Sequence[Job], began: float) -> Figures:
    """Ask everything: seconds from the start of the process to the first answer, milliseconds of each one then."""
    seconds, took_ms, found = [], [], []
    for job in jobs:
        find = contender.load(job.index)
        find(job.questions[0])
        seconds.append(time.time() - began)
        for question in job.questions:
            start = time.perf_counter()
            shown = find(question)
            took_ms.append((time.perf_counter() - start) * 1000)
            found.append(shown)
    return {"seconds": seconds[0], "took_ms": took_ms, "found": found}


STEPS: dict[str, Callable[[Contender, Sequence[Job], float], Figures]] = {"build": build, "ask": ask}


def peak_mb() -> float:
    """The most memory that this process had in use."""
    status = Path("/proc/self/status")
    # A new process begins with the ru_maxrss of the one that started it, but not with its VmHWM.
    high = re.search(r"VmHWM:\s*(\d+)", status.read_text()) if status.exists() else None
    kept = int(high[1]) * 1024 if high else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_BYTES
    return kept / MB


def main() -> None:
    """Do the step."""
    step, name, jobs_file, started = sys.argv[1:]
    jobs = [Job.read(written) for written in json.loads(Path(jobs_file).read_text("utf-8"))]
    contender: Any = importlib.import_module(f"tests.benchmarks.peers.{name}")
    figures = STEPS[step](contender, jobs, float(started))
    print(f"\n{json.dumps({**figures, 'peak_mb': peak_mb()})}")


if __name__ == "__main__":
    main()
