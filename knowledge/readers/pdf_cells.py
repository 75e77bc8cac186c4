"""Tables without ruling lines whose cells go on over several lines, in files that have them cell by cell.

A file that runs down one cell, jumps up to the next one and comes back to the left below all of them has rows; where
that does not hold throughout, nothing is guessed: each cell becomes a paragraph, so that no sentence runs over two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from statistics import median

from knowledge.readers.grid import Cell
from knowledge.readers.pdf_lines import ALIGNED, Line, is_below, only
from knowledge.readers.pdf_tables import MIN_ROWS, Table, is_prose, marked, open_tables, start_of
from knowledge.readers.pdf_values import HYPHEN

SAME_LEVEL = 0.5
"""Times the size of the letters by which the first lines of a row may differ in height."""
CELL_GAP = 0.5
"""Times the size of the letters: how far apart lines of one cell may be at most in a row that has but this cell."""
ROW_GAP = 3.0
"""Times the size of the letters: what is further below the row above is another table."""
SAME_SIZE = 1.15
"""Times the letters of the first row: larger ones are a heading's."""
MIN_FILLED = 2 / 3
"""Share of the rows whose first cell has text."""
MIN_ALIGNED = 0.7
"""Share of the cells of a column that begin, end or have their middle at the same place."""
MAX_PARTED = 1 / 3
"""Share of the cells of a column that have gaps in their first lines: more are two columns below one head."""
MAX_WORDS = 150
"""Of a cell: more are a column of a page."""
MAX_LABEL = 6
"""Words in the middle one of the first cells of a table of two columns; more are prose beside prose."""
MIN_JUMPS = 3
"""Jumps up to the right, near to one another, that are no columns of a page any more."""
NEAR = 10
"""Lines from one such jump to the next."""


@dataclass(slots=True)
class _Column:
    x0: float
    x1: float

    def holds(self, part: Line) -> bool:
        return part.x0 < self.x1 and part.x1 > self.x0


@dataclass(slots=True)
class _Row:
    """Parts of lines with their columns, in the file's order."""

    parts: list[tuple[_Column, Line]]

    @property
    def bottom(self) -> float:
        return max(part.bottom for _, part in self.parts)

    @property
    def top(self) -> float:
        return min(part.top for _, part in self.parts)

    def cell(self, column: _Column) -> list[Line]:
        return [part for one, part in self.parts if one is column]


@dataclass(slots=True)
class _Region:
    """Rows as far as the file's order makes some."""

    rows: list[_Row] = field(default_factory=list)
    columns: list[_Column] = field(default_factory=list)
    jumps: int = 0
    """How often it goes up to the next cell."""

    def take(self, part: Line) -> bool:
        """Add a part of a line if it fits below or beside what is there."""
        holding = [column for column in self.columns if column.holds(part)]
        if len(holding) > 1:
            return False
        column = holding[0] if holding else _Column(part.x0, part.x1)
        if not self.rows:
            self.rows.append(_Row([(column, part)]))
        elif not self._place(column, part):
            return False
        column.x0, column.x1 = min(column.x0, part.x0), max(column.x1, part.x1)
        if not holding:
            self.columns.append(column)
            self.columns.sort(key=lambda one: one.x0)
        return True

    def _place(self, column: _Column, part: Line) -> bool:
        row = self.rows[-1]
        before, above = row.parts[-1]
        if part.size > SAME_SIZE * self.rows[0].parts[0][1].size:
            return False
        if column is before and _is_same_cell(row, above, part):
            row.parts.append((column, part))
        elif column.x0 > before.x0 and part.top < row.bottom and part.bottom > row.top:
            self.jumps += part.top < above.top - SAME_LEVEL * part.size
            row.parts.append((column, part))
        elif row.bottom - SAME_LEVEL * part.size < part.top < row.bottom + ROW_GAP * part.size:
            self.rows.append(_Row([(column, part)]))
        else:
            return False
        return True


def _is_same_cell(row: _Row, above: Line, part: Line) -> bool:
    if abs(part.top - above.top) <= SAME_LEVEL * part.size:
        return part.x0 >= above.x1
    alone = all(column is row.parts[0][0] for column, _ in row.parts)
    return above.top < part.top < above.bottom + (CELL_GAP if alone else ROW_GAP / 2) * part.size


def cell_tables(lines: Sequence[Line]) -> tuple[list[Line | Table], bool]:
    """Put lines that run down one cell after the other into tables.

    Returns:
        The lines and tables, and whether there is what looks like a table, but could not be told: its lines are parted
        and have the numbers of their cells.
    """
    done: list[Line | Table] = []
    rest: list[Line] = []
    unsure = False
    n = 0
    while n < len(lines):
        region, last = _region(lines, n)
        table = _table(region)
        if table is None:
            rest.append(lines[n])
            n += 1
            continue
        others, found = _others(rest)
        done += (*others, table)
        unsure, rest, n = unsure or found, [], last
    others, found = _others(rest)
    return [*done, *others], unsure or found


def _others(lines: Sequence[Line]) -> tuple[list[Line | Table], bool]:
    """Tables whose rows are one line each, and the cells of what can be no table."""
    done: list[Line | Table] = []
    unsure = False
    for is_line, run in groupby(open_tables(lines), lambda one: isinstance(one, Line)):
        if not is_line:
            done += run
            continue
        apart, found = _apart([one for one in run if isinstance(one, Line)])
        done += apart
        unsure = unsure or found
    return done, unsure


def _region(lines: Sequence[Line], n: int) -> tuple[_Region, int]:
    """The rows that begin with a line, and the number of the line behind them."""
    region = _Region()
    if not (lines[n].cells or lines[n].mark or (n + 1 < len(lines) and _is_jump(lines[n], lines[n + 1]))):
        return region, n + 1
    last = n
    while last < len(lines):
        line = lines[last]
        if last > n and not 0 <= start_of(line) - lines[last - 1].end <= 1:
            break
        before = len(region.rows), len(region.rows[-1].parts) if region.rows else 0
        if not all(region.take(part) for part in _parts(line)):
            _cut(region, *before)
            break
        last += 1
    while region.rows and len({id(column) for column, _ in region.rows[-1].parts}) == 1:
        last -= len({part.top for _, part in region.rows.pop().parts})
    return region, last


def _cut(region: _Region, rows: int, parts: int) -> None:
    """Take off the parts of a line of which not all fit."""
    del region.rows[rows:]
    if region.rows:
        del region.rows[-1].parts[parts:]


def _parts(line: Line) -> Iterator[Line]:
    """A line without its wide gaps; a mark that stands off is a part of its own."""
    parts = [only(line, n) for n in range(len(line.cells))] or [line]
    mark = line.mark
    if mark is not None and mark.text and mark.hanging:
        right = min(line.left + len(mark.text) * line.size / 2, line.x0)
        yield replace(line, text=mark.text, start=start_of(line), x0=line.left, x1=right, cells=())
    elif mark is not None and mark.text:
        parts[0] = replace(parts[0], text=f"{mark.text} {parts[0].text}", x0=line.left)
    for part in parts:
        yield replace(part, mark=None)


def _table(region: _Region) -> Table | None:
    """The rows as a table if they are one beyond doubt."""
    rows, columns = region.rows, _columns(region)
    if len(rows) < MIN_ROWS or len(columns) < 2 or not all(_is_level(row, columns) for row in rows):
        return None
    if not all(_is_column(column, rows) for column in columns) or is_prose([row.parts[0][1] for row in rows]):
        return None
    if sum(_is_item(row) for row in rows) * 2 > len(rows):
        return None
    cells = [[_text(row.cell(column)) for column in columns] for row in rows]
    words = [[len(cell.split()) for cell in row] for row in cells]
    if sum(row[0] > 0 for row in words) < MIN_FILLED * len(rows) or max(map(max, words)) > MAX_WORDS:
        return None
    if sum(n > 0 for row in words for n in row) * 2 < len(rows) * len(columns):
        return None
    if len(columns) == 2 and (not all(map(all, words)) or median(row[0] for row in words) > MAX_LABEL):
        return None
    parts = [part for row in rows for _, part in row.parts]
    return Table(
        parts[0].page,
        parts[0].start,
        columns[0].x0,
        rows[0].top,
        columns[-1].x1,
        rows[-1].bottom,
        tuple(tuple(map(Cell, row)) for row in cells),
        marked([all(part.bold for _, part in row.parts) for row in rows]),
        (parts[0].page,) * len(rows),
        any(part.joined or part.broken for part in parts),
        False,
    )


def _columns(region: _Region) -> list[_Column]:
    """The columns; what only the first row has belongs to its neighbour that the first row lacks."""
    first, *others = region.rows or [_Row([])]
    columns = [column for column in region.columns if any(row.cell(column) for row in region.rows)]
    for n in reversed(range(len(columns) - 1)):
        pair = columns[n : n + 2]
        lone = [column for column in pair if first.cell(column) and not any(row.cell(column) for row in others)]
        if len(lone) == 1 and sum(bool(first.cell(column)) for column in pair) == 1:
            whole = _Column(pair[0].x0, pair[1].x1)
            columns[n : n + 2] = [whole]
            for row in region.rows:
                row.parts = [(whole if any(one is column for one in pair) else column, part)
                             for column, part in row.parts]  # fmt: skip
    return columns


def _is_item(row: _Row) -> bool:
    """Whether a row has nothing but a text with its mark."""
    return len({id(column) for column, part in row.parts if part.mark is None}) < 2


def _is_level(row: _Row, columns: Sequence[_Column]) -> bool:
    """Whether all cells of a row begin at its top, or all have their middle in its own."""
    cells = [cell for column in columns if (cell := row.cell(column))]
    slack = SAME_LEVEL * row.parts[0][1].size
    if all(abs(cell[0].top - row.top) <= slack for cell in cells):
        return True
    return all(abs(cell[0].top + cell[-1].bottom - row.top - row.bottom) / 2 <= slack for cell in cells)


def _is_column(column: _Column, rows: Sequence[_Row]) -> bool:
    """Whether the cells of a column line up, and few have gaps in their first lines."""
    cells = [cell for row in rows if (cell := row.cell(column))]
    parted = sum(len(cell) > 1 and cell[1].top - cell[0].top < SAME_LEVEL * cell[0].size for cell in cells)
    if parted > MAX_PARTED * len(cells):
        return False
    slack = 2 * ALIGNED * cells[0][0].size
    first = [cell[0] for cell in cells]
    return any(
        sum(abs(place - middle) <= slack for place in places) >= MIN_ALIGNED * len(cells)
        for places in (
            [part.x0 for part in first],
            [part.x1 for part in first],
            [(part.x0 + part.x1) / 2 for part in first],
        )
        for middle in (median(places),)
    )


def _text(parts: Sequence[Line]) -> str:
    """The lines of a cell; one that is broken at its end may go on in the next row."""
    text = ""
    for part in parts:
        text += part.text + (HYPHEN if part.broken else " ")
    return text.removesuffix(" ")


def _is_jump(line: Line, following: Line) -> bool:
    """Whether the file goes on further right, at the same height or above: in another cell or column."""
    return following.top <= line.top + SAME_LEVEL * line.size and following.x0 >= line.x1


def _apart(lines: Sequence[Line]) -> tuple[list[Line], bool]:
    """Part lines that jump about as the cells of a table do, each with the number of its cell."""
    jumps = [n for n in range(1, len(lines)) if _is_jump(lines[n - 1], lines[n])]
    near: list[list[int]] = []
    for n in jumps:
        if near and n - near[-1][-1] <= NEAR:
            near[-1].append(n)
        else:
            near.append([n])
    spans = [_span(lines, group[0], group[-1]) for group in near if len(group) >= MIN_JUMPS]
    done: list[Line] = []
    for n, line in enumerate(lines):
        if not any(first <= n < last for first, last in spans):
            done.append(line)
            continue
        for part in [only(line, k) for k in range(len(line.cells))] or [line]:
            above = done[-1] if done else None
            same = above is not None and above.cell and above.end == part.start and is_below(above, part)
            done.append(replace(part, cell=above.cell if above is not None and same else part.start + 1))
    return done, bool(spans)


def _span(lines: Sequence[Line], first: int, last: int) -> tuple[int, int]:
    """The lines from the cell before the first jump to the end of the one behind the last."""
    while first and (is_below(lines[first - 1], lines[first]) or _is_jump(lines[first - 1], lines[first])):
        first -= 1
    last += 1
    while last < len(lines) and is_below(lines[last - 1], lines[last]):
        last += 1
    return first, last
