"""A workbook is read as people see it: visible sheets, titles, tables with their heads, values under their formats."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from knowledge.readers import read
from knowledge.readers.excel import MAX_COLUMNS, MAX_ROWS
from knowledge.types import DocumentRefused, EmptyDocument, Metadata, Reading
from tests.knowledge.readers.damage import damaged
from tests.knowledge.readers.look import only, shown, table
from tests.knowledge.readers.office_files import BOMB, edited


def saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def sheet(book: Workbook) -> Worksheet:
    found = book.active
    assert isinstance(found, Worksheet)
    return found


def made(*rows: Sequence[object], finish: Callable[[Worksheet], None] = lambda page: None) -> bytes:
    """A workbook with one sheet of these rows."""
    book = Workbook()
    page = sheet(book)
    page.title = "Posts"
    for row in rows:
        page.append(list(row))
    finish(page)
    return saved(book)


def excel(*rows: Sequence[object], finish: Callable[[Worksheet], None] = lambda page: None) -> Reading:
    return read(made(*rows, finish=finish), "posts.xlsx")


def test_titles_stand_above_the_row_that_names_the_columns_and_notes_below() -> None:
    reading = excel(
        ["Harbour posts 2031"],
        ["Figures of the port office."],
        [],
        ["", "Port", "Role"],
        ["Ann Wood", "Hill", "Lead"],
        ["Bob Lee", "Coast", ""],
        ["Figures are rounded to the nearest ten."],
    )
    assert shown(reading) == [
        ("heading", "Posts"),
        ("paragraph", "Harbour posts 2031"),
        ("paragraph", "Figures of the port office."),
        ("table", " | Port | Role\nAnn Wood | Hill | Lead\nBob Lee | Coast | "),
        ("paragraph", "Figures are rounded to the nearest ten."),
    ]
    assert table(reading, only(reading, "table"))[0] == ["Name", "Port", "Role"]
    assert (reading.format, reading.page_name, reading.pages) == ("Excel", "sheet", (0,))
    assert reading.metadata == Metadata(title="Harbour posts 2031")


def test_rows_in_other_columns_are_not_put_under_the_heads_above() -> None:
    gap = [None] * 3
    reading = excel(["Post", "Base", "Grade"], ["Pilot", "Cove", 5], [], [*gap, "Rent", 500, 3], [*gap, "Heat", 600, 4])
    tables = [table(reading, block) for block in reading.blocks if block.rows]
    assert tables == [
        [["Post", "Base", "Grade"], ["Pilot", "Cove", "5"]],
        [[], ["Rent", "500", "3"], ["Heat", "600", "4"]],
    ]


def test_the_name_of_a_sheet_dates_no_workbook() -> None:
    book = Workbook()
    book.create_sheet("March 2031").append(["Boats sail in spring and in autumn."])
    reading = read(saved(book), "posts.xlsx")
    assert shown(reading) == [("heading", "March 2031"), ("paragraph", "Boats sail in spring and in autumn.")]
    assert reading.metadata.published is None


def test_values_are_shown_as_people_see_them() -> None:
    def formats(page: Worksheet) -> None:
        for cell, number_format in zip(page[2], ["0.0%", '"£"#,##0', "General", "General", "dd/mm/yyyy"], strict=True):
            cell.number_format = number_format

    reading = excel(
        ["Share", "Cost", "Ferries", "Open", "Since"],
        [0.125, 1200, 0.1 + 0.2, True, datetime(2019, 10, 21)],
        [0.5, 2.0, -3, False, date(2020, 4, 1)],
        ["#DIV/0!", "two\nlines", "=1/3", None, "soon"],
        finish=formats,
    )
    assert table(reading, only(reading, "table")) == [
        ["Share", "Cost", "Ferries", "Open", "Since"],
        ["12.5%", "£1,200", "0.3", "TRUE", "21 October 2019"],
        ["0.5", "2", "-3", "FALSE", "1 April 2020"],
        ["#DIV/0!", "two lines", "", "", "soon"],
    ]
    assert reading.warnings == (
        "`posts.xlsx`, sheet Posts: 1 formula without a stored value left out. "
        "Open it in Excel, save it and add it again.",
    )


def test_a_formula_is_read_by_its_stored_value() -> None:
    data = edited(
        made(["Port", "Ferries"], ["Hill", "=1+1"]),
        "xl/worksheets/sheet1.xml",
        lambda xml: re.sub(r"<v\s*/>|<v></v>", "<v>2</v>", xml),
    )
    reading = read(data, "posts.xlsx")
    assert table(reading, only(reading, "table")) == [["Port", "Ferries"], ["Hill", "2"]]
    assert reading.warnings == ()


def test_empty_rows_part_tables_but_not_a_head_from_its_rows_nor_a_table_that_goes_on() -> None:
    reading = excel(
        ["Port", "Ferries"],
        [],
        ["Hill", 3],
        [],
        ["Coast", 4],
        [],
        ["Lead", "Board"],
        ["Ann Wood", "North"],
        [],
        ["Last title"],
    )
    tables = [table(reading, block) for block in reading.blocks if block.kind == "table"]
    assert tables == [[["Port", "Ferries"], ["Hill", "3"], ["Coast", "4"]], [["Lead", "Board"], ["Ann Wood", "North"]]]
    assert shown(reading)[-1] == ("paragraph", "Last title")


def test_merged_cells_are_filled_in_and_two_head_rows_become_one() -> None:
    def merge(page: Worksheet) -> None:
        for area in ("A1:C1", "B2:C2", "A4:A5", "B6:C6"):
            page.merge_cells(area)

    reading = excel(
        ["Calls at the ports"],
        ["Port", "Calls", None],
        [None, "May", "June"],
        ["Hill", 1, 2],
        [None, 3, 4],
        ["Coast", "closed", None],
        finish=merge,
    )
    assert shown(reading)[1] == ("paragraph", "Calls at the ports")
    assert table(reading, only(reading, "table")) == [
        ["Port", "Calls May", "Calls June"],
        ["Hill", "1", "2"],
        ["Hill", "3", "4"],
        ["Coast", "closed", "closed"],
    ]


def test_years_and_months_name_columns() -> None:
    assert table(reading := excel(["Port", 2030, 2031], ["Hill", 5, 7]), only(reading, "table"))[0] == [
        "Port",
        "2030",
        "2031",
    ]


def test_numbers_name_no_columns_and_labels_are_no_head() -> None:
    reading = excel(["Hill", 1, 2], ["Coast", 3, 4])
    assert table(reading, only(reading, "table")) == [[], ["Hill", "1", "2"], ["Coast", "3", "4"]]
    reading = excel(["Owner:", "Ann Wood"], ["Status:", "Draft"])
    assert table(reading, only(reading, "table")) == [[], ["Owner:", "Ann Wood"], ["Status:", "Draft"]]


def test_what_is_hidden_is_left_out_and_said() -> None:
    book = Workbook()
    page = sheet(book)
    page.title = "Open"
    for row in (["Port", "Pay", "Ferries"], ["Hill", "secret", 1], ["Gone", "secret", 2], ["Coast", "secret", 3]):
        page.append(list(row))
    page.row_dimensions[3].hidden = True
    page.column_dimensions["B"].hidden = True
    for title, state in (("Work", "hidden"), ("Deep", "veryHidden")):
        hidden = book.create_sheet(title)
        hidden.append(["secret", "words"])
        hidden.sheet_state = state
    book.create_sheet("Last").append(["Closing words"])
    reading = read(saved(book), "ports.xlsx")
    assert table(reading, only(reading, "table")) == [["Port", "Ferries"], ["Hill", "1"], ["Coast", "3"]]
    assert reading.text.startswith("Open\n\n") and reading.text.endswith("Last\n\nClosing words")
    assert reading.warnings == (
        "`ports.xlsx`, sheet Open: 1 hidden row and 1 hidden column left out.",
        "`ports.xlsx`: 2 hidden sheets left out: Work, Deep.",
    )
    last = reading.text.index("Last")
    assert reading.pages == (0, last, last, last), "a sheet is counted where it stands in the file"


def test_one_cell_in_the_farthest_corner_costs_nothing() -> None:
    def corner(page: Worksheet) -> None:
        page["XFD1048576"] = "Here."

    assert shown(excel(["Port", "Lead"], ["Hill", "Ann Wood"], finish=corner)) == [
        ("heading", "Posts"),
        ("table", "Port | Lead\nHill | Ann Wood"),
        ("paragraph", "Here."),
    ]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (["<c><v>1</v></c>"] * (MAX_ROWS + 1), "only the first 20,000 rows were read"),
        (["<c><v>1</v></c>" * (MAX_COLUMNS + 1)] * 2, "only the first 100 cells of a row were read"),
    ],
)
def test_more_rows_and_columns_than_are_read_are_said(rows: list[str], why: str) -> None:
    cells = f"<sheetData>{''.join(f'<row>{row}</row>' for row in rows)}</sheetData>"
    data = edited(made(["x"]), "xl/worksheets/sheet1.xml", lambda xml: re.sub("<sheetData>.*</sheetData>", cells, xml))
    assert read(data, "posts.xlsx").warnings == (f"`posts.xlsx`, sheet Posts: {why}. Split it, if more is needed.",)


def test_merged_cells_cannot_blow_up_a_sheet() -> None:
    merged = '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    data = made(["word " * 50, *range(20)], *[[f"r{n}", None] for n in range(400)])
    data = edited(data, "xl/worksheets/sheet1.xml", lambda xml: xml.replace("</sheetData>", merged))
    reading = read(data, "posts.xlsx")
    assert len(reading.text) < 100_000
    assert all(f"r{n}" in reading.text for n in range(400))


def test_a_dated_line_dates_the_workbook_and_its_properties_name_it() -> None:
    book = Workbook()
    page = sheet(book)
    for row in (["Ports"], ["Published: 21/10/2019"], ["Port", "Lead"], ["Hill", "Ann Wood"]):
        page.append(list(row))
    book.properties.title = "Posts of the harbour board"
    assert read(saved(book), "posts.xlsx").metadata == Metadata(
        title="Posts of the harbour board", published="2019-10-21", evidence="stated in the text"
    )


@pytest.mark.parametrize("title", ["Book1", "Microsoft Excel - posts", "posts.xlsx", "Untitled", " "])
def test_a_title_that_a_program_wrote_is_none(title: str) -> None:
    book = Workbook()
    sheet(book).append(["Port", "Lead"])
    book.properties.title = title
    assert read(saved(book), "posts.xlsx").metadata.title is None


def test_a_workbook_without_words_is_refused() -> None:
    with pytest.raises(EmptyDocument):
        excel()


def test_a_workbook_with_macros_is_read() -> None:
    data = edited(
        made(["Port", "Lead"], ["Hill", "Ann Wood"]),
        "[Content_Types].xml",
        lambda xml: xml.replace(
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        ),
    )
    assert "Ann Wood" in read(data, "posts.xlsm").text


@pytest.mark.parametrize(
    ("member", "edit"),
    [
        ("xl/worksheets/sheet1.xml", lambda xml: f"{BOMB}]>" + xml.replace("</sheetData>", "&i;</sheetData>")),
        ("xl/worksheets/sheet1.xml", lambda xml: xml[:-40]),
        ("xl/worksheets/sheet1.xml", lambda xml: xml.replace('r="A1"', 'r="?"')),
        ("xl/workbook.xml", lambda xml: xml.replace("<sheets>", "<sheets><sheet/>")),
        ("xl/_rels/workbook.xml.rels", lambda xml: xml.replace("worksheets/sheet1.xml", "nothing.xml")),
        ("[Content_Types].xml", lambda xml: "<Types/>"),
    ],
)
def test_a_broken_workbook_is_refused(member: str, edit: Callable[[str], str]) -> None:
    with pytest.raises(DocumentRefused) as refused:
        read(edited(made(["Port", "Lead"], ["Hill", "Ann Wood"]), member, edit), "posts.xlsx")
    assert str(refused.value) == (
        "`posts.xlsx` is damaged: it cannot be read as an Excel file. Open it in Excel, save it anew and add it again."
    )


def test_whatever_is_damaged_is_read_or_refused() -> None:
    assert damaged(made(["Port", "Lead"], ["Hill", "Ann Wood"], [1.5, True]), "posts.xlsx") > 0
