"""From the lines of a PDF to headings, paragraphs and lists, over columns and pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from knowledge.readers.builder import Piece
from knowledge.readers.pdf_lines import Line, is_below
from knowledge.readers.pdf_lists import Par, list_end, list_piece
from knowledge.readers.pdf_tables import Table, continued, goes_on, head_alone, piece
from knowledge.types import BlockKind

SAME_SIZE = 0.6
"""Points by which the letters of one paragraph may differ."""
HEADING_SIZE = 1.08
"""Times the size of the body: 12 points over 11."""
MAX_HEADING_WORDS = 25
MAX_BOLD_WORDS = 16
"""Of a heading in bold letters of the body's size; longer ones are stressed sentences."""
MAX_LEVEL = 6
PARAGRAPH_GAP = 1.22
"""Times the distance of lines: what is further below begins a paragraph."""
USUAL_PITCH = 1.2
"""Distance of lines, in sizes of the letters, where a document is too short to tell."""
FIRST_LINE_INDENT = 0.8
"""Times the size of the letters."""
INDENT_SLACK = 0.5
"""Times the size of the letters by which edges differ that are meant to be the same."""
RUN_GAP = 3.0
"""Times the size of the letters: lines further apart do not share a right edge."""
MIN_COLUMN_LINES = 3
"""A text of fewer lines beside another one is a cell or a box."""

_CLOSED = re.compile(r"[.!?:][”\"’')\]»]*$")
_UNCLOSED_HEADING = (".", ",", ";", ":")


@dataclass(frozen=True, slots=True)
class Style:
    """What a document looks like for the most part."""

    size: float
    """Of the letters, in points."""
    pitch: float
    """Distance of lines, in sizes of the letters."""
    bold: bool


def style_of(lines: Iterable[Line]) -> Style:
    """What most of the letters of a document look like."""
    sizes: Counter[float] = Counter()
    bold: Counter[float] = Counter()
    pitches: Counter[float] = Counter()
    before: Line | None = None
    for line in lines:
        sizes[line.size] += len(line.text)
        bold[line.size] += len(line.text) * line.bold
        if before is not None and is_below(before, line) and before.size == line.size > 0:
            pitch = round((line.bottom - before.bottom) / line.size, 1)
            if 0 < pitch < RUN_GAP:
                pitches[pitch] += 1
        before = line
    if not sizes:
        return Style(0, USUAL_PITCH, False)
    size = max(sizes, key=lambda one: (sizes[one], -one))
    pitch = max(pitches, key=lambda one: (pitches[one], -one)) if pitches else USUAL_PITCH
    return Style(size, pitch, bold[size] * 2 > sizes[size])


def paragraphs(placed: Sequence[Line | Table], style: Style) -> list[Par | Table]:
    """Put lines together to paragraphs, over columns and pages, and tables over pages."""
    lines = [one for one in placed if isinstance(one, Line)]
    rights, short = _right_edges(lines), _short_columns(lines)
    done: list[Par | Table] = []
    open_lines: list[Line] = []
    for one in placed:
        if isinstance(one, Line) and open_lines and _goes_on(open_lines, one, style, rights, short):
            open_lines.append(one)
            continue
        if open_lines:
            done.append(Par(tuple(open_lines)))
            open_lines = []
        if isinstance(one, Line):
            open_lines = [one]
        else:
            _add_table(done, one, style)
    return [*done, Par(tuple(open_lines))] if open_lines else done


def _add_table(done: list[Par | Table], table: Table, style: Style) -> None:
    """Add a table, or go on with the one before. The notes below a head at the foot of a page come before its table."""
    at = len(done) - 1
    while at > 0 and isinstance(note := done[at], Par) and _is_note(note, style):
        at -= 1
    above = done[at] if done else None
    if isinstance(above, Par) and (head := head_alone(above.lines, table)) is not None:
        done[at:] = [*done[at + 1 :], head]
        return
    if isinstance(above, Table) and (at == len(done) - 1 or len(above.rows) == 1):
        whole = continued(above, table)
        if whole is not None:
            done[at:] = [*done[at + 1 :], whole]
            return
    before = next((one for one in reversed(done) if isinstance(one, Table)), None)
    done.append(replace(table, headless=before is not None and goes_on(before, table)))


def _is_note(par: Par, style: Style) -> bool:
    """Whether a paragraph may be a note at the foot of a page: in small letters, or with a number before it."""
    mark, _, text = par.lines[0].text.partition(" ")
    return par.size < style.size - SAME_SIZE or (par.mark is None and mark.isdigit() and text[:1].isupper())


def _right_edges(lines: Sequence[Line]) -> dict[tuple[int, int], float]:
    """The right edge of the column that each line stands in, by page and start of the line."""
    edges: dict[tuple[int, int], float] = {}
    run: list[Line] = []
    for line in (*lines, None):
        if run and (line is None or not _is_same_column(run[-1], line)):
            right = max(one.x1 for one in run)
            edges.update(((one.page, one.start), right) for one in run)
            run = []
        if line is not None:
            run.append(line)
    return edges


def _short_columns(lines: Sequence[Line]) -> set[tuple[int, int]]:
    """The last lines, by page and start, of what is too short for a column: no text goes on from these cells."""
    found: set[tuple[int, int]] = set()
    count = 0
    for line, following in pairwise(lines):
        count += 1
        if following.page != line.page or following.top <= line.top:
            if count < MIN_COLUMN_LINES:
                found.add((line.page, line.start))
            count = 0
    return found


def _is_same_column(line: Line, below: Line) -> bool:
    near = below.top - line.bottom < RUN_GAP * line.size and abs(below.size - line.size) <= SAME_SIZE
    return near and is_below(line, below)


def _goes_on(
    par: Sequence[Line],
    line: Line,
    style: Style,
    rights: dict[tuple[int, int], float],
    short: Collection[tuple[int, int]],
) -> bool:
    """Whether a line belongs to the paragraph above or before it."""
    last = par[-1]
    lower = line.text[0].islower()
    if line.cell != last.cell or (line.cell and line.page != last.page):
        return False
    if last.broken and lower and (line.page, line.start) == (last.page, last.end):
        return True
    if line.mark is not None or abs(line.size - last.size) > SAME_SIZE:
        return False
    if line.bold != last.bold and not lower:
        return False
    closed = _CLOSED.search(last.text) is not None
    right = rights[last.page, last.start]
    room = last.x1 + line.first_width + last.size / 4 < right - last.size * INDENT_SLACK
    if not is_below(last, line):
        near = line.page == last.page + 1 or (
            line.start == last.end
            and line.page == last.page
            and line.top < last.top
            and (last.page, last.start) not in short
        )
        heading = last.size > style.size * HEADING_SIZE or (last.bold and not style.bold)
        return near and not heading and not closed and (lower or not room)
    if line.start != last.end:
        return False
    pitch = par[1].bottom - par[0].bottom if len(par) > 1 and is_below(par[0], par[1]) else style.pitch * last.size
    if line.bottom - last.bottom > PARAGRAPH_GAP * max(pitch, last.size):
        return False
    if room and (closed or not lower):
        return False
    return lower or not (closed and _is_set_apart(par, line))


def _is_set_apart(par: Sequence[Line], line: Line) -> bool:
    """Whether the left edge of a line says that a paragraph begins: further in, or further out than an item's text."""
    above = par[-1]
    slack = INDENT_SLACK * line.size
    if par[0].mark is not None:
        return line.x0 < par[0].x0 - slack and (len(par) > 1 or line.x0 > par[0].left + slack)
    return line.x0 > above.x0 + FIRST_LINE_INDENT * line.size


def is_heading(par: Par, style: Style) -> bool:
    """Whether a paragraph is a heading: its letters are larger than the body's, or bold, and it is short."""
    words = sum(len(line.text.split()) for line in par.lines)
    text = par.lines[-1].text
    if par.mark is not None and par.mark.style in ("bullet", "dash"):
        return False
    if not any(char.isalpha() for line in par.lines for char in line.text):
        return False
    if par.size > style.size * HEADING_SIZE:
        return words <= MAX_HEADING_WORDS and not (words > MAX_BOLD_WORDS and text.endswith(_UNCLOSED_HEADING))
    bold = all(line.bold for line in par.lines) and not style.bold and par.size > style.size - SAME_SIZE
    return bold and words <= MAX_BOLD_WORDS and not text.endswith(_UNCLOSED_HEADING)


def pieces(pars: Sequence[Par | Table], style: Style) -> list[Piece]:
    """Tell headings, lists and paragraphs apart."""
    headings = _headings(pars, style)
    levels = _levels((pars[n] for n in headings), style)
    done: list[Piece] = []
    n = 0
    while n < len(pars):
        par = pars[n]
        if isinstance(par, Table):
            done.append(piece(par))
        elif n in headings:
            text, turns = par.with_mark()
            level = levels.get(round(par.size), len(levels) + 1)
            done.append(Piece(BlockKind.HEADING, text, min(level, MAX_LEVEL), page=par.page, turns=turns))
        elif last := list_end(pars, n, headings):
            done.append(list_piece([one for one in pars[n:last] if isinstance(one, Par)]))
            n = last - 1
        else:
            text, turns = par.with_mark()
            done.append(Piece(BlockKind.PARAGRAPH, text, page=par.page, turns=turns, joined=par.joined))
        n += 1
    return done


def _headings(pars: Sequence[Par | Table], style: Style) -> set[int]:
    """Which paragraphs are headings. Bold lines with marks that follow one another are items."""
    found = {n for n, par in enumerate(pars) if isinstance(par, Par) and is_heading(par, style)}

    def is_item(n: int) -> bool:
        par = pars[n]
        return isinstance(par, Par) and par.mark is not None and par.size <= style.size * HEADING_SIZE

    return {
        n
        for n in found
        if not (
            is_item(n) and any(other in found and is_item(other) for other in (n - 1, n + 1) if 0 <= other < len(pars))
        )
    }


def _levels(headings: Iterable[Par | Table], style: Style) -> dict[int, int]:
    """The level of each size of heading that is larger than the body."""
    sizes = {round(par.size) for par in headings if isinstance(par, Par) and par.size > style.size * HEADING_SIZE}
    return {size: level for level, size in enumerate(sorted(sizes, reverse=True), 1)}
