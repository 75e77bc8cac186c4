"""The tables of a sheet: titles above, the row that names the columns, notes below."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from knowledge.readers.builder import Piece
from knowledge.readers.dates import EARLIEST_YEAR, LATEST_YEAR
from knowledge.readers.grid import MAX_REPEATED
from knowledge.types import BlockKind

MIN_HEADS = 2  # texts in a row that names columns
MIN_NOTE_WORDS = 5  # of a lone cell below a table that is a note rather than a row


@dataclass(frozen=True, slots=True)
class Value:
    """What a cell shows; `names` says that it could name a column: a text, a date or a year."""

    text: str
    names: bool

    @classmethod
    def of(cls, value: object, text: str) -> Value:
        """The value of a cell with the text that it shows."""
        year = isinstance(value, int) and EARLIEST_YEAR <= value <= LATEST_YEAR
        return cls(text, isinstance(value, str | date) or year)


@dataclass(frozen=True, slots=True)
class Range:
    """A rectangle of merged cells, both ends included."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(slots=True)
class Sheet:
    """The cells of a sheet that show something, by row and column, and what was left out."""

    rows: dict[int, dict[int, Value]] = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)
    hidden: list[tuple[int, int]] = field(default_factory=list)
    """Columns, first and last."""
    passed: set[int] = field(default_factory=set)
    """Hidden rows that hold something: they do not part a table."""
    hidden_rows: int = 0
    hidden_columns: set[int] = field(default_factory=set)
    """Those of them that hold something."""
    unvalued: int = 0
    long: bool = False
    wide: bool = False


_Rows = list[dict[int, Value]]
_Columns = tuple[int, ...]


def sheet_pieces(sheet: Sheet, page: int) -> list[Piece]:
    """The pieces of a sheet: titles and notes are paragraphs, all else tables."""
    pieces: list[tuple[Piece, _Columns]] = []
    spans = {(area.top, area.left): area for area in sheet.merged}
    filled = _filled(sheet)
    carried: list[int] = []
    for part in _parts(sheet):
        numbers = [*carried, *part]
        own = [sheet.rows[number] for number in numbers]
        if len(own) - len(carried) == 1 and not carried and _names_columns(own[0]):
            carried = numbers  # a header with an empty row below
            continue
        carried = []
        pieces += _part([filled[number] for number in numbers], own, numbers, spans, page)
    if carried:
        pieces += _part([filled[n] for n in carried], [sheet.rows[n] for n in carried], carried, spans, page)
    return _joined(pieces)


def _parts(sheet: Sheet) -> Iterator[list[int]]:
    """The numbers of rows that follow each other without an empty one."""
    part: list[int] = []
    for number in sorted(sheet.rows):
        if part and any(between not in sheet.passed for between in range(part[-1] + 1, min(number, part[-1] + 1000))):
            yield part
            part = []
        part.append(number)
    if part:
        yield part


def _filled(sheet: Sheet) -> dict[int, dict[int, Value]]:
    """The rows with the text of merged cells in each place they reach over."""
    rows = {number: dict(row) for number, row in sheet.rows.items()}
    numbers = sorted(rows)
    columns = sorted({column for row in rows.values() for column in row})
    left = MAX_REPEATED * sum(len(value.text) for row in rows.values() for value in row.values())
    for area in sheet.merged:
        value = rows.get(area.top, {}).get(area.left)
        if value is None:
            continue
        for number in numbers[bisect_left(numbers, area.top) : bisect_right(numbers, area.bottom)]:
            for column in columns[bisect_left(columns, area.left) : bisect_right(columns, area.right)]:
                if column not in rows[number] and left > 0:
                    rows[number][column] = value
                    left -= len(value.text) + 1
    return rows


def _names_columns(row: dict[int, Value]) -> bool:
    return len(row) >= MIN_HEADS and all(value.names for value in row.values())


def _part(
    rows: _Rows, own: _Rows, numbers: Sequence[int], spans: dict[tuple[int, int], Range], page: int
) -> Iterator[tuple[Piece, _Columns]]:
    """The pieces of rows without an empty one among them, each with the columns it takes."""
    first = 0
    while first < len(own) and len(own[first]) == 1:
        yield _paragraph(own[first], page)
        first += 1
    last = len(own)
    while last > first and _is_note(own[last - 1]):
        last -= 1
    head = next((n for n in range(first, last) if _names_columns(own[n])), last)
    if last - first > 1 and _is_form(rows[first:last]):
        head = last
    if head == last:
        head = first  # no header
        heads = 0
    else:
        heads = 1 + (head + 1 < last and _spans(own[head], numbers[head], spans) and _names_columns(own[head + 1]))
    if head > first:
        yield _table([], rows[first:head], page)
    if last > head:
        yield _table(rows[head : head + heads], rows[head + heads : last], page)
    for row in own[last:]:
        yield _paragraph(row, page)


def _spans(row: dict[int, Value], number: int, spans: dict[tuple[int, int], Range]) -> bool:
    """Whether a row has a cell over several columns, as the upper of two header rows has."""
    return any((area := spans.get((number, column))) and area.right > column for column in row)


def _is_note(row: dict[int, Value]) -> bool:
    (value, *more) = row.values()
    return not more and value.names and (len(value.text.split()) >= MIN_NOTE_WORDS or value.text.endswith("."))


def _is_form(rows: _Rows) -> bool:
    """Whether each row is a label with its value: `Owner: | Ann Wood`."""
    return all(len(row) <= MIN_HEADS and row[min(row)].text.endswith(":") for row in rows)


def _paragraph(row: dict[int, Value], page: int) -> tuple[Piece, _Columns]:
    ((column, value),) = row.items()
    return Piece(BlockKind.PARAGRAPH, value.text, page=page), (column,)


def _table(heads: _Rows, rows: _Rows, page: int) -> tuple[Piece, _Columns]:
    columns = tuple(sorted({column for row in (*heads, *rows) for column in row}))
    header = []
    for column in columns:
        texts = [head[column].text for head in heads if column in head]
        header.append(" ".join(dict.fromkeys(texts)))
    body = tuple(tuple(row[column].text if column in row else "" for column in columns) for row in rows)
    return Piece(BlockKind.TABLE, header=tuple(header) if heads else (), rows=body, page=page), columns


def _joined(pieces: list[tuple[Piece, _Columns]]) -> list[Piece]:
    """The pieces, with a table that has no header but goes on below an empty row put to the one above."""
    done: list[Piece] = []
    above: _Columns = ()
    for piece, columns in pieces:
        before = done[-1] if done else None
        if (
            before is not None
            and before.kind is piece.kind is BlockKind.TABLE
            and before.header
            and not piece.header
            and columns == above
        ):
            done[-1] = replace(before, rows=before.rows + piece.rows)
        else:
            done.append(piece)
        above = columns
    return done
