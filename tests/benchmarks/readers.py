"""Measure the readers of documents on files made with a known truth, beside the plain use of the libraries.

python -m tests.benchmarks.readers [--seed 1] [--format PDF ...] [--large] [--traps] [--missed]

Prints a table and, with `--traps`, what hostile and broken files cost. `--large` adds a PDF of 300
pages, `--missed` names everything that our readers missed. Files that need LibreOffice are left out where it is not
installed, which is said. Another seed makes other files.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import pickle
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.made_files import (
    browser,
    letters,
    libreoffice,
    pdf_canvas,
    pdf_flow,
    pdf_odd,
    slides,
    traps,
    typed,
    web,
    word,
    workbook,
)
from tests.benchmarks.made_files.truth import MadeFile
from tests.benchmarks.reading_scores import Score, Seen, score
from tests.benchmarks.reading_tools import OURS, RESULT, Took

LIMIT_SECONDS = 300.0
"""For all files of one format and one tool."""
TRAP_SECONDS = 30.0
"""For a plain library and one trap; then it is killed."""

Maker = Callable[[int], Iterable[MadeFile]]
MAKERS: dict[str, tuple[Maker, ...]] = {
    "PDF": (pdf_flow.files, pdf_canvas.files, pdf_odd.files, libreoffice.pdf_files, browser.files),
    "Word": (word.files, libreoffice.word_files),
    "PowerPoint": (slides.files, libreoffice.slides_files),
    "Excel": (workbook.files, libreoffice.workbook_files),
    "HTML": (web.files,),
    "E-mail": (letters.files,),
    "Outlook": (typed.outlook_files,),
    "Markdown": (typed.markdown_files,),
    "Text": (typed.text_files,),
    "ZIP": (typed.archive_files,),
}
TOOLS: dict[str, tuple[str, ...]] = {
    "PDF": ("pypdfium2 text", "pdfplumber text and tables", "pypdf text"),
    "Word": ("mammoth raw text", "python-docx paragraphs and tables"),
    "PowerPoint": ("python-pptx text frames",),
    "Excel": ("openpyxl rows",),
    "HTML": ("beautifulsoup get_text",),
    "E-mail": ("email get_body",),
    "Outlook": ("oxmsg body",),
}
_HEAD = (
    "Made files", "Tool", "words", "extra", "in order", "paragraphs", "headings (level; false)", "items (level)",
    "rows", "under their head", "page right", "furniture out", "hidden out", "attached", "a second", "peak MB",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one tool on all files of one format."""

    score: Score
    pages: int
    kilobytes: float
    seconds: float
    peak_mb: float
    failed: tuple[str, ...]
    missed: tuple[str, ...]


def run_tool(tool: str, files: Iterable[tuple[str, bytes]], limit: float) -> tuple[list[Took], float]:
    """What a tool sees in files, each with its seconds, and its peak memory in MB.

    Raises:
        subprocess.TimeoutExpired: It took longer than the limit.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files:
            Path(folder, name).write_bytes(data)
        subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.reading_tools", tool, folder],
            check=True, timeout=limit, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        took, peak = pickle.loads(Path(folder, RESULT).read_bytes())
    return took, peak


def measure(tool: str, made: list[MadeFile]) -> Figures:
    """Run a tool over the files of a format and compare what it saw with the truth."""
    took, peak = run_tool(tool, ((one.name, one.data) for one in made), LIMIT_SECONDS)
    by_name = {name: (what, seconds) for name, what, seconds in took}
    total, failed, missed = Score(), [], []
    for one in made:
        what, _ = by_name[one.name]
        if isinstance(what, str):
            failed.append(f"{one.name}: {what}")
            what = Seen("")
        counted, faults = score(one.truth, what)
        total += counted
        missed += [f"{one.name}: {kind}: {text}" for kind, text in faults.missed]
    return Figures(
        total,
        sum(one.pages for one in made),
        sum(len(one.data) for one in made) / 1000,
        sum(seconds for _, seconds in by_name.values()),
        peak,
        tuple(failed),
        tuple(missed),
    )


def row(what: str, tool: str, figures: Figures) -> str:
    """A line of the table."""
    s = figures.score
    speed = (
        f"{figures.pages / figures.seconds:.0f} pages"
        if figures.pages
        else f"{figures.kilobytes / figures.seconds:.0f} kB"
    )
    cells = (
        what, tool, _share(s.words_found, s.words), str(s.words_extra), _share(s.in_order, s.unique),
        _of(s.paragraphs_found, s.paragraphs),
        f"{_of(s.headings_found, s.headings)} ({s.headings_level}; {s.headings_extra})" if s.headings else "–",
        f"{_of(s.items_found, s.items)} ({s.items_level})" if s.items else "–", _of(s.rows_found, s.rows),
        _of(s.below_found, s.below), _of(s.pages_right, s.paged), _of(s.furniture_out, s.furniture),
        _of(s.hidden - s.hidden_seen, s.hidden), _of(s.attachments_found, s.attachments),
        speed, f"{figures.peak_mb:.0f}",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _of(found: int, all_of: int) -> str:
    return f"{found}/{all_of}" if all_of else "–"


def _share(found: int, all_of: int) -> str:
    if not all_of:
        return "–"
    return f"{found}/{all_of}" if found < all_of else f"all {all_of}"


def formats(wanted: list[str], seed: int, large: bool) -> Iterator[tuple[str, list[MadeFile]]]:
    """The files of each format wanted."""
    for name, makers in MAKERS.items():
        if not wanted or name in wanted:
            made = [one for maker in makers for one in maker(seed)]
            if large and name == "PDF":
                made.append(pdf_flow.long_file(seed))
            yield name, made


def print_formats(wanted: list[str], seed: int, large: bool, show_missed: bool) -> None:
    """One table of all formats, then what failed and, if wanted, what was missed."""
    print(f"Seed {seed}.\n\n| {' | '.join(_HEAD)} |\n|{' --- |' * len(_HEAD)}")
    after: list[str] = []
    for name, made in formats(wanted, seed, large):
        pages = sum(one.pages for one in made)
        what = f"{name}, {len(made)} files{f', {pages} pages' if pages else ''}"
        for tool in (OURS, *TOOLS.get(name, ())):
            if tool == "pypdf text" and importlib.util.find_spec("pypdf") is None:
                continue
            try:
                figures = measure(tool, made)
            except subprocess.TimeoutExpired:
                after.append(f"{tool} took over {LIMIT_SECONDS:.0f} s on {what} and was killed.")
                continue
            print(row(what, tool, figures), flush=True)
            after += [f"{tool} failed on {line}" for line in figures.failed]
            after += [f"missed: {line}" for line in figures.missed] if tool == OURS and show_missed else []
    print("\n".join(["", *after]))


def print_traps(seed: int) -> None:
    """What each trap costs, through the sandbox and with a plain library."""
    print("\n| Trap | kB | What happened | s | peak MB | Plain library |\n|" + " --- |" * 6)
    for trap in traps.traps(seed):
        ((_, what, seconds),), peak = run_tool(OURS, [(trap.name, trap.data)], LIMIT_SECONDS)
        happened = what if isinstance(what, str) else _read_as(what)
        beside = _beside(trap)
        cells = (
            trap.what,
            f"{len(trap.data) / 1000:,.0f}",
            happened.replace("|", "/"),
            f"{seconds:.2f}",
            f"{peak:.0f}",
            beside,
        )
        print(f"| {' | '.join(cells)} |", flush=True)


def _read_as(what: Seen) -> str:
    counted = f"{len(what.content.split()):,} words, {len(what.rows):,} rows"
    warned = f"; warns: {' '.join(what.warnings)}" if what.warnings else ""
    attached = f", {len(what.attachments):,} files within" if what.attachments else ""
    return f"read: {counted}{attached}{warned}"


def _beside(trap: traps.Trap) -> str:
    if not trap.tool:
        return "–"
    try:
        ((_, what, seconds),), peak = run_tool(trap.tool, [(trap.name, trap.data)], TRAP_SECONDS)
    except subprocess.TimeoutExpired:
        return f"{trap.tool}: over {TRAP_SECONDS:.0f} s, killed"
    except subprocess.CalledProcessError:
        return f"{trap.tool}: ended without an answer"
    said = (
        what.replace("|", "/").splitlines()[0][:60] if isinstance(what, str) else f"{len(what.content.split()):,} words"
    )
    return f"{trap.tool}: {said}; {seconds:.2f} s, {peak:.0f} MB"


def machine() -> str:
    """The cores, the versions that matter, and how busy it was, as a sentence."""
    load = os.getloadavg()[0]
    python = platform.python_version()
    return f"{os.cpu_count()} cores, {platform.system()}, Python {python}; load {load:.1f} before it began."


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", nargs="*", default=[], choices=list(MAKERS), help="only these")
    parser.add_argument("--large", action="store_true", help="add a PDF of 300 pages")
    parser.add_argument("--traps", action="store_true", help="only the hostile and broken files")
    parser.add_argument("--missed", action="store_true", help="name what our readers missed")
    asked = parser.parse_args()
    print(machine())
    if libreoffice.program() is None:
        print("LibreOffice is not installed: its files are left out.")
    if browser.program() is None:
        print("Chromium is not installed: its files are left out.")
    if asked.traps:
        print_traps(asked.seed)
    else:
        print_formats(asked.format, asked.seed, asked.large, asked.missed)


if __name__ == "__main__":
    main()
