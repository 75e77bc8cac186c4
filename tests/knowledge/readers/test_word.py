"""A Word document is read as it would be printed with every change accepted, its structure kept."""

from __future__ import annotations

import io
from collections.abc import Callable

import docx
import pytest

from knowledge.readers import read
from knowledge.readers.office import CHUNK_BYTES
from knowledge.types import DocumentRefused, EmptyDocument, Metadata, Reading
from tests.knowledge.readers.damage import damaged
from tests.knowledge.readers.look import items, lead_in, only, shown, table
from tests.knowledge.readers.office_files import BOMB, edited, word_file

BOLD = "<w:b/>"
ENTITY = '<!DOCTYPE x [<!ENTITY a "part">]>'


def run(words: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def line(words: str, style: str = "", properties: str = "") -> str:
    """A paragraph; words that begin with `<` are runs."""
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{styled}{properties}</w:pPr>{words if words.startswith('<') else run(words)}</w:p>"


def item(words: str, number: int, level: int = 0, style: str = "") -> str:
    return line(words, style, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def style(name: str, based_on: str = "", properties: str = "") -> str:
    based = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    key = name.title().replace(" ", "")
    return (
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/>{based}'
        f"<w:pPr>{properties}</w:pPr></w:style>"
    )


def numbering(*kinds: tuple[str, str], anew: str = "") -> str:
    """One definition with a level for each kind and text; list 1 follows it, and so does list 2, with `anew`."""
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for n, (kind, text) in enumerate(kinds)
    )
    lists = "".join(
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="7"/>{more}</w:num>' for n, more in ((1, ""), (2, anew))
    )
    return f'<w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>{lists}'


HEADINGS = style("heading 1") + style("heading 2") + style("Title")


def word(*body: str, **parts: str) -> Reading:
    return read(word_file("".join(body), extra={}, **parts), "plan.docx")


def saved(document: docx.document.Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_a_document_is_read_with_its_headings_lists_and_tables() -> None:
    document = docx.Document()
    document.add_heading("Harbour plan", 0)
    document.add_heading("Purpose", 1)
    document.add_paragraph("First. We will:")
    for words, kind in (("meet", ""), ("in May", " 2"), ("early", " 3"), ("vote", "")):
        document.add_paragraph(words, style=f"List Bullet{kind}")
    document.add_paragraph("Then:")
    for words, kind in (("sign", ""), ("twice", " 2"), ("sail", "")):
        document.add_paragraph(words, style=f"List Number{kind}")
    grid = document.add_table(3, 3)
    for row, texts in zip(
        grid.rows, [["", "Port", "Role"], ["Ann Wood", "Hill", "Lead"], ["", "Coast", ""]], strict=True
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    grid.cell(1, 0).merge(grid.cell(2, 0))
    grid.cell(2, 1).merge(grid.cell(2, 2))
    document.sections[0].header.paragraphs[0].text = "Harbour board, private"
    document.sections[0].footer.paragraphs[0].text = "Page 1"
    reading = read(saved(document), "plan.docx")
    bullets, numbers = (block for block in reading.blocks if block.kind == "list")
    assert shown(reading)[:3] == [("heading", "Harbour plan"), ("heading", "Purpose"), ("paragraph", "First. We will:")]
    assert items(reading, bullets) == [(1, "meet"), (2, "in May"), (3, "early"), (1, "vote")]
    assert (lead_in(reading, bullets), bullets.ordered) == ("We will:", False)
    assert numbers.of(reading.text) == "1. sign\n  1. twice\n2. sail"
    assert (lead_in(reading, numbers), numbers.ordered) == ("Then:", True)
    assert table(reading, only(reading, "table")) == [
        ["Name", "Port", "Role"],
        ["Ann Wood", "Hill", "Lead"],
        ["Ann Wood", "Coast", "Coast"],
    ]
    assert "private" not in reading.text and "Page 1" not in reading.text
    assert (reading.format, reading.pages, reading.warnings) == ("Word", (), ())
    assert reading.metadata == Metadata(title="Harbour plan")


def test_tracked_insertions_are_kept_and_deletions_are_gone() -> None:
    gone = "<w:del><w:r><w:delText>five</w:delText></w:r></w:del>"
    reading = word(
        line(f"{run('The board has ')}{gone}<w:ins>{run('six')}</w:ins>{run(' members.')}"),
        line(run("One "), properties="<w:rPr><w:del/></w:rPr>"),
        line("paragraph."),
        f"<w:p><w:moveFrom>{run('Moved.')}</w:moveFrom></w:p>",
        f"<w:p><w:moveTo>{run('Moved.')}</w:moveTo></w:p>",
    )
    assert shown(reading) == [
        ("paragraph", "The board has six members."),
        ("paragraph", "One paragraph."),
        ("paragraph", "Moved."),
    ]
    assert reading.warnings == (
        "`plan.docx` has tracked changes: 1 insertion kept, 1 deletion left out, 1 move carried out. "
        "Accept or reject them, if that is wrong.",
    )


def test_comments_and_what_is_not_shown_are_left_out_and_counted() -> None:
    reading = word(
        line(f'{run("We meet.")}<w:r><w:commentReference w:id="1"/></w:r>'),
        line(run("Secret. ", "<w:vanish/>") + run("Old. ", "<w:strike/>") + run("New.", '<w:strike w:val="0"/>')),
        f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{line('Click here.')}</w:sdtContent></w:sdt>",
        comments=f'<w:comment w:id="1" w:author="Ann">{line("Are you sure?")}</w:comment>',
    )
    assert reading.text == "We meet.\n\nNew."
    assert reading.warnings == (
        "`plan.docx`: 1 comment left out.",
        "`plan.docx`: 2 hidden or struck-out pieces of text left out.",
    )


def test_characters_are_kept_and_words_are_not_glued() -> None:
    parts = "<w:tab/>", "<w:br/>", "<w:cr/>", '<w:br w:type="page"/>', "<w:softHyphen/>", "<w:noBreakHyphen/>"
    words = "".join(f"{run('a')}<w:r>{part}</w:r>" for part in parts)
    assert word(line(words + run("Dr\u00a0Lee  £5"))).text == "a a\na\na\naa\u2011Dr\u00a0Lee £5"


def test_links_fields_formulas_and_ticks_keep_their_words() -> None:
    box = '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="1"/></w14:checkbox></w:sdtPr><w:sdtContent>'
    assert (
        word(
            line(f'{run("See ")}<w:hyperlink w:anchor="x">{run("the list")}</w:hyperlink>{run(".")}'),
            line(f'{run("Table ")}<w:fldSimple w:instr="SEQ">{run("3")}</w:fldSimple>{run(": Calls")}'),
            line(f"{run('So ')}<m:oMath><m:r><m:t>x=2</m:t></m:r></m:oMath>{run('.')}"),
            line(f"{box}{run('☒')}</w:sdtContent></w:sdt>{run(' Yes')}"),
        ).text
        == "See the list.\n\nTable 3: Calls\n\nSo x=2.\n\n☒ Yes"
    )


def test_formulas_keep_their_fractions_and_powers() -> None:
    def part(tag: str, *texts: str) -> str:
        return f"<m:{tag}>{''.join(f'<m:e><m:r><m:t>{text}</m:t></m:r></m:e>' for text in texts)}</m:{tag}>"

    formula = f"<m:oMath>{part('f', '1', '2')}<m:r><m:t>+</m:t></m:r>{part('f', 'a+b', '4')}</m:oMath>"
    powers = f"<m:oMath>{part('sSup', '10', '2')}{part('sSub', 'x', '1')}</m:oMath>"
    reading = word(line(f"{run('So ')}{formula}{run(' or ')}{powers}{run('.')}"))
    assert reading.text == "So 1/2+(a+b)/4 or 10^2x_1."


def test_a_row_that_begins_further_in_keeps_its_columns() -> None:
    def row(*texts: str, before: str = "") -> str:
        return f"<w:tr>{before}{''.join(f'<w:tc>{line(run(text))}</w:tc>' for text in texts)}</w:tr>"

    before = '<w:trPr><w:gridBefore w:val="1"/></w:trPr>'
    reading = word(
        f"<w:tbl>{row('Post', 'Base', 'Pay')}{row('Pilot', 'Pier', '5')}{row('Cove', '6', before=before)}</w:tbl>"
    )
    assert table(reading, only(reading, "table"))[1:] == [["Pilot", "Pier", "5"], ["", "Cove", "6"]]


def test_notes_stand_at_the_end_of_their_section() -> None:
    mark = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    reading = word(
        line("Fares", "Heading1"),
        line(f"{run('One fare')}{mark.format(2)}{run(' for all.')}"),
        line("More."),
        line("Ports", "Heading1"),
        line(f"{run('Two ports.')}{mark.format(3)}{mark.format(9)}"),
        styles=HEADINGS,
        footnotes="".join(
            f'<w:footnote w:id="{n}">{line(f"<w:r><w:footnoteRef/></w:r>{run(words)}")}</w:footnote>'
            for n, words in ((2, " From May on."), (3, " Hill and Coast."))
        ),
    )
    assert [words for _, words in shown(reading)] == [
        *("Fares", "One fare for all.", "More.", "From May on."),
        *("Ports", "Two ports.", "Hill and Coast."),
    ]


def test_text_boxes_and_diagrams_are_read_once() -> None:
    content = f"<w:txbxContent>{line('Boxed.')}</w:txbxContent>"
    new = f"<w:drawing><wp:anchor><wps:txbx>{content}</wps:txbx></wp:anchor></w:drawing>"
    old = f"<w:pict><v:textbox>{content}</v:textbox></w:pict>"
    both = f"<mc:AlternateContent><mc:Choice>{new}</mc:Choice><mc:Fallback>{old}</mc:Fallback></mc:AlternateContent>"
    picture = (
        f"<mc:AlternateContent><mc:Choice>{new}</mc:Choice><mc:Fallback><w:pict/></mc:Fallback></mc:AlternateContent>"
    )
    for box in (new, old, both, picture):
        assert word(line(f"{run('Before.')}<w:r>{box}</w:r>"), line("After.")).text == "Before.\n\nBoxed.\n\nAfter."
    diagram = '<w:drawing><wp:inline><d:relIds r:dm="r5"/></wp:inline></w:drawing>'
    point = "<d:pt><d:t><a:p><a:r><a:t>Listen</a:t></a:r></a:p></d:t></d:pt>"
    space = "http://schemas.openxmlformats.org"
    extra = {
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{space}/package/2006/relationships">'
        '<Relationship Id="r5" Type="diagramData" Target="diagrams/data1.xml"/></Relationships>',
        "word/diagrams/data1.xml": f'<d:dataModel xmlns:d="{space}/drawingml/2006/diagram" '
        f'xmlns:a="{space}/drawingml/2006/main"><d:ptLst>{point}</d:ptLst></d:dataModel>',
    }
    assert read(word_file(line(f"<w:r>{diagram}</w:r>"), extra=extra), "plan.docx").text == "Listen"


def test_headings_are_told_by_style_by_its_ancestors_and_by_being_bold() -> None:
    reading = word(
        line("Harbour plan", "Title"),
        line("Ports", "Heading1"),
        line("Piers", "Ours"),
        line("Cranes", "Deep"),
        line(f"{run('How many ', BOLD)}{run('are there?', BOLD)}"),
        line(run("Words.", BOLD)),
        line(f"{run('Half', BOLD)}{run(' bold')}"),
        line(run("Our ports:", BOLD)),
        line(run("21 October 2031", BOLD)),
        styles=HEADINGS + style("Ours", "Heading2") + style("Deep", properties='<w:outlineLvl w:val="3"/>'),
    )
    assert [(block.level, block.of(reading.text)) for block in reading.blocks if block.kind == "heading"] == [
        (1, "Harbour plan"),
        (1, "Ports"),
        (2, "Piers"),
        (4, "Cranes"),
        (5, "How many are there?"),
    ]
    only_bold = word(line(run("Plan", BOLD)), line("Words."), line(run("Ports", BOLD)), line("Words."))
    assert [block.level for block in only_bold.blocks] == [1, 0, 2, 0]


def test_numbers_are_those_that_word_prints() -> None:
    reading = word(
        item("Ports", 1, 0, "Heading1"),
        item("The board meets.", 1, 1),
        line("It is public."),
        item("The board votes:", 1, 1),
        item("in May", 1, 2),
        item("in June", 1, 2),
        item("Fares", 1, 0, "Heading1"),
        item("One fare.", 1, 1),
        item("Anew.", 2, 1),
        styles=HEADINGS,
        numbering=numbering(
            ("decimal", "%1."),
            ("decimal", "%1.%2"),
            ("lowerLetter", "(%3)"),
            anew='<w:lvlOverride w:ilvl="1"><w:startOverride w:val="7"/></w:lvlOverride>',
        ),
    )
    assert [words for _, words in shown(reading)] == [
        "1. Ports",
        "1.1 The board meets.",
        "It is public.",
        "1.2 The board votes:\n  (a) in May\n  (b) in June",
        "2. Fares",
        "2.1 One fare.\n2.7 Anew.",
    ]
    assert reading.blocks[3].ordered


def test_a_list_is_told_by_the_style_of_its_items_however_deep() -> None:
    levels = [("bullet", "•")] * 8 + [("lowerRoman", "%9.")]
    reading = word(
        line("one", "Ours"),
        line("none", "Ours", '<w:numPr><w:numId w:val="0"/></w:numPr>'),
        item("top", 1),
        item("deep", 1, 8),
        item("deeper", 1, 8),
        styles=style("Base", properties='<w:numPr><w:numId w:val="1"/></w:numPr>') + style("Ours", "Base"),
        numbering=numbering(*levels),
    )
    assert shown(reading)[:2] == [("list", "• one"), ("paragraph", "none")]
    assert items(reading, reading.blocks[2]) == [(1, "top"), (9, "deep"), (9, "deeper")]
    assert "i. deep\n" in reading.text and "ii. deeper" in reading.text


def test_a_bold_first_row_or_one_that_repeats_is_the_head_of_a_table() -> None:
    def rows(first: str, mark: str = "") -> str:
        cells = [[first.format("10 May"), first.format("Heron")], [line("May"), line("Ferry")]]
        return "".join(
            f"<w:tr>{mark if not n else ''}{''.join(f'<w:tc>{c}</w:tc>' for c in row)}</w:tr>"
            for n, row in enumerate(cells)
        )

    for first, mark in (
        (line(run("{}", BOLD)), ""),
        (line("{}"), "<w:trPr><w:tblHeader/></w:trPr>"),
        (line(run("{}", BOLD), "Heading1"), ""),
    ):
        reading = word(f"<w:tbl>{rows(first, mark)}</w:tbl>", styles=HEADINGS)
        assert table(reading, only(reading, "table")) == [["10 May", "Heron"], ["May", "Ferry"]]


def test_a_box_of_one_cell_is_no_table_and_a_contents_list_is_furniture() -> None:
    box = f"<w:tbl><w:tr><w:tc>{line('Note', 'Heading1')}{line('We meet.')}</w:tc></w:tr></w:tbl>"
    reading = word(line("Ports\t3", "Toc1"), box, styles=HEADINGS + style("toc 1"))
    assert shown(reading) == [("furniture", "Ports 3"), ("heading", "Note"), ("paragraph", "We meet.")]


def test_a_dated_line_dates_the_document_and_the_day_of_its_making_does_not() -> None:
    document = docx.Document()
    document.add_paragraph("We meet in May.")
    document.core_properties.title = "Harbour plan"
    assert read(saved(document), "plan.docx").metadata == Metadata(title="Harbour plan")
    reading = word(line("Plan", "Title"), line("Published: 21/10/2031"), line("We meet."), styles=HEADINGS)
    assert (reading.metadata.published, reading.metadata.evidence) == ("2031-10-21", "stated in the text")


def test_a_document_without_words_is_refused() -> None:
    with pytest.raises(EmptyDocument):
        word(line(""))


def test_a_document_with_macros_is_read() -> None:
    kind = "application/vnd.ms-word.document.macroEnabled.main+xml"
    assert read(word_file(line("We meet."), kind), "plan.docm").text == "We meet."


def test_a_style_map_within_the_file_changes_nothing() -> None:
    data = word_file(line("We meet."), extra={"mammoth/style-map": "p => !"})
    assert read(data, "plan.docx").text == "We meet."


SMALL = word_file(
    line("Plan", "Title") + item("one", 1) + item("two", 1, 1) + line("We meet."),
    styles=HEADINGS,
    numbering=numbering(("decimal", "%1."), ("bullet", "•")),
)


@pytest.mark.parametrize(
    ("member", "edit"),
    [
        ("word/document.xml", lambda xml: xml[:-40]),
        ("word/document.xml", lambda xml: f"{BOMB}]>{xml.replace('meet', '&i;')}"),
        ("word/styles.xml", lambda xml: f"{BOMB}]>{xml}"),
        ("word/document.xml", lambda xml: f"<!--{'x' * (CHUNK_BYTES - 9)}-->{ENTITY}{xml.replace('meet', '&a;')}"),
        ("word/numbering.xml", lambda xml: "no XML"),
        ("word/document.xml", lambda xml: "<x>" * 20_000 + "</x>" * 20_000),
        ("word/document.xml", lambda xml: xml.replace("w:body", "w:head")),
    ],
)
def test_a_broken_document_is_refused(member: str, edit: Callable[[str], str]) -> None:
    with pytest.raises(DocumentRefused) as refused:
        read(edited(SMALL, member, edit), "plan.docx")
    assert str(refused.value) == (
        "`plan.docx` is damaged: it cannot be read as a Word file. Open it in Word, save it anew and add it again."
    )


def test_whatever_is_damaged_is_read_or_refused() -> None:
    assert damaged(SMALL, "plan.docx") > 0
