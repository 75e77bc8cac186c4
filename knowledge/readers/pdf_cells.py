"""Tables without ruling lines whose cells go on over several lines, in files that have them cell by cell.

A file that runs down one cell, jumps up to the next one and comes back to the left below all of them has rows; where
that does not hold throughout, nothing is guessed: each cell becomes a paragraph, so that no sentence runs over two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from statistics import median

from knowledge.readers.grid import Cell
from knowledge.readers.pdf_lines import ALIGNED, Line, is_below, only
from knowledge.readers.pdf_regions import SAME_LEVEL, Column, Region, Row, is_jump, region_at
from knowledge.readers.pdf_tables import MIN_ROWS, Table, is_prose, marked, open_tables
from knowledge.readers.pdf_values import HYPHEN

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
MIN_COLUMNS = 3
"""Of what is no table beyond doubt: two are lines with a gap more often than not."""
MIN_JUMPS = 3
"""Jumps up to the right, near to one another, that are no columns of a page any more."""
NEAR = 10
"""Lines from one such jump to the next."""


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
        region, last = region_at(lines, n)
        table = _table(region)
        if table is None and not _is_unsure(region):
            rest.append(lines[n])
            n += 1
            continue
        others, found = _others(rest)
        end = last + region.cut
        done += (*others, table, *_parted(lines[last:end])) if table else (*others, *_parted(lines[n:end]))
        unsure, rest, n = unsure or found or table is None or region.cut > 0, [], end
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


def _is_unsure(region: Region) -> bool:
    """Whether a file has rows of several columns line by line that could not be told."""
    full = [row for row in region.rows if len({id(column) for column, _ in row.parts}) >= MIN_COLUMNS]
    return not region.jumps and len(full) >= MIN_ROWS and not all(_is_item(row) for row in region.rows)


def _table(region: Region) -> Table | None:
    """The rows as a table if they are one beyond doubt."""
    if not region.jumps and len(region.rows) > 1 and _has_rests(region):
        found = region.by_level()
        if found is None:
            return None
        region = found
    rows, columns = region.rows, _columns(region)
    if not rows or rows[0].parts[0][1].text[0].islower():
        return None
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


def _has_rests(region: Region) -> bool:
    """Whether some of the lines of a file that has rows line by line go on with those above."""
    slack = SAME_LEVEL * region.rows[0].parts[0][1].size
    return is_prose([row.parts[0][1] for row in region.rows]) or not all(
        row.cell(region.columns[0]) and row.parts[-1][1].top - row.top < slack for row in region.rows
    )


def _columns(region: Region) -> list[Column]:
    """The columns; what only the first row has belongs to its neighbour that the first row lacks."""
    first, *others = region.rows or [Row([])]
    columns = [column for column in region.columns if any(row.cell(column) for row in region.rows)]
    for n in reversed(range(len(columns) - 1)):
        pair = columns[n : n + 2]
        lone = [column for column in pair if first.cell(column) and not any(row.cell(column) for row in others)]
        if len(lone) == 1 and sum(bool(first.cell(column)) for column in pair) == 1:
            whole = Column(pair[0].x0, pair[1].x1)
            columns[n : n + 2] = [whole]
            for row in region.rows:
                row.parts = [(whole if any(one is column for one in pair) else column, part)
                             for column, part in row.parts]  # fmt: skip
    return columns


def _is_item(row: Row) -> bool:
    """Whether a row has nothing but a text with its mark."""
    return len({id(column) for column, part in row.parts if part.mark is None}) < 2


def _is_level(row: Row, columns: Sequence[Column]) -> bool:
    """Whether all cells of a row begin at its top, or all end at its bottom, or all have their middle in its own."""
    cells = [cell for column in columns if (cell := row.cell(column))]
    slack = SAME_LEVEL * row.parts[0][1].size
    if all(abs(cell[0].top - row.top) <= slack for cell in cells):
        return True
    if all(abs(cell[-1].bottom - row.bottom) <= slack for cell in cells):
        return True
    return all(abs(cell[0].top + cell[-1].bottom - row.top - row.bottom) / 2 <= slack for cell in cells)


def _is_column(column: Column, rows: Sequence[Row]) -> bool:
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


def _apart(lines: Sequence[Line]) -> tuple[list[Line], bool]:
    """Part lines that jump about as the cells of a table do, each with the number of its cell."""
    jumps = [n for n in range(1, len(lines)) if is_jump(lines[n - 1], lines[n])]
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
        for part in _parted([line]):
            above = done[-1] if done else None
            same = above is not None and above.cell and above.end == part.start and is_below(above, part)
            done.append(replace(part, cell=above.cell) if above is not None and same else part)
    return done, bool(spans)


def _parted(lines: Sequence[Line]) -> list[Line]:
    """The parts of lines, each as a cell."""
    parts = [part for line in lines for part in [only(line, k) for k in range(len(line.cells))] or [line]]
    return [replace(part, cell=part.start + 1) for part in parts]


def _span(lines: Sequence[Line], first: int, last: int) -> tuple[int, int]:
    """The lines from the cell before the first jump to the end of the one behind the last."""
    while first and (is_below(lines[first - 1], lines[first]) or is_jump(lines[first - 1], lines[first])):
        first -= 1
    last += 1
    while last < len(lines) and is_below(lines[last - 1], lines[last]):
        last += 1
    return first, last
