"""Plain text to blocks. The document's text is the file's own; offsets are those of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.readers import listing
from knowledge.readers.builder import column, title_of
from knowledge.readers.dates import STATED, labelled_date, with_date_line, written_date
from knowledge.readers.furniture import is_caption, is_known_furniture
from knowledge.readers.grid import inferred_name, is_header
from knowledge.readers.leadin import with_lead_ins
from knowledge.readers.lines import Line, split_lines
from knowledge.types import Block, BlockKind, Column, Metadata, Reading, Row, Span

MAX_HEADING_WORDS = 12
MAX_WRAPPED_CHARS = 120  # a file with longer lines was not wrapped by hand or by an editor
MIN_SENTENCE_WORDS = 4  # fewer words without a closing mark are a signature or a label, not a sentence cut off
SHOWN_CHARS = 60  # of a cut-off sentence, in the warning

_CLOSING = tuple(".?!:;…”\"’')]»›")
_NOT_A_HEADING = tuple(".:;,…”\"’'»›-–")
_HEADING_START = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*[.)]?\s+)?[^\W\d_]")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+|\S+\.(?:uk|com|org|net)(?:/\S*)?", re.I)


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a file marks its paragraphs."""

    spaced: bool  # by empty lines; otherwise each line is a paragraph
    wrapped: bool  # lines are short, and a paragraph may take several


def read(text: str, name: str) -> Reading:
    """Read plain text: headings, paragraphs, lists, tables of tabs, furniture, and a line that dates it."""
    lines = split_lines(text)
    layout = _layout(lines)
    blocks = _with_headings(text, lines, list(_blocks(text, lines, layout)), layout)
    dated, published = with_date_line(text, blocks)
    led = with_lead_ins(text, dated)
    ended, warnings = _with_cut_off(text, led, name)
    metadata = Metadata(
        title=title_of(text, ended), published=published, evidence=STATED if published is not None else None
    )
    return Reading("plain text", text, ended, metadata, warnings)


def _layout(lines: Sequence[Line]) -> _Layout:
    filled = [n for n, line in enumerate(lines) if line.words]
    spaced = bool(filled) and len(filled) < filled[-1] - filled[0] + 1
    wrapped = all(line.is_row or len(line.words) <= MAX_WRAPPED_CHARS for line in lines)
    return _Layout(spaced, wrapped)


def _blocks(text: str, lines: Sequence[Line], layout: _Layout) -> Iterator[Block]:
    """The blocks of a file in order; headings are still paragraphs."""
    n = 0
    while n < len(lines):
        line = lines[n]
        if not line.words:
            n += 1
        elif found := listing.read_list(text, lines, n):
            block, n = found
            yield block
        elif _is_table(lines, n):
            last = n
            while last < len(lines) and lines[last].is_row:
                last += 1
            yield _table(text, lines[n:last])
            n = last
        elif _is_furniture(lines, n):
            yield Block(BlockKind.FURNITURE, line.start, line.end)
            n += 1
        else:
            last = n
            while last + 1 < len(lines) and _goes_on(text, lines, last, layout):
                last += 1
            yield Block(BlockKind.PARAGRAPH, line.start, lines[last].end)
            n = last + 1


def _is_furniture(lines: Sequence[Line], n: int) -> bool:
    words = lines[n].words
    if is_known_furniture(words):
        return True
    before = lines[n - 1].words if n else ""
    return is_caption(words) and (not before or before.endswith(_CLOSING))


def _goes_on(text: str, lines: Sequence[Line], n: int, layout: _Layout) -> bool:
    """Whether the paragraph of line `n` goes on in the line below."""
    line, below = lines[n], lines[n + 1]
    if not below.words or _is_table(lines, n + 1):
        return False
    ended = line.words.endswith(_CLOSING)
    if (ended or not layout.spaced) and _is_furniture(lines, n + 1):
        return False
    if listing.read_list(text, lines, n + 1) or _is_date_line(line.words) or _is_date_line(below.words):
        return False
    if not layout.spaced:
        return not ended and below.words[0].islower()
    return layout.wrapped or not ended or below.words[0].islower()


def _is_date_line(words: str) -> bool:
    return labelled_date(words) is not None or written_date(words) is not None


def _is_table(lines: Sequence[Line], n: int) -> bool:
    """Whether a table begins here: a line with tabs and two filled cells, or a single head above such a line."""
    if lines[n].filled_cells > 1:
        return True
    below = lines[n + 1] if n + 1 < len(lines) else lines[n]
    return lines[n].is_row and below.filled_cells > 1 and len(below.cells) == len(lines[n].cells)


def _table(text: str, lines: Sequence[Line]) -> Block:
    width = max(n for line in lines for n, cell in enumerate(line.cells, 1) if cell.start < cell.end)
    rows = [_row(line, width) for line in lines]
    header: tuple[Column, ...] = ()
    if is_header([[cell.of(text) for cell in row.cells] for row in rows]):
        head, *rows = rows
        name = inferred_name([row.cells[0].of(text) for row in rows])
        header = tuple(column(span, "" if n else name) for n, span in enumerate(head.cells))
        start = head.start
    else:
        start = rows[0].start
    return Block(BlockKind.TABLE, start, rows[-1].end if rows else lines[-1].end, header=header, rows=tuple(rows))


def _row(line: Line, width: int) -> Row:
    missing = Span(line.end, line.end)
    cells = (*line.cells, *(missing for _ in range(width)))[:width]
    return Row(cells[0].start, max(cell.end for cell in cells), cells)


def _with_headings(text: str, lines: Sequence[Line], blocks: Sequence[Block], layout: _Layout) -> list[Block]:
    """Mark the paragraphs that are headings, from the last to the first: a heading has something below it."""
    standing = {line.start: n for n, line in enumerate(lines) if line.words}
    first = next((block.start for block in blocks if block.kind is not BlockKind.FURNITURE), -1)
    done: list[Block] = []
    for block in reversed(blocks):
        if block.kind is BlockKind.PARAGRAPH and done and block.start in standing:
            n = standing[block.start]
            alone = layout.spaced and _is_alone(lines, n)
            if (alone or block.start == first) and _may_be_heading(lines[n].words) and block.end == lines[n].end:
                followed = any(later.kind is not BlockKind.FURNITURE for later in done)
                block = replace(block, kind=BlockKind.HEADING, level=1) if followed else block
        done.append(block)
    done.reverse()
    titled = any(block.start == first and block.kind is BlockKind.HEADING for block in done)
    return [
        replace(block, level=2) if block.kind is BlockKind.HEADING and titled and block.start != first else block
        for block in done
    ]


def _is_alone(lines: Sequence[Line], n: int) -> bool:
    above = lines[n - 1].words if n else ""
    below = lines[n + 1].words if n + 1 < len(lines) else ""
    return not above and not below


def _may_be_heading(words: str) -> bool:
    start = _HEADING_START.match(words)
    return (
        start is not None
        and start[0][-1].isupper()
        and len(words.split()) <= MAX_HEADING_WORDS
        and not words.endswith(_NOT_A_HEADING)
        and not _is_date_line(words)
    )


def _with_cut_off(text: str, blocks: Sequence[Block], name: str) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Flag a last paragraph whose sentence has no end."""
    last = next((n for n in reversed(range(len(blocks))) if blocks[n].kind is not BlockKind.FURNITURE), None)
    if last is None or blocks[last].kind is not BlockKind.PARAGRAPH:
        return tuple(blocks), ()
    words = blocks[last].of(text)
    if words.endswith(_CLOSING) or len(words.split()) < MIN_SENTENCE_WORDS or _ADDRESS.fullmatch(words.split()[-1]):
        return tuple(blocks), ()
    shown = " ".join(words.split())
    if len(shown) > SHOWN_CHARS:
        shown = "… " + shown[-SHOWN_CHARS:].partition(" ")[2]
    warning = f"The last sentence is cut off: `{name}` ends in “{shown}”."
    flagged = replace(blocks[last], cut_off=True)
    return (*blocks[:last], flagged, *blocks[last + 1 :]), (warning,)
