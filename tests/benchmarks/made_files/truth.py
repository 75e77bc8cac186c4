"""What stands in a made file: its parts in the order in which a person reads them, and its furniture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a part is. An aside may be read as content or as furniture: captions, quoted letters, covers."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    NOTE = "note"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, a paragraph, one item, one row, a footnote or an aside; `text` has its words as printed."""

    kind: Kind
    text: str
    level: int = 0
    cells: tuple[str, ...] = ()
    """Of a row, with merged cells filled in: each row stands alone."""
    head: tuple[str, ...] = ()
    """Of a row below the head of a table: that head."""
    page: int | None = None
    """On which it begins, where the format has pages and the maker knows."""


@dataclass(frozen=True, slots=True)
class Truth:
    """All that a reader should find, and what it should keep out of it."""

    parts: tuple[Part, ...]
    furniture: tuple[str, ...] = ()
    """Headers, footers, menus: each as often as it is printed."""
    hidden: tuple[str, ...] = ()
    """Deleted words, hidden sheets: nobody sees them."""
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file with its truth; `hand` names the program that wrote it, `pages` is 0 where there are none."""

    name: str
    hand: str
    data: bytes
    truth: Truth
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a paper."""

    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph, perhaps with a footnote at its end."""

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; items are level and text, `ordered` numbers the outermost."""

    items: tuple[tuple[int, str], ...]
    ordered: bool = False

    def numbers(self) -> list[str]:
        """Before each item: `1.` and so on for the outermost of an ordered list, nothing for all else."""
        count, numbers = 0, []
        for level, _ in self.items:
            count += level == 1
            numbers.append(f"{count}." if self.ordered and level == 1 else "")
        return numbers


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells that are one: from a row (0 is the head) and a column on, so many down and across."""

    row: int
    column: int
    down: int = 1
    across: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """A table, head first; cells that a merged one covers are empty."""

    rows: tuple[tuple[str, ...], ...]
    merged: tuple[Merged, ...] = ()

    def filled(self) -> tuple[tuple[str, ...], ...]:
        """The rows, each covered cell with the words of the one that covers it."""
        rows = [list(row) for row in self.rows]
        for one in self.merged:
            for row in range(one.row, one.row + one.down):
                rows[row][one.column : one.column + one.across] = [self.rows[one.row][one.column]] * one.across
        return tuple(tuple(row) for row in rows)


Element = Heading | Para | Listing | Grid


def parts_of(elements: Iterable[Element]) -> tuple[Part, ...]:
    """The parts of a paper in order; a footnote follows its paragraph."""
    return tuple(part for element in elements for part in _parts(element))


def _parts(element: Element) -> Iterator[Part]:
    match element:
        case Heading(text, level):
            yield Part(Kind.HEADING, text, level)
        case Para(text, note):
            yield Part(Kind.PARAGRAPH, text)
            if note:
                yield Part(Kind.NOTE, note)
        case Listing(items):
            yield from (Part(Kind.ITEM, text, level) for level, text in items)
        case Grid(rows):
            filled = element.filled()
            for n, (printed, cells) in enumerate(zip(rows, filled, strict=True)):
                words = " ".join(cell for cell in printed if cell)
                yield Part(Kind.ROW, words, cells=cells, head=filled[0] if n else ())
