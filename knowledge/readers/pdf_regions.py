"""The rows that lines of a PDF make without ruling lines, in the file's order: cell by cell or line by line.

A file that runs down one cell, jumps up to the next one and comes back to the left below all of them has rows. Of one
that has all cells line by line, the gaps between the lines tell which belong together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from knowledge.readers.pdf_lines import Line, only
from knowledge.readers.pdf_tables import start_of

SAME_LEVEL = 0.5
"""Times the size of the letters by which the first lines of a row may differ in height."""
CELL_GAP = 0.5
"""Times the size of the letters: how far apart lines of one cell may be at most in a row that has but this cell."""
ROW_GAP = 3.0
"""Times the size of the letters: what is further below the row above is another table."""
WIDER = 0.2
"""Times the size of the letters by which the gap between rows is wider than that between lines at least."""
SAME_SIZE = 1.15
"""Times the letters of the first row: larger ones are a heading's."""

_AMOUNT = re.compile(r"[\W\d]*\d[\W\d]*")
_NUMBER = re.compile(r"\S*\d\S*")


@dataclass(slots=True)
class Column:
    """From where to where its texts reach."""

    x0: float
    x1: float

    def holds(self, part: Line) -> bool:
        """Whether a part of a line stands over or below it."""
        return part.x0 < self.x1 and part.x1 > self.x0


@dataclass(slots=True)
class Row:
    """Parts of lines with their columns, in the file's order."""

    parts: list[tuple[Column, Line]]

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return max(part.bottom for _, part in self.parts)

    @property
    def top(self) -> float:
        """Upper edge."""
        return min(part.top for _, part in self.parts)

    def cell(self, column: Column) -> list[Line]:
        """What stands in a column."""
        return [part for one, part in self.parts if one is column]


@dataclass(slots=True)
class Region:
    """Rows as far as the file's order makes some."""

    rows: list[Row] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    jumps: int = 0
    """How often it goes up to the next cell."""
    cut: int = 0
    """How many of the lines behind the rows are the rest of a row that could not be told."""

    def take(self, part: Line) -> bool:
        """Add a part of a line if it fits below or beside what is there."""
        holding = [column for column in self.columns if column.holds(part)]
        if len(holding) == 2 and not any(row.cell(holding[0]) and row.cell(holding[1]) for row in self.rows):
            holding = [self._merged(*holding)]
        if len(holding) > 1:
            return False
        column = holding[0] if holding else Column(part.x0, part.x1)
        if not self.rows:
            self.rows.append(Row([(column, part)]))
        elif not self._place(column, part):
            return False
        column.x0, column.x1 = min(column.x0, part.x0), max(column.x1, part.x1)
        if not holding:
            self.columns.append(column)
            self.columns.sort(key=lambda one: one.x0)
        return True

    def _merged(self, one: Column, other: Column) -> Column:
        """Two columns as one: a narrow head and amounts below it that do not reach under it."""
        one.x0, one.x1 = min(one.x0, other.x0), max(one.x1, other.x1)
        self.columns.remove(other)
        for row in self.rows:
            row.parts = [(one if column is other else column, part) for column, part in row.parts]
        return one

    def _place(self, column: Column, part: Line) -> bool:
        row = self.rows[-1]
        before, above = row.parts[-1]
        if part.size > SAME_SIZE * self.rows[0].parts[0][1].size:
            return False
        if column is before and _is_same_cell(row, above, part):
            row.parts.append((column, part))
        elif column.x0 > before.x0 and self._bottom() - SAME_LEVEL * part.size < part.top < row.bottom:
            self.jumps += part.top < above.top - SAME_LEVEL * part.size
            row.parts.append((column, part))
        elif row.bottom - SAME_LEVEL * part.size < part.top < row.bottom + ROW_GAP * part.size:
            self.rows.append(Row([(column, part)]))
        else:
            return False
        return True

    def _bottom(self) -> float:
        """Of the row before the last one."""
        return (
            self.rows[-2].bottom if len(self.rows) > 1 else self.rows[0].top - ROW_GAP * self.rows[0].parts[0][1].size
        )

    def by_level(self) -> Region | None:
        """The rows of a file that has them line by line; None if that is not its order, or they cannot be told."""
        levels: list[Row] = []
        for column, part in (one for row in self.rows for one in row.parts):
            if not levels or part.top > levels[-1].top + SAME_LEVEL * part.size:
                levels.append(Row([(column, part)]))
            elif part.x0 >= levels[-1].parts[-1][1].x1 and part.top > levels[-1].top - SAME_LEVEL * part.size:
                levels[-1].parts.append((column, part))
            else:
                return None
        starts = _starts(levels, self.columns[0])
        rows = [
            Row([one for level in levels[first:last] for one in level.parts])
            for first, last in pairwise([*starts, len(levels)])
        ]
        merged = [cell for row in rows for column in self.columns if len(cell := row.cell(column)) > 1]
        if not rows or any(all(_AMOUNT.fullmatch(part.text) for part in cell) for cell in merged):
            return None
        return Region(rows, self.columns)


def _starts(levels: Sequence[Row], first: Column) -> list[int]:
    """Which levels begin rows: those with a wider gap above, or a number in the first column if all gaps are one."""
    size = levels[0].parts[0][1].size
    gaps: list[float] = []
    bottom = levels[0].bottom
    for level in levels[1:]:
        gaps.append(level.top - bottom)
        bottom = max(bottom, level.bottom)
    narrow = min((gap for gap in gaps if gap >= 0), default=0.0)
    wide = [n for n, gap in enumerate(gaps, 1) if gap > narrow + WIDER * size]
    if wide:
        return [0, *wide]
    if min(gaps, default=0.0) < 0:
        return []
    numbered = [n for n, level in enumerate(levels) if level.cell(first)]
    told = all(
        _NUMBER.fullmatch(part.text) if column is first else not part.text[0].islower()
        for n in numbered[1:]
        for column, part in levels[n].parts
    )
    return numbered if told and numbered[:1] == [0] else []


def _is_same_cell(row: Row, above: Line, part: Line) -> bool:
    if abs(part.top - above.top) <= SAME_LEVEL * part.size:
        return part.x0 >= above.x1
    alone = all(column is row.parts[0][0] for column, _ in row.parts)
    return above.top < part.top < above.bottom + (CELL_GAP if alone else ROW_GAP / 2) * part.size


def region_at(lines: Sequence[Line], n: int) -> tuple[Region, int]:
    """The rows that begin with a line, and the number of the line behind them."""
    region = Region()
    if not (lines[n].cells or lines[n].mark or (n + 1 < len(lines) and is_jump(lines[n], lines[n + 1]))):
        return region, n + 1
    held: list[int] = []  # the number of the row that each line belongs to
    for at in range(n, len(lines)):
        line = lines[at]
        if held and not 0 <= start_of(line) - lines[at - 1].end <= 1:
            break
        before = len(region.rows), len(region.rows[-1].parts) if region.rows else 0
        if not all(region.take(part) for part in parts_of(line)):
            _cut(region, *before)
            if _is_rest(region, line):
                region.cut = 1 + held.count(len(region.rows))
                region.rows.pop()
            break
        held.append(len(region.rows))
    while not region.cut and len(region.rows) > 1 and _is_below_all(region):
        region.rows.pop()
    return region, n + sum(row <= len(region.rows) for row in held)


def _is_rest(region: Region, line: Line) -> bool:
    """Whether a line that does not fit goes on with the last row, whose cells cannot be told then."""
    row = region.rows[-1] if len(region.rows) > 1 else None
    return row is not None and row.top - ROW_GAP * line.size < line.top < row.bottom + CELL_GAP * line.size


def _is_below_all(region: Region) -> bool:
    """Whether the last row is but a text at the left, set off from the row above: more likely what comes next."""
    row = region.rows[-1]
    gap = row.top - region.rows[-2].bottom
    return all(one is region.columns[0] for one, _ in row.parts) and gap > CELL_GAP * row.parts[0][1].size


def _cut(region: Region, rows: int, parts: int) -> None:
    """Take off the parts of a line of which not all fit."""
    del region.rows[rows:]
    if region.rows:
        del region.rows[-1].parts[parts:]


def parts_of(line: Line) -> Iterator[Line]:
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


def is_jump(line: Line, following: Line) -> bool:
    """Whether the file goes on further right, at the same height or above: in another cell or column."""
    return following.top <= line.top + SAME_LEVEL * line.size and following.x0 >= line.x1
