"""Ask the known pairs of three libraries, and count each half apart: the one that chose numbers, the one that judges.

python -m tests.benchmarks.halves [-v]

With -v, the failures of the half that chose are printed, too; those of the other half never are.
"""

from __future__ import annotations

import sys

from bot import Assistant, evaluate
from index.encoder import SentenceTransformersEncoder
from tests.benchmarks.libraries import TUNING, half_of, libraries


def counted(report: evaluate.Report) -> str:
    """Right and declined, in all and by category."""
    totals = (report.tally(True), report.tally(False))
    shares = ", ".join(f"{tally.right} of {tally.asked} {tally.name} ({tally.share:.1%})" for tally in totals)
    groups = sorted(report.by_category(), key=lambda tally: (not tally.answerable, tally.name))
    return f"{shares}\n    " + "; ".join(
        f"{tally.name}{'' if tally.answerable else ' (declined)'} {tally.right}/{tally.asked}" for tally in groups
    )


def main() -> None:
    """Print the counts of each library."""
    encoder = SentenceTransformersEncoder()
    for library in libraries():
        report = evaluate.run(Assistant.of(library.documents, encoder), library.pairs)
        print(f"{library.name}: {counted(report)}")
        for half, name in ((TUNING, "half that chose"), (1 - TUNING, "half that judges")):
            part = evaluate.Report(tuple(outcome for outcome in report.outcomes if half_of(outcome.pair) == half))
            print(f"  {name}: {counted(part)}")
            if half == TUNING and "-v" in sys.argv:
                for outcome in part.failures:
                    print(f"    {outcome.pair.id}: {outcome.pair.question}\n        {outcome.problem}")


if __name__ == "__main__":
    main()
