"""The lines of a page and the order to read them in.

A file's own order of words is trusted as far as it can be: a line holds only words that follow one another in the file,
and so does all that is later made from lines of one page. So words of two columns are never mixed into one sentence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Protocol, TypeVar

from knowledge.readers.pdf_marks import BARE, BULLETS, Mark, read_mark
from knowledge.readers.pdf_values import HYPHEN, Box, Word

WIDE_GAP = 0.6
"""Times the size of the letters: what is further apart may stand in different cells, columns or behind a tab."""
ALIGNED = 0.4
"""Times the size of the letters by which cells of one column may differ in an edge or their middle."""
HANGING_GAP = 0.55
"""Times the size of the letters: the gap behind the mark of a list is wider than that between words."""
MARK_GAP = 5.0
"""Times the size of the letters: how far a mark may stand from its text."""
SAME_ROW = 0.4
"""Share of the lower of two words by which they overlap if they stand in one row."""
MAX_DOTS = 500
"""Of a page: more belong to a drawing."""
MAX_CHUNKS = 500
"""Of a page: more come from a page that is no text, and are left in the file's order."""
MIN_MIXED_ROWS = 4
"""Rows of columns that a file has line by line; fewer may be anything."""
MIN_PROSE_WORDS = 4
"""Words in the middle one of the lines of a column of prose; cells of a table have fewer."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of a line without a wide gap in it."""

    x0: float
    x1: float
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Line:
    """Words that follow one another in the file and stand in one row, but for the mark of an item."""

    page: int
    start: int
    """Number of its first word in the file's order."""
    end: int
    """The number of the word that follows."""
    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    """Of most of its letters."""
    bold: bool
    """All of it."""
    first_width: float
    """Of its first word: whether that had room in the line above."""
    broken: bool = False
    """Its last word goes on in the next line."""
    joined: bool = False
    """A word in it was put together."""
    cells: tuple[Cell, ...] = ()
    """Its parts, if there are wide gaps in it."""
    mark: Mark | None = None
    """What stood before the text."""
    left: float = 0
    """Left edge, with the mark."""
    cell: int = 0
    """Of what looks like a table: the number of its cell, from 1. No sentence goes from one into another."""


class Placed(Protocol):
    """What has a place on a page: a line or a table."""

    @property
    def x0(self) -> float:
        """Left edge."""

    @property
    def top(self) -> float:
        """Upper edge."""

    @property
    def x1(self) -> float:
        """Right edge."""

    @property
    def bottom(self) -> float:
        """Lower edge."""


P = TypeVar("P", bound=Placed)


def joined(words: Sequence[Word]) -> str:
    """Words as text; between the halves of one that is broken at the end of a line stands `HYPHEN`."""
    parts: list[str] = []
    for n, word in enumerate(words):
        parts.append(word.text)
        if n + 1 < len(words):
            parts.append(HYPHEN if word.broken else " ")
    return "".join(parts)


def _main_size(words: Sequence[Word]) -> float:
    counted: dict[float, int] = {}
    for word in words:
        size = round(word.size * 2) / 2
        counted[size] = counted.get(size, 0) + len(word.text)
    return max(counted, key=lambda size: (counted[size], size))


def lines(page: int, words: Sequence[Word], skipped: Iterable[int] = (), dots: Sequence[Box] = ()) -> list[Line]:
    """The lines of a page in the file's order.

    Args:
        page: Its number.
        words: All of its words in the file's order.
        skipped: Places in `words` of those that stand elsewhere, such as in a table.
        dots: Drawn shapes that may be bullets.
    """
    elsewhere = frozenset(skipped)
    rows: list[list[Word]] = [[]]
    for n, word in enumerate(words):
        if rows[-1] and (n in elsewhere or not _goes_on(rows[-1][-1], word)):
            rows.append([])
        if n not in elsewhere:
            rows[-1].append(word)
    rows = [row for row in rows if row]
    numbers = {(int(row[0].text), round(row[0].x1)) for row in rows if _has_bare_number(row)}
    return _with_lone_bullets([_line(page, row, numbers) for row in rows], dots)


def _has_bare_number(row: Sequence[Word]) -> bool:
    return len(row) > 1 and BARE.fullmatch(row[0].text) is not None and _gap(row) > HANGING_GAP * row[0].size


def _gap(row: Sequence[Word]) -> float:
    return row[1].x0 - row[0].x1


def _goes_on(word: Word, following: Word) -> bool:
    overlap = min(word.bottom, following.bottom) - max(word.top, following.top)
    height = min(word.bottom - word.top, following.bottom - following.top)
    return following.at == word.at + 1 and overlap > SAME_ROW * height and following.x0 >= word.x1 - word.size / 2


def _line(page: int, row: Sequence[Word], numbers: Collection[tuple[int, int]]) -> Line:
    mark, chosen = _marked(row, numbers)
    edges = [0, *(n for n in range(1, len(chosen)) if _is_wide(chosen[n - 1], chosen[n])), len(chosen)]
    first, last = chosen[0], chosen[-1]
    return Line(
        page,
        first.at,
        last.at + 1,
        joined(chosen),
        first.x0,
        min(word.top for word in chosen),
        max(word.x1 for word in chosen),
        max(word.bottom for word in chosen),
        _main_size(chosen),
        all(word.bold for word in chosen),
        first.x1 - first.x0,
        last.broken,
        any(word.broken for word in chosen),
        tuple(Cell(chosen[a].x0, chosen[b - 1].x1, joined(chosen[a:b]), chosen[a].at) for a, b in pairwise(edges))
        if len(edges) > 2
        else (),
        mark,
        row[0].x0,
    )


def _is_wide(word: Word, following: Word) -> bool:
    return following.x0 - word.x1 > WIDE_GAP * max(word.size, following.size)


def _marked(row: Sequence[Word], numbers: Collection[tuple[int, int]]) -> tuple[Mark | None, Sequence[Word]]:
    """Take the mark of an item off a row of words. `numbers` without points on the page: each with its right edge."""
    first = row[0]
    if first.text[0] in BULLETS and len(first.text) > 1:
        rest = replace(first, text=first.text[1:], x0=min(first.x0 + first.size / 2, first.x1))
        return Mark("bullet", 0, first.text[0], False), (rest, *row[1:])
    if len(row) == 1:
        return None, row
    gap = _gap(row)
    bare = _has_bare_number(row) and any((int(first.text) + step, round(first.x1)) in numbers for step in (-1, 1))
    mark = read_mark(first.text, gap > HANGING_GAP * first.size, bare)
    if mark is None or gap > MARK_GAP * first.size:
        return None, row
    if mark.style == "bullet" and row[1].text in BULLETS:
        return _marked(row[1:], numbers)  # the bullet of a list within an item stands behind the item's own
    return mark, row[1:]


def _with_lone_bullets(found: Sequence[Line], dots: Sequence[Box]) -> list[Line]:
    """Give bullets that are lines of their own, or drawn, to the text on their right."""
    done = [line for line in found if not _is_lone_bullet(line)]
    for bullet in filter(_is_lone_bullet, found):
        n = _beside((bullet.x0, bullet.top, bullet.x1, bullet.bottom), done)
        if n is None:
            done.append(bullet)
        else:
            done[n] = replace(done[n], mark=Mark("bullet", 0, bullet.text, True), left=bullet.x0)
    for dot in dots[:MAX_DOTS]:
        n = _beside(dot, done)
        if n is not None:
            done[n] = replace(done[n], mark=Mark("bullet", 0, "", True), left=dot[0])
    return sorted(done, key=lambda line: line.start)


def _is_lone_bullet(line: Line) -> bool:
    return line.mark is None and line.text in BULLETS


def _beside(dot: Box, found: Sequence[Line]) -> int | None:
    """Which line a dot stands before."""
    x0, top, x1, bottom = dot
    middle = (top + bottom) / 2
    for n, line in enumerate(found):
        near = line.x0 - MARK_GAP * line.size <= x0 and x1 <= line.x0
        if near and line.mark is None and line.top < middle < line.bottom:
            return n
    return None


def is_below(line: Line, below: Line) -> bool:
    """Whether a line stands further down in the same column."""
    return line.page == below.page and below.top > line.top and below.left < line.x1 and below.x1 > line.left


def in_order(page: Sequence[P]) -> list[P]:
    """What stands on a page in the order to read it in.

    The file's order is kept within chunks that run down the page. A chunk that stands wholly above another one is read
    before it, wherever the file has it: files often have headers, footers and text boxes last.
    """
    chunks = list(_chunks(page))
    if len(chunks) > MAX_CHUNKS:
        return list(page)
    done: list[list[P]] = []
    for chunk in chunks:
        at = len(done)
        while at and _is_above(chunk, done[at - 1]):
            at -= 1
        done.insert(at, chunk)
    return [placed for chunk in done for placed in chunk]


def _chunks(page: Sequence[P]) -> Iterator[list[P]]:
    chunk: list[P] = []
    for placed in page:
        if chunk and placed.top < chunk[-1].bottom - SAME_ROW * (chunk[-1].bottom - chunk[-1].top):
            yield chunk
            chunk = []
        chunk.append(placed)
    if chunk:
        yield chunk


def _is_above(chunk: Sequence[Placed], other: Sequence[Placed]) -> bool:
    bottom, top = max(one.bottom for one in chunk), min(one.top for one in other)
    left, right = min(one.x0 for one in chunk), max(one.x1 for one in chunk)
    beside = right < min(one.x0 for one in other) or left > max(one.x1 for one in other)
    return bottom <= top + 1 and not beside


def unmixed(found: Sequence[Line]) -> tuple[list[Line], bool]:
    """Part the lines of columns that a file has row by row, so that no sentence runs from one column into the other.

    Returns:
        The lines, those of such columns one column after the other, and whether there were any.
    """
    done: list[Line] = []
    mixed = False
    n = 0
    while n < len(found):
        last = n
        while last < len(found) and len(found[last].cells) > 1 and aligned(found[n], found[last]):
            last += 1
        rows = found[n:last]
        if len(rows) >= MIN_MIXED_ROWS and _is_prose(rows):
            mixed = True
            for column in range(len(rows[0].cells)):
                done.extend(only(line, column) for line in rows)
        else:
            done.extend(rows or [found[n]])
        n = max(last, n + 1)
    return done, mixed


def aligned(line: Line, other: Line) -> bool:
    """Whether two lines are rows of the same columns."""
    return len(line.cells) == len(other.cells) and all(
        min(abs(one.x0 - two.x0), abs(one.x1 - two.x1), abs(one.x0 + one.x1 - two.x0 - two.x1) / 2)
        <= (MARK_GAP if n == 0 and line.mark is not other.mark else ALIGNED) * line.size
        for n, (one, two) in enumerate(zip(line.cells, other.cells, strict=True))
    )


def _is_prose(rows: Sequence[Line]) -> bool:
    columns = zip(*(line.cells for line in rows), strict=True)
    return all(median(len(cell.text.split()) for cell in column) >= MIN_PROSE_WORDS for column in columns)


def only(line: Line, column: int) -> Line:
    """One of the parts of a line that has wide gaps."""
    cell = line.cells[column]
    end = line.cells[column + 1].start if column + 1 < len(line.cells) else line.end
    first = column == 0
    return replace(
        line,
        start=cell.start,
        end=end,
        text=cell.text,
        x0=cell.x0,
        x1=cell.x1,
        cells=(),
        mark=line.mark if first else None,
        left=line.left if first else cell.x0,
        broken=line.broken and end == line.end,
    )
