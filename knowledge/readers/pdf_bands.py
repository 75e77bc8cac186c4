"""Tables whose every other row has a coloured ground: the rows between have no lines of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from knowledge.readers.pdf_lines import WIDE_GAP
from knowledge.readers.pdf_values import Box, Word

MIN_STRIPS = 2
"""A single coloured row may be a head or a box."""
MAX_BETWEEN = 4.0
"""Times the height of a coloured row: what is further apart is two tables."""

Cells = tuple[Box, ...]


def with_rows_between(grids: Sequence[Cells], words: Sequence[Word]) -> list[Cells]:
    """Put coloured rows of the same columns into one grid, with those between, above and below them."""
    strips: dict[tuple[int, ...], list[Cells]] = defaultdict(list)
    done: list[Cells] = []
    for cells in grids:
        if len(cells) > 1 and len({(cell[1], cell[3]) for cell in cells}) == 1:
            ordered = tuple(sorted(cells))
            strips[tuple(round(edge) for cell in ordered for edge in (cell[0], cell[2]))].append(ordered)
        else:
            done.append(cells)
    for rows in strips.values():
        done += _together(sorted(rows, key=lambda row: row[0][1]), words) if len(rows) >= MIN_STRIPS else rows
    return done


def _together(rows: Sequence[Cells], words: Sequence[Word]) -> list[Cells]:
    height = min(row[0][3] - row[0][1] for row in rows)
    top, bottom = rows[0][0][1], rows[-1][0][3]
    found = [*rows[0]]
    for row, below in pairwise(rows):
        upper, lower = row[0][3], below[0][1]
        if lower - upper > MAX_BETWEEN * max(height, row[0][3] - row[0][1]):
            return list(rows)
        if lower > upper:
            found += _row(rows[0], upper, lower)
        found += [(cell[0], below[0][1], cell[2], below[0][3]) for cell in rows[0]]
    for upper, lower in ((top - height, top), (bottom, bottom + height)):
        row = _row(rows[0], upper, lower)
        if _fits(row, words):
            found += row
    return [tuple(found)]


def _row(cells: Cells, top: float, bottom: float) -> Cells:
    return tuple((cell[0], top, cell[2], bottom) for cell in cells)


def _fits(row: Cells, words: Sequence[Word]) -> bool:
    """Whether words stand in the columns of a row, and none of them reaches over two."""
    _, top, _, bottom = row[0]
    inside = [word for word in words if top <= (word.top + word.bottom) / 2 <= bottom]
    inside = [word for word in inside if word.x1 > row[0][0] and word.x0 < row[-1][2]]
    filled = {n for word in inside for n, cell in enumerate(row) if cell[0] <= word.x0 and word.x1 <= cell[2]}
    crossing = any(word.x0 < cell[2] < word.x1 for word in inside for cell in row)
    return len(filled) == len(row) and not crossing


def parted(cells: Cells, words: Sequence[Word]) -> Cells:
    """Part the cells that reach over all columns only because upright lines are missing, as their words show."""
    edges = sorted({edge for cell in cells for edge in (cell[0], cell[2])})
    done: list[Box] = []
    for cell in cells:
        row = tuple((x0, cell[1], x1, cell[3]) for x0, x1 in pairwise(edges))
        if (cell[0], cell[2]) == (edges[0], edges[-1]) and len(row) > 1 and _fits(row, words) and _is_clear(row, words):
            done += row
        else:
            done.append(cell)
    return tuple(done)


def _is_clear(row: Cells, words: Sequence[Word]) -> bool:
    """Whether the words beside each edge between two cells are further apart than words of a sentence."""
    inside = [word for word in words if row[0][1] <= (word.top + word.bottom) / 2 <= row[0][3]]
    for cell in row[:-1]:
        before = max((word.x1 for word in inside if word.x1 <= cell[2]), default=row[0][0])
        behind = min((word.x0 for word in inside if word.x0 >= cell[2]), default=row[-1][2])
        if behind - before < WIDE_GAP * max(word.size for word in inside):
            return False
    return True
