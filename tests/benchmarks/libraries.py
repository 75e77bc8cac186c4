"""The libraries with known pairs: the briefings that ship, the five originals, and one on another subject."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot import evaluate
from knowledge.library import Library
from knowledge.types import Document
from tests.benchmarks.wikipedia import by_hash

ROOT = Path(__file__).parents[2]
PLACES = {
    "bundled": (ROOT / "knowledge" / "documents", ROOT / "knowledge" / "questions.yaml"),
    "originals": (ROOT.parent / "shared" / "sources", ROOT / "tests" / "qa" / "originals.yaml"),
    "elsewhere": (ROOT / "tests" / "qa" / "elsewhere", ROOT / "tests" / "qa" / "elsewhere.yaml"),
}
TUNING = 0
"""The half of the pairs, by a hash of the id, that numbers are chosen on; the other one judges."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """A library and what is known about it."""

    name: str
    documents: list[Document]
    pairs: tuple[evaluate.Pair, ...]


def libraries() -> Iterator[Pairs]:
    """Read each library that is at hand, with its pairs."""
    for name, (folder, pairs) in PLACES.items():
        if folder.is_dir():
            yield Pairs(name, read(folder), evaluate.load([pairs]))


def read(folder: Path) -> list[Document]:
    """Read a folder of documents through a library, as an admin would add it."""
    with tempfile.TemporaryDirectory() as home:
        library = Library(Path(home))
        library.add([folder])
        return [library.document(source.id) for source in library.sources()]


def half_of(pair: evaluate.Pair) -> int:
    """The half of the pairs that one belongs to, 0 or 1."""
    return by_hash(pair.id, 2)
