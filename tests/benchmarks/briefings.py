"""The briefings and known pairs that ship, as values."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bot import evaluate
from knowledge.library import Library
from knowledge.types import Document

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"


def briefings() -> tuple[list[Document], tuple[evaluate.Pair, ...]]:
    """Read the bundled documents, through a library of their own, and the bundled pairs."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder))
        library.add([KNOWLEDGE / "documents"])
        documents = [library.document(source.id) for source in library.sources()]
    return documents, evaluate.load([KNOWLEDGE / "questions.yaml"])
