"""Looks for bytes that break a reader: `python -m tests.benchmarks.fuzz --seconds 60 [--format PDF ...]`.

Each format is fuzzed in a process of its own by atheris, which watches which lines of the readers and parsers run. Any
bytes must give a reading whose ranges hold, or be refused in words that begin with the file's name.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from importlib import import_module
from pathlib import Path

from knowledge.readers.guard import Format
from knowledge.types import KnowledgeError

ROOT = Path(__file__).parents[2]
HANGS_SECONDS = 30
"""A reading that takes longer is a hang: the seeds take milliseconds."""
MEMORY_MB = 2_000
MAX_BYTES = 100_000
"""Of an input: the largest seed has 36 kB."""
SLOW_SECONDS = 1.0
"""From which the slowest input is kept."""
WRITE_SECONDS = 0.5
"""Between two writings of the figures: the fuzzer ends its process without a word."""
WHOLE_SHARE = 0.05
"""Of the changes to a ZIP file: made to its bytes, and not to a member that is then packed again."""
SEED_SHARE = 0.5
"""Of the changes: those to a seed. What came of earlier changes is often refused, and would be again."""
XML_SHARE = 0.9
"""Of the changes to an XML member: those that leave it XML, as any other is refused at once."""
SHOWN_BYTES = 100
"""An input up to this size is printed in hexadecimal."""
MOST_STARTS = 50
"""Of a format's process, which a hang or a crash of a parser ends."""

PARSERS = (
    *("knowledge.readers", "email", "bs4", "markdown_it", "mammoth", "pptx", "openpyxl", "olefile", "oxmsg"),
    *("pdfplumber", "pdfminer", "zipfile", "yaml"),
)
"""What is watched while it runs; the parsers in C are not."""


@dataclass(slots=True)
class Tally:
    """What became of the inputs of one format."""

    executions: int = 0
    refused: int = 0
    read: int = 0
    slowest_seconds: float = 0.0
    broken: dict[str, str] = field(default_factory=dict)
    """What went wrong and where, to the file of the first input that did it."""

    def add(self, other: Tally) -> None:
        """Count those of another process, too."""
        self.executions += other.executions
        self.refused += other.refused
        self.read += other.read
        self.slowest_seconds = max(self.slowest_seconds, other.slowest_seconds)
        self.broken = other.broken | self.broken


def main() -> None:
    """Fuzz each format for some time and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for each format")
    parser.add_argument("--format", nargs="+", type=Format, default=list(Format), help="by the names in the guard")
    parser.add_argument("--folder", type=Path, help="where what is found is kept; a new one if it is not given")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        sys.exit("The fuzzer needs atheris, which is not installed. Run `pip install -e .[test,fuzz]`.")
    if given.inside:
        _fuzz(given.format[0], given.folder, given.seconds)
        return
    folder = given.folder or Path(tempfile.mkdtemp(prefix="fuzz-"))
    tallies = {kind: _run(kind, folder / kind.name.lower(), given.seconds) for kind in given.format}
    _report(tallies, folder)
    sys.exit(any(tally.broken for tally in tallies.values()))


def _run(kind: Format, folder: Path, seconds: int) -> Tally:
    """Fuzz a format in processes of its own, one after the other, as a hang or crash ends one."""
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    total, end = Tally(), time.monotonic() + seconds
    for _ in range(MOST_STARTS):
        left = int(end - time.monotonic())
        if left < 1:
            break
        figures = folder / "figures.json"
        figures.unlink(missing_ok=True)
        command = [sys.executable, "-m", "tests.benchmarks.fuzz", "--inside", "--folder", str(folder)]
        command += ["--format", kind, "--seconds", str(left)]
        with (folder / "log.txt").open("ab") as log:
            done = subprocess.run(command, cwd=ROOT, stdout=log, stderr=log, check=False)
        if not figures.exists():
            total.broken[f"the process ended with {done.returncode} before the first input"] = str(folder / "log.txt")
            break
        total.add(Tally(**json.loads(figures.read_text())))
        stopped = list(folder.glob("*-*"))  # libFuzzer's own: a crash, a hang, or too much memory
        for found in [found for found in stopped if found.name.startswith("timeout") and not _hangs(kind, found)]:
            found.unlink()  # the machine was busy with something else
        ended = {f"{found.name.partition('-')[0]} {found.name[-8:]}": str(found) for found in stopped if found.exists()}
        if done.returncode and not stopped:
            total.broken[f"the process ended with {done.returncode}"] = str(folder / "log.txt")
            break
        total.broken |= ended
    return total


def _hangs(kind: Format, file: Path) -> bool:
    """Whether reading the file takes too long by itself, too."""
    code = "import sys; from tests.benchmarks.fuzz import read_once; read_once(*sys.argv[1:])"
    try:
        subprocess.run([sys.executable, "-c", code, kind, str(file)], cwd=ROOT, timeout=2 * HANGS_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return True
    return False


def read_once(kind: str, file: str) -> None:
    """Read a file that the fuzzer has kept: to see whether it hangs, or what it does."""
    name = import_module("tests.knowledge.readers.seeds").NAMES[Format(kind)]
    with suppress(KnowledgeError):
        import_module("knowledge.readers").read(Path(file).read_bytes(), name)


def _report(tallies: dict[Format, Tally], folder: Path) -> None:
    print("| Format | Executions | Refused | Read | Slowest, s | Broken |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for kind, tally in tallies.items():
        counts = f"{tally.executions:,} | {tally.refused:,} | {tally.read:,}"
        print(f"| {kind} | {counts} | {tally.slowest_seconds:.2f} | {len(tally.broken)} |")
    for kind, tally in tallies.items():
        for what, file in tally.broken.items():
            data = Path(file).read_bytes()
            print(f"\n{kind}: {what}\n  {data.hex() if len(data) <= SHOWN_BYTES else file}")
    print(f"\nSlow inputs and logs are in {folder}.")


def _fuzz(kind: Format, folder: Path, seconds: int) -> None:
    """Fuzz one format in this process; does not return."""
    import atheris

    with atheris.instrument_imports(include=list(PARSERS)):
        seeds = import_module("tests.knowledge.readers.seeds")
        reader = import_module("knowledge.readers")
        name = seeds.NAMES[kind]
        reader.prepare(name)
    begun = seeds.seeds(kind)
    for n, seed in enumerate(begun):
        (folder / "corpus" / f"seed-{n}").write_bytes(seed)
    arguments = [sys.argv[0], f"-max_total_time={seconds}", f"-timeout={HANGS_SECONDS}", f"-rss_limit_mb={MEMORY_MB}"]
    arguments += [
        f"-max_len={MAX_BYTES}",
        f"-artifact_prefix={folder}/",
        "-print_final_stats=0",
        str(folder / "corpus"),
    ]
    # atheris puts the real Mutate into its module when it begins to fuzz.
    changed = _changes(lambda data, most: atheris.Mutate(data, most), begun)
    atheris.Setup(arguments, _target(name, folder), custom_mutator=changed)
    atheris.Fuzz()


def _changes(mutate: Callable[[bytes, int], bytes], begun: Sequence[bytes]) -> Callable[[bytes, int, int], bytes]:
    """How inputs are changed: of a ZIP file a member, which is packed again, as no parser would see it otherwise."""
    from tests.knowledge.readers.seeds import edited_inside, members, respelled

    def changed(data: bytes, most: int, chance: int) -> bytes:
        dice = random.Random(chance)

        def edit(part: bytes) -> bytes:
            as_xml = part.startswith(b"<?xml") and dice.random() < XML_SHARE
            return respelled(part, dice) if as_xml else mutate(part, len(part) + 1_000)

        start = dice.choice(begun) if dice.random() < SEED_SHARE else data
        if not members(start) or dice.random() < WHOLE_SHARE:
            return mutate(start, most)
        spoiled = edited_inside(start, dice.randrange(1_000), edit)
        return spoiled if len(spoiled) <= most else data[:most]

    return changed


def _target(name: str, folder: Path) -> Callable[[bytes], None]:
    """What is fuzzed: reading, and a check of what came out. It counts and keeps what breaks, and goes on."""
    check = import_module("tests.knowledge.readers.test_any_bytes").check
    types = import_module("knowledge.types")
    read = import_module("knowledge.readers").read
    tally, written = Tally(), [0.0]

    def target(data: bytes) -> None:
        began = time.monotonic()
        try:
            reading = read(data, name)
            check(reading)
            tally.read += 1
        except (types.DocumentRefused, types.BadMetadata) as refused:
            tally.refused += 1
            if not str(refused).startswith(f"`{name}`"):
                _keep(tally, f"a refusal that does not name the file: {refused}", data, folder)
        except Exception as error:
            _keep(tally, _place(error), data, folder)
        tally.executions += 1
        took = time.monotonic() - began
        if took > tally.slowest_seconds:
            tally.slowest_seconds = took
            if took > SLOW_SECONDS:
                (folder / "slowest").write_bytes(data)
        if time.monotonic() - written[0] > WRITE_SECONDS:
            (folder / "figures.json").write_text(json.dumps(asdict(tally)))
            written[0] = time.monotonic()

    return target


def _place(error: Exception) -> str:
    """An error by its class and the last line of ours that it came through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "knowledge" in frame.filename] or frames
    said = " ".join(str(error).split())[:80]
    return f"{type(error).__name__} at {Path(ours[-1].filename).name}:{ours[-1].lineno} ({said})"


def _keep(tally: Tally, what: str, data: bytes, folder: Path) -> None:
    what = what.partition(" (")[0] if " at " in what else what
    if what not in tally.broken:
        file = folder / f"broken.{sha256(what.encode()).hexdigest()[:12]}"
        file.write_bytes(data)
        tally.broken[what] = str(file)


if __name__ == "__main__":
    main()
