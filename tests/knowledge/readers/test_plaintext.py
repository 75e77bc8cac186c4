"""Plain text becomes headings, paragraphs, lists, tables and furniture, all as ranges in the file itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.readers import read
from knowledge.types import Reading
from tests.knowledge.readers.look import items, kinds, lead_in, only, shown, table

SOURCES = Path(__file__).parents[3].parent / "shared" / "sources"

# Look-alikes of the originals: the same shapes and traps, other words.
RELEASE = """Two ambulance trusts in the north were told they may become one.

The ruling lets them share vehicles from 1 May 2031.\u00a0 They want to do this so that they can:

  • answer calls sooner
  • keep crews closer to home
  • buy vans together.

Chief paramedic Ann Wood said: “We think one trust will serve the north well.

“It is a first step.

“We thank all who wrote to us.”

What one trust brings

Crews were promised that:

  • shifts will always be\u00a0fair
  • no station closes. After 2033, the board looks again

Read the full reply, which says what people wrote. For the history see
"""

STORY = """More on NorthLive
Bosses want the north’s two ambulance trusts under one roof.
A note said: “We share vans already.
"It works.”
It costs £3m a year.
For more information visit the northern trusts website here."""

EXPLAINER = """Did you know that the ambulance trusts are joining up?

Today the north of the county has two ambulance trusts, and both of them answer to the same regional board in the city.
From May 1st 2031, crews have asked for the two trusts to join into one, and the regional board, \
after two long meetings in the city, has now said yes to it.
joining

Below the board will be three areas.\u00a0 The three will be:

  • Hill & Dale Area
  • Coast Area
  • City Area

Whats are areas?

Areas are groups of stations.\u00a0

Nothing changes on May 2nd.
"""

UPDATE = """

Northern Ambulance Update

March 2031

The trusts are planning. The posts are listed below.

\tTrust Lead\tNew role
Ann Wood\tHill Trust\tCoast, City and Hill Manager
Bob Lee\tCoast, Bay and Cliff Trust, City Trust\tHead of Vans

We will write again.

Design work

In April we meet (e.g. in the city).

Will there be one trust?

It is one option.
"""


def text(words: str) -> Reading:
    return read(words.encode(), "any.txt")


def test_a_release_has_lists_with_lead_ins_a_heading_and_a_last_sentence_cut_off() -> None:
    reading = text(RELEASE)
    assert kinds(reading) == {"paragraph": 7, "list": 2, "heading": 1}
    first, second = (block for block in reading.blocks if block.kind.value == "list")
    assert lead_in(reading, first) == "They want to do this so that they can:"
    assert items(reading, first) == [
        (1, "answer calls sooner"),
        (1, "keep crews closer to home"),
        (1, "buy vans together."),
    ]
    assert lead_in(reading, second) == "Crews were promised that:"
    assert items(reading, second)[0] == (1, "shifts will always be\u00a0fair")
    assert [block.cut_off for block in reading.blocks] == [False] * 9 + [True]
    assert reading.warnings == (
        "The last sentence is cut off: `any.txt` ends in “… reply, which says what people wrote. For the history see”.",
    )
    assert reading.metadata.title is None


def test_a_story_without_empty_lines_has_a_paragraph_on_each_line() -> None:
    assert shown(text(STORY)) == [
        ("furniture", "More on NorthLive"),
        ("paragraph", "Bosses want the north’s two ambulance trusts under one roof."),
        ("paragraph", "A note said: “We share vans already."),
        ("paragraph", '"It works.”'),
        ("paragraph", "It costs £3m a year."),
        ("furniture", "For more information visit the northern trusts website here."),
    ]


def test_an_explainer_has_two_headings_and_a_caption_as_furniture() -> None:
    reading = text(EXPLAINER)
    assert kinds(reading) == {"heading": 2, "paragraph": 5, "furniture": 1, "list": 1}
    assert ("furniture", "joining") in shown(reading)
    assert [block.level for block in reading.blocks if block.kind.value == "heading"] == [1, 2]
    assert lead_in(reading, only(reading, "list")) == "The three will be:"
    assert reading.metadata.title == "Did you know that the ambulance trusts are joining up?"
    assert shown(reading)[-2] == ("paragraph", "Areas are groups of stations.")


def test_an_update_has_a_date_and_a_table_with_an_offset_header() -> None:
    reading = text(UPDATE)
    assert kinds(reading) == {"heading": 3, "furniture": 1, "paragraph": 4, "table": 1}
    assert (reading.metadata.published, reading.metadata.evidence) == ("2031-03", "stated in the text")
    found = only(reading, "table")
    assert table(reading, found) == [
        ["Name", "Trust Lead", "New role"],
        ["Ann Wood", "Hill Trust", "Coast, City and Hill Manager"],
        ["Bob Lee", "Coast, Bay and Cliff Trust, City Trust", "Head of Vans"],
    ]
    assert [column.inferred for column in found.header] == ["Name", "", ""]
    assert found.header[0].start == found.header[0].end
    assert found.lead_in is None


@pytest.mark.skipif(not SOURCES.exists(), reason="the folder of the originals is not there")
@pytest.mark.parametrize(
    ("number", "headings", "paragraphs", "list_items", "rows"),
    [
        ("000", 1, 13, [3, 5, 9, 3], 0),
        ("001", 0, 15, [], 0),
        ("002", 0, 19, [], 0),
        ("003", 2, 12, [4], 0),
        ("004", 3, 10, [], 6),
    ],
)
def test_the_originals_are_read_as_they_are_laid_out(
    number: str, headings: int, paragraphs: int, list_items: list[int], rows: int
) -> None:
    (path,) = SOURCES.glob(f"{number}_*.txt")
    reading = read(path.read_bytes(), path.name)
    assert reading.text == path.read_text("utf-8")
    counted = kinds(reading)
    assert counted.get("heading", 0) == headings
    assert counted["paragraph"] + counted.get("furniture", 0) == paragraphs
    lists = [block for block in reading.blocks if block.kind.value == "list"]
    assert [len(block.items) for block in lists] == list_items
    assert all((lead_in(reading, block) or "").endswith(":") for block in lists)
    tables = [block for block in reading.blocks if block.kind.value == "table"]
    assert sum(len(block.rows) + bool(block.header) for block in tables) == rows
    assert [block.cut_off for block in reading.blocks if block.cut_off] == [True] * (number == "000")


@pytest.mark.skipif(not SOURCES.exists(), reason="the folder of the originals is not there")
@pytest.mark.parametrize(
    ("number", "furniture"),
    [
        ("000", []),
        ("001", [(0, 18)]),
        ("002", [(0, 18), (2830, 2894)]),
        ("003", [(320, 327)]),
        ("004", [(49, 62)]),
    ],
)
def test_the_furniture_of_the_originals_is_known(number: str, furniture: list[tuple[int, int]]) -> None:
    (path,) = SOURCES.glob(f"{number}_*.txt")
    reading = read(path.read_bytes(), path.name)
    assert [(block.start, block.end) for block in reading.blocks if block.kind.value == "furniture"] == furniture


@pytest.mark.skipif(not SOURCES.exists(), reason="the folder of the originals is not there")
def test_the_table_of_the_originals_names_people_ccgs_and_roles() -> None:
    (path,) = SOURCES.glob("004_*.txt")
    reading = read(path.read_bytes(), path.name)
    header, *rows = table(reading, only(reading, "table"))
    assert header == ["Name", "CCG Accountable Officer", "Transitional role"]
    assert [row[0] for row in rows] == [
        "Ian Ayres",
        "Patricia Davies",
        "Simon Perks",
        "Caroline Selkirk",
        "Hazel Smith",
    ]
    assert rows[3] == ["Caroline Selkirk", "Medway CCG", "East Kent Managing Director"]
    assert (reading.metadata.published, reading.metadata.evidence) == ("2018-02", "stated in the text")
    assert reading.metadata.title == "Kent and Medway Strategic Commissioner Update"


def test_lines_that_were_wrapped_are_one_paragraph() -> None:
    assert shown(text("The board met in May\nand agreed the plan.\nIt meets again.\n\nThe end is near.")) == [
        ("paragraph", "The board met in May\nand agreed the plan.\nIt meets again."),
        ("paragraph", "The end is near."),
    ]


def test_wrapped_lines_without_any_empty_line_are_joined_where_a_sentence_goes_on() -> None:
    assert shown(text("The board met in May\nand agreed the plan.\nIt meets again.")) == [
        ("paragraph", "The board met in May\nand agreed the plan."),
        ("paragraph", "It meets again."),
    ]


@pytest.mark.parametrize("mark", ["•", "-", "*", "–", "◦"])
def test_items_stand_behind_bullets_and_may_be_wrapped_and_nested(mark: str) -> None:
    reading = text(
        f"We will:\n\n{mark} meet the\n  board\n   {mark} in May\n   {mark} in June\n{mark} vote\n\nThat is all."
    )
    found = only(reading, "list")
    assert items(reading, found) == [(1, "meet the\n  board"), (2, "in May"), (2, "in June"), (1, "vote")]
    assert not found.ordered
    assert lead_in(reading, found) == "We will:"


@pytest.mark.parametrize("marks", [("1.", "2.", "3."), ("1)", "2)", "3)"), ("a)", "b)", "c)"), ("(a)", "(b)", "(c)")])
def test_numbers_and_letters_make_an_ordered_list(marks: tuple[str, str, str]) -> None:
    reading = text("The steps are:\n" + "\n\n".join(f"{mark} step {n}" for n, mark in enumerate(marks)))
    found = only(reading, "list")
    assert found.ordered
    assert items(reading, found) == [(1, "step 0"), (1, "step 1"), (1, "step 2")]


def test_a_list_in_a_file_without_empty_lines_ends_with_its_last_item() -> None:
    assert [kind for kind, _ in shown(text("We will:\n• meet\n• vote\nThat is all.\nReally."))] == [
        "paragraph",
        "list",
        "paragraph",
        "paragraph",
    ]


@pytest.mark.parametrize(
    "words",
    [
        "We met in\n2020. That was a year.\n\nWe meet again.",
        "The groups\n- the small ones - agreed.\n\nWe meet again.",
        "Note that\n* this is a footnote.\n\nWe meet again.",
        "See section\n3. It says more.\n\nWe meet again.",
    ],
)
def test_a_line_that_only_looks_like_an_item_stays_in_its_paragraph(words: str) -> None:
    assert kinds(text(words)) == {"paragraph": 2}


def test_a_numbered_line_above_a_paragraph_is_a_heading() -> None:
    assert shown(text("1. Purpose\n\nWe want one trust.\n\n2. Costs\n\nIt costs £3m.")) == [
        ("heading", "1. Purpose"),
        ("paragraph", "We want one trust."),
        ("heading", "2. Costs"),
        ("paragraph", "It costs £3m."),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "This line ends like a sentence.",
        "This line leads on:",
        "this line has no capital",
        "This line has far too many words in it to be the heading of anything",
        "“A quotation has no end",
    ],
)
def test_what_is_no_heading(line: str) -> None:
    assert shown(text(f"{line}\n\nA paragraph below."))[0] == ("paragraph", line)


def test_a_heading_needs_something_below_it() -> None:
    assert shown(text("We meet in May.\n\nAnn Wood")) == [("paragraph", "We meet in May."), ("paragraph", "Ann Wood")]


def test_a_table_without_a_header_keeps_its_first_row() -> None:
    reading = text("Ann Wood\tHill Trust\nBob Lee\tCoast Trust\nThe end.")
    assert table(reading, only(reading, "table")) == [[], ["Ann Wood", "Hill Trust"], ["Bob Lee", "Coast Trust"]]


def test_a_table_may_have_gaps() -> None:
    reading = text("Name\tTrust\tNote\nAnn Wood\t\tnew\nBob Lee\tCoast Trust\n\nThe end.")
    assert table(reading, only(reading, "table")) == [
        ["Name", "Trust", "Note"],
        ["Ann Wood", "", "new"],
        ["Bob Lee", "Coast Trust", ""],
    ]


def test_a_first_column_that_holds_no_names_gets_no_name() -> None:
    reading = text("\tCalls\n2031\t400\n2032\t500")
    assert table(reading, only(reading, "table"))[0] == ["", "Calls"]


@pytest.mark.parametrize("line", ["Published: 21/10/2019", "Date published: 21/10/2019", "Posted on 21 October 2019"])
def test_a_line_with_the_date_of_publication_is_read_day_first(line: str) -> None:
    reading = text(f"The board met.\n\n{line}\n\nIt meets on 1 May 2031.")
    assert (reading.metadata.published, reading.metadata.evidence) == ("2019-10-21", "stated in the text")
    assert ("furniture", line) in shown(reading)


@pytest.mark.parametrize(
    "words", ["The board met on 1 May 2031.", "Two trusts\n\nThey join.\n\nMay 2031\n\nThe end is near."]
)
def test_a_date_in_what_is_told_is_not_the_date_of_the_document(words: str) -> None:
    assert text(words).metadata.published is None


@pytest.mark.parametrize(
    "end", ["Ann Wood, Chair", "Write to ann@example.org or see www.example.org", "It ends in “May.”"]
)
def test_an_end_without_a_full_stop_need_not_be_cut_off(end: str) -> None:
    reading = text(f"The board met.\n\n{end}")
    assert reading.warnings == ()
    assert not any(block.cut_off for block in reading.blocks)
