"""The lines of a plain text, with their places in it."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.types import Span


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `start` and `end` leave out the white space around its words."""

    start: int
    end: int
    words: str
    indent: int
    """Columns of white space before the words; a tab counts as one."""
    cells: tuple[Span, ...]
    """Of a line with a tab between its words or before them; an empty cell is an empty range."""

    @property
    def is_row(self) -> bool:
        """Whether it holds a tab."""
        return len(self.cells) > 1

    @property
    def filled_cells(self) -> int:
        """How many of its cells have words."""
        return sum(1 for cell in self.cells if cell.start < cell.end)


def split_lines(text: str) -> list[Line]:
    """The lines of a text with LF line ends, empty ones included."""
    lines: list[Line] = []
    at = 0
    for raw in text.split("\n"):
        words = raw.strip()
        indent = len(raw) - len(raw.lstrip()) if words else 0
        start = at + indent
        lines.append(Line(start, start + len(words), words, indent, _cells(raw, at) if words else ()))
        at += len(raw) + 1
    return lines


def _cells(raw: str, at: int) -> tuple[Span, ...]:
    spans: list[Span] = []
    for cell in raw.rstrip().split("\t"):
        words = cell.strip()
        start = at + (len(cell) - len(cell.lstrip()) if words else 0)
        spans.append(Span(start, start + len(words)))
        at += len(cell) + 1
    return tuple(spans)
