"""Word files: python-docx writes elements; footnotes, tracked changes and boxes are put into its XML by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from random import Random
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

import docx
from docx.document import Document

from tests.benchmarks.made_files import papers
from tests.benchmarks.made_files.prose import BODIES, Prose
from tests.benchmarks.made_files.truth import (
    Element,
    Grid,
    Heading,
    Kind,
    Listing,
    MadeFile,
    Para,
    Part,
    Truth,
    parts_of,
)  # fmt: skip

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_FOOTNOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_NOTE, _END_NOTE = "⟦", "⟧"  # around what becomes a footnote
_OLD, _NEW, _END_CHANGE = "⟨", "⟩", "⟪"  # ⟨deleted⟩inserted⟪


@dataclass(frozen=True, slots=True)
class Way:
    """How an author writes: real heading styles or bold lines; numbered styles or typed numbers."""

    bold_headings: bool = False
    title_style: bool = True
    header: str = ""
    footer: str = ""


def write(elements: Iterable[Element], way: Way) -> Document:
    """The elements in a Word document."""
    document = docx.Document()
    section = document.sections[0]
    section.header.paragraphs[0].text = way.header
    section.footer.paragraphs[0].text = way.footer
    for element in elements:
        match element:
            case Heading(text, level):
                _heading(document, text, level, way)
            case Para(text, note):
                document.add_paragraph(text + (f"{_NOTE}{note}{_END_NOTE}" if note else ""))
            case Listing(items, ordered):
                for level, item in items:
                    style = "List Number" if ordered and level == 1 else "List Bullet"
                    document.add_paragraph(item, style=style if level == 1 else f"{style} {level}")
            case Grid():
                _table(document, element)
                document.add_paragraph("")
    return document


def _heading(document: Document, text: str, level: int, way: Way) -> None:
    if way.bold_headings and level > 1:
        document.add_paragraph().add_run(text).bold = True
    elif level == 1 and way.title_style:
        document.add_paragraph(text, style="Title")
    else:
        document.add_heading(text, level)


def _table(document: Document, grid: Grid) -> None:
    table = document.add_table(len(grid.rows), len(grid.rows[0]), style="Table Grid")
    for n, row in enumerate(grid.rows):
        for m, cell in enumerate(row):
            if cell:
                table.cell(n, m).text = cell
    for one in grid.merged:
        table.cell(one.row, one.column).merge(table.cell(one.row + one.down - 1, one.column + one.across - 1))
    for cell in table.rows[0].cells:
        for run in cell.paragraphs[0].runs:
            run.bold = True


def packed(document: Document) -> bytes:
    """The file, with marked footnotes and changes made real."""
    out = BytesIO()
    document.save(out)
    members = {one.filename: ZipFile(out).read(one) for one in ZipFile(out).infolist()}
    body = members["word/document.xml"].decode()
    notes: list[str] = []

    def note(found: re.Match[str]) -> str:
        notes.append(found[1])
        return f'</w:t></w:r><w:r><w:footnoteReference w:id="{len(notes) + 1}"/></w:r><w:r><w:t>'

    body = re.sub(f"{_NOTE}(.*?){_END_NOTE}", note, body)
    by = 'w:id="9{}" w:author="Clerk" w:date="2020-02-03T10:00:00Z"'
    body = re.sub(
        f"{_OLD}(.*?){_NEW}(.*?){_END_CHANGE}",
        rf'</w:t></w:r><w:del {by.format(1)}><w:r><w:delText xml:space="preserve">\1</w:delText></w:r></w:del>'
        rf'<w:ins {by.format(2)}><w:r><w:t xml:space="preserve">\2</w:t></w:r></w:ins>'
        '<w:r><w:t xml:space="preserve">',
        body,
    )
    members["word/document.xml"] = body.encode()
    if notes:
        _add_footnotes(members, notes)
    packed_out = BytesIO()
    with ZipFile(packed_out, "w", ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed_out.getvalue()


def _add_footnotes(members: dict[str, bytes], notes: list[str]) -> None:
    kinds = ("separator", "continuationSeparator")
    xml = "".join(
        f'<w:footnote w:type="{kind}" w:id="{n}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for n, kind in enumerate(kinds)
    )
    for n, text in enumerate(notes, 2):
        run = f'<w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> {escape(text)}</w:t></w:r>'
        xml += f'<w:footnote w:id="{n}"><w:p>{run}</w:p></w:footnote>'
    members["word/footnotes.xml"] = f'<?xml version="1.0"?><w:footnotes xmlns:w="{_W}">{xml}</w:footnotes>'.encode()
    _insert(
        members, "[Content_Types].xml", f'<Override PartName="/word/footnotes.xml" ContentType="{_FOOTNOTES_TYPE}"/>'
    )
    _insert(
        members,
        "word/_rels/document.xml.rels",
        f'<Relationship Id="rIdNotes" Type="{_R}/footnotes" Target="footnotes.xml"/>',
    )


def _insert(members: dict[str, bytes], name: str, element: str) -> None:
    """Put an element at the end of an XML file."""
    text = members[name].decode()
    at = text.rindex("</")
    members[name] = (text[:at] + element + text[at:]).encode()


def _changed(prose: Prose) -> tuple[str, str, str]:
    """A sentence with a tracked change as it is written, as it reads when accepted, and the deleted words."""
    old, new = prose.fill("before {date}"), prose.fill("not before {date}")
    head, tail = prose.fill("The {thing} at {place} closes "), prose.fill(" and {person} tells the tenants.")
    return f"{head}{_OLD}{old}{_NEW}{new}{_END_CHANGE}{tail}", f"{head}{new}{tail}", old


def board_paper(prose: Prose, name: str, changed: bool = True) -> MadeFile:
    """A board paper with styles, footnotes and, if wanted, a tracked change."""
    elements = list(papers.board_paper(prose, 5, 20))
    written, reads, old = _changed(prose)
    way = Way(header=f"{prose.body} – confidential", footer="Paper 4 of the public session")
    if not changed:
        written, old = reads, ""
    data = packed(write([*elements, Para(written)], way))
    notes = [part for part in parts_of(elements) if part.kind is Kind.NOTE]
    parts = [part for part in parts_of([*elements, Para(reads)]) if part.kind is not Kind.NOTE]
    return MadeFile(name, "python-docx", data, Truth((*parts, *notes), (way.header, way.footer), (old,) if old else ()))


def plain_author(prose: Prose, name: str) -> MadeFile:
    """Minutes by someone who makes headings bold."""
    elements = list(papers.minutes(prose))
    way = Way(True, False, f"{prose.body} minutes", "Unconfirmed")
    data = packed(write(elements, way))
    return MadeFile(name, "python-docx", data, Truth(parts_of(elements), (way.header, way.footer)))


def odd_things(prose: Prose, name: str) -> MadeFile:
    """Lists inside cells, a table in a table, line breaks, tabs, a link, a content control, a text box."""
    document = docx.Document()
    parts: list[Part] = []

    def add(kind: Kind, text: str, level: int = 0, cells: tuple[str, ...] = ()) -> str:
        parts.append(Part(kind, text, level, cells))
        return text

    document.add_heading(add(Kind.HEADING, prose.fill("Notice about {place}"), 1), 1)
    one, two = prose.sentence(), prose.sentence()
    document.add_paragraph(f"{one}\n{two}")
    add(Kind.PARAGRAPH, f"{one} {two}")
    for text in (prose.sentence(), prose.sentence()):
        document.add_paragraph(add(Kind.PARAGRAPH, text)).paragraph_format.left_indent = 400000
    inside = (prose.task(), prose.task())
    table = document.add_table(2, 2, style="Table Grid")
    for cell, text in zip(table.row_cells(0), ("Area", "What is planned"), strict=True):
        cell.text = text
    add(Kind.ROW, "Area What is planned", cells=("Area", "What is planned"))
    table.cell(1, 0).text = prose.fill("{place} {thing}")
    for n, text in enumerate(inside):
        (table.cell(1, 1).paragraphs[0] if n == 0 else table.cell(1, 1).add_paragraph()).text = text
        table.cell(1, 1).paragraphs[n].style = document.styles["List Bullet"]
    left = table.cell(1, 0).text
    parts.append(Part(Kind.ASIDE, f"{left} {' '.join(inside)}", cells=(left, " ".join(inside))))
    document.add_heading(add(Kind.HEADING, "Contacts", 2), 2)
    for _ in range(2):
        who, number = prose.fill("{person}"), prose.fill("0{number} {number}")
        document.add_paragraph(f"{who}\t{number}")
        add(Kind.PARAGRAPH, f"{who} {number}")
    paragraph = document.add_paragraph(prose.sentence())
    tail = prose.sentence()
    paragraph.add_run(" " + tail[: len(tail) // 2])
    paragraph.add_run(tail[len(tail) // 2 :]).italic = True
    add(Kind.PARAGRAPH, paragraph.text)
    out = BytesIO()
    document.save(out)
    return MadeFile(name, "python-docx", out.getvalue(), Truth(tuple(parts)))


def files(seed: int) -> Iterator[MadeFile]:
    """A board paper, minutes with bold lines for headings, and a notice with odd things."""
    random = Random(f"word {seed}")
    one, two, three = (Prose(random, body) for body in random.sample(BODIES, 3))
    yield board_paper(one, "word-board.docx")
    yield plain_author(two, "word-minutes.docx")
    yield odd_things(three, "word-notice.docx")
