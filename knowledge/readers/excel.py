"""Excel workbooks to blocks: each sheet is a heading and the tables that stand in it, parted by empty rows."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element, iterparse

from openpyxl import load_workbook
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import WorkSheetParser

from knowledge.readers.builder import Piece, build
from knowledge.readers.dates import STATED, with_date_line
from knowledge.readers.number_format import shown
from knowledge.readers.office import counted, local, refusing, sheet_count, title_said
from knowledge.readers.sheet import Range, Sheet, Value, sheet_pieces
from knowledge.types import BlockKind, Metadata, Reading

MAX_ROWS = 20_000
"""Of a sheet, counted where they hold something; a longer one is data rather than a document."""
MAX_COLUMNS = 100
"""Of a row, counted like the rows."""
MAX_MERGED = 10_000
"""Ranges of merged cells of a sheet."""


def read(content: bytes, name: str) -> Reading:
    """Read a workbook. Each sheet is a page; values are those that were stored when it was saved.

    An empty sheet has no heading: its name alone could be taken for the date of the workbook.
    """
    with refusing(content, name, "Excel"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of features that hold no text
        book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
        if len(book.sheetnames) != sheet_count(content):
            raise ValueError("a sheet is missing")
        pieces: list[Piece] = []
        notes: list[str] = []
        hidden: list[str] = []
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                hidden.append(sheet.title)
                continue
            found = _sheet(book, sheet)
            page = book.sheetnames.index(sheet.title) + 1
            if own := sheet_pieces(found, page):
                pieces += [Piece(BlockKind.HEADING, sheet.title, level=1, page=page), *own]
            notes += _warnings(found, name, sheet.title)
        count = len(book.sheetnames)
        book.close()
        said = title_said(content)
    laid = build(pieces, count)
    blocks, published = with_date_line(laid.text, laid.blocks)
    title = said or next((piece.text for piece in pieces[1:2] if piece.kind is BlockKind.PARAGRAPH), None)
    found_said = Metadata(title=title, published=published, evidence=STATED if published is not None else None)
    if hidden:
        names = ", ".join(hidden)
        notes.append(f"`{name}`: {counted(len(hidden), 'hidden sheet')} left out: {names}.")
    return Reading("Excel", laid.text, blocks, found_said, tuple(notes), laid.pages, "sheet")


def _warnings(sheet: Sheet, name: str, title: str) -> Iterator[str]:
    where = f"`{name}`, sheet {title}"
    if sheet.hidden_rows or sheet.hidden_columns:
        parts = ((sheet.hidden_rows, "hidden row"), (len(sheet.hidden_columns), "hidden column"))
        yield f"{where}: {' and '.join(counted(n, thing) for n, thing in parts if n)} left out."
    if sheet.unvalued:
        what = f"{counted(sheet.unvalued, 'formula')} without a stored value left out"
        yield f"{where}: {what}. Open it in Excel, save it and add it again."
    if sheet.long:
        yield f"{where}: only the first {MAX_ROWS:,} rows were read. Split it, if more is needed."
    if sheet.wide:
        yield f"{where}: only the first {MAX_COLUMNS} cells of a row were read. Split it, if more is needed."


class _Parser(WorkSheetParser):
    """The library's parser of cells, with a walk of our own: what a sheet has beside cells must not stop it."""

    unvalued = 0

    def parse_cell(self, element: Element) -> dict[str, object]:
        """One cell; counts formulas that were saved without their value."""
        cell: dict[str, object] = super().parse_cell(element)
        if cell["value"] is None:
            self.unvalued += any(local(part.tag) == "f" for part in element)
        return cell

    def run(self, sheet: Sheet) -> Iterator[tuple[int, list[dict[str, object]]]]:
        """The rows that are not hidden; merged cells and what is hidden are noted on the way."""
        for _, element in iterparse(self.source):
            tag = local(element.tag)
            if tag == "col" and element.get("hidden") in ("1", "true"):
                sheet.hidden.append((int(element.get("min", 0)), int(element.get("max", 0))))
            elif tag == "mergeCell" and len(sheet.merged) < MAX_MERGED:
                sheet.merged.append(Range(*(int(end or 1) for end in range_boundaries(element.get("ref", "A1")))))
            elif tag == "row":
                is_hidden = element.get("hidden") in ("1", "true")
                before = self.unvalued
                number, cells = self.parse_row(element)  # type: ignore[arg-type]  # the stub is too narrow
                element.clear()
                if not is_hidden:
                    yield number, cells
                elif any(cell["value"] is not None for cell in cells):
                    sheet.hidden_rows += 1
                    sheet.passed.add(number)
                    self.unvalued = before


def _sheet(book: Workbook, page: ReadOnlyWorksheet) -> Sheet:
    sheet = Sheet()
    with page._get_source() as source:  # type: ignore[attr-defined]  # what the library keeps to itself
        parser = _Parser(
            source,
            page._shared_strings,  # type: ignore[attr-defined]
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,  # type: ignore[attr-defined]
            timedelta_formats=book._timedelta_formats,  # type: ignore[attr-defined]
        )
        formats: dict[object, str] = {}
        for number, cells in parser.run(sheet):
            values = _values(page, cells, sheet, formats)
            if not values:
                continue
            if len(sheet.rows) == MAX_ROWS:
                sheet.long = True
                break
            sheet.rows[number] = values
    sheet.unvalued = parser.unvalued
    return sheet


def _values(
    page: ReadOnlyWorksheet, cells: list[dict[str, object]], sheet: Sheet, formats: dict[object, str]
) -> dict[int, Value]:
    """What the cells of a row show, by column. `formats` remembers the number format of each style."""
    values: dict[int, Value] = {}
    for cell in cells:
        column, value, style = int(str(cell["column"])), cell["value"], cell["style_id"]
        if value is None or not str(value).strip():
            continue
        if any(first <= column <= last for first, last in sheet.hidden):
            sheet.hidden_columns.add(column)
            continue
        if len(values) == MAX_COLUMNS:
            sheet.wide = True
            break
        if style not in formats:
            formats[style] = ReadOnlyCell(page, **cell).number_format  # type: ignore[arg-type]
        values[column] = Value.of(value, shown(value, formats[style]).strip())
    return values
