"""What people see of documents, at the width of an ordinary terminal and of a narrow one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import chain

import pytest

from bot import render_documents as render
from knowledge.library import Outcome
from tests.bot.conftest import URL
from tests.bot.test_render import lines
from tests.documents import bullets, document, furniture, heading, paragraph, source, table

TODAY = date(2022, 5, 6)
LONG = "the-timetable-of-the-ferry-between-northport-and-eastbay"


@pytest.mark.parametrize("width", [40, 80])
def test_documents_stand_in_columns_one_line_each(width: int) -> None:
    known = [
        source("bylaws", "The bylaws of the harbour", published="2018-02", publisher="Harbour Board"),
        source("fares", "Fares", status="withdrawn", audience="board"),
        source("fares-2", "Fares", published="2021-03-04", supersedes=("bylaws",), status="approved"),
        source("times", "Times", published="2021", status="superseded"),
    ]
    assert lines(render.sources(known), width) == [
        "bylaws   2018-02     [superseded by fares-2] The bylaws of the harbour, Harbour Board",
        "fares    undated     [withdrawn, only for board] Fares",
        "fares-2  2021-03-04  [approved] Fares",
        "times    2021        [superseded] Times",
    ]


def test_an_id_that_is_too_long_moves_its_own_line_only() -> None:
    assert lines(render.sources([source("b", "B"), source(LONG, "Times")])) == [
        f"{'b':<32}  undated     B",
        f"{LONG}  undated     Times",
    ]


def test_undated_documents_are_counted_with_what_to_do() -> None:
    told = "undated: give {} with `merger-bot documents set ID published=YYYY-MM-DD`."
    assert render.undated([source(), source("b")]) == f"2 documents {told.format('dates')}"
    assert render.undated([source(), source("b", published="2021")]) == f"1 document {told.format('a date')}"
    assert render.undated([source(published="2021")]) == ""


def test_an_empty_library_says_how_to_fill_it() -> None:
    empty = "The library is empty. Add documents with `merger-bot documents add PATH...`."
    assert lines(render.sources([])) == [empty]


def test_a_document_shows_its_facts_what_is_missing_counts_outline_and_dates() -> None:
    made = document(
        heading("The plan"),
        paragraph("The ferry starts on 3 May 2022."),
        heading("Days", 2),
        paragraph("These are the days:"),
        bullets("Monday", "Friday"),
        table(("Day", "Fare"), ("Monday", "4")),
        furniture("Menu"),
        url=URL,
        published="2021",
        evidence="sources.yaml",
        supersedes=("old",),
    )
    known = [made.source, source("new", supersedes=("plan",))]
    assert lines(render.document(replace(made, warnings=("Page 7 is a picture.",)), known, TODAY), 66) == [
        "The plan",
        "  id             plan",
        "  file           plan.md",
        "  published      2021, known to the year (sources.yaml)",
        f"  url            {URL}",
        "  supersedes     old (not in the library)",
        "  superseded by  new",
        "  audience       all staff",
        "Warning: Page 7 is a picture.",
        "",
        "Missing",
        "  publisher      no answer can say whose words it quotes",
        '                 merger-bot documents set plan publisher="NAME"',
        "",
        "2 headings, 2 paragraphs, 1 list with 2 items, 1 table with 1 row,",
        "1 piece of furniture (menus, captions and the like: kept, never",
        "quoted)",
        "21 words, cut into 3 passages",
        "",
        "Outline",
        "  The plan  1 paragraph",
        "    Days  1 paragraph, 1 list, 1 table",
        "",
        "Dates in the text, to check when it was published",
        "  2022-05-03     The ferry starts on 3 May 2022.",
        "",
        "--full shows every block, --html PAGE.html the whole text in",
        "colours.",
    ]


def test_every_block_is_shown_in_full() -> None:
    made = document(heading("The plan"), paragraph("It begins."), bullets("Monday"), furniture("Menu"))
    shown = lines(render.document(made, [made.source], TODAY, full=True))
    assert shown[shown.index("Blocks") :] == [
        "Blocks",
        "  heading: The plan",
        "      paragraph: It begins.",
        "      list: • Monday",
        "      furniture: Menu",
        "",
        "The text speaks of no date with a year and a month.",
    ]


def test_a_document_of_an_hour_that_is_still_to_come_is_doubted() -> None:
    made = document(paragraph("It begins."), published="2022-05-07")
    shown = " ".join(lines(render.document(made, [made.source], TODAY)))
    assert "Warning: `plan.md` is dated 7 May 2022, which is after today." in shown
    assert "after today" not in " ".join(lines(render.document(made, [made.source], date(2022, 5, 7))))


def test_a_long_document_fits_on_a_screen_and_says_what_is_left_out() -> None:
    chapters = [(heading(f"Chapter {n}"), paragraph(f"On {n + 1} May 20{n + 10}.")) for n in range(30)]
    shown = lines(render.document(document(*chain(*chapters)), [], TODAY))
    assert "  and 6 headings more" in shown
    assert "  Chapter 23  1 paragraph" in shown
    assert "  Chapter 24  1 paragraph" not in shown
    assert "  and 25 more; the latest is 30 May 2039" in shown
    assert len(shown) < 60


def test_an_outcome_shows_what_became_of_a_file_and_why() -> None:
    known = source("a", "A")
    done = [Outcome("x/a.md", "added", known, ()), Outcome("x/b.md", "duplicate", known, ("It is a.md again.",))]
    assert lines(render.outcomes(done)) == [
        "added x/a.md as a",
        "duplicate x/b.md as a",
        "    It is a.md again.",
    ]


def test_what_became_of_many_files_is_summed_up() -> None:
    became = ("refused", "added", "kept", "added", "duplicate", "replaced")
    done = [Outcome("x", status, None, ()) for status in became]  # type: ignore[arg-type]
    assert render.tally(done) == ("2 added, 1 replaced, 1 known with new facts, 1 known already, 1 refused.")
