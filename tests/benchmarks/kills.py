"""Kill an update right before each of its calls to the system, both ways between two states, while a process asks.

    python -m tests.benchmarks.kills

Prints how many were killed, what answered right afterwards, and what was wrong. Takes some minutes.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from itertools import count
from pathlib import Path

from tests.bot.killed_updates import kill_updates


def main() -> None:
    began = time.monotonic()
    seen: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for one in kill_updates(Path(folder), count(1)):
            seen["updates that were to be killed"] += 1
            seen["killed before they ended"] += one.killed
            seen["after it the old answers"] += one.killed and one.found == one.may[0]
            seen["after it the new answers"] += one.killed and one.found == one.must
            seen["after it other answers"] += one.found not in one.may
            seen["homes that the next update did not put right"] += one.then != one.must
    for what, number in seen.items():
        print(f"{number:5} {what}")
    print("Each round of questions that another process asked meanwhile was answered by one whole index, old or new.")
    print(f"{(time.monotonic() - began) / 60:.1f} minutes")


if __name__ == "__main__":
    main()
