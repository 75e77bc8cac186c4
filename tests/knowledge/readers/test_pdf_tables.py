"""Tables of a PDF: cells from ruling lines or coloured rows, heads and broken rows over pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.readers.pdf_document import assemble
from knowledge.readers.pdf_tables import ruled_tables
from knowledge.readers.pdf_values import Box, Sheet, Word
from knowledge.types import Reading
from tests.knowledge.readers.look import only, shown, table

HIGH, WIDE, LEFT = 20.0, 100.0, 50.0


def page(rows: Sequence[Sequence[str]], number: int = 1, top: float = 200, bold: int = 0, ruled: str = "all") -> Sheet:
    """A page with a table: its cells, and the words in them; the first rows may be bold, and every other one ruled."""
    words: list[Word] = []
    cells: list[tuple[Box, ...]] = []
    for n, row in enumerate(rows):
        upper = top + HIGH * n
        boxes = [(LEFT + WIDE * k, upper, LEFT + WIDE * (k + 1), upper + HIGH) for k in range(len(row))]
        cells.append(tuple(boxes))
        for box, text in zip(boxes, row, strict=True):
            x0 = box[0] + 4
            for word in text.split():
                words.append(Word(len(words), word, x0, upper + 5, x0 + 4 * len(word), upper + 15, 10, n < bold))
                x0 += 4 * len(word) + 3
    every = tuple(cell for row in cells for cell in row)
    grids = (every,) if ruled == "all" else tuple(cells[int(ruled) :: 2])
    return Sheet(number, 600, 800, tuple(words), " ".join(word.text for word in words), grids=grids)


def read(*sheets: Sheet) -> Reading:
    return assemble(sheets, "a.pdf", None, None)


def only_table(reading: Reading) -> list[list[str]]:
    return table(reading, only(reading, "table"))


def test_a_head_repeated_on_the_next_page_stands_once() -> None:
    head = ["Boat", "Captain", "Built"]
    reading = read(page([head, ["Tern", "Ann Wood", "1981"]]), page([head, ["Heron", "Bob Lee", "1990"]], 2))
    assert only_table(reading) == [head, ["Tern", "Ann Wood", "1981"], ["Heron", "Bob Lee", "1990"]]
    rows = only(reading, "table").rows
    assert [sum(row.start >= start for start in reading.pages) for row in rows] == [1, 2]


def test_a_note_below_a_head_at_the_foot_of_a_page_does_not_part_it_from_its_table() -> None:
    first = page([["Boat", "Captain"]])
    said = ("2", "See", "below.")
    note = [Word(10 + n, text, LEFT + 30 * n, 600, LEFT + 30 * n + 25, 610, 10) for n, text in enumerate(said)]
    first = replace(first, words=(*first.words, *note), text=f"{first.text} 2 See below.")
    reading = read(first, page([["Tern", "Ann Wood"], ["Heron", "Bob Lee"]], 2))
    assert [said for kind, said in shown(reading) if kind == "paragraph"] == ["2 See below."]
    assert only_table(reading) == [["Boat", "Captain"], ["Tern", "Ann Wood"], ["Heron", "Bob Lee"]]


def test_a_row_broken_over_pages_is_put_together() -> None:
    reading = read(
        page([["Boat", "What was found"], ["Tern", "The engine leaks when the"]]),
        page([["", "boat goes astern."], ["Heron", "Nothing."]], 2),
    )
    assert only_table(reading) == [
        ["Boat", "What was found"],
        ["Tern", "The engine leaks when the boat goes astern."],
        ["Heron", "Nothing."],
    ]


def test_a_row_with_an_empty_first_cell_that_says_something_of_its_own_stays_a_row() -> None:
    reading = read(page([["Boat", "Fee"], ["Tern", "120"]]), page([["", "130"], ["Heron", "90"]], 2))
    assert only_table(reading) == [["Boat", "Fee"], ["Tern", "120"], ["", "130"], ["Heron", "90"]]


def test_tables_of_other_columns_or_with_a_bold_head_of_their_own_stay_apart() -> None:
    first = page([["Boat", "Fee"], ["Tern", "120"]], bold=1)
    for second in (page([["a", "b", "c"], ["d", "e", "f"]], 2), page([["Pier", "Length"], ["North", "80"]], 2, bold=1)):
        assert [kind for kind, _ in shown(read(first, second))] == ["table", "table"]


def test_a_bold_first_row_is_the_head_whatever_it_says() -> None:
    assert only_table(read(page([["Ann Wood", "Bob Lee"], ["Cy Fox", "Ed Vale"]], bold=1)))[0] == [
        "Ann Wood",
        "Bob Lee",
    ]
    assert only(read(page([["Ann Wood", "Bob Lee"], ["Cy Fox", "Ed Vale"]])), "table").header == ()


def test_rows_between_coloured_ones_belong_to_the_table() -> None:
    rows = [["Boat", "Fee"], ["Tern", "120"], ["Heron", "90"], ["Gull", "75"], ["Knot", "60"]]
    assert only_table(read(page(rows, ruled="1"))) == rows
    assert only_table(read(page([*rows, ["Rook", "50"]], ruled="1"))) == [*rows, ["Rook", "50"]]


def test_a_sentence_below_a_coloured_row_is_not_drawn_into_the_table() -> None:
    rows = [["Boat", "Fee"], ["Tern", "120"], ["Heron", "90"], ["Gull", "75"]]
    below = Word(99, "Everybody-pays-in-advance-and-nobody-is-paid-back.", LEFT, 285, LEFT + 300, 295, 10)
    sheet = page(rows, ruled="1")
    sheet = replace(sheet, words=(*sheet.words, below), text=f"{sheet.text} {below.text}")
    assert [kind for kind, _ in shown(read(sheet))] == ["table", "paragraph"]


def test_a_box_around_a_text_is_no_table() -> None:
    sheet = page([["The ferry sails twice a day."]])
    assert ruled_tables(sheet) == ([], set())
    assert shown(read(sheet)) == [("paragraph", "The ferry sails twice a day.")]


def test_a_row_without_upright_lines_is_parted_where_its_words_stand_apart() -> None:
    sheet = page([["Boat", "Fee"], ["Tern", "120"], ["Heron", "90"]])
    (cells,) = sheet.grids
    whole = (cells[2][0], cells[2][1], cells[3][2], cells[2][3])
    assert only_table(read(replace(sheet, grids=((*cells[:2], whole, *cells[4:]),))))[1] == ["Tern", "120"]


def test_a_cell_that_reaches_over_all_columns_stays_one_if_its_words_do() -> None:
    sheet = page([["Boat", "Fee"], ["No boats sail at all before Easter", ""], ["Heron", "90"]])
    (cells,) = sheet.grids
    whole = (cells[2][0], cells[2][1], cells[3][2], cells[2][3])
    found = only_table(read(replace(sheet, grids=((*cells[:2], whole, *cells[4:]),))))
    assert found[1] == ["No boats sail at all before Easter"] * 2


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(("", "quay", "two piers", "7")), min_size=3, max_size=3), min_size=2, max_size=8)
)
def test_every_cell_is_found_in_its_row(rows: list[list[str]]) -> None:
    (found, taken) = ruled_tables(page(rows))
    assert len(taken) == sum(len(cell.split()) for row in rows for cell in row)
    assert [[cell.text for cell in row] for one in found for row in one.rows] == (rows if taken else [])
