"""Ours: what the assistant answers with, each piece that it quotes."""

from __future__ import annotations

from pathlib import Path

from bot.service import Service
from tests.benchmarks.peers.contender import Find, Found


def load(folder: Path) -> Find:
    """Open the home that `ours` has built."""
    service = Service(folder / "home")
    service.assistant()

    def find(question: str) -> list[Found]:
        return [Found(citation.document, citation.quote) for citation in service.ask(question).citations]

    return find
