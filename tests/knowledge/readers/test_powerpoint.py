"""A deck is read slide by slide: titles, bullets with their levels, tables, groups in reading order, notes."""

from __future__ import annotations

import io
from collections.abc import Callable
from copy import deepcopy

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide
from pptx.util import Inches

from knowledge.readers import read
from knowledge.types import DocumentRefused, EmptyDocument, Metadata, Reading
from tests.knowledge.readers.damage import damaged
from tests.knowledge.readers.look import items, lead_in, only, shown, table
from tests.knowledge.readers.office_files import BOMB, edited

TITLE, BULLETS, TWO, BLANK = 0, 1, 3, 6
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DOT = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00"
    b"\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)


def slide(deck: Deck, layout: int, title: str = "", *body: tuple[int, str]) -> Slide:
    """A new slide; the body's paragraphs are given as level (from 0) and words."""
    new: Slide = deck.slides.add_slide(deck.slide_layouts[layout])
    if title and new.shapes.title is not None:
        new.shapes.title.text = title
    if body:
        frame = new.placeholders[1].text_frame
        frame.text = body[0][1]
        for level, words in body[1:]:
            paragraph = frame.add_paragraph()
            paragraph.level, paragraph.text = level, words
    return new


def box(page: Slide, left: float, top: float, words: str) -> None:
    page.shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(1)).text_frame.text = words


def saved(deck: Deck) -> bytes:
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def powerpoint(deck: Deck) -> Reading:
    return read(saved(deck), "ports.pptx")


def test_titles_are_headings_and_bullets_keep_their_levels() -> None:
    deck = Presentation()
    slide(deck, TITLE, "Harbour plan", (0, "Ann Wood"))
    slide(
        deck, BULLETS, "What will change", (0, "One port"), (1, "with two piers"), (2, "and a crane"), (0, "One fare")
    )
    reading = powerpoint(deck)
    assert shown(reading) == [
        ("heading", "Harbour plan"),
        ("paragraph", "Ann Wood"),
        ("heading", "What will change"),
        ("list", "• One port\n  • with two piers\n    • and a crane\n• One fare"),
    ]
    assert [block.level for block in reading.blocks if block.kind == "heading"] == [1, 2]
    assert items(reading, only(reading, "list")) == [
        (1, "One port"),
        (2, "with two piers"),
        (3, "and a crane"),
        (1, "One fare"),
    ]
    assert (reading.format, reading.page_name) == ("PowerPoint", "slide")
    assert reading.pages == (0, reading.text.index("What will change"))
    assert reading.metadata == Metadata(title="Harbour plan")


def test_a_paragraph_says_itself_whether_and_how_it_is_marked() -> None:
    deck = Presentation()
    page = slide(
        deck, BULLETS, "Steps", (0, "We will:"), (0, "meet"), (0, "vote"), (1, "twice"), (0, "sign"), (0, "Then?")
    )
    marks = ["<a:buNone/>", *['<a:buAutoNum type="alphaLcParenR" startAt="2"/>'] * 2]
    marks += ["", '<a:buAutoNum type="alphaLcParenR" startAt="2"/>', "<a:buNone/>"]
    for paragraph, mark in zip(page.placeholders[1].text_frame.paragraphs, marks, strict=True):
        if mark:
            paragraph._p.get_or_add_pPr().append(parse_xml(mark.replace("/>", f' xmlns:a="{DRAWING}"/>')))
    reading = powerpoint(deck)
    found = only(reading, "list")
    assert found.of(reading.text) == "b) meet\nc) vote\n  • twice\nd) sign"
    assert (lead_in(reading, found), found.ordered) == ("We will:", True)
    assert shown(reading)[-1] == ("paragraph", "Then?")


def test_struck_out_words_are_left_out_and_raised_digits_stay_raised() -> None:
    deck = Presentation()
    paragraph = slide(deck, BULLETS, "Boats", (0, "In 2031")).placeholders[1].text_frame.paragraphs[0]
    for words, key, value in (
        ("4", "baseline", "30000"),
        (" six", "strike", "sngStrike"),
        (" ten", "strike", "noStrike"),
    ):
        run = paragraph.add_run()
        run.text = words
        run.font._element.set(key, value)
    reading = powerpoint(deck)
    assert shown(reading) == [("heading", "Boats"), ("list", "• In 2031⁴ ten")]
    assert reading.warnings == ("`ports.pptx`: slide 1 is read without the words that are struck out.",)


def test_shapes_and_groups_are_read_from_top_to_bottom_and_left_to_right() -> None:
    deck = Presentation()
    page = slide(deck, BLANK)
    box(page, 5, 3.1, "Right.")
    box(page, 1, 3, "Left.")
    group = page.shapes.add_group_shape()
    for left, top, words in ((3, 6, "Second in the group."), (1, 5, "First in the group.")):
        group.shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(1)).text_frame.text = words
    box(page, 1, 7, "Below.")
    box(page, 1, 0.5, "Port\vmap")
    assert shown(powerpoint(deck)) == [
        ("heading", "Port map"),
        ("paragraph", "Left."),
        ("paragraph", "Right."),
        ("paragraph", "First in the group."),
        ("paragraph", "Second in the group."),
        ("paragraph", "Below."),
    ]


def test_placeholders_stand_where_the_layout_puts_them() -> None:
    deck = Presentation()
    page = slide(deck, TWO, "Two sides")
    page.placeholders[2].text_frame.text = "Right"
    page.placeholders[1].text_frame.text = "Left"
    box(page, 0.1, 1.2, "Above both.")
    assert [words for _, words in shown(powerpoint(deck))] == ["Two sides", "Above both.", "• Left", "• Right"]


def test_tables_have_a_header_and_their_merged_cells_filled_in() -> None:
    deck = Presentation()
    page = slide(deck, BULLETS, "Posts")
    rows = [["", "Port", "Role"], ["Ann Wood", "Hill", "Lead"], ["", "Coast\nand bay", ""]]
    grid = page.shapes.add_table(3, 3, Inches(1), Inches(3), Inches(6), Inches(2)).table
    for row, words in zip(grid.rows, rows, strict=True):
        for cell, word in zip(row.cells, words, strict=True):
            cell.text = word
    grid.cell(1, 0).merge(grid.cell(2, 0))
    grid.cell(2, 1).merge(grid.cell(2, 2))
    reading = powerpoint(deck)
    assert table(reading, only(reading, "table")) == [
        ["Name", "Port", "Role"],
        ["Ann Wood", "Hill", "Lead"],
        ["Ann Wood", "Coast and bay", "Coast and bay"],
    ]


def test_notes_follow_their_slide_under_a_heading_of_their_own() -> None:
    deck = Presentation()
    notes = slide(deck, BULLETS, "Fares", (0, "One fare")).notes_slide.notes_text_frame
    assert notes is not None
    notes.text = "Say that the fare is £2.\nThen take questions."
    slide(deck, BULLETS, "Next", (0, "We meet."))
    reading = powerpoint(deck)
    assert shown(reading)[:5] == [
        ("heading", "Fares"),
        ("list", "• One fare"),
        ("heading", "Speaker notes"),
        ("paragraph", "Say that the fare is £2."),
        ("paragraph", "Then take questions."),
    ]
    assert bool(reading.pages) and reading.text.index("£2") < reading.pages[1] == reading.text.index("Next")


def test_a_slide_without_a_title_does_not_belong_to_the_one_before() -> None:
    deck = Presentation()
    slide(deck, BULLETS, "Fares", (0, "One fare"))
    box(slide(deck, BLANK), 1, 1, "The ferry sails at nine.")
    assert shown(powerpoint(deck))[2:] == [("heading", "Slide 2"), ("paragraph", "The ferry sails at nine.")]


def test_hidden_slides_charts_and_pictures_are_named() -> None:
    deck = Presentation()
    slide(deck, BULLETS, "Fares", (0, "One fare"))
    for words in ("Draft", "Older draft"):
        slide(deck, BULLETS, words, (0, "Two fares")).element.set("show", "0")
    figures = CategoryChartData()  # type: ignore[no-untyped-call]
    figures.categories = ["May"]
    figures.add_series("Calls", (5,))  # type: ignore[no-untyped-call]
    page = slide(deck, BULLETS, "Calls")
    page.shapes.add_chart(XL_CHART_TYPE.PIE, *map(Inches, (1, 2, 3, 3)), figures)  # type: ignore[arg-type, call-arg]
    slide(deck, BLANK).shapes.add_picture(io.BytesIO(DOT), Inches(1), Inches(1))
    reading = powerpoint(deck)
    assert reading.text == "Fares\n\n• One fare\n\nCalls"
    assert reading.warnings == (
        "`ports.pptx`: slides 2 and 3 are hidden and left out.",
        "`ports.pptx`: slide 4 is drawn with a chart, whose figures are not read.",
        "`ports.pptx`: slide 5 is a picture without words, which is not read.",
    )
    assert len(reading.pages) == 5


def test_footers_and_slide_numbers_are_furniture() -> None:
    deck = Presentation()
    page = slide(deck, BULLETS, "Fares", (0, "One fare"))
    for shape in deck.slide_layouts[BULLETS].placeholders:  # type: ignore[misc]
        if shape.placeholder_format.idx >= 10:
            page.shapes._spTree.append(deepcopy(shape._element))
    added = [shape for shape in page.placeholders if shape.placeholder_format.idx >= 10]
    for shape, words in zip(added, ["21 October 2031", "Harbour board", "7"], strict=True):
        shape.text_frame.text = words
    reading = powerpoint(deck)
    assert shown(reading)[2:] == [("furniture", "21 October 2031"), ("furniture", "Harbour board"), ("furniture", "7")]
    assert reading.metadata.published is None


def test_a_line_with_the_date_dates_the_deck() -> None:
    deck = Presentation()
    slide(deck, TITLE, "Harbour plan", (0, "21 October 2031"))
    assert powerpoint(deck).metadata == Metadata(
        title="Harbour plan", published="2031-10-21", evidence="stated in the text"
    )


def test_a_deck_without_words_is_refused() -> None:
    deck = Presentation()
    slide(deck, BLANK)
    with pytest.raises(EmptyDocument):
        powerpoint(deck)


def small() -> bytes:
    deck = Presentation()
    slide(deck, BULLETS, "Fares", (0, "One fare"), (1, "for all"))
    return saved(deck)


@pytest.mark.parametrize(
    "kind",
    [
        "vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
        "vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml",
        "vnd.openxmlformats-officedocument.presentationml.template.main+xml",
    ],
)
def test_decks_with_macros_shows_and_templates_are_read(kind: str) -> None:
    usual = "vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    data = edited(small(), "[Content_Types].xml", lambda xml: xml.replace(usual, kind))
    assert "One fare" in read(data, "ports.pptm").text


def test_the_texts_of_a_diagram_are_a_list() -> None:
    deck = Presentation()
    page = slide(deck, BULLETS, "Our way")
    points = [
        f'<d:pt type="{kind}"><d:t><a:p><a:r><a:t>{words}</a:t></a:r></a:p></d:t></d:pt>'
        for kind, words in (("doc", ""), ("node", "Listen"), ("sibTrans", ""), ("node", "Decide"))
    ]
    space = 'xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
    data = f'<d:dataModel {space} xmlns:a="{DRAWING}"><d:ptLst>{"".join(points)}</d:ptLst></d:dataModel>'
    name = PackURI("/ppt/diagrams/data1.xml")
    part = Part(name, "application/xml", page.part.package, data.encode())
    held = page.part.relate_to(part, f"{RELATIONSHIPS}/diagramData")
    frame = page.shapes.add_table(1, 1, *map(Inches, (1, 2, 3, 3)))._element
    inside = frame.graphic.graphicData
    inside.remove(inside.tbl)
    inside.append(parse_xml(f'<d:relIds {space} xmlns:r="{RELATIONSHIPS}" r:dm="{held}"/>'))
    assert shown(powerpoint(deck)) == [("heading", "Our way"), ("list", "• Listen\n• Decide")]


@pytest.mark.parametrize(
    ("member", "edit"),
    [
        ("ppt/slides/slide1.xml", lambda xml: xml[:-40]),
        ("ppt/slides/slide1.xml", lambda xml: xml.replace("<p:sld ", f"{BOMB}]><p:sld ").replace("One", "&i;")),
        ("ppt/_rels/presentation.xml.rels", lambda xml: xml.replace("slides/slide1.xml", "slides/slide9.xml")),
        ("[Content_Types].xml", lambda xml: "<Types/>"),
        ("_rels/.rels", lambda xml: "no XML"),
    ],
)
def test_a_broken_deck_is_refused(member: str, edit: Callable[[str], str]) -> None:
    with pytest.raises(DocumentRefused) as refused:
        read(edited(small(), member, edit), "ports.pptx")
    assert str(refused.value) == (
        "`ports.pptx` is damaged: it cannot be read as a PowerPoint file. "
        "Open it in PowerPoint, save it anew and add it again."
    )


def test_whatever_is_damaged_is_read_or_refused() -> None:
    assert damaged(small(), "ports.pptx", rounds=20) > 0
