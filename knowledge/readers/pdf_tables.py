"""Tables of a PDF: from ruling lines or from columns that line up, and put together over pages."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from knowledge.readers.builder import Piece
from knowledge.readers.grid import Cell, filled, split_header
from knowledge.readers.pdf_bands import parted, with_rows_between
from knowledge.readers.pdf_lines import Line, aligned, joined
from knowledge.readers.pdf_values import HYPHEN, Box, Sheet, Word
from knowledge.types import BlockKind

MIN_ROWS = 3
"""Without ruling lines: fewer rows that line up may do so by chance."""
MAX_LOWER = 3
"""One in so many rows that begin in lower case is enough to be prose."""
MAX_CELL_WORDS = 300
"""What holds more is a page laid out in boxes, not a table."""
MIN_SENTENCE_WORDS = 4
"""Fewer words in a cell need no closing mark."""
CLOSING = (".", "!", "?", ":", ";")

Rows = tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table, or as much of it as stands on one page."""

    page: int
    start: int
    """Number of its first word in the file's order."""
    x0: float
    top: float
    x1: float
    bottom: float
    rows: Rows
    marked: int
    """How many of the first rows are its head, by their letters: all bold, and those below not."""
    pages: tuple[int, ...]
    """Of each row."""
    joined: bool = False
    ruled: bool = True
    headless: bool = False
    """Its first row is none that names the columns, whatever its words are."""


def ruled_tables(sheet: Sheet) -> tuple[list[Table], set[int]]:
    """The tables of a page with ruling lines, and the places of the words in them."""
    tables: list[Table] = []
    taken: set[int] = set()
    for grid in with_rows_between(sheet.grids, sheet.words):
        cells = parted(grid, sheet.words)
        held = _held(cells, sheet.words, taken)
        table = _table(sheet.number, cells, held, sheet.words)
        if table is not None:
            tables.append(table)
            taken.update(n for numbers in held.values() for n in numbers)
    return tables, taken


def _held(cells: Sequence[Box], words: Sequence[Word], taken: set[int]) -> dict[Box, list[int]]:
    """The places of the words that have their middle in each cell."""
    x0, top = min(cell[0] for cell in cells), min(cell[1] for cell in cells)
    x1, bottom = max(cell[2] for cell in cells), max(cell[3] for cell in cells)
    held: dict[Box, list[int]] = {cell: [] for cell in cells}
    for n, word in enumerate(words):
        across, down = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
        if n not in taken and x0 <= across <= x1 and top <= down <= bottom:
            for cell in cells:
                if cell[0] <= across <= cell[2] and cell[1] <= down <= cell[3]:
                    held[cell].append(n)
                    break
    return held


def _table(page: int, cells: Sequence[Box], held: dict[Box, list[int]], words: Sequence[Word]) -> Table | None:
    edges = sorted({edge for cell in cells for edge in (cell[0], cell[2])})
    levels = sorted({level for cell in cells for level in (cell[1], cell[3])})
    numbers = [n for inside in held.values() for n in inside]
    if len(edges) < 3 or not numbers or max(map(len, held.values())) > MAX_CELL_WORDS:
        return None
    rows: list[list[Cell]] = []
    bold: list[bool] = []
    beyond: set[tuple[int, int]] = set()  # places that a merged cell further up or left covers
    placed = {(bisect_left(levels, cell[1]), bisect_left(edges, cell[0])): cell for cell in cells}
    for down in range(len(levels) - 1):
        row: list[Cell] = []
        inside: list[Word] = []
        for across in range(len(edges) - 1):
            cell = placed.get((down, across))
            if cell is not None:
                wide = bisect_left(edges, cell[2]) - across
                high = bisect_left(levels, cell[3]) - down
                beyond.update((down + y, across + x) for y in range(high) for x in range(wide))
                within = [words[n] for n in held[cell]]
                inside += within
                row.append(Cell(_words(within), columns=wide, rows=high))
            elif (down, across) not in beyond:
                row.append(Cell(""))
        rows.append(row)
        bold.append(bool(inside) and all(word.bold for word in inside))
    return Table(
        page,
        words[min(numbers)].at,
        edges[0],
        levels[0],
        edges[-1],
        levels[-1],
        tuple(map(tuple, rows)),
        marked(bold),
        (page,) * len(rows),
        any(words[n].broken for n in numbers),
    )


def _words(within: Sequence[Word]) -> str:
    """The words of a cell; one that is broken at its end may go on in the next row."""
    return joined(within) + (HYPHEN if within and within[-1].broken else "")


def marked(bold: Sequence[bool]) -> int:
    """How many rows at the top are bold, if not all are."""
    return next((n for n, row in enumerate(bold) if not row), 0)


def open_tables(lines: Sequence[Line]) -> list[Line | Table]:
    """Put lines that are rows of the same columns into tables without ruling lines."""
    done: list[Line | Table] = []
    n = 0
    while n < len(lines):
        last = n
        while last < len(lines) and _is_row(lines[n], lines[last], lines[last - 1] if last > n else None):
            last += 1
        rows = lines[n:last]
        if len(rows) >= MIN_ROWS and not is_prose(rows):
            done.append(_open_table(rows))
        else:
            done.extend(rows or [lines[n]])
        n = max(last, n + 1)
    return done


def _is_row(first: Line, line: Line, above: Line | None) -> bool:
    if len(line.cells) < 2 or len(_row(first)) != len(_row(line)) or not aligned(first, line):
        return False
    return above is None or (start_of(line) == above.end and line.top > above.top)


def is_prose(rows: Sequence[Line]) -> bool:
    """Whether rows are lines of a narrow column whose gaps line up by chance: prose goes on in lower case."""
    return sum(line.text[0].islower() for line in rows) * MAX_LOWER >= len(rows)


def start_of(line: Line) -> int:
    """The number of a line's first word, which may be its mark."""
    return line.start - (line.mark is not None)


def _row(line: Line) -> tuple[Cell, ...]:
    """The cells of a line; a mark that stands off is one of its own."""
    texts = [cell.text for cell in line.cells]
    if line.mark is not None and line.mark.hanging:
        texts.insert(0, line.mark.text)
    elif line.mark is not None:
        texts[0] = f"{line.mark.text} {texts[0]}"
    return tuple(Cell(text) for text in texts)


def _open_table(rows: Sequence[Line]) -> Table:
    return Table(
        rows[0].page,
        start_of(rows[0]),
        min(line.left for line in rows),
        rows[0].top,
        max(line.x1 for line in rows),
        rows[-1].bottom,
        tuple(_row(line) for line in rows),
        marked([line.bold for line in rows]),
        (rows[0].page,) * len(rows),
        any(line.joined for line in rows),
        False,
    )


def continued(table: Table, below: Table) -> Table | None:
    """The two as one table if the second goes on with the first on the next page; else None.

    A repeated head is dropped, and a row that is broken over the pages put together.
    """
    if below.page != table.pages[-1] + 1 or _width(table) != _width(below) or table.ruled != below.ruled:
        return None
    rows = below.rows
    repeated = _repeated(table.rows, rows)
    if not repeated and below.marked and table.marked:
        return None  # a head of its own: another table
    rows, pages = rows[repeated:], below.pages[repeated:]
    done = list(table.rows)
    if rows and done and _is_broken(done[-1], rows[0]):
        done[-1] = tuple(
            replace(cell, text=_put_together(cell.text, more.text))
            for cell, more in zip(done[-1], rows[0], strict=True)
        )
        rows, pages = rows[1:], pages[1:]
    return replace(
        table,
        rows=(*done, *rows),
        pages=table.pages + pages,
        marked=max(table.marked, repeated),
        joined=table.joined or below.joined,
    )


def goes_on(table: Table, below: Table) -> bool:
    """Whether a table at the top of a page may go on with one of the page before, though they cannot be put together.

    Its first row may then be the rest of a broken one, and must not name the columns.
    """
    same = _width(table) == _width(below) and table.ruled == below.ruled
    return same and not below.marked and below.page == table.pages[-1] + 1


def head_alone(lines: Sequence[Line], table: Table) -> Table | None:
    """The table with the bold line at the foot of the page before as its head; None if it is not that."""
    line = lines[0]
    if len(lines) > 1 or not line.bold or table.ruled or table.marked or line.page + 1 != table.page:
        return None
    if not line.cells or len(_row(line)) != _width(table) or abs(line.left - table.x0) > line.size:
        return None
    return continued(replace(_open_table(lines), marked=1), table)


def _put_together(text: str, more: str) -> str:
    return text + more if text.endswith(HYPHEN) else f"{text} {more}".strip()


def headed(placed: Sequence[Line | Table]) -> list[Line | Table]:
    """Give the row in a box of its own, as of another colour, to the table without ruling lines right below it."""
    done: list[Line | Table] = []
    for one in placed:
        above = done[-1] if done else None
        if (
            isinstance(one, Table)
            and isinstance(above, Table)
            and above.ruled > one.ruled
            and len(above.rows) == 1
            and len(above.rows[0]) == len(one.rows[0])
            and 0 <= one.top - above.bottom <= above.bottom - above.top
        ):
            rows, pages = (*above.rows, *one.rows), (*above.pages, *one.pages)
            one = replace(one, start=above.start, top=above.top, rows=rows, pages=pages, marked=1)
            done.pop()
        done.append(one)
    return done


def _width(table: Table) -> int:
    return max(sum(cell.columns for cell in row) for row in table.rows)


def _repeated(rows: Rows, below: Rows) -> int:
    """How many rows at the top of the second are those at the top of the first."""
    count = 0
    while count < min(len(rows), len(below)) and _texts(rows[count]) == _texts(below[count]):
        count += 1
    return count


def _texts(row: Iterable[Cell]) -> list[str]:
    return [" ".join(cell.text.split()) for cell in row]


def _is_broken(row: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Whether a row at the top of a page is the rest of the last one of the page before."""
    if len(row) != len(below) or any(cell.rows > 1 for cell in (*row, *below)):
        return False
    pairs = [(cell.text, more.text) for cell, more in zip(row, below, strict=True) if more.text]
    if not pairs or not all(text for text, _ in pairs):
        return False
    goes_on = [more[0].islower() for _, more in pairs]
    if below[0].text:
        return all(goes_on)
    return any(goes_on) or any(
        len(text.split()) >= MIN_SENTENCE_WORDS and not text.endswith(CLOSING) for text, _ in pairs
    )


def piece(table: Table) -> Piece:
    """The table as a piece of the document."""
    header, body = split_header(table.rows, table.marked)
    if table.headless:
        header, body = (), [tuple(row) for row in filled(table.rows) if any(row)]
    kept = [page for row, page in zip(table.rows, table.pages, strict=True) if any(cell.text for cell in row)]
    used = [n for n in range(max(map(len, (header, *body)), default=0)) if _is_used(n, header, body)]
    return Piece(
        BlockKind.TABLE,
        header=tuple(header[n] if n < len(header) else "" for n in used) if header else (),
        rows=tuple(tuple(row[n] if n < len(row) else "" for n in used) for row in body),
        page=table.page,
        row_pages=tuple(kept[len(kept) - len(body) :]),
        joined=table.joined,
    )


def _is_used(column: int, header: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    return any(column < len(row) and row[column] for row in (header, *body))
