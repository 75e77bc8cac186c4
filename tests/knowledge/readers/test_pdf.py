"""A PDF gives up its words page by page, as what they are; what cannot be read is refused or named."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from knowledge.readers import ocr, read
from knowledge.readers.pdf_values import squeezed
from knowledge.types import Block, DocumentRefused, Reading
from tests.knowledge.readers.look import items, kinds, lead_in, only, shown, table
from tests.knowledge.readers.made import make
from tests.knowledge.readers.made_pdf import both, grid, pdf, picture, report, text
from tests.knowledge.readers.made_text import Part

MADE = Path(make.__file__).parent
FILES = sorted(path.name for path in MADE.glob("*.pdf"))


def made(name: str) -> Reading:
    return read((MADE / name).read_bytes(), name)


def page_of(reading: Reading, offset: int) -> int:
    return max(n for n, start in enumerate(reading.pages, 1) if start <= offset)


def said(reading: Reading, kind: str) -> list[str]:
    return [plain(words) for found, words in shown(reading) if found == kind]


def plain(words: str) -> str:
    """Without hyphens: one at the end of a line may belong to the word or not."""
    return words.replace("-", "")


def texts(parts: list[Part], *wanted: str) -> list[str]:
    return [plain(part.text) for part in parts if part.kind in wanted]


def all_items(reading: Reading) -> list[tuple[int, str]]:
    return [(level, plain(words)) for block in reading.blocks for level, words in items(reading, block)]


def own_text(data: bytes) -> list[str]:
    """The text of each page as the library gives it."""
    document = pypdfium2.PdfDocument(data)
    found = [plain(squeezed(page.get_textpage().get_text_range())) for page in document]
    document.close()
    return found


def test_two_columns_with_broken_words_and_a_last_page_that_is_not_balanced() -> None:
    reading, parts = made("bulletin.pdf"), make.bulletin()
    assert said(reading, "heading") == texts(parts, "h1", "h2")
    assert said(reading, "paragraph") == texts(parts, "p")
    assert all_items(reading) == [(level, plain(words)) for part in parts for level, words in part.items]
    assert "longstanding" not in reading.text
    assert "\ufffe" not in reading.text
    assert reading.warnings == ()


def test_a_board_paper_has_its_headings_nested_lists_and_paragraphs_over_pages() -> None:
    reading, parts = made("board.pdf"), make.board()
    assert said(reading, "heading") == texts(parts, "h1", "h2")
    assert [block.level for block in reading.blocks if block.kind.value == "heading"] == [1, 2, 2, 2, 2]
    assert said(reading, "paragraph") == texts(parts, "p")
    assert all_items(reading) == [(level, plain(words)) for part in parts for level, words in part.items]
    lists = [block for block in reading.blocks if block.items]
    assert [block.ordered for block in lists] == [False, False, True, False]
    assert {lead_in(reading, block) for block in lists} == {"The board will:"}
    assert reading.metadata.title == "Minutes of the harbour board"
    assert reading.warnings == ()


def test_a_table_over_pages_is_one_table_with_the_page_of_each_row() -> None:
    reading = made("board.pdf")
    (part,) = (part for part in make.board() if part.kind == "table")
    found = only(reading, "table")
    assert [list(map(plain, row)) for row in table(reading, found)] == [list(map(plain, row)) for row in part.rows]
    pages = [page_of(reading, row.start) for row in found.rows]
    assert pages == sorted(pages)
    assert len(set(pages)) >= 3
    for row, page in zip(found.rows, pages, strict=True):
        assert squeezed(row.cells[0].of(reading.text)) in own_text((MADE / "board.pdf").read_bytes())[page - 1]


def test_header_and_footer_of_each_page_are_kept_as_furniture() -> None:
    reading = made("board.pdf")
    lines = [line for words in said(reading, "furniture") for line in words.split("\n")]
    count = len(reading.pages)
    assert sorted(lines) == sorted(
        [*["Harbour board papers"] * count, *(f"Paper 7, page {n + 1}" for n in range(count))]
    )


def test_merged_cells_are_filled_in() -> None:
    reading = made("merged.pdf")
    found = only(reading, "table")
    assert table(reading, found) == [
        ["Boat", "Crew", "Crew", "Fee"],
        ["Tern", "Ann Wood", "Bob Lee", "120"],
        ["Tern", "Cy Fox", "Dora Hill", "130"],
        ["Heron", "No crew until Easter", "No crew until Easter", "0"],
    ]
    assert lead_in(reading, found) == "The boats of the harbour board are these:"


def test_bold_and_short_lines_are_headings() -> None:
    reading, parts = made("notice.pdf"), make.notice()
    assert said(reading, "heading") == texts(parts, "bold")
    assert [words for _, words in all_items(reading)] == [plain(words) for part in parts for _, words in part.items]


@pytest.mark.parametrize("name", FILES)
def test_every_block_is_found_in_the_text_of_its_pages(name: str) -> None:
    reading, own = made(name), own_text((MADE / name).read_bytes())
    assert len(reading.pages) == len(own)
    for block in reading.blocks:
        for start, end in parts_by_page(reading, block):
            words = reading.text[start:end]
            assert plain(squeezed(words)) in own[page_of(reading, start) - 1], words


def parts_by_page(reading: Reading, block: Block) -> list[tuple[int, int]]:
    """What of a block is text of the file, parted at the turns of pages; furniture may come late."""
    if block.kind.value in ("furniture", "table"):
        return []
    ranges = [(item.start, item.end) for item in block.items] or [(block.start, block.end)]
    turns = [page for page in reading.pages if block.start < page < block.end]
    if block.items and turns:
        return []  # an item may go over the page, which is known of its beginning only
    edges = [ranges[0][0], *turns, ranges[0][1]]
    return [*pairwise(edges), *ranges[1:]]


def test_a_quotation_after_the_turn_of_a_page_has_the_page_it_stands_on() -> None:
    first = [
        "The board of the harbour met on Monday in the old customs hall and",
        "it spoke at length about the new ferry to the island, which the",
    ]
    reading = read(pdf(text(first, top=100), text(["council had asked for. It will sail in May."])), "a.pdf")
    assert [words for _, words in shown(reading)] == [
        f"{first[0]} {first[1]} council had asked for. It will sail in May."
    ]
    assert page_of(reading, reading.text.index("which")) == 1
    assert page_of(reading, reading.text.index("council")) == 2


def test_a_hyphen_at_the_end_of_a_line_is_joined_and_flagged_and_others_stay() -> None:
    reading = read(pdf(text(["The co-design of the harbour com-", "mission is self-made."])), "a.pdf")
    assert shown(reading) == [("paragraph", "The co-design of the harbour commission is self-made.")]
    assert [block.joined for block in reading.blocks] == [True]


@pytest.mark.parametrize(
    ("left", "right", "whole"),
    [
        ("order BO-", "9086 is late", "order BO-9086 is late"),
        ("Edwina Gill-", "Hart sails", "Edwina Gill-Hart sails"),
        ("a half-", "finished pier", "a half-finished pier"),
        ("the night-", "watch sails", "the night-watch sails"),
        ("a watch-", "tower by the sea", "a watchtower by the sea"),
        ("the COMMIS-", "SION sails", "the COMMISSION sails"),
        ("the harbour com-", "mission sails", "the harbour commission sails"),
    ],
)
def test_a_hyphen_of_the_word_itself_stays_at_the_end_of_a_line(left: str, right: str, whole: str) -> None:
    elsewhere = text(["Our night-watch has a watchtower."], top=700)
    reading = read(pdf(both(text([f"This is {left}", f"{right}."]), elsewhere)), "a.pdf")
    assert shown(reading)[0] == ("paragraph", f"This is {whole}.")
    assert reading.blocks[0].joined == ("-" not in whole)


def test_the_raised_mark_of_a_footnote_is_no_part_of_a_number() -> None:
    def mark(canvas: Canvas) -> None:
        line = canvas.beginText(60, 780)
        line.setFont("Helvetica", 11)
        line.textOut("The pier opened in May 2018.")
        line.setFont("Helvetica", 7)
        line.setRise(4)
        line.textOut("2")
        line.setFont("Helvetica", 11)
        line.setRise(0)
        line.textOut(" It has 12 berths and a lamp of 7 watts.")
        canvas.drawText(line)

    reading = read(pdf(mark), "a.pdf")
    words = "The pier opened in May 2018. It has 12 berths and a lamp of 7 watts."
    assert (shown(reading), reading.warnings) == ([("paragraph", words)], ())


def test_pages_with_next_to_no_text_and_a_picture_are_named_and_not_read() -> None:
    data = pdf(text(["The first page has words that anybody can read."]), picture(["no"]), picture(["no"]))
    reading = read(data, "a.pdf")
    assert [words for _, words in shown(reading)] == ["The first page has words that anybody can read."]
    (warning,) = reading.warnings
    assert warning.startswith("Pages 2 and 3 are pictures and were not read; add the file with `--ocr`")
    assert len(reading.pages) == 3


def test_a_file_of_nothing_but_pictures_is_refused_with_what_to_do() -> None:
    with pytest.raises(
        DocumentRefused, match=r"`a.pdf` is a scan.*`merger-bot documents add --ocr a.pdf`.*tesseract-ocr"
    ):
        read(pdf(picture(["no"])), "a.pdf")


def test_pictures_need_the_program_that_reads_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "PROGRAM", "no-such-program")
    with pytest.raises(DocumentRefused, match=r"no program to read them\. Install Debian's tesseract-ocr"):
        read(pdf(picture(["no"])), "a.pdf", ocr=True)


def test_a_password_is_named_and_one_against_changes_only_is_no_obstacle() -> None:
    with pytest.raises(DocumentRefused, match=r"`a\.pdf` is protected by a password"):
        read(pdf(text(["Nobody may read this."]), password="sesame"), "a.pdf")
    assert shown(read(pdf(text(["Everybody may read this."]), password=""), "a.pdf")) == [
        ("paragraph", "Everybody may read this.")
    ]


@pytest.mark.parametrize(
    "data",
    [
        (MADE / "board.pdf").read_bytes()[:9000],
        b"%PDF-1.7\n" + bytes(range(256)) * 20,
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF",
    ],
    ids=["truncated", "random", "no pages"],
)
def test_a_damaged_file_is_refused_with_what_to_do(data: bytes) -> None:
    with pytest.raises(DocumentRefused, match=r"`a.pdf` .*Save.* anew"):
        read(data, "a.pdf")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_file_with_any_bytes_changed_is_read_or_refused(data: st.DataObject) -> None:
    changed = bytearray((MADE / "merged.pdf").read_bytes())
    for _ in range(data.draw(st.integers(1, 20))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    try:
        reading = read(bytes(changed), "a.pdf")
    except DocumentRefused:
        return
    assert all(0 <= block.start < block.end <= len(reading.text) for block in reading.blocks)


def test_a_long_file_has_each_page_heading_and_item() -> None:
    reading = read(report(300), "a.pdf")
    assert said(reading, "heading") == [f"Chapter {n}" for n in range(1, 301)]
    assert kinds(reading) == {"heading": 300, "paragraph": 900, "list": 300, "furniture": 600}
    starts = [page_of(reading, block.start) for block in reading.blocks if block.kind.value == "heading"]
    assert starts == list(range(1, 301))
    assert reading.warnings == ()


def test_too_many_pages_are_refused_with_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.readers.pdf.MAX_PAGES", 2)
    with pytest.raises(DocumentRefused, match=r"`a\.pdf` has 3 pages; the limit is 2\. Split it\."):
        read(report(3), "a.pdf")


def test_absurd_places_and_sizes_harm_nothing() -> None:
    def far(canvas: Canvas) -> None:
        for x, y in ((1e9, 50.0), (50.0, -1e12)):
            text(["far"], x, y)(canvas)
        text(["giant"], size=1e6)(canvas)
        text(["tiny"], size=1e-6)(canvas)

    reading = read(pdf(both(far, text(["Near enough to be read by anybody."], top=400))), "a.pdf")
    assert "Near enough to be read by anybody." in reading.text


def test_a_page_crowded_with_lines_is_read_without_its_tables() -> None:
    def hatched(canvas: Canvas) -> None:
        for n in range(1600):
            canvas.line(10, n / 2, 500, n / 2)
            canvas.line(n / 4, 10, n / 4, 800)

    reading = read(pdf(both(hatched, text(["The ferry sails twice a day."]))), "a.pdf")
    assert reading.warnings == ("Page 1 has too many lines drawn on it to look for tables.",)
    assert shown(reading) == [("paragraph", "The ferry sails twice a day.")]


def test_text_that_runs_otherwise_is_furniture_and_a_turned_page_is_not() -> None:
    def draft(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.rotate(40)
        canvas.drawString(400, 100, "Draft paper")
        canvas.restoreState()

    def turned(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.translate(595, 0)
        canvas.rotate(90)
        text(["A wide page is turned by a", "quarter and read as it is seen."], top=500)(canvas)

    reading = read(pdf(both(text(["The board meets in May."]), draft), turned), "a.pdf")
    assert shown(reading) == [
        ("paragraph", "The board meets in May."),
        ("furniture", "Draft paper"),
        ("paragraph", "A wide page is turned by a quarter and read as it is seen."),
    ]


def test_title_and_date_come_from_the_text_and_the_title_else_from_the_properties() -> None:
    headed = read(
        pdf(
            both(text(["Ferry news"], size=20), text(["Published: 3 May 2019"], top=740), text(["It sails."], top=700))
        ),
        "a.pdf",
    )
    assert (headed.metadata.title, headed.metadata.published) == ("Ferry news", "2019-05-03")
    words = text(["The ferry sails twice a day."])
    assert read(pdf(words, title="Sailing times"), "a.pdf").metadata.title == "Sailing times"
    for made_up in ("Microsoft Word - times.doc", "untitled", "times.docx"):
        assert read(pdf(words, title=made_up), "a.pdf").metadata.title is None
    assert read(pdf(words, title="Sailing times"), "a.pdf").metadata.published is None


def test_a_last_sentence_without_its_end_is_flagged() -> None:
    reading = read(pdf(text(["The ferry will leave from the other quay from May on because the"])), "a.pdf")
    assert [block.cut_off for block in reading.blocks] == [True]
    assert reading.warnings == (
        "The last sentence is cut off: `a.pdf` ends in “… will leave from the other quay from May on because the”.",
    )


def test_numbers_without_points_are_marks_where_they_count() -> None:
    def draw(canvas: Canvas) -> None:
        lines = (("1", "Sail from the pier."), ("2", "Land at the quay,"), ("", "which is new."), ("3", "Moor there."))
        for n, (number, words) in enumerate(lines):
            canvas.drawString(70, 740 - 14 * n, number)
            canvas.drawString(90, 740 - 14 * n, words)
        canvas.drawString(60, 660, "27")
        canvas.drawString(90, 660, "May is the day on which the ferry sails again.")

    reading = read(pdf(draw), "a.pdf")
    assert items(reading, only(reading, "list")) == [
        (1, "Sail from the pier."),
        (1, "Land at the quay, which is new."),
        (1, "Moor there."),
    ]
    assert ("paragraph", "27 May is the day on which the ferry sails again.") in shown(reading)


def test_a_table_that_goes_on_behind_a_note_takes_none_of_its_rows_for_a_head() -> None:
    note = text(["A note on the pilots follows."], top=90)
    first = both(grid([["Post", "Person"], ["Pilot", "Ann Wood"]], top=200), note)
    reading = read(pdf(first, grid([["of the harbour", "and the pier"], ["Clerk", "Jo Lee"]], top=780)), "a.pdf")
    above, below = (table(reading, block) for block in reading.blocks if block.kind.value == "table")
    assert above == [["Post", "Person"], ["Pilot", "Ann Wood"]]
    assert below == [[], ["of the harbour", "and the pier"], ["Clerk", "Jo Lee"]]
