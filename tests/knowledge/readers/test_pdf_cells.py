"""Tables without ruling lines whose cells go on over lines: exact cells, or a paragraph for each and a warning."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from knowledge import readers
from knowledge.types import Reading
from tests.knowledge.readers.look import only, shown, table

Cells = list[list[str]]
"""The lines of each cell of a row."""

COLUMNS = 50, 100, 300, 400
SIZE, PITCH, PAD = 10, 12, 6
HEAD: Cells = [["Ref"], ["What was agreed"], ["Owner"], ["State"]]
ROWS: list[Cells] = [
    [["1/18"], ["Have the ferry painted before the", "winter, and tell the board"], ["Ann Wood"], ["Open, see", "us"]],
    [["2/18"], ["Close the pier"], ["Bob", "Featherstone"], ["Closed"]],
    [["3/18"], ["Ask the pilot whether the boat", "may sail in a storm, and what the", "insurers say"], [], ["Open"]],
    [["4/18"], ["Write to the island"], ["Cy Fox"], ["Closed"]],
]  # fmt: skip
UNSURE = "Page 1 has what looks like a table, but its rows could not be told; its cells became paragraphs."
TOLD = "Page 1 has a table without ruling lines; its columns were told by their places."


def drawn(
    pages: Sequence[Sequence[Cells]],
    by_line: bool = False,
    pad: int = PAD,
    right: int = -1,
    sink: float = 0,
    bold: int = 1,
) -> Reading:
    """Read a file with a table.

    Args:
        pages: The rows on each page.
        by_line: Whether the file has the cells line by line rather than one after the other.
        pad: Between rows, in points.
        right: The column that is set to the right.
        sink: How far down cells that have fewer lines than their row stand: 0.5 is the middle.
        bold: How many rows are its head.
    """
    out = BytesIO()
    canvas = Canvas(out, invariant=1)
    for number, rows in enumerate(pages):
        y = 700.0
        for n, row in enumerate(rows):
            font = "Helvetica-Bold" if number == 0 and n < bold else "Helvetica"
            canvas.setFont(font, SIZE)
            high = max(map(len, row))
            at = [
                (y - PITCH * (m + sink * (high - len(cell))), k, line)
                for k, cell in enumerate(row)
                for m, line in enumerate(cell)
            ]
            for down, k, line in sorted(at, key=lambda one: (-one[0], one[1])) if by_line else at:
                x = COLUMNS[k] + (80 - canvas.stringWidth(line, font, SIZE) if k == right else 0)
                canvas.drawString(x, down, line)
            y -= high * PITCH + pad
        canvas.showPage()
    canvas.save()
    return readers.read(out.getvalue(), "a.pdf")


def texts(rows: Sequence[Cells]) -> list[list[str]]:
    return [[" ".join(cell) for cell in row] for row in rows]


@pytest.mark.parametrize("pad", [PAD, 0])
@pytest.mark.parametrize("by_line", [False, True])
def test_cells_over_some_lines_are_put_together_in_their_rows(by_line: bool, pad: int) -> None:
    reading = drawn([[HEAD, *ROWS]], by_line, pad)
    assert table(reading, only(reading, "table")) == texts([HEAD, *ROWS])
    assert [len(row) for row in texts(ROWS)] == [4] * 4
    assert only(reading, "table").header
    assert reading.warnings == (TOLD,)


@pytest.mark.parametrize("right", [2, 3])
def test_columns_that_are_set_to_the_right_are_told(right: int) -> None:
    reading = drawn([[HEAD, *ROWS]], right=right)
    assert table(reading, only(reading, "table")) == texts([HEAD, *ROWS])


def test_cells_in_the_middle_of_their_rows_belong_to_them() -> None:
    reading = drawn([[HEAD, *ROWS]], sink=0.5)
    assert table(reading, only(reading, "table")) == texts([HEAD, *ROWS])


def test_a_table_goes_on_over_pages_and_its_rows_know_theirs() -> None:
    reading = drawn([[HEAD, *ROWS], ROWS])
    assert table(reading, only(reading, "table")) == texts([HEAD, *ROWS, *ROWS])
    starts = [row.start for row in only(reading, "table").rows]
    assert [sum(start >= page for page in reading.pages) for start in starts] == [1] * 4 + [2] * 4


def test_a_head_alone_at_the_foot_of_a_page_is_that_of_the_table_on_the_next() -> None:
    reading = drawn([[HEAD], ROWS])
    assert table(reading, only(reading, "table")) == texts([HEAD, *ROWS])
    assert only(reading, "table").header


def test_rows_that_cannot_be_told_become_cells_of_their_own_and_say_so() -> None:
    names: list[Cells] = [[["Ann", "Wood"], *row[1:]] for row in ROWS]
    reading = drawn([names], by_line=True, pad=0, bold=0)
    assert {words for _, words in shown(reading)} == {line for row in names for cell in row for line in cell}
    assert reading.warnings == (UNSURE,)


def test_a_cell_at_no_height_of_its_row_makes_no_table() -> None:
    odd: list[Cells] = [
        [["1"], [f"Boat {n}", "sails", "at nine", "and ten", "o'clock"], ["", "", "Ann"], ["Open"]] for n in range(4)
    ]
    reading = drawn([odd], bold=0)
    assert UNSURE in reading.warnings
    assert all(kind == "paragraph" for kind, _ in shown(reading))
    assert not any("Ann" in words and words != "Ann" for _, words in shown(reading))


def test_a_list_with_numbers_is_no_table() -> None:
    numbered: list[Cells] = [[[f"{n}."], ["Have the ferry painted", "before the winter"]] for n in range(1, 5)]
    assert [kind for kind, _ in shown(drawn([numbered], bold=0))] == ["list"]


WORDS = st.lists(st.sampled_from(("Quay", "Pier", "Boat", "Ferry", "Lamp")), min_size=1, max_size=2).map(" ".join)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(*[st.lists(WORDS, min_size=1, max_size=3)] * 3), min_size=3, max_size=6), st.booleans())
def test_no_text_runs_over_two_cells(cells: list[tuple[list[str], ...]], by_line: bool) -> None:
    rows: list[Cells] = [[[f"{n}/18"], *row] for n, row in enumerate(cells, 1)]
    reading = drawn([[HEAD, *rows]], by_line)
    assert table(reading, only(reading, "table")) == texts([HEAD, *rows])
