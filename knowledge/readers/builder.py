"""Plain text and blocks from the pieces that a markup reader finds: the markup is gone, every range is exact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from knowledge.readers.furniture import is_known_furniture
from knowledge.readers.grid import inferred_name
from knowledge.readers.leadin import with_lead_ins
from knowledge.types import Block, BlockKind, Column, Item, Row, Span

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
"""Digits that lost their place would make another number: 10² is not 102, nor is 2019³ with a footnote 20193."""

_BETWEEN_BLOCKS = "\n\n"
_BETWEEN_CELLS = " | "
_INDENT = "  "  # of each level of a nested list
_MAX_INDENTS = 10  # deeper lists come from broken pages, and would fill the text with white space


@dataclass(frozen=True, slots=True)
class Point:
    """One item of a list: its text, its level (1 is the outermost), the mark before it, `•` or `2.`, and its page."""

    text: str
    level: int = 1
    mark: str = "•"
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A block before it has its place: headings, paragraphs and furniture have `text`, lists and tables do not."""

    kind: BlockKind
    text: str = ""
    level: int = 0
    ordered: bool = False
    points: tuple[Point, ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    page: int | None = None
    """On which it begins, counted from 1; None where the format has no pages."""
    turns: tuple[int, ...] = ()
    """Of what has text: offsets in it at which the next page begins, and the one after that."""
    row_pages: tuple[int, ...] = ()
    """Of a table over several pages: the page of each row."""
    ocr: bool = False
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Laid:
    """A text, the blocks in it, and where each page begins in it."""

    text: str
    blocks: tuple[Block, ...]
    pages: tuple[int, ...] = ()


def build(pieces: Iterable[Piece], page_count: int = 0) -> Laid:
    """Lay pieces out one below the other.

    Blocks are parted by an empty line, items stand on lines of their own behind their marks, cells are joined by ` | `.
    Pieces without text are left out; paragraphs that are known furniture become furniture.

    Args:
        pieces: In the order of the text, page by page.
        page_count: Of the whole file, where it has pages: the last ones may be empty.

    Returns:
        The text, the blocks in it, lists and tables with their lead-ins, and the pages.
    """
    written: list[str] = []
    blocks: list[Block] = []
    begun: list[tuple[int, int]] = []
    at = 0
    for piece in pieces:
        words, block = _lay_out(piece, at)
        if not words:
            continue
        written.append(words)
        blocks.append(block)
        begun += _begun(piece, block)
        at += len(words) + len(_BETWEEN_BLOCKS)
    text = _BETWEEN_BLOCKS.join(written)
    return Laid(text, with_lead_ins(text, blocks), _pages(begun, page_count, len(text)))


def _begun(piece: Piece, block: Block) -> Iterator[tuple[int, int]]:
    """Where, as far as a piece tells, text of which page stands: (offset, page)."""
    if piece.page is None:
        return
    yield block.start, piece.page
    margin = len(piece.text) - len(piece.text.lstrip())
    for number, turn in enumerate(piece.turns, 1):
        yield min(block.start + max(turn - margin, 0), block.end), piece.page + number
    points = [point for point in piece.points if point.text.strip()]
    for point, item in zip(points, block.items, strict=True):
        if point.page is not None:
            yield item.start, point.page
    rows = [page for row, page in zip(piece.rows, piece.row_pages, strict=False) if any(_one_line(c) for c in row)]
    for row, page in zip(block.rows, rows, strict=False):
        yield row.start, page


def _pages(begun: list[tuple[int, int]], page_count: int, end: int) -> tuple[int, ...]:
    """The offset at which each page begins; a page without text begins where the next one does."""
    last = max([page for _, page in begun] + [page_count], default=0)
    starts = [end] * last
    for offset, page in begun:
        starts[page - 1] = min(starts[page - 1], offset)
    for number in range(last - 1, 0, -1):
        starts[number - 1] = min(starts[number - 1], starts[number])
    return (0, *starts[1:]) if starts else ()


def title_of(text: str, blocks: Sequence[Block]) -> str | None:
    """The heading that a text begins with, furniture aside, on one line; None if it does not begin with one."""
    for block in blocks:
        if block.kind is not BlockKind.FURNITURE:
            return " ".join(block.of(text).split()) if block.kind is BlockKind.HEADING else None
    return None


def column(span: Span, inferred: str = "") -> Column:
    """The head of a column; `inferred` is used only where the head is empty."""
    return Column(span.start, span.end, inferred if span.start == span.end else "")


def _lay_out(piece: Piece, at: int) -> tuple[str, Block]:
    if piece.kind is BlockKind.LIST:
        return _lay_out_list(piece, at)
    if piece.kind is BlockKind.TABLE:
        return _lay_out_table(piece, at)
    text = piece.text.strip()
    kind = piece.kind
    if kind is BlockKind.PARAGRAPH and is_known_furniture(text):
        kind = BlockKind.FURNITURE
    return text, Block(kind, at, at + len(text), level=piece.level, ocr=piece.ocr, joined=piece.joined)


def _lay_out_list(piece: Piece, at: int) -> tuple[str, Block]:
    lines: list[str] = []
    items: list[Item] = []
    here = at
    for point in piece.points:
        text = point.text.strip()
        if not text:
            continue
        head = f"{_INDENT * min(point.level - 1, _MAX_INDENTS)}{point.mark} "
        items.append(Item(here + len(head), here + len(head) + len(text), point.level))
        lines.append(head + text)
        here += len(head) + len(text) + 1
    words = "\n".join(lines)
    return words, Block(
        BlockKind.LIST,
        at,
        at + len(words),
        ordered=piece.ordered,
        items=tuple(items),
        ocr=piece.ocr,
        joined=piece.joined,
    )


def _lay_out_table(piece: Piece, at: int) -> tuple[str, Block]:
    width = max((len(row) for row in (piece.header, *piece.rows)), default=0)
    header, *rows = ([_one_line(cell) for cell in row] for row in (piece.header, *piece.rows))
    rows = [row for row in rows if any(row)]
    if not rows and not any(header):
        return "", Block(BlockKind.TABLE, at, at)
    lines: list[str] = []
    placed: list[Row] = []
    here = at
    for row in ([header] if any(header) else []) + rows:
        line, spans = _lay_out_row(row + [""] * (width - len(row)), here)
        lines.append(line)
        placed.append(Row(here, here + len(line), spans))
        here += len(line) + 1
    columns: tuple[Column, ...] = ()
    if any(header):
        name = inferred_name([row[0] for row in rows])
        columns = tuple(column(span, "" if n else name) for n, span in enumerate(placed.pop(0).cells))
    words = "\n".join(lines)
    return words, Block(
        BlockKind.TABLE, at, at + len(words), header=columns, rows=tuple(placed), ocr=piece.ocr, joined=piece.joined
    )


def _lay_out_row(cells: Sequence[str], at: int) -> tuple[str, tuple[Span, ...]]:
    spans: list[Span] = []
    for cell in cells:
        spans.append(Span(at, at + len(cell)))
        at += len(cell) + len(_BETWEEN_CELLS)
    return _BETWEEN_CELLS.join(cells), tuple(spans)


def _one_line(cell: str) -> str:
    return " ".join(cell.split("\n")).strip()
