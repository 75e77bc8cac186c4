"""Remake the PDF files of this folder: `python -m tests.knowledge.readers.made.make`. Needs LibreOffice."""

from __future__ import annotations

import random
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt
from docx.text.run import Run

from tests.knowledge.readers.made_text import Part, paragraph, parts, posts, sentence

HERE = Path(__file__).parent


def board() -> list[Part]:
    """A board paper: headings by size, nested lists, a table over three pages, paragraphs over pages."""
    found = list(parts(1, 4, 5))
    return [*found[:9], Part("table", rows=posts(2, 40, 8)), *found[9:]]


def bulletin() -> list[Part]:
    """To be set in two narrow columns: words are broken at the ends of lines, and the last page is not balanced."""
    return list(parts(3, 7, 3))


def notice() -> list[Part]:
    """Headings that are bold and no larger than the text."""
    chance = random.Random(4)
    found = [Part("p", "HARBOUR NOTICE 7")]
    for title in ("Winter ferries", "Why this matters", "What will change?", "Contact"):
        found += [Part("bold", title), Part("p", paragraph(chance, 3)), Part("p", paragraph(chance, 2))]
    return [*found, Part("list", items=tuple((1, sentence(chance, 8)) for _ in range(3)), ordered=True)]


def merged() -> list[Part]:
    """A table with cells merged along and across."""
    return [
        Part("h1", "Boats and crews"),
        Part("p", "The boats of the harbour board are these:"),
        Part(
            "merged",
            rows=(
                ("Boat", "Crew", "", "Fee"),
                ("Tern", "Ann Wood", "Bob Lee", "120"),
                ("", "Cy Fox", "Dora Hill", "130"),
                ("Heron", "No crew until Easter", "", "0"),
            ),
        ),
        Part("p", "The board meets again in May."),
    ]


def main() -> None:
    """Write all files."""
    _write("board.pdf", board(), header="Harbour board papers", footer="Paper 7, page ")
    _write("bulletin.pdf", bulletin(), footer="The quay bulletin ", columns=2)
    _write("notice.pdf", notice())
    _write("merged.pdf", merged())


def _write(name: str, found: Iterable[Part], header: str = "", footer: str = "", columns: int = 1) -> None:
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    document.styles["Normal"].font.size = Pt(9 if columns > 1 else 11)
    if header:
        section.header.paragraphs[0].text = header
    if footer:
        line = section.footer.paragraphs[0]
        line.text = footer
        _field(line.add_run(), "PAGE")
    if columns > 1:
        _tag(document.settings.element, "w:autoHyphenation", val="true")
        shape = section._sectPr.xpath("./w:cols")[0]
        shape.set(qn("w:num"), str(columns))
        document.add_paragraph()._p.getparent().remove(document.paragraphs[-1]._p)
    for part in found:
        _add(document, part)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name.replace(".pdf", ".docx")
        document.save(str(path))
        command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "pdf"]
        subprocess.run([*command, "--outdir", str(HERE), str(path)], check=True, capture_output=True, timeout=120)


def _add(document: Document, part: Part) -> None:
    if part.kind in ("h1", "h2"):
        document.add_heading(part.text, int(part.kind[1]))
    elif part.kind == "bold":
        document.add_paragraph().add_run(part.text).bold = True
    elif part.kind == "list":
        style = "List Number" if part.ordered else "List Bullet"
        for level, text in part.items:
            document.add_paragraph(text, style=style if level == 1 else f"{style} {level}")
    elif part.kind == "p":
        document.add_paragraph(part.text)
    else:
        _add_table(document, part)


def _add_table(document: Document, part: Part) -> None:
    table = document.add_table(len(part.rows), len(part.rows[0]))
    table.style = "Table Grid"
    for row, texts in zip(table.rows, part.rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    _tag(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader", val="true")
    if part.kind == "merged":
        for first, last in (((0, 1), (0, 2)), ((1, 0), (2, 0)), ((3, 1), (3, 2))):
            words = table.cell(*first).text
            table.cell(*first).merge(table.cell(*last)).text = words


def _field(run: Run, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        made = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            made.set(qn("w:fldCharType"), kind)
        else:
            made.text = text
        run._r.append(made)


def _tag(parent: BaseOxmlElement, tag: str, val: str) -> None:
    made = OxmlElement(tag)
    made.set(qn("w:val"), val)
    parent.append(made)


if __name__ == "__main__":
    main()
