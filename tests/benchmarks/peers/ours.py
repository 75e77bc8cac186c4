"""Ours: the passages that the assistant finds."""

from __future__ import annotations

from pathlib import Path

from bot.service import Service
from tests.benchmarks.peers.contender import Find, Found, Library


def build(library: Library, folder: Path) -> None:
    """Fill a home with the files, as an admin does, and build its index."""
    service = Service(folder / "home", bundled=False)
    service.library.add([library.folder])
    service.update()
    service.close()


def load(folder: Path) -> Find:
    """Open the home."""
    service = Service(folder / "home")
    documents = service.assistant().index.documents

    def find(question: str) -> list[Found]:
        passages = [hit.passage for hit in service.search(question, 1)]
        return [Found(one.source, documents[one.source].text[one.start : one.end]) for one in passages]

    return find
