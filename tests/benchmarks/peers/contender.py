"""What every contender gets and gives. Only the standard library is imported here: each runs in a bare process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class Text:
    """A document as plain text."""

    id: str
    title: str
    text: str
    """Paragraphs, with a blank line between two; a heading stands right above what it is about."""


@dataclass(frozen=True, slots=True)
class Library:
    """The documents that an index is built from."""

    folder: Path
    """The files as they came, for whoever reads files himself."""
    documents: tuple[Text, ...]


class Found(NamedTuple):
    """Words of a document that are shown for a question."""

    document: str
    words: str


Find = Callable[[str], Sequence[Found]]
"""Gives what is shown first for a question: one passage, or all that an answer quotes."""


class Contender(Protocol):
    """A module with these two functions."""

    def build(self, library: Library, folder: Path) -> None:
        """Build an index and leave it in an empty folder."""

    def load(self, folder: Path) -> Find:
        """Make ready to be asked."""
